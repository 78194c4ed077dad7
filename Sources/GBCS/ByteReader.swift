/// Walks over bytes within bounds; every step that cannot be made says where it stood.
struct ByteReader {
  let bytes: [UInt8]
  private(set) var position: Int
  /// One behind the last byte that may be read.
  let end: Int

  init(_ bytes: [UInt8]) { self.init(bytes, 0..<bytes.count) }

  /// - Parameter range: lies within the bytes.
  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  var remaining: Int { end - position }
  var isAtEnd: Bool { position == end }
  var next: UInt8? { position < end ? bytes[position] : nil }

  mutating func byte() throws(MessageFault) -> UInt8 {
    guard position < end else { throw fault(.endsEarly) }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func number<Value: FixedWidthInteger & UnsignedInteger>(_: Value.Type = Value.self) throws(MessageFault)
    -> Value
  {
    var value: Value = 0
    for index in try range(Value.bitWidth / 8) { value = value << 8 | Value(truncatingIfNeeded: bytes[index]) }
    return value
  }

  /// Steps over that many bytes and says where they stand.
  mutating func range(_ count: Int) throws(MessageFault) -> Range<Int> {
    guard count <= remaining else { throw fault(.endsEarly) }
    defer { position += count }
    return position..<position + count
  }

  mutating func take(_ count: Int) throws(MessageFault) -> [UInt8] { Array(bytes[try range(count)]) }

  /// A length in BER's style: one byte below 80, else 81 and one byte, or 82 and two. Only the shortest form is taken,
  /// so that what is written again has the same bytes.
  mutating func length() throws(MessageFault) -> Int {
    let start = position
    let first = try byte()
    guard first >= 0x80 else { return Int(first) }
    switch first {
    case 0x81:
      let value = Int(try byte())
      guard value >= 0x80 else { throw MessageFault(.badLength, at: start) }
      return value
    case 0x82:
      let value = Int(try number(UInt16.self))
      guard value >= 0x100 else { throw MessageFault(.badLength, at: start) }
      return value
    default: throw MessageFault(.badLength, at: start)
    }
  }

  /// A length and the place of as many bytes.
  mutating func lengthAndRange() throws(MessageFault) -> Range<Int> {
    let start = position
    let count = try length()
    guard count <= remaining else { throw MessageFault(.runsOver, at: start) }
    return try range(count)
  }

  mutating func expect(_ expected: [UInt8], _ reason: MessageFault.Reason) throws(MessageFault) {
    let start = position
    guard expected.count <= remaining, bytes[start..<start + expected.count].elementsEqual(expected) else {
      throw MessageFault(expected.count <= remaining ? reason : .endsEarly, at: start)
    }
    position += expected.count
  }

  func fault(_ reason: MessageFault.Reason) -> MessageFault { MessageFault(reason, at: position) }

  func requireEnd() throws(MessageFault) { if !isAtEnd { throw fault(.trailing) } }
}

/// A length in its shortest form. - Parameter count: at most 65,535; a larger one cannot stand in a message and is
/// written as 65,535, which no reader takes.
func lengthBytes(_ count: Int) -> [UInt8] {
  switch count {
  case ..<0x80: [UInt8(truncatingIfNeeded: count)]
  case ..<0x100: [0x81, UInt8(truncatingIfNeeded: count)]
  default: [0x82] + bigEndian(UInt16(clamping: count))
  }
}

/// A length and then the bytes.
func counted(_ bytes: [UInt8]) -> [UInt8] { lengthBytes(bytes.count) + bytes }
