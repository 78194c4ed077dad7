import Findings

/// The columns that a table must have, and where a file has them. Their order is free.
struct TableHeader {
  let columns: [String]
  /// For each of ``columns`` its place in the file's lines.
  private(set) var places: [Int] = []
  /// How many fields each line has.
  private(set) var fieldCount = 0

  init(columns: [String]) { self.columns = columns }

  /// The column names of a header line: lower case. `nil` when a quote is left open.
  static func names(_ bytes: UnsafeBufferPointer<UInt8>) -> [String]? {
    var fields = TableFields()
    guard fields.split(bytes) else { return nil }
    return (0..<fields.count).map { index in
      fields.withField(index, of: bytes) { field in
        String(decoding: field, as: UTF8.self).lowercased()
      }
    }
  }

  /// Takes the header line.
  ///
  /// - Returns: false when rows cannot be read by it: a column is missing or stands twice.
  mutating func read(_ bytes: UnsafeBufferPointer<UInt8>, file: String, line: Int, note: (Finding) -> Void) -> Bool {
    let position = SourcePosition(file: file, line: line)
    guard let names = Self.names(bytes) else {
      note(
        Finding(
          "TAB-05", .error, at: position, "A quoted field of the header has no closing quote.",
          remedy: "Close the quote and take the file in again."))
      return false
    }
    fieldCount = names.count
    let missing = columns.filter { !names.contains($0) }
    if !missing.isEmpty {
      note(
        Finding(
          "TAB-01", .error, at: position, "The header lacks: \(missing.joined(separator: ", ")).",
          remedy: "Add the columns; the header of this table is: \(columns.joined(separator: ","))."))
    }
    let known = Set(columns)
    let unknown = names.filter { !known.contains($0) }
    if !unknown.isEmpty {
      note(
        Finding(
          "TAB-02", .warning, at: position, "\(unknown.count) columns of the header are not known and are not read.",
          remedy: "Check their spelling against: \(columns.joined(separator: ",")).",
          detail: String(unknown.prefix(20).joined(separator: ",").prefix(400))))
    }
    let repeated = columns.filter { column in names.count { $0 == column } > 1 }
    if !repeated.isEmpty {
      note(
        Finding(
          "TAB-03", .error, at: position, "The header names twice: \(repeated.joined(separator: ", ")).",
          remedy: "Leave one column of each name."))
    }
    guard missing.isEmpty, repeated.isEmpty else { return false }
    places = columns.compactMap { names.firstIndex(of: $0) }
    return true
  }
}
