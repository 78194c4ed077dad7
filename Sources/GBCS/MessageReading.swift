extension DeviceMessage {
  /// The longest message that is read: what three bytes of length can frame.
  public static let maximumSize = 0xFFFF + 11

  /// The message together with where its parts stand in the bytes.
  public struct Located: Hashable, Sendable {
    public let message: DeviceMessage
    /// From the byte DF to the end of the signature field: what the MAC covers.
    public let body: Range<Int>
    public let payload: Range<Int>
  }

  /// Reads one whole message. - Throws: ``MessageFault`` for anything that is not exactly one message.
  public init(_ bytes: [UInt8]) throws(MessageFault) { self = try Self.locate(bytes).message }

  /// Reads one whole message and says where its parts stand.
  public static func locate(_ bytes: [UInt8]) throws(MessageFault) -> Located {
    guard bytes.count <= maximumSize else { throw MessageFault(.tooLarge, at: 0) }
    var reader = ByteReader(bytes)
    switch reader.next {
    case Tag.macFrame:
      try reader.expect(Tag.macFrameStart, .badFrame)
      let content = try reader.lengthAndRange()
      try reader.requireEnd()
      var frame = ByteReader(bytes, content)
      try frame.expect(Tag.macSecurityHeader, .badSecurityHeader)
      guard frame.remaining > Tag.macLength else { throw frame.fault(.missingMAC) }
      let macStart = content.upperBound - Tag.macLength
      return try body(bytes, frame.position..<macStart, mac: Array(bytes[macStart..<content.upperBound]))
    case Tag.grouping: return try body(bytes, 0..<bytes.count, mac: nil)
    case nil: throw MessageFault(.endsEarly, at: 0)
    default: throw MessageFault(.badFrame, at: 0)
    }
  }

  private static func body(_ bytes: [UInt8], _ range: Range<Int>, mac: [UInt8]?) throws(MessageFault) -> Located {
    var reader = ByteReader(bytes, range)
    try reader.expect([Tag.grouping], .badFrame)
    try reader.expect([9], .badIdentifierLength)
    let kindStart = reader.position
    guard let kind = Kind(rawValue: try reader.byte()) else { throw MessageFault(.badKind, at: kindStart) }
    let counter = try reader.number(UInt64.self)
    let originator = try identifier(&reader)
    let recipient = try identifier(&reader)
    let dateTime = try dateTime(&reader)
    let other = try reader.lengthAndRange()
    let (code, supplementary) = try otherInformation(bytes, other, kind)
    let payload = try reader.lengthAndRange()
    let signatureStart = reader.position
    let signature = try signature(&reader)
    try reader.requireEnd()
    // Only pre-commands, which have no MAC yet, may leave the field out.
    guard mac == nil || signature != .omitted else { throw MessageFault(.badSignature, at: signatureStart) }
    let message = DeviceMessage(
      kind: kind, counter: counter, originator: originator, recipient: recipient, dateTime: dateTime, code: code,
      supplementary: supplementary, payload: Array(bytes[payload]), signature: signature, mac: mac)
    return Located(message: message, body: range, payload: payload)
  }

  private static func identifier(_ reader: inout ByteReader) throws(MessageFault) -> EUI64 {
    try reader.expect([8], .badIdentifierLength)
    return EUI64(rawValue: try reader.number(UInt64.self))
  }

  private static func dateTime(_ reader: inout ByteReader) throws(MessageFault) -> [UInt8]? {
    let start = reader.position
    switch try reader.byte() {
    case 0: return nil
    case 12: return try reader.take(12)
    default: throw MessageFault(.badDateTime, at: start)
    }
  }

  private static func otherInformation(
    _ bytes: [UInt8], _ range: Range<Int>, _ kind: Kind
  ) throws(MessageFault) -> (MessageCode, Supplementary) {
    var reader = ByteReader(bytes, range)
    let code = MessageCode(rawValue: try reader.number(UInt16.self))
    var other = Supplementary()
    if !reader.isAtEnd { other.remoteParty = EUI64(rawValue: try reader.number(UInt64.self)) }
    if !reader.isAtEnd { other.remotePartyCounter = try reader.number(UInt64.self) }
    if !reader.isAtEnd && kind == .response { other.originatorCounter = try reader.number(UInt64.self) }
    if !reader.isAtEnd && kind == .command { other.keyAgreementCertificate = try reader.take(reader.remaining) }
    guard reader.isAtEnd else { throw reader.fault(.badOtherInformation) }
    return (code, other)
  }

  private static func signature(_ reader: inout ByteReader) throws(MessageFault) -> Signature {
    if reader.isAtEnd { return .omitted }
    let start = reader.position
    let field = try reader.lengthAndRange()
    switch field.count {
    case 0: return .none
    case 64: return .present(Array(reader.bytes[field]))
    default: throw MessageFault(.badSignature, at: start)
    }
  }
}

/// The bytes that frame a message.
enum Tag {
  /// DLMS general-ciphering.
  static let macFrame: UInt8 = 0xDD
  /// Six absent fields: transaction, originator, recipient, date, other information, key information.
  static let macFrameStart: [UInt8] = [0xDD, 0, 0, 0, 0, 0, 0]
  /// Authenticated only, invocation counter 0.
  static let macSecurityHeader: [UInt8] = [0x11, 0, 0, 0, 0]
  static let macLength = 12
  /// DLMS general-signing.
  static let grouping: UInt8 = 0xDF
}
