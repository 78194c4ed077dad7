/// When a device shall make something current that it was given (attributes with an activation date, GBCS 7.3.4).
public enum ActivationTime: Hashable, Sendable {
  case now
  case at(DeviceTime)
  /// Takes back what waits.
  case never

  /// Twelve bytes: all zero for at once, all open for never.
  public var bytes: [UInt8] {
    switch self {
    case .now: Array(repeating: 0, count: 9) + [0x80, 0x00, 0xFF]
    case .at(let time): time.dateTime()
    case .never: Array(repeating: 0xFF, count: 9) + [0x80, 0x00, 0xFF]
    }
  }

  public var value: DLMSValue { .octetString(bytes) }

  /// - Returns: `nil` for what is no date and time, or one that a device cannot tell.
  public init?(_ value: DLMSValue) {
    guard case .octetString(let bytes) = value, bytes.count == 12 else { return nil }
    if bytes[..<9].allSatisfy({ $0 == 0 }) {
      self = .now
    } else if bytes[..<9].allSatisfy({ $0 == 0xFF }) {
      self = .never
    } else if let time = DeviceTime(dateTime: bytes) {
      self = .at(time)
    } else {
      return nil
    }
  }

  public var time: DeviceTime? { if case .at(let time) = self { time } else { nil } }
}

extension DeviceMessage {
  /// When a device shall carry out a command that it keeps; `nil` where it does so at once, or takes one back.
  public var keptUntil: DeviceTime? {
    guard kind == .command, MeterRead(code) == nil, let payload = try? openedPayload().payload else { return nil }
    switch payload {
    case .asn1(let value): return CredentialsUpdate(value)?.executionTime ?? FirmwareActivation(value)?.executionTime
    case .dlms(.accessRequest(let request)):
      return request.data.last.flatMap(ActivationTime.init)?.time
    default: return nil
    }
  }

  /// How many outcomes a device tells of a command that it keeps: one for each attribute that has a date of its own.
  public var keptInstructions: Int {
    guard case .dlms(.accessRequest(let request))? = (try? openedPayload())?.payload else { return 1 }
    return max(1, request.activations.count)
  }
}

extension AccessRequest {
  /// The attributes whose date of activation is set, which is what a device names in the outcome of each.
  public var activations: [AccessSpecification] {
    zip(specifications, data).filter { ActivationTime($1) != nil && $0.choice == .set }.map(\.0)
  }
}
