/// Who stands behind a role on the device: the user itself where the device knows it, else the broker for the user.
public struct CommandRoute: Hashable, Sendable {
  /// Whether the access control broker is the originator of the device message.
  public let isThroughBroker: Bool
  /// Whether the user's identifier and counter ride along, so that the answer finds its way.
  public let carriesUser: Bool
  /// Whether the user's key agreement certificate rides along: the device encrypts to it and the DCC cannot read.
  public let carriesUserCertificate: Bool

  /// The route of a read on a SMETS2 device. - Returns: `nil` where the use case does not take that party.
  public init?(_ role: UserRole, _ variant: ServiceVariant) {
    let useCase = ReadUseCase.of(variant)
    if role.isKnownRemoteParty {
      self.init(isThroughBroker: false, carriesUser: false, carriesUserCertificate: false)
      return
    }
    if let useCase, !useCase.isOpenToBroker { return nil }
    self.init(isThroughBroker: true, carriesUser: true, carriesUserCertificate: useCase?.isSensitive == true)
  }

  private init(isThroughBroker: Bool, carriesUser: Bool, carriesUserCertificate: Bool) {
    self.isThroughBroker = isThroughBroker
    self.carriesUser = carriesUser
    self.carriesUserCertificate = carriesUserCertificate
  }
}

/// The GBCS use case of an electricity read, as far as routes depend on it.
public struct ReadUseCase: Hashable, Sendable {
  public let variant: ServiceVariant
  /// The message code.
  public let code: UInt16
  public let name: String
  /// Whether the device encrypts the answer's content to the party that asked.
  public let isSensitive: Bool
  /// Whether the access control broker is one of the use case's remote parties.
  public let isOpenToBroker: Bool

  /// Those of settlement. 4.1.1 is open to supplier and network alone, which is why a retriever cannot have it.
  public static let all: [ReadUseCase] = [
    ReadUseCase("4.1.1", 0x0027, "ECS17b", isSensitive: true, isOpenToBroker: false),
    ReadUseCase("4.2", 0x0026, "ECS17a", isSensitive: false, isOpenToBroker: true),
    ReadUseCase("4.6.1", 0x0033, "ECS21a", isSensitive: true, isOpenToBroker: true),
    ReadUseCase("4.6.2", 0x0035, "ECS21c", isSensitive: false, isOpenToBroker: true),
    ReadUseCase("4.8.1", 0x0037, "ECS22b", isSensitive: true, isOpenToBroker: true),
    ReadUseCase("4.8.2", 0x0038, "ECS22c", isSensitive: false, isOpenToBroker: true),
    ReadUseCase("4.8.3", 0x0036, "ECS22a", isSensitive: false, isOpenToBroker: true),
    ReadUseCase("4.17", 0x0060, "ECS66", isSensitive: true, isOpenToBroker: true),
  ]

  public static func of(_ variant: ServiceVariant) -> ReadUseCase? { all.first { $0.variant == variant } }

  private init(_ variant: ServiceVariant, _ code: UInt16, _ name: String, isSensitive: Bool, isOpenToBroker: Bool) {
    self.variant = variant
    self.code = code
    self.name = name
    self.isSensitive = isSensitive
    self.isOpenToBroker = isOpenToBroker
  }
}

/// Where alerts go.
public enum AlertRouting {
  /// A DCC alert about a request goes to whoever made the request, whatever the role.
  public static func recipient(ofAlertOn request: AccessRequest) -> PartyIdentifier { request.user }

  /// The roles that a device's own alerts go to: the supplier of the device and, for outages, the network; those whose
  /// credentials the device holds. Never a retriever or Other User.
  public static func roles(ofDeviceAlert kind: DeviceKind, isSupplyAlert: Bool) -> [UserRole] {
    let supplier: UserRole = kind.isGas ? .gasSupplier : .importSupplier
    let network: UserRole = kind.isGas ? .gasTransporter : .electricityDistributor
    return isSupplyAlert ? [supplier, network] : [supplier]
  }
}

/// What the DCC may keep.
public enum DataKeeping {
  /// SMETS2 answers are encrypted end to end: the DCC has no plaintext and keeps none. SMETS1 answers are not, so that a
  /// cache is possible.
  public static func mayKeepPlaintext(_ generation: MeterGeneration) -> Bool { generation == .smets1 }
}
