/// What a gas meter or gas proxy can be asked to tell (GBCS GCS13a, GCS16a, GCS17, GCS61), in commands of the ZigBee
/// Cluster Library. Numbers stand lowest byte first, as everything in that library does.
public enum GasRead: Hashable, Sendable {
  /// 4.1.1, GCS13a: the register with its unit, multiplier and divisor.
  case registers
  /// 4.6.1, GCS16a: daily snapshots of the register, 31 of them counted back from the newest in the range.
  case dailyLog(LogPeriod)
  /// 4.8.1, GCS17: samples of half an hour.
  case profile(SampleRange)
  /// 4.17, GCS61: samples of a day.
  case dailyConsumption(SampleRange)

  /// A first stamp and how many samples.
  public struct SampleRange: Hashable, Sendable {
    public var from: DeviceTime
    public var count: UInt16

    public init(from: DeviceTime, count: UInt16) {
      self.from = from
      self.count = count
    }

    /// The samples of a range with both ends in it. - Returns: `nil` for a range that runs backwards or is too long.
    public init?(_ period: LogPeriod, interval: UInt32) {
      guard interval > 0, period.from <= period.to,
        let count = UInt16(exactly: Int(period.to.seconds - period.from.seconds) / Int(interval) + 1)
      else { return nil }
      self.init(from: period.from, count: count)
    }
  }

  public static let metering: UInt16 = 0x0702
  public static let snapshots: UInt8 = 31
  /// Sample numbers: half-hours and days.
  public static let halfHourSamples: UInt16 = 0
  public static let dailySamples: UInt16 = 1

  /// Commands of the metering cluster.
  enum Command {
    static let readAttributes: UInt8 = 0x00
    static let attributes: UInt8 = 0x01
    static let getSnapshot: UInt8 = 0x06
    static let publishSnapshot: UInt8 = 0x06
    static let sampledData: UInt8 = 0x07
    static let getSampledData: UInt8 = 0x08
    static let defaultResponse: UInt8 = 0x0B
  }

  /// Attributes: divisor, multiplier, unit, register.
  static let registerAttributes: [UInt16] = [0x0302, 0x0301, 0x0300, 0x0000]

  public var code: MessageCode {
    switch self {
    case .registers: MessageCode(rawValue: 0x0074)
    case .dailyLog: MessageCode(rawValue: 0x0077)
    case .profile: MessageCode(rawValue: 0x0078)
    case .dailyConsumption: MessageCode(rawValue: 0x00A0)
    }
  }

  var payload: GasPayload {
    switch self {
    case .registers:
      GasPayload(components: [
        GasComponent(
          isLast: true, cluster: Self.metering, frameControl: 0, sequence: 0, command: Command.readAttributes,
          content: .clear(Self.registerAttributes.flatMap(littleEndian)))
      ])
    case .dailyLog(let period):
      GasPayload(
        components: (0..<Self.snapshots).map { number in
          GasComponent(
            isLast: number == Self.snapshots - 1, cluster: Self.metering, frameControl: 1, sequence: number,
            command: Command.getSnapshot,
            content: .clear(
              littleEndian(period.from.seconds) + littleEndian(period.to.seconds) + [number]
                + littleEndian(UInt32(1))))
        })
    case .profile(let range): Self.samples(Self.halfHourSamples, range)
    case .dailyConsumption(let range): Self.samples(Self.dailySamples, range)
    }
  }

  private static func samples(_ number: UInt16, _ range: SampleRange) -> GasPayload {
    GasPayload(components: [
      GasComponent(
        isLast: true, cluster: metering, frameControl: 1, sequence: 0, command: Command.getSampledData,
        content: .clear(littleEndian(number) + littleEndian(range.from.seconds) + [0] + littleEndian(range.count)))
    ])
  }

  /// Understands a request; `nil` for what is none.
  public init?(_ code: MessageCode, _ payload: GasPayload) {
    guard let first = payload.components.first, first.cluster == Self.metering,
      case .clear(let data) = first.content
    else { return nil }
    var reader = ByteReader(data)
    switch (code.rawValue, first.command) {
    case (0x0074, Command.readAttributes):
      guard data == Self.registerAttributes.flatMap(littleEndian) else { return nil }
      self = .registers
    case (0x0077, Command.getSnapshot):
      guard payload.components.count <= Self.snapshots, let from = try? reader.littleEndian(UInt32.self),
        let to = try? reader.littleEndian(UInt32.self)
      else { return nil }
      self = .dailyLog(LogPeriod(from: DeviceTime(seconds: from), to: DeviceTime(seconds: to)))
    case (0x0078, Command.getSampledData), (0x00A0, Command.getSampledData):
      guard let number = try? reader.littleEndian(UInt16.self), let from = try? reader.littleEndian(UInt32.self),
        (try? reader.byte()) != nil, let count = try? reader.littleEndian(UInt16.self),
        number == (code.rawValue == 0x0078 ? Self.halfHourSamples : Self.dailySamples)
      else { return nil }
      let range = SampleRange(from: DeviceTime(seconds: from), count: count)
      self = number == Self.halfHourSamples ? .profile(range) : .dailyConsumption(range)
    default: return nil
    }
  }
}

extension CommandAddress {
  /// The command that asks a gas device for a read, without MAC.
  public func command(_ read: GasRead) -> DeviceMessage { command(read.code, read.payload.bytes) }
}

/// Bytes of a whole number, lowest first.
func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] { bigEndian(value).reversed() }

extension ByteReader {
  mutating func littleEndian<Value: FixedWidthInteger & UnsignedInteger>(_: Value.Type = Value.self)
    throws(MessageFault) -> Value
  { try number(Value.self).byteSwapped }

  /// A number of some bytes, lowest first.
  mutating func littleEndian(bytes count: Int) throws(MessageFault) -> UInt64 {
    try take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
