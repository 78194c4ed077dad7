public import GBCS

/// What a device holds a command to before it looks into it (GBCS section 20, mapping table).
public struct UseCase: Hashable, Sendable {
  public let code: MessageCode
  /// Signed by the party itself, answered with a signature and without MAC.
  public let isCritical: Bool
  /// The counter must be above that of the last such command of the same role.
  public let isProtectedAgainstReplay: Bool
  /// The command bears the broker's MAC. A recovery key's does not: the broker's key may be what is lost.
  public let bearsMAC: Bool
  public let roles: Set<RemotePartyRole>
  /// The answer has the device's date and time.
  public let isDated: Bool

  init(
    _ code: UInt16, critical: Bool = false, replay: Bool = false, _ roles: Set<RemotePartyRole>, dated: Bool = false,
    bearsMAC: Bool = true
  ) {
    self.bearsMAC = bearsMAC
    self.code = MessageCode(rawValue: code)
    isCritical = critical
    isProtectedAgainstReplay = replay
    self.roles = roles
    isDated = dated
  }

  static let readers: Set<RemotePartyRole> = [.supplier, .networkOperator, .accessControlBroker]

  /// Source: GBCS mapping table as seen on the reference messages; who may read what: table of logs in the notes.
  private static let all: [UInt16: UseCase] = Dictionary(
    ([
      UseCase(0x0026, [.networkOperator, .accessControlBroker]),
      UseCase(0x0027, [.supplier, .networkOperator], dated: true),
      UseCase(0x0033, [.supplier, .accessControlBroker]),
      UseCase(0x0035, [.accessControlBroker]),
      UseCase(0x0036, [.networkOperator, .accessControlBroker]),
      UseCase(0x0037, readers),
      UseCase(0x0038, readers),
      UseCase(0x0060, readers),
      UseCase(0x0048, [.supplier]), UseCase(0x0049, [.supplier, .networkOperator, .accessControlBroker]),
      UseCase(0x0052, readers), UseCase(0x0059, readers),
      UseCase(0x0007, replay: true, [.supplier], dated: true),
      UseCase(0x0008, [.accessControlBroker]),
      UseCase(0x0012, critical: true, replay: true, [.supplier], dated: true),
      UseCase(0x004F, critical: true, replay: true, [.supplier]),
      UseCase(0x0050, critical: true, replay: true, [.supplier]),
      UseCase(0x0051, critical: true, replay: true, [.supplier]),
      UseCase(0x0062, critical: true, replay: true, [.supplier]),
      UseCase(0x0102, critical: true, replay: true, [.supplier], dated: true),
      UseCase(0x0103, critical: true, replay: true, [.networkOperator], dated: true),
      UseCase(0x0107, critical: true, replay: true, [.transitionalCoS], dated: true),
      UseCase(0x0108, critical: true, replay: true, [.recovery], dated: true, bearsMAC: false),
      UseCase(0x0001, replay: true, [.accessControlBroker]), UseCase(0x0002, replay: true, [.accessControlBroker]),
      UseCase(0x0004, [.accessControlBroker]),
      UseCase(0x0074, [.supplier, .networkOperator], dated: true), UseCase(0x0077, [.supplier, .accessControlBroker]),
      UseCase(0x0078, readers), UseCase(0x00A0, readers), UseCase(0x0084, readers),
    ] + tariffs + UnsupportedUseCases.all).map { ($0.code.rawValue, $0) }, uniquingKeysWith: { first, _ in first })

  private static let tariffs = [
    UseCase(ElectricityTariff.code.rawValue, critical: true, replay: true, [.supplier], dated: true),
    UseCase(ElectricityTariff.pricesCode.rawValue, critical: true, replay: true, [.supplier], dated: true),
    UseCase(ElectricityTariff.readCode.rawValue, [.supplier, .accessControlBroker]),
  ]

  /// `nil` for what the simulated devices do not know.
  public static func of(_ code: MessageCode) -> UseCase? { all[code.rawValue] }
}
