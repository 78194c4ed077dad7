/// Writes values as bytes in one fixed way: whole numbers as variable-length zigzag (seven bits a byte, low bits first),
/// texts as length and UTF-8. The same values give the same bytes on every machine.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ value: Int128) {
    var rest = UInt128(bitPattern: (value << 1) ^ (value >> 127))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func write(_ value: some BinaryInteger) { write(Int128(value)) }

  mutating func write(_ text: String) {
    write(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }
}

/// Reads back what ``ByteWriter`` wrote; any other bytes are an error, never a trap.
struct ByteReader {
  struct Malformed: Error, Hashable, Sendable {
    let offset: Int
  }

  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }
  var malformed: Malformed { Malformed(offset: offset) }

  mutating func int128() throws(Malformed) -> Int128 {
    var value: UInt128 = 0
    var shift = 0
    while true {
      guard offset < bytes.count, shift < 128 else { throw malformed }
      let byte = bytes[offset]
      offset += 1
      value |= UInt128(byte & 0x7F) << UInt128(shift)
      if byte < 0x80 { break }
      shift += 7
    }
    return Int128(bitPattern: value >> 1) ^ -Int128(bitPattern: value & 1)
  }

  mutating func integer<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(Malformed) -> Value {
    guard let value = Value(exactly: try int128()) else { throw malformed }
    return value
  }

  /// A count of things that each take at least one byte, so no count can ask for more memory than there is input.
  mutating func count() throws(Malformed) -> Int {
    let count: Int = try integer()
    guard count >= 0, count <= bytes.count - offset else { throw malformed }
    return count
  }

  mutating func text() throws(Malformed) -> String {
    let count = try count()
    guard let text = String(validating: bytes[offset..<offset + count], as: UTF8.self) else { throw malformed }
    offset += count
    return text
  }
}
