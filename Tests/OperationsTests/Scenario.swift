import Foundation

/// One folder of `Scenarios`: its steps and tables.
struct Scenario {
  let folder: URL

  /// The folder at the root of the package.
  static let root: URL = {
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while folder.path != "/",
      !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path)
    {
      folder.deleteLastPathComponent()
    }
    return folder.appendingPathComponent("Scenarios")
  }()

  static let names: [String] = ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? [])
    .filter {
      FileManager.default.fileExists(atPath: root.appendingPathComponent($0).appendingPathComponent("steps.csv").path)
    }
    .sorted()

  init(_ name: String) { folder = Self.root.appendingPathComponent(name) }

  func text(_ file: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
  }

  struct BadTable: Error, CustomStringConvertible {
    let description: String
  }

  /// The rows of a table by column name; the last column takes what is left of the line. Empty where there is no file.
  func table(_ file: String, _ columns: [String]) throws -> [[String: String]] {
    guard FileManager.default.fileExists(atPath: folder.appendingPathComponent(file).path) else { return [] }
    let lines = try text(file).split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", maxSplits: columns.count - 1, omittingEmptySubsequences: false).map(String.init)
    }
    guard lines.first == columns else {
      throw BadTable(description: "\(file) has other columns than \(columns.joined(separator: ","))")
    }
    guard lines.count > 1 else { throw BadTable(description: "\(file) has no rows") }
    return try lines.dropFirst().map { fields in
      guard fields.count == columns.count else {
        throw BadTable(description: "\(file): \(fields.joined(separator: ","))")
      }
      return Dictionary(uniqueKeysWithValues: zip(columns, fields))
    }
  }
}
