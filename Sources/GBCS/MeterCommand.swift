/// What an electricity meter can be told to do.
public enum MeterCommand: Hashable, Sendable {
  /// 7.1, ECS42: close the load switch.
  case enableSupply
  /// 7.2, ECS43: open it.
  case disableSupply
  /// 7.3, ECS44.
  case armSupply
  /// 7.4, ECS45.
  case readSupplyState
  /// 2.2, CS01a: twenty digits. The command's counter is the top-up counter, whose low 32 bits are zero.
  case topUp(digits: String)
  /// 6.11 and 8.1.1, ECS70: set the clock, if the hub's time lies in the window.
  case synchroniseClock(ClosedRange<DeviceTime>)
  /// 11.2, ECS52.
  case readFirmwareVersion
  /// 6.13, ECS35a.
  case readEventLog(LogPeriod)

  /// Signed by the party before the broker adds its MAC.
  public var isCritical: Bool {
    switch self {
    case .enableSupply, .disableSupply, .armSupply, .synchroniseClock: true
    case .readSupplyState, .topUp, .readFirmwareVersion, .readEventLog: false
    }
  }

  public var code: MessageCode {
    let number: UInt16 =
      switch self {
      case .enableSupply: 0x004F
      case .disableSupply: 0x0050
      case .armSupply: 0x0051
      case .readSupplyState: 0x0052
      case .topUp: 0x0007
      case .synchroniseClock: 0x0062
      case .readFirmwareVersion: 0x0059
      case .readEventLog: 0x0048
      }
    return MessageCode(rawValue: number)
  }

  public static let supplyScript = OBISCode(0, 0, 10, 0, 106, 255)
  public static let clock = OBISCode(0, 0, 1, 0, 0, 255)
  static let supplySwitch = OBISCode(0, 0, 96, 3, 10, 255)
  static let topUpGateway = OBISCode(0, 0, 19, 40, 0, 255)
  static let activeFirmware = OBISCode(0, 0, 0, 2, 1, 255)
  static let eventLog = OBISCode(0, 0, 99, 98, 0, 255)

  var items: [(AccessSpecification, DLMSValue)] {
    switch self {
    case .enableSupply: Self.script(51)
    case .disableSupply: Self.script(52)
    case .armSupply: Self.script(54)
    case .readSupplyState: [(AccessSpecification(.get, objectClass: 70, object: Self.supplySwitch, member: 3), .null)]
    case .topUp(let digits):
      [
        (
          AccessSpecification(.action, objectClass: 115, object: Self.topUpGateway, member: 1),
          .octetString(Array(digits.utf8))
        )
      ]
    case .synchroniseClock(let window): Self.clockItems(window)
    case .readFirmwareVersion:
      [(AccessSpecification(.get, objectClass: 1, object: Self.activeFirmware, member: 2), .null)]
    case .readEventLog(let period): [(CommandAddress.selection(Self.eventLog, period), .null)]
    }
  }

  private static func script(_ number: UInt16) -> [(AccessSpecification, DLMSValue)] {
    [(AccessSpecification(.action, objectClass: 9, object: supplyScript, member: 1), .longUnsigned(number))]
  }

  /// Clock base, preset time with its window, adjust to it, then tell time and status.
  private static func clockItems(_ window: ClosedRange<DeviceTime>) -> [(AccessSpecification, DLMSValue)] {
    let open: [UInt8] = Array(repeating: 0xFF, count: 9) + [0x80, 0x00, 0xFF]
    let preset: DLMSValue = .structure(
      [open, window.lowerBound.dateTime(), window.upperBound.dateTime()].map(DLMSValue.octetString))
    let accesses: [(AccessSpecification.Choice, Int8, DLMSValue)] = [
      (.set, 9, .enumerated(5)), (.action, 5, preset), (.action, 4, .integer(0)), (.get, 2, .null), (.get, 4, .null),
    ]
    return accesses.map { (AccessSpecification($0.0, objectClass: 8, object: clock, member: $0.1), $0.2) }
  }

  /// The window in a request to set the clock; `nil` where there is none.
  public static func clockWindow(_ request: AccessRequest) -> ClosedRange<DeviceTime>? {
    guard request.data.count == 5, let parts = request.data[1].elements, parts.count == 3,
      case .octetString(let from) = parts[1], case .octetString(let to) = parts[2],
      let start = DeviceTime(dateTime: from), let end = DeviceTime(dateTime: to), start <= end
    else { return nil }
    return start...end
  }
}

extension CommandAddress {
  /// The command that tells an electricity meter to do something, neither signed nor with MAC.
  public func command(_ command: MeterCommand) -> DeviceMessage { self.command(command.code, command.items) }

  /// A log, selected by capture time.
  static func selection(_ log: OBISCode, _ period: LogPeriod) -> AccessSpecification {
    AccessSpecification(
      .getWithSelection, objectClass: MeterRead.profileClass, object: log, member: 2,
      selection: AccessSpecification.Selection(
        selector: 1,
        parameters: .structure([
          captureObject(MeterRead.dataClass, MeterRead.selector), .doubleLongUnsigned(period.from.seconds),
          .doubleLongUnsigned(period.to.seconds), .array([]),
        ])))
  }
}
