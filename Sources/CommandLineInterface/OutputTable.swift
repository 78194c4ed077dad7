import ArgumentParser

/// How a command prints its result.
public enum OutputFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// Columns for the eye.
  case table
  /// One array of objects, for programs.
  case json
  /// A header and one line a row, for spreadsheets.
  case csv
}

/// Rows under named columns, printable in each ``OutputFormat``.
public struct OutputTable: Sendable {
  /// One value of a row.
  public enum Cell: Hashable, Sendable {
    case text(String)
    /// Digits, printed bare in JSON.
    case number(Int)
    /// Nothing there: an empty field, `null` in JSON.
    case empty

    var plain: String {
      switch self {
      case .text(let text): text
      case .number(let number): String(number)
      case .empty: ""
      }
    }

    var json: String {
      switch self {
      case .text(let text): quotedJSON(text)
      case .number(let number): String(number)
      case .empty: "null"
      }
    }
  }

  public var columns: [String]
  public var rows: [[Cell]]

  public init(columns: [String], rows: [[Cell]] = []) {
    self.columns = columns
    self.rows = rows
  }

  /// The whole table, with a line end after the last line.
  public func text(_ format: OutputFormat) -> String {
    switch format {
    case .table: aligned
    case .json: json
    case .csv:
      ([columns] + rows.map { $0.map(\.plain) }).map { $0.map(quotedCSV).joined(separator: ",") + "\n" }.joined()
    }
  }

  private var aligned: String {
    let lines = [columns] + rows.map { $0.map(\.plain) }
    let widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
      var text = zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
      while text.last == " " { text.removeLast() }
      return text + "\n"
    }.joined()
  }

  private var json: String {
    let objects = rows.map { row in
      "  {" + zip(columns, row).map { quotedJSON($0) + ": " + $1.json }.joined(separator: ", ") + "}"
    }
    return objects.isEmpty ? "[]\n" : "[\n" + objects.joined(separator: ",\n") + "\n]\n"
  }
}

/// RFC 4180: quoted only where it must be.
func quotedCSV(_ text: String) -> String {
  let needsQuotes = text.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0) }
  return needsQuotes
    ? "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\"" : text
}

/// RFC 8259.
func quotedJSON(_ text: String) -> String {
  var quoted = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": quoted += "\\\""
    case "\\": quoted += "\\\\"
    case "\n": quoted += "\\n"
    case "\r": quoted += "\\r"
    case "\t": quoted += "\\t"
    case _ where scalar.value < 0x20:
      let digits = String(scalar.value, radix: 16)
      quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted + "\""
}
