import ArgumentParser
import Foundation
import JSONText

/// How a command prints what it found.
public enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// Aligned columns for a person.
  case table
  case json
  case csv
}

/// A cell of a printed table.
public enum OutputCell: Hashable, Sendable {
  case text(String)
  /// A number as text, so that it is printed exactly.
  case number(String)
  case empty

  public static func count(_ value: some BinaryInteger) -> OutputCell { .number(String(value)) }

  var text: String {
    switch self {
    case .text(let text), .number(let text): text
    case .empty: ""
    }
  }

  var isNumber: Bool { if case .number = self { true } else { false } }

  var json: JSONValue {
    switch self {
    case .text(let text): .string(text)
    case .number(let text): .number(text)
    case .empty: .null
    }
  }
}

/// Rows under named columns, printed as a table, JSON or CSV.
public struct OutputTable: Sendable {
  /// A column's key in JSON and CSV, and its heading for a person.
  public struct Column: Sendable {
    let key: String
    let heading: String

    init(_ key: String, _ heading: String? = nil) {
      self.key = key
      self.heading = heading ?? key.replacingOccurrences(of: "_", with: " ")
    }
  }

  public typealias Cell = OutputCell

  public var columns: [Column]
  public var rows: [[Cell]]

  init(_ columns: [Column]) {
    self.columns = columns
    rows = []
  }

  /// Columns whose headings are their keys as they stand.
  public init(columns: [String], rows: [[Cell]] = []) {
    self.columns = columns.map { Column($0, $0) }
    self.rows = rows
  }

  /// The whole table, with a line end after the last line.
  public func text(_ format: OutputFormat) -> String {
    switch format {
    case .table: aligned
    case .csv: csv
    case .json: String(decoding: JSONText.write(json, pretty: true), as: UTF8.self) + "\n"
    }
  }

  public var json: JSONValue {
    .array(rows.map { row in .object(zip(columns, row).map { JSONMember($0.key, $1.json) }) })
  }

  private var csv: String {
    let lines = [columns.map(\.key)] + rows.map { $0.map(\.text) }
    return lines.map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
    return "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }

  private var aligned: String {
    let widths = columns.indices.map { index in
      ([columns[index].heading] + rows.map { $0[index].text }).map(\.count).max() ?? 0
    }
    func line(_ cells: [(text: String, isNumber: Bool)]) -> String {
      let padded = zip(cells, widths).map { cell, width in
        let blanks = String(repeating: " ", count: width - cell.text.count)
        return cell.isNumber ? blanks + cell.text : cell.text + blanks
      }
      return padded.joined(separator: "  ").trimmingTrailingBlanks + "\n"
    }
    let numbers = columns.indices.map { index in rows.first.map { $0[index].isNumber } ?? false }
    let head = line(zip(columns, numbers).map { ($0.heading, $1) })
    let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ") + "\n"
    return head + rule + rows.map { line($0.map { ($0.text, $0.isNumber) }) }.joined()
  }
}

extension String {
  var trimmingTrailingBlanks: String {
    var copy = self
    while copy.last == " " { copy.removeLast() }
    return copy
  }
}

/// Writes to standard output; a reader that has gone away (`| head`) ends the command quietly.
func printOut(_ text: String) {
  // The networking library ignores the signal of a broken pipe, so that it shows as an error here.
  do { try FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) } catch { exit(0) }
}

/// Writes a line to standard error.
func printError(_ text: String) {
  FileHandle.standardError.write(Data((text + "\n").utf8))
}
