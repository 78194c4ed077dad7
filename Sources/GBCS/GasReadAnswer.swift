/// What a gas device answers to a read: contents in clear, to be sealed one by one.
public enum GasReadAnswer {
  /// Litres, as the register counts them: unit cubic metres (1), multiplier 1, divisor 1,000.
  public static func registers(litres: UInt64) -> [UInt8] {
    let divisor: [UInt8] = [0x02, 0x03, 0, uint24, 0xE8, 0x03, 0]
    let multiplier: [UInt8] = [0x01, 0x03, 0, uint24, 1, 0, 0]
    let unit: [UInt8] = [0x00, 0x03, 0, enum8, 1]
    return divisor + multiplier + unit + [0x00, 0x00, 0, uint48] + uint48(litres)
  }

  private static let uint24: UInt8 = 0x22
  private static let uint48: UInt8 = 0x25
  private static let enum8: UInt8 = 0x30

  private static func uint48(_ value: UInt64) -> [UInt8] { Array(littleEndian(value).prefix(6)) }

  /// One daily snapshot: the register, all of it in the first tier, no blocks.
  ///
  /// - Parameters:
  ///   - number: its place, newest first.
  ///   - total: how many were found.
  public static func snapshot(number: UInt8, total: UInt8, time: DeviceTime, litres: UInt64) -> [UInt8] {
    var bytes = littleEndian(UInt32(number)) + littleEndian(time.seconds) + [total, 0, 1]
    bytes += littleEndian(UInt32(1)) + [timeOfUse] + uint48(litres) + [1] + uint48(litres) + [0]
    return bytes
  }

  /// Payload type: time-of-use information, delivered.
  private static let timeOfUse: UInt8 = 6

  /// Samples from a first stamp on. - Parameter interval: seconds.
  public static func samples(_ number: UInt16, from: DeviceTime, interval: UInt16, _ litres: [UInt32]) -> [UInt8] {
    var bytes = littleEndian(number) + littleEndian(from.seconds) + [0] + littleEndian(interval)
    bytes += littleEndian(UInt16(clamping: litres.count))
    for sample in litres { bytes += littleEndian(min(sample, 0xFF_FFFF)).prefix(3) }
    return bytes
  }

  /// A component with sealed content. - Parameter sealed: `nil` where nothing was found.
  public static func component(_ read: GasRead, number: UInt8, isLast: Bool, sealed: SealedContent?) -> GasComponent {
    let command: UInt8
    let frame: UInt8
    switch read {
    case .registers: (command, frame) = (GasRead.Command.attributes, 0x18)
    case .dailyLog: (command, frame) = (GasRead.Command.publishSnapshot, 0x19)
    case .profile, .dailyConsumption: (command, frame) = (GasRead.Command.sampledData, 0x19)
    }
    guard let sealed else {
      let asked = read.payload.components.first?.command ?? 0
      return GasComponent(
        isLast: isLast, cluster: GasRead.metering, frameControl: 0x08, sequence: number,
        command: GasRead.Command.defaultResponse, content: .clear([asked, notFound]))
    }
    return GasComponent(
      isLast: isLast, cluster: GasRead.metering, encryption: GasComponent.EncryptionHeader(), frameControl: frame,
      sequence: number, command: command, content: .sealed(sealed))
  }

  private static let notFound: UInt8 = 0x8B
}

/// What stood in a gas device's answer.
public enum GasReadContent: Hashable, Sendable {
  /// Register and what to divide it by for cubic metres.
  case register(value: UInt64, multiplier: UInt32, divisor: UInt32)
  /// Stamps and litres, oldest first.
  case log([Sample])

  /// What was used in an interval, or the register's stand at a snapshot.
  public struct Sample: Hashable, Sendable {
    public let time: DeviceTime
    public let litres: UInt64

    public init(time: DeviceTime, litres: UInt64) {
      self.time = time
      self.litres = litres
    }
  }

  /// Reads one opened content. - Throws: ``MessageFault`` where it is cut or of another kind.
  public init(_ code: MessageCode, _ bytes: [UInt8]) throws(MessageFault) {
    var reader = ByteReader(bytes)
    switch code.rawValue {
    case 0x0074: self = try Self.registers(&reader)
    case 0x0077: self = .log([try Self.snapshot(&reader)])
    case 0x0078: self = .log(try Self.samples(&reader, interval: nil))
    case 0x00A0: self = .log(try Self.samples(&reader, interval: 86_400))
    default: throw MessageFault(.unknownPayload, at: 0)
    }
    try reader.requireEnd()
  }

  private static func registers(_ reader: inout ByteReader) throws(MessageFault) -> GasReadContent {
    var numbers: [UInt16: UInt64] = [:]
    while !reader.isAtEnd {
      let attribute = try reader.littleEndian(UInt16.self)
      guard try reader.byte() == 0 else { continue }
      let start = reader.position
      let size =
        switch try reader.byte() {
        case 0x22: 3
        case 0x25: 6
        case 0x30: 1
        default: 0
        }
      guard size > 0 else { throw MessageFault(.unknownType, at: start) }
      numbers[attribute] = try reader.littleEndian(bytes: size)
    }
    guard let value = numbers[0] else { throw reader.fault(.endsEarly) }
    return .register(
      value: value, multiplier: UInt32(clamping: numbers[0x0301] ?? 1),
      divisor: UInt32(clamping: numbers[0x0302] ?? 1))
  }

  private static func snapshot(_ reader: inout ByteReader) throws(MessageFault) -> Sample {
    _ = try reader.take(4)
    let time = DeviceTime(seconds: try reader.littleEndian(UInt32.self))
    _ = try reader.take(3 + 4 + 1)
    let litres = try reader.littleEndian(bytes: 6)
    // Tiers, then blocks: low four bits say how many.
    let tiers = Int(try reader.byte())
    _ = try reader.take(tiers * 6)
    let blocks = Int(try reader.byte() & 0x0F)
    _ = try reader.take(blocks * 6)
    return Sample(time: time, litres: litres)
  }

  private static func samples(
    _ reader: inout ByteReader, interval: UInt32?
  ) throws(MessageFault) -> [Sample] {
    _ = try reader.take(2)
    let from = try reader.littleEndian(UInt32.self)
    _ = try reader.byte()
    let told = UInt32(try reader.littleEndian(UInt16.self))
    let count = Int(try reader.littleEndian(UInt16.self))
    guard count * 3 == reader.remaining else { throw reader.fault(.badCount) }
    var samples: [Sample] = []
    for number in 0..<count {
      let stamp = from &+ UInt32(clamping: number) &* (interval ?? told)
      samples.append(Sample(time: DeviceTime(seconds: stamp), litres: try reader.littleEndian(bytes: 3)))
    }
    return samples
  }
}
