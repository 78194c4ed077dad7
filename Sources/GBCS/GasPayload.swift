/// The payload of a gas device: commands or answers of the ZigBee Cluster Library, framed for GBCS (GBCS 7.3, "GBZ").
public struct GasPayload: Hashable, Sendable {
  /// Smart Energy.
  static let profile: [UInt8] = [0x01, 0x09]

  /// At most 255.
  public var components: [GasComponent]

  public init(components: [GasComponent]) { self.components = components }

  public var bytes: [UInt8] {
    Self.profile + [UInt8(clamping: components.count)] + components.flatMap(\.bytes)
  }
}

/// One command or answer to one cluster.
public struct GasComponent: Hashable, Sendable {
  /// The two bytes before an encrypted answer.
  public struct EncryptionHeader: Hashable, Sendable {
    public var additionalHeaderControl: UInt8
    public var frameCounter: UInt8

    public init(additionalHeaderControl: UInt8 = 0, frameCounter: UInt8 = 0) {
      self.additionalHeaderControl = additionalHeaderControl
      self.frameCounter = frameCounter
    }
  }

  public enum Content: Hashable, Sendable {
    case clear([UInt8])
    case sealed(SealedContent)
  }

  /// Bit 0: the last one; bit 1: encrypted; bit 4: a from-date-time stands before the frame.
  public var control: UInt8
  public var cluster: UInt16
  public var encryption: EncryptionHeader?
  /// When the command shall take effect: seconds since 2000-01-01T00:00:00Z; 0 is now, all ones never.
  public var fromDateTime: UInt32?
  public var frameControl: UInt8
  /// Only where bit 2 of the frame control is set.
  public var manufacturer: [UInt8]
  public var sequence: UInt8
  public var command: UInt8
  public var content: Content

  /// The control bits for encryption and date follow from what is given.
  public init(
    isLast: Bool, cluster: UInt16, encryption: EncryptionHeader? = nil, fromDateTime: UInt32? = nil,
    frameControl: UInt8, manufacturer: [UInt8] = [], sequence: UInt8, command: UInt8, content: Content
  ) {
    control = (isLast ? 1 : 0) | (encryption == nil ? 0 : Self.encrypted) | (fromDateTime == nil ? 0 : Self.dated)
    self.cluster = cluster
    self.encryption = encryption
    self.fromDateTime = fromDateTime
    self.frameControl = frameControl
    self.manufacturer = manufacturer
    self.sequence = sequence
    self.command = command
    self.content = content
  }

  static let encrypted: UInt8 = 0x02
  static let dated: UInt8 = 0x10
  static let manufacturerSpecific: UInt8 = 0x04

  public var isLast: Bool { control & 1 != 0 }

  public var bytes: [UInt8] {
    var inner: [UInt8] = encryption.map { [$0.additionalHeaderControl, $0.frameCounter] } ?? []
    inner += fromDateTime.map(bigEndian) ?? []
    inner += [frameControl] + manufacturer + [sequence, command]
    switch content {
    case .clear(let data): inner += data
    case .sealed(let sealed): inner += bigEndian(UInt16(clamping: sealed.bytes.count)) + sealed.bytes
    }
    return [control] + bigEndian(cluster) + bigEndian(UInt16(clamping: inner.count)) + inner
  }
}

/// What a gas device says unasked.
public struct GasAlert: Hashable, Sendable {
  public var alertCode: UInt16
  /// Seconds since 2000-01-01T00:00:00Z, as sent (the byte order is the device's own).
  public var time: UInt32
  /// What follows for some alerts; `nil` where the message says that nothing does.
  public var content: [UInt8]?

  public init(alertCode: UInt16, time: UInt32, content: [UInt8]? = nil) {
    self.alertCode = alertCode
    self.time = time
    self.content = content
  }

  public var bytes: [UInt8] {
    GasPayload.profile + [content == nil ? 0 : 1] + bigEndian(alertCode) + bigEndian(time) + (content ?? [])
  }

  init(reading reader: inout ByteReader) throws(MessageFault) {
    try reader.expect(GasPayload.profile, .badProfile)
    let start = reader.position
    let flag = try reader.byte()
    guard flag < 2 else { throw MessageFault(.badCount, at: start) }
    alertCode = try reader.number()
    time = try reader.number()
    content = flag == 1 ? try reader.take(reader.remaining) : nil
    try reader.requireEnd()
  }
}

extension GasPayload {
  init(reading reader: inout ByteReader) throws(MessageFault) {
    try reader.expect(Self.profile, .badProfile)
    let count = try reader.byte()
    components = []
    for _ in 0..<count { components.append(try GasComponent(reading: &reader)) }
    try reader.requireEnd()
  }
}

extension GasComponent {
  init(reading outer: inout ByteReader) throws(MessageFault) {
    control = try outer.byte()
    cluster = try outer.number()
    let start = outer.position
    let count = Int(try outer.number(UInt16.self))
    guard count <= outer.remaining else { throw MessageFault(.runsOver, at: start) }
    var reader = ByteReader(outer.bytes, try outer.range(count))
    let isEncrypted = control & Self.encrypted != 0
    encryption =
      isEncrypted
      ? EncryptionHeader(additionalHeaderControl: try reader.byte(), frameCounter: try reader.byte()) : nil
    fromDateTime = control & Self.dated != 0 ? try reader.number() : nil
    frameControl = try reader.byte()
    manufacturer = frameControl & Self.manufacturerSpecific != 0 ? try reader.take(2) : []
    sequence = try reader.byte()
    command = try reader.byte()
    guard isEncrypted else {
      content = .clear(try reader.take(reader.remaining))
      return
    }
    let sealedSize = Int(try reader.number(UInt16.self))
    guard sealedSize == reader.remaining else { throw reader.fault(.badComponent) }
    let place = reader.position
    guard let sealed = SealedContent(try reader.take(sealedSize), offset: place) else {
      throw MessageFault(.badSecurityHeader, at: place)
    }
    content = .sealed(sealed)
  }
}
