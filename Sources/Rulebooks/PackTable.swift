/// A data pack as a table of texts: comma-separated, UTF-8, every row as wide as the header.
///
/// Stricter than files from outside need: the packs are ours, so a blank line, a stray quote, a missing last line end
/// or another header is a fault, and no row is ever passed over.
public struct PackTable: Sendable {
  public let rows: [PackRow]

  /// - Throws: ``PackFault`` for another header or a row of another width.
  public init(_ pack: String, _ bytes: [UInt8], columns: [String]) throws(PackFault) {
    var reader = PackReader(pack: pack, bytes: bytes)
    guard try reader.nextRecord() == columns else {
      throw PackFault(pack: pack, row: 1, reason: "the header is not \(columns.joined(separator: ","))")
    }
    var rows: [PackRow] = []
    while true {
      let line = reader.line
      guard let fields = try reader.nextRecord() else { break }
      guard fields.count == columns.count else {
        throw PackFault(pack: pack, row: line, reason: "\(fields.count) fields where the header has \(columns.count)")
      }
      rows.append(PackRow(pack: pack, line: line, columns: columns, fields: fields))
    }
    guard !rows.isEmpty else { throw PackFault(pack: pack, reason: "it has no row") }
    self.rows = rows
  }
}

/// Reads records off the bytes of one pack.
struct PackReader {
  let pack: String
  let bytes: [UInt8]
  private var index = 0
  /// The line that the next record starts on.
  private(set) var line = 1

  init(pack: String, bytes: [UInt8]) {
    self.pack = pack
    self.bytes = bytes
  }

  /// - Returns: `nil` at the end.
  mutating func nextRecord() throws(PackFault) -> [String]? {
    guard index < bytes.count else { return nil }
    var fields: [String] = []
    while true {
      fields.append(try nextField())
      guard index < bytes.count else { throw fault("the last line has no end") }
      let separator = bytes[index]
      index += 1
      if separator == UInt8(ascii: "\n") { break }
      guard separator == UInt8(ascii: ",") else { throw fault("a quoted field goes on after its quote") }
    }
    line += 1
    return fields
  }

  private mutating func nextField() throws(PackFault) -> String {
    guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return try text(try plainField()) }
    index += 1
    var content: [UInt8] = []
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      guard byte != UInt8(ascii: "\n") else { throw fault("a quoted field does not end on its line") }
      guard byte == UInt8(ascii: "\"") else {
        content.append(byte)
        continue
      }
      guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return try text(content) }
      content.append(byte)
      index += 1
    }
    throw fault("a quoted field does not end")
  }

  private mutating func plainField() throws(PackFault) -> [UInt8] {
    let start = index
    while index < bytes.count, bytes[index] != UInt8(ascii: ","), bytes[index] != UInt8(ascii: "\n") {
      guard bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\r") else {
        throw fault("a quote or carriage return stands inside a plain field")
      }
      index += 1
    }
    return Array(bytes[start..<index])
  }

  private func text(_ content: [UInt8]) throws(PackFault) -> String {
    guard let text = String(validating: content, as: UTF8.self) else { throw fault("not UTF-8") }
    return text
  }

  private func fault(_ reason: String) -> PackFault { PackFault(pack: pack, row: line, reason: reason) }
}
