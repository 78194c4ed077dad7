/// Reads DLMS values; remembers where sealed octet strings stand.
struct DLMSReader {
  /// How deep lists and structures may stand in each other. The deepest of GBCS is 7.
  static let maximumDepth = 24

  var reader: ByteReader
  /// Octet strings that begin with the security header of encrypted content: their bytes' places.
  var sealed: [Range<Int>] = []

  init(_ reader: ByteReader) { self.reader = reader }

  mutating func value(depth: Int = 0) throws(MessageFault) -> DLMSValue {
    guard depth < Self.maximumDepth else { throw reader.fault(.tooDeep) }
    let start = reader.position
    let tag = try reader.byte()
    switch tag {
    case DLMSTag.array: return .array(try elements(depth))
    case DLMSTag.structure: return .structure(try elements(depth))
    case DLMSTag.compactArray: return try compactArray(depth)
    default:
      guard let simple = DLMSTag(rawValue: tag) else { throw MessageFault(.unknownType, at: start) }
      return try content(simple)
    }
  }

  /// Each element has at least one byte, so that a count beyond what is left can be refused at once.
  private mutating func elements(_ depth: Int) throws(MessageFault) -> [DLMSValue] {
    let start = reader.position
    let count = try reader.length()
    guard count <= reader.remaining else { throw MessageFault(.runsOver, at: start) }
    var elements: [DLMSValue] = []
    elements.reserveCapacity(count)
    for _ in 0..<count { elements.append(try value(depth: depth + 1)) }
    return elements
  }

  private mutating func compactArray(_ depth: Int) throws(MessageFault) -> DLMSValue {
    let type = try description(depth + 1)
    let start = reader.position
    let place = try reader.lengthAndRange()
    var inner = DLMSReader(ByteReader(reader.bytes, place))
    var rows: [DLMSValue] = []
    while !inner.reader.isAtEnd {
      let before = inner.reader.position
      rows.append(try inner.row(type, depth + 1))
      guard inner.reader.position > before else { throw MessageFault(.emptyRows, at: start) }
    }
    return .compactArray(type, rows: rows)
  }

  /// Lists of nothing are refused here, null values in ``row(_:_:)``.
  private mutating func description(_ depth: Int) throws(MessageFault) -> DLMSType {
    guard depth < Self.maximumDepth else { throw reader.fault(.tooDeep) }
    let start = reader.position
    let tag = try reader.byte()
    switch tag {
    case DLMSTag.array:
      let count = try reader.number(UInt16.self)
      guard count > 0 else { throw MessageFault(.emptyRows, at: start) }
      return .array(count: count, of: try description(depth + 1))
    case DLMSTag.structure:
      let count = try reader.length()
      guard count > 0 else { throw MessageFault(.emptyRows, at: start) }
      guard count <= reader.remaining else { throw MessageFault(.runsOver, at: start) }
      var parts: [DLMSType] = []
      for _ in 0..<count { parts.append(try description(depth + 1)) }
      return .structure(parts)
    default:
      guard let simple = DLMSTag(rawValue: tag) else { throw MessageFault(.unknownType, at: start) }
      return .simple(simple)
    }
  }

  /// A row or a part of one, which has no tags. What takes no bytes (null, lists of nothing) is refused: rows could
  /// otherwise hold any number of values in no bytes at all.
  private mutating func row(_ type: DLMSType, _ depth: Int) throws(MessageFault) -> DLMSValue {
    switch type {
    case .simple(.null): throw reader.fault(.emptyRows)
    case .simple(let tag): return try content(tag)
    case .array(let count, let element):
      guard Int(count) <= reader.remaining else { throw reader.fault(.runsOver) }
      var elements: [DLMSValue] = []
      for _ in 0..<count { elements.append(try row(element, depth + 1)) }
      return .array(elements)
    case .structure(let parts):
      var elements: [DLMSValue] = []
      for part in parts { elements.append(try row(part, depth + 1)) }
      return .structure(elements)
    }
  }

  private mutating func content(_ tag: DLMSTag) throws(MessageFault) -> DLMSValue {
    switch tag {
    case .null: return .null
    case .boolean: return .boolean(try reader.byte())
    case .bitString: return try bitString()
    case .doubleLong: return .doubleLong(Int32(bitPattern: try reader.number()))
    case .doubleLongUnsigned: return .doubleLongUnsigned(try reader.number())
    case .octetString: return .octetString(try octets())
    case .visibleString: return .visibleString(Array(reader.bytes[try reader.lengthAndRange()]))
    case .utf8String: return .utf8String(Array(reader.bytes[try reader.lengthAndRange()]))
    case .binaryCodedDecimal: return .binaryCodedDecimal(try reader.byte())
    case .integer: return .integer(Int8(bitPattern: try reader.byte()))
    case .long: return .long(Int16(bitPattern: try reader.number()))
    case .unsigned: return .unsigned(try reader.byte())
    case .longUnsigned: return .longUnsigned(try reader.number())
    case .long64: return .long64(Int64(bitPattern: try reader.number()))
    case .long64Unsigned: return .long64Unsigned(try reader.number())
    case .enumerated: return .enumerated(try reader.byte())
    case .float32: return .float32(try reader.take(4))
    case .float64: return .float64(try reader.take(8))
    case .dateTime: return .dateTime(try reader.take(12))
    case .date: return .date(try reader.take(5))
    case .time: return .time(try reader.take(4))
    }
  }

  private mutating func bitString() throws(MessageFault) -> DLMSValue {
    let start = reader.position
    let count = try reader.length()
    let size = (count + 7) / 8
    guard size <= reader.remaining else { throw MessageFault(.runsOver, at: start) }
    return .bitString(count: count, bytes: try reader.take(size))
  }

  private mutating func octets() throws(MessageFault) -> [UInt8] {
    let place = try reader.lengthAndRange()
    let octets = Array(reader.bytes[place])
    if SealedContent.isSealed(octets) { sealed.append(place) }
    return octets
  }
}

extension DLMSValue {
  /// Reads one whole value. - Throws: ``MessageFault`` for anything that is not exactly one value.
  public init(_ bytes: [UInt8]) throws(MessageFault) {
    var reader = DLMSReader(ByteReader(bytes))
    self = try reader.value()
    try reader.reader.requireEnd()
  }
}
