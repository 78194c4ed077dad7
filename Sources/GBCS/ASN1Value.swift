/// A value of ASN.1 in the encoding with definite lengths (X.690), as GBCS uses it for credentials, joining and device
/// logs. GBCS asks for the distinguished encoding, but devices answer with lengths that are longer than need be
/// (`82 00 83`): such a length is kept, so that what is written again has the same bytes.
public indirect enum ASN1Value: Hashable, Sendable {
  /// Bytes of a single value behind its identifier byte.
  /// - wideLength: how many bytes the length has behind its marker, where those are more than need be; else `nil`.
  case primitive(identifier: UInt8, wideLength: Int? = nil, content: [UInt8])
  /// Values within a value.
  case constructed(identifier: UInt8, wideLength: Int? = nil, elements: [ASN1Value])

  static let maximumDepth = 24

  public var identifier: UInt8 {
    switch self {
    case .primitive(let identifier, _, _), .constructed(let identifier, _, _): identifier
    }
  }

  public var elements: [ASN1Value]? { if case .constructed(_, _, let elements) = self { elements } else { nil } }

  /// A universal INTEGER that fits; `nil` for anything else.
  public var wholeNumber: Int? {
    guard case .primitive(let identifier, _, let content) = self, identifier == 0x02 || identifier == 0x0A,
      (1...8).contains(content.count)
    else { return nil }
    var value = content[0] >= 0x80 ? -1 : 0
    for byte in content { value = value << 8 | Int(byte) }
    return value
  }

  public var bytes: [UInt8] {
    switch self {
    case .primitive(let identifier, let wide, let content): Self.framed(identifier, wide, content)
    case .constructed(let identifier, let wide, let elements):
      Self.framed(identifier, wide, elements.flatMap(\.bytes))
    }
  }

  private static func framed(_ identifier: UInt8, _ wide: Int?, _ content: [UInt8]) -> [UInt8] {
    [identifier] + length(content.count, wide) + content
  }

  private static func length(_ count: Int, _ wide: Int?) -> [UInt8] {
    let shortest = lengthBytes(count)
    guard let wide, shortest.count <= wide else { return shortest }
    return wide == 1 ? [0x81, UInt8(clamping: count)] : [0x82] + bigEndian(UInt16(clamping: count))
  }

  /// Reads one whole value. - Throws: ``MessageFault`` for anything else.
  public init(_ bytes: [UInt8]) throws(MessageFault) {
    var reader = ByteReader(bytes)
    self = try Self.value(&reader, depth: 0)
    try reader.requireEnd()
  }

  /// Reads a value; identifiers of more than one byte do not occur.
  static func value(_ reader: inout ByteReader, depth: Int) throws(MessageFault) -> ASN1Value {
    guard depth < maximumDepth else { throw reader.fault(.tooDeep) }
    let start = reader.position
    let identifier = try reader.byte()
    guard identifier & 0x1F != 0x1F, identifier != 0 else { throw MessageFault(.badASN1, at: start) }
    let (place, wide) = try place(&reader)
    guard identifier & 0x20 != 0 else {
      return .primitive(identifier: identifier, wideLength: wide, content: Array(reader.bytes[place]))
    }
    var inner = ByteReader(reader.bytes, place)
    var elements: [ASN1Value] = []
    while !inner.isAtEnd { elements.append(try value(&inner, depth: depth + 1)) }
    return .constructed(identifier: identifier, wideLength: wide, elements: elements)
  }

  private static func place(_ reader: inout ByteReader) throws(MessageFault) -> (Range<Int>, Int?) {
    let start = reader.position
    let first = try reader.byte()
    let count: Int
    switch first {
    case ..<0x80: count = Int(first)
    case 0x81: count = Int(try reader.byte())
    case 0x82: count = Int(try reader.number(UInt16.self))
    default: throw MessageFault(.badLength, at: start)
    }
    guard count <= reader.remaining else { throw MessageFault(.runsOver, at: start) }
    let size = reader.position - start
    return (try reader.range(count), size > lengthBytes(count).count ? size - 1 : nil)
  }
}
