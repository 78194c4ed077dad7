/// Writes a value as JSON text in UTF-8: the same value always gives the same bytes.
///
/// Only what must be escaped is escaped: quotation mark, reverse solidus and control characters. Numbers are written as
/// their own text.
/// - Parameter pretty: two spaces a level and a line for each member, ending in a line feed; else without any blank.
public func write(_ value: JSONValue, pretty: Bool = false) -> [UInt8] {
  var writer = Writer(isPretty: pretty)
  writer.write(value, level: 0)
  if pretty { writer.bytes.append(UInt8(ascii: "\n")) }
  return writer.bytes
}

private struct Writer {
  let isPretty: Bool
  var bytes: [UInt8] = []

  mutating func write(_ value: JSONValue, level: Int) {
    switch value {
    case .null: bytes += Array("null".utf8)
    case .bool(let value): bytes += Array((value ? "true" : "false").utf8)
    case .number(let text): bytes += Array(text.utf8)
    case .string(let text): write(text)
    case .array(let elements):
      list("[", "]", elements, level) { $0.write($1, level: level + 1) }
    case .object(let members):
      list("{", "}", members, level) {
        $0.write($1.key)
        $0.bytes += Array(($0.isPretty ? ": " : ":").utf8)
        $0.write($1.value, level: level + 1)
      }
    }
  }

  private mutating func list<Item>(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ items: [Item], _ level: Int,
    _ body: (inout Writer, Item) -> Void
  ) {
    bytes.append(UInt8(ascii: open))
    for (position, item) in items.enumerated() {
      if position > 0 { bytes.append(UInt8(ascii: ",")) }
      lineBreak(level + 1)
      body(&self, item)
    }
    if !items.isEmpty { lineBreak(level) }
    bytes.append(UInt8(ascii: close))
  }

  private mutating func lineBreak(_ level: Int) {
    guard isPretty else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * 2))
  }

  private mutating func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes += Array("\\\"".utf8)
      case UInt8(ascii: "\\"): bytes += Array("\\\\".utf8)
      case 0x0A: bytes += Array("\\n".utf8)
      case 0x0D: bytes += Array("\\r".utf8)
      case 0x09: bytes += Array("\\t".utf8)
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
