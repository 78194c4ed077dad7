/// What the broker tells a Communications Hub about the devices that may join it.
public enum HubCommand: Hashable, Sendable {
  /// 8.11, CCS01: may join within some seconds, with the key that its install code gives (16 bytes).
  case add(device: EUI64, linkKey: [UInt8], joinSeconds: UInt16)
  /// 8.11, CCS02. The method is the one after that of adding; no message of the use case was at hand [?].
  case remove(device: EUI64)
  /// 8.9, CCS05/CCS04: tell the devices that are there.
  case readDeviceLog

  static let deviceLog = OBISCode(0, 0, 30, 3, 0, 255)
  static let deviceLogClass: UInt16 = 104

  public var code: MessageCode {
    switch self {
    case .add: MessageCode(rawValue: 0x0001)
    case .remove: MessageCode(rawValue: 0x0002)
    case .readDeviceLog: MessageCode(rawValue: 0x0004)
    }
  }

  private static func access(_ choice: AccessSpecification.Choice, _ member: Int8) -> AccessSpecification {
    AccessSpecification(choice, objectClass: deviceLogClass, object: deviceLog, member: member)
  }

  var items: [(AccessSpecification, DLMSValue)] {
    switch self {
    case .add(let device, let linkKey, let seconds):
      [
        (
          Self.access(.action, 1),
          .structure([.octetString(device.bytes), .enumerated(1), .octetString(linkKey), .enumerated(0)])
        ),
        (Self.access(.set, 3), .longUnsigned(seconds)), (Self.access(.set, 2), .boolean(0xFF)),
      ]
    case .remove(let device): [(Self.access(.action, 2), .octetString(device.bytes))]
    case .readDeviceLog: [(Self.access(.get, 4), .null)]
    }
  }

  /// Understands a request; `nil` for what is none.
  public init?(_ code: MessageCode, _ request: AccessRequest) {
    guard request.specifications.allSatisfy({ $0.object == Self.deviceLog }) else { return nil }
    switch code.rawValue {
    case 0x0001:
      guard request.data.count == 3, let parts = request.data[0].elements, parts.count == 4,
        case .octetString(let device) = parts[0], device.count == 8, case .octetString(let key) = parts[2],
        (6...16).contains(key.count), case .longUnsigned(let seconds) = request.data[1]
      else { return nil }
      self = .add(device: EUI64(bytes: device), linkKey: key, joinSeconds: seconds)
    case 0x0002:
      guard request.data.count == 1, case .octetString(let device) = request.data[0], device.count == 8 else {
        return nil
      }
      self = .remove(device: EUI64(bytes: device))
    case 0x0004: self = .readDeviceLog
    default: return nil
    }
  }
}

extension EUI64 {
  /// Highest byte first; bytes beyond eight push the first out.
  init(bytes: [UInt8]) { self.init(rawValue: bytes.reduce(0) { $0 << 8 | UInt64($1) }) }
}

extension CommandAddress {
  /// The command to a hub, without MAC.
  public func command(_ command: HubCommand) -> DeviceMessage { self.command(command.code, command.items) }
}
