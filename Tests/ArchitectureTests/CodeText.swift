/// Swift source with comments and the letters of string literals blanked out, so that words can be looked for in
/// what the compiler sees. Line ends stay; code inside interpolations stays.
struct CodeText {
  /// The blanked text.
  let code: String

  init(_ source: String) {
    var scanner = Scanner(Array(source.unicodeScalars))
    scanner.code(until: nil)
    code = String(String.UnicodeScalarView(scanner.output))
  }

  /// Words of letters, digits and underscores, with `@` or `#` in front and `!`, `(` behind told apart by ``contains``.
  func contains(word: String, followedBy suffix: String = "") -> Bool {
    var rest = code[...]
    while let range = rest.firstRange(of: word + suffix) {
      let before = range.lowerBound == code.startIndex ? nil : code[code.index(before: range.lowerBound)]
      let after = range.upperBound == code.endIndex ? nil : code[range.upperBound]
      let opens = before.map { !Self.isWordLetter($0) } ?? true
      let closes =
        !suffix.isEmpty || !(word.last.map(Self.isWordLetter) ?? false) || after.map { !Self.isWordLetter($0) } ?? true
      if opens && closes { return true }
      rest = code[code.index(after: range.lowerBound)...]
    }
    return false
  }

  static func isWordLetter(_ character: Character) -> Bool {
    character == "_" || character.isLetter || character.isNumber
  }

  /// The modules that it imports.
  var imports: [String] {
    code.split(whereSeparator: \.isNewline).compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard let place = words.firstIndex(of: "import"), place + 1 < words.count else { return nil }
      guard words[..<place].allSatisfy({ $0.hasPrefix("@") || Self.accessLevels.contains($0) }) else { return nil }
      let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
      let name = kinds.contains(words[place + 1]) && place + 2 < words.count ? words[place + 2] : words[place + 1]
      return name.split(separator: ".").first.map(String.init)
    }
  }

  private static let accessLevels: Set = ["public", "package", "internal", "fileprivate", "private"]

  /// Variables that outlive a call: `static var`, `class var` and `var` outside all braces, unless computed.
  var storedGlobals: [String] {
    var found: [String] = []
    var depth = 0
    for line in code.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      let words = line.split { !Self.isWordLetter($0) }.map(String.init)
      if let place = words.firstIndex(of: "var") {
        let isShared = depth == 0 || words[..<place].contains("static") || words[..<place].contains("class")
        if isShared && !Self.isComputed(line) { found.append(words.dropFirst(place + 1).first ?? "var") }
      }
      depth += line.count { $0 == "{" } - line.count { $0 == "}" }
    }
    return found
  }

  /// A brace with no `=` before it opens a getter.
  private static func isComputed(_ line: Substring) -> Bool {
    guard let brace = line.firstIndex(of: "{") else { return false }
    return !line[..<brace].contains("=")
  }

  /// The types that it declares.
  var declaredTypes: [String] {
    let kinds: Set = ["struct", "class", "enum", "actor", "protocol", "typealias"]
    return code.split(whereSeparator: \.isNewline).flatMap { line in
      let words = line.split { !Self.isWordLetter($0) }.map(String.init)
      return zip(words, words.dropFirst()).filter { kinds.contains($0.0) }.map(\.1)
    }
  }
}

/// Walks over source and copies what is code.
private struct Scanner {
  let text: [Unicode.Scalar]
  var index = 0
  var output: [Unicode.Scalar] = []

  init(_ text: [Unicode.Scalar]) { self.text = text }

  /// Copies code up to the closing parenthesis that ends an interpolation, or to the end of the text.
  mutating func code(until closing: Unicode.Scalar?) {
    var depth = 0
    while index < text.count {
      if starts("//") {
        while index < text.count, text[index] != "\n" { blank() }
      } else if starts("/*") {
        blockComment()
      } else if let hashes = literalHashes() {
        literal(hashes)
      } else {
        if text[index] == "(" { depth += 1 }
        if text[index] == ")" {
          if depth == 0, closing != nil { return }
          depth -= 1
        }
        copy()
      }
    }
  }

  private mutating func blockComment() {
    var depth = 0
    repeat {
      let step = starts("/*") ? 1 : starts("*/") ? -1 : 0
      depth += step
      blank()
      if step != 0 { blank() }
    } while depth > 0 && index < text.count
  }

  /// How many `#` a string literal that starts here has, or `nil` where none starts.
  private func literalHashes() -> Int? {
    var end = index
    while end < text.count, text[end] == "#" { end += 1 }
    return end < text.count && text[end] == "\"" ? end - index : nil
  }

  private mutating func literal(_ hashes: Int) {
    for _ in 0..<hashes { blank() }
    let quotes = starts("\"\"\"") ? "\"\"\"" : "\""
    let marks = String(repeating: "#", count: hashes)
    for _ in quotes.unicodeScalars { blank() }
    while index < text.count {
      if starts(quotes + marks) {
        for _ in 0..<(quotes.unicodeScalars.count + hashes) { blank() }
        return
      }
      if starts("\\" + marks + "(") {
        for _ in 0..<(hashes + 2) { blank() }
        code(until: ")")
        if index < text.count { blank() }
      } else if starts("\\" + marks) {
        for _ in 0..<(hashes + 2) where index < text.count { blank() }
      } else {
        blank()
      }
    }
  }

  private func starts(_ prefix: String) -> Bool {
    let scalars = Array(prefix.unicodeScalars)
    return index + scalars.count <= text.count && Array(text[index..<index + scalars.count]) == scalars
  }

  private mutating func copy() {
    output.append(text[index])
    index += 1
  }

  private mutating func blank() {
    output.append(text[index] == "\n" ? "\n" : " ")
    index += 1
  }
}
