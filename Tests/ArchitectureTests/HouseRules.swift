/// The rules of the house. Each gives a sentence for every breach.
extension House {
  /// Every folder is in the table, every module of the table has its folder and stands in the manifest.
  func tableBreaches() -> [String] {
    let table = Set(Self.ringOf.keys)
    return folders.filter { !table.contains($0) }.map { "Sources/\($0) is in no ring of the table" }
      + table.subtracting(folders).sorted().map { "\($0) is in the table and has no folder" }
      + table.subtracting(manifest.keys).sorted().map { "\($0) is in the table and not in the manifest" }
  }

  /// No arrow of the manifest points to a higher ring.
  func arrowBreaches() -> [String] {
    manifest.sorted { $0.key < $1.key }.flatMap { module, dependencies in
      dependencies.sorted().compactMap { dependency in
        guard let own = Self.ringOf[module], let other = Self.ringOf[dependency], other > own else { return nil }
        return "\(module) (ring \(own)) depends on \(dependency) (ring \(other))"
      }
    }
  }

  /// Every import is of a module that the manifest names for the importer, or of one from outside that may be used.
  func importBreaches() -> [String] {
    files.flatMap { file in
      file.text.imports.compactMap { name in
        let ring = Self.ringOf[file.module] ?? 0
        if let other = Self.ringOf[name] {
          if other > ring { return "\(file.path) imports \(name) of a higher ring" }
          return manifest[file.module, default: []].contains(name)
            ? nil : "\(file.path) imports \(name), unnamed in the manifest"
        }
        if Self.granted[file.module, default: []].contains(name) { return nil }
        if ring <= 3 { return "\(file.path) is in a pure ring and imports \(name)" }
        return Self.outside.contains(name) ? nil : "\(file.path) imports \(name), which is not on the list"
      }
    }
  }

  /// Rings 0 to 3 decide and never act: no concurrency, clock, environment, chance or state that outlives a call.
  func purityBreaches() -> [String] {
    let words = [
      "async", "await", "Task", "actor", "Mutex", "Atomic", "@unchecked", "ProcessInfo", "random", "@MainActor",
    ]
    return files.filter { (Self.ringOf[$0.module] ?? 0) <= 3 }.flatMap { file in
      words.filter { file.text.contains(word: $0) }.map { "\(file.path) has the word \($0)" }
        + (file.text.contains(word: "Date", followedBy: "(") ? ["\(file.path) makes a Date"] : [])
        + (file.text.contains(word: "nonisolated", followedBy: "(unsafe)")
          ? ["\(file.path) has nonisolated(unsafe)"] : [])
        + file.text.storedGlobals.map { "\(file.path) has the shared variable \($0)" }
    }
  }

  /// Energy and money are whole numbers.
  func exactnessBreaches() -> [String] {
    let words = ["Double", "Float", "Float16", "Float32", "Float64", "Float80", "CGFloat", "FloatLiteralType"]
    return files.filter { Self.exact.contains($0.module) }.flatMap { file in
      words.filter { file.text.contains(word: $0) }.map { "\(file.path) has \($0)" }
    }
  }

  /// A module is a field of work, a type a thing: a type of the module's name would hide the module.
  func namingBreaches() -> [String] {
    files.filter { $0.text.declaredTypes.contains($0.module) }.map { "\($0.path) declares a type named as its module" }
  }

  /// Nothing stops the program on input.
  func trapBreaches() -> [String] {
    files.flatMap { file in
      [("try", "!"), ("as", "!"), ("fatalError", "")]
        .filter { file.text.contains(word: $0.0, followedBy: $0.1) }
        .map { "\(file.path) has \($0.0)\($0.1)" }
    }
  }
}
