/// The command that puts new certificates into a device's store (CS02b; 6.15.1, 6.21, 6.23).
public struct CredentialsUpdate: Hashable, Sendable {
  /// Who replaces whose credentials; the number is the last byte of the message code. Of 0, 1 and 6 no reference message
  /// was at hand, of 9 only the answer: they are written like the others.
  public enum Mode: UInt8, Hashable, Sendable, CaseIterable {
    case rootBySupplier = 0
    case rootByWANProvider = 1
    case supplierBySupplier = 2
    case networkOperatorByNetworkOperator = 3
    case brokerByBroker = 4
    case wanProviderByWANProvider = 5
    case changeOfSupplierByChangeOfSupplier = 6
    case supplierByTransitionalCoS = 7
    /// Any but a root, by the recovery key: for when the keys of a party are lost.
    case anyByRecovery = 8
    /// Any, by the contingency key that the root's certificate holds wrapped: for when the recovery key is lost too.
    case anyByContingency = 9

    public var code: MessageCode { MessageCode(rawValue: 0x0100 | UInt16(rawValue)) }

    /// Who signs; `nil` under the contingency key, which no cell holds.
    public var authorisingRole: RemotePartyRole? {
      switch self {
      case .rootBySupplier, .supplierBySupplier: .supplier
      case .rootByWANProvider, .wanProviderByWANProvider: .wanProvider
      case .networkOperatorByNetworkOperator: .networkOperator
      case .brokerByBroker: .accessControlBroker
      case .changeOfSupplierByChangeOfSupplier, .supplierByTransitionalCoS: .transitionalCoS
      case .anyByRecovery: .recovery
      case .anyByContingency: nil
      }
    }

    /// Whose cells may be replaced.
    public func replaces(_ role: RemotePartyRole) -> Bool {
      switch self {
      case .anyByRecovery: role != .root
      case .anyByContingency: true
      default: role == replacedRole
      }
    }

    /// The one role whose cells are replaced, and whose floor is told; the authority's own, where it may replace any.
    public var replacedRole: RemotePartyRole {
      switch self {
      case .rootBySupplier, .rootByWANProvider, .anyByContingency: .root
      case .supplierBySupplier, .supplierByTransitionalCoS: .supplier
      case .networkOperatorByNetworkOperator: .networkOperator
      case .brokerByBroker: .accessControlBroker
      case .wanProviderByWANProvider: .wanProvider
      case .changeOfSupplierByChangeOfSupplier: .transitionalCoS
      case .anyByRecovery: .recovery
      }
    }

    /// The broker proves itself by the MAC alone; the others sign, and say with which cell's key.
    var namesItsCell: Bool { self != .brokerByBroker && self != .anyByContingency }
    var mayReplaceMany: Bool { self == .anyByRecovery || self == .anyByContingency }
  }

  /// From which counter on the commands of a role's new party count.
  public struct Floor: Hashable, Sendable {
    public var role: RemotePartyRole
    public var counter: UInt64

    public init(_ role: RemotePartyRole, _ counter: UInt64) {
      self.role = role
      self.counter = counter
    }
  }

  public struct Replacement: Hashable, Sendable {
    /// DER.
    public var certificate: [UInt8]
    public var cell: TrustAnchorCell

    public init(certificate: [UInt8], cell: TrustAnchorCell) {
      self.certificate = certificate
      self.cell = cell
    }
  }

  public var mode: Mode
  /// The authorising party's counter.
  public var authorisingCounter: UInt64
  /// The new party's commands count from above this.
  public var newFloor: UInt64
  /// Floors of further roles, where a recovery or contingency key replaces the cells of many.
  public var otherFloors: [Floor]
  /// The key that unwraps the contingency key in the root's certificate; only with that mode.
  public var contingencyKey: [UInt8]?
  public var replacements: [Replacement]
  /// Issuing certificates (DER), for the device to check the chain.
  public var path: [[UInt8]]
  /// When the device shall do it; `nil` is at once.
  public var executionTime: DeviceTime?
  /// Takes back a replacement that waits; ``executionTime`` has no meaning then.
  public var isCancellation: Bool
  /// Whether the device judges the lifetimes of the certificates (DUIS: ApplyTimeBasedCPVChecks).
  public var judgesLifetimes: Bool

  public init(
    mode: Mode, authorisingCounter: UInt64, newFloor: UInt64 = 0, otherFloors: [Floor] = [],
    contingencyKey: [UInt8]? = nil, replacements: [Replacement], path: [[UInt8]],
    executionTime: DeviceTime? = nil, judgesLifetimes: Bool = true,
    isCancellation: Bool = false
  ) {
    self.otherFloors = otherFloors
    self.contingencyKey = contingencyKey
    self.isCancellation = isCancellation
    self.judgesLifetimes = judgesLifetimes
    self.mode = mode
    self.authorisingCounter = authorisingCounter
    self.newFloor = newFloor
    self.replacements = replacements
    self.path = path
    self.executionTime = executionTime
  }

  /// A supplier's top-up floor is told beside its floor: cell 0, counter 0.
  private static let topUpFloor: ASN1Value = .sequence([.sequence([.integer(0), .integer(0)])])

  /// All floors that it sets: of the role that it replaces, then of the others.
  public var floors: [Floor] { [Floor(mode.replacedRole, newFloor)] + otherFloors }

  private static func value(_ floor: Floor) -> ASN1Value {
    .sequence(
      [.integer(UInt64(floor.role.rawValue)), .integer(floor.counter)]
        + (floor.role == .supplier ? [topUpFloor] : []))
  }

  private var control: ASN1Value {
    var parts: [ASN1Value] = [.integer(UInt64(mode.rawValue))]
    if let contingencyKey { parts.append(.primitive(identifier: 0x80, content: contingencyKey)) }
    // Only "no" is written: 1.
    if !judgesLifetimes { parts.append(.integer(1, identifier: 0x81)) }
    if mode.namesItsCell, let role = mode.authorisingRole {
      parts.append(
        .constructed(identifier: 0xA2, elements: [.integer(UInt64(role.rawValue)), .keyUse(.digitalSignature)]))
    }
    parts.append(.integer(authorisingCounter, identifier: 0x83))
    if mode == .supplierByTransitionalCoS {
      parts.append(.constructed(identifier: 0xA6, elements: [Self.value(Floor(.supplier, newFloor))]))
      return .sequence(parts)
    }
    parts.append(.integer(newFloor, identifier: 0x84))
    if mode == .supplierBySupplier {
      parts.append(.constructed(identifier: 0xA5, elements: Self.topUpFloor.elements ?? []))
    }
    if !otherFloors.isEmpty {
      parts.append(.constructed(identifier: 0xA6, elements: otherFloors.map(Self.value)))
    }
    return .sequence(parts)
  }

  /// The payload. - Throws: ``MessageFault`` where a certificate is no ASN.1.
  public func payload() throws(MessageFault) -> [UInt8] {
    var items: [ASN1Value] = []
    for replacement in replacements {
      items.append(.sequence([try ASN1Value(replacement.certificate), replacement.cell.value]))
    }
    var issuers: [ASN1Value] = []
    for certificate in path { issuers.append(try ASN1Value(certificate)) }
    let time = isCancellation ? [ASN1Value.cancellation] : executionTime.map { [.time($0)] } ?? []
    return ASN1Value.sequence([control, .sequence(items), .sequence(issuers)] + time).bytes
  }

  /// Understands a payload; `nil` for what is none, or has a mode or cells that are not known here.
  public init?(_ value: ASN1Value) {
    guard let parts = value.elements, (3...4).contains(parts.count), let control = parts[0].elements,
      let mode = control.first?.counter.flatMap({ Mode(rawValue: UInt8(clamping: $0)) }),
      let counter = control.first(where: { $0.identifier == 0x83 })?.counter, let items = parts[1].elements,
      let issuers = parts[2].elements
    else { return nil }
    let replacements = items.compactMap { item -> Replacement? in
      guard let pair = item.elements, pair.count == 2, let cell = TrustAnchorCell(pair[1]) else { return nil }
      return Replacement(certificate: pair[0].bytes, cell: cell)
    }
    guard replacements.count == items.count, !replacements.isEmpty, let floors = Self.floors(mode, control) else {
      return nil
    }
    var contingencyKey: [UInt8]?
    if let key = control.first(where: { $0.identifier == 0x80 }) {
      guard case .primitive(_, _, let content) = key else { return nil }
      contingencyKey = content
    }
    guard (contingencyKey != nil) == (mode == .anyByContingency) else { return nil }
    let isCancellation = parts.count == 4 && parts[3] == .cancellation
    guard parts.count == 3 || isCancellation || parts[3].time != nil else { return nil }
    self.init(
      mode: mode, authorisingCounter: counter, newFloor: floors.own, otherFloors: floors.others,
      contingencyKey: contingencyKey, replacements: replacements,
      path: issuers.map(\.bytes), executionTime: parts.count == 4 ? parts[3].time : nil,
      judgesLifetimes: control.first { $0.identifier == 0x81 }?.counter != 1, isCancellation: isCancellation)
  }

  private static func floors(_ mode: Mode, _ control: [ASN1Value]) -> (own: UInt64, others: [Floor])? {
    let items: [ASN1Value] = control.first { $0.identifier == 0xA6 }?.elements ?? []
    let listed = items.compactMap { item -> Floor? in
      guard let parts = item.elements, parts.count >= 2,
        let role = parts[0].counter.flatMap({ RemotePartyRole(rawValue: UInt8(clamping: $0)) }),
        let counter = parts[1].counter
      else { return nil }
      return Floor(role, counter)
    }
    guard listed.count == items.count else { return nil }
    if mode == .supplierByTransitionalCoS {
      guard listed.count == 1, listed[0].role == .supplier else { return nil }
      return (listed[0].counter, [])
    }
    guard mode.mayReplaceMany || listed.isEmpty, let own = control.first(where: { $0.identifier == 0x84 })?.counter
    else { return nil }
    return (own, listed)
  }

  /// What came of one replacement.
  public struct Outcome: Hashable, Sendable {
    /// 0 is success; 5 a bad certificate, 10 no trust anchor, 25 no such cell.
    public var status: UInt8
    public var cell: TrustAnchorCell
    public var before: Party
    public var after: Party

    /// Holder and key of a certificate.
    public struct Party: Hashable, Sendable {
      public var holder: EUI64
      public var keyIdentifier: UInt64

      public init(holder: EUI64, keyIdentifier: UInt64) {
        self.holder = holder
        self.keyIdentifier = keyIdentifier
      }
    }

    public init(status: UInt8, cell: TrustAnchorCell, before: Party, after: Party) {
      self.status = status
      self.cell = cell
      self.before = before
      self.after = after
    }

    var value: ASN1Value {
      .sequence([
        cell.value, .enumerated(status), .octets(before.holder.bytes), .octets(bigEndian(before.keyIdentifier)),
        .octets(after.holder.bytes), .octets(bigEndian(after.keyIdentifier)),
      ])
    }
  }

  /// What the device tells of the replacements.
  public func result(_ outcomes: [Outcome]) -> ASN1Value {
    .sequence([
      .integer(authorisingCounter), .integer(UInt64(mode.rawValue)), .sequence(floors.map(Self.value)),
      .sequence(outcomes.map(\.value)),
    ])
  }

  /// The answer to a command that was carried out at once.
  public func answer(_ outcomes: [Outcome]) -> ASN1Value { .sequence([.null, result(outcomes)]) }

  /// The answer to one that waits for its time.
  public static let accepted: ASN1Value = .sequence([.null])
}

extension CommandAddress {
  /// The command that replaces credentials, neither signed nor with MAC.
  public func command(_ update: CredentialsUpdate) throws(MessageFault) -> DeviceMessage {
    command(update.mode.code, try update.payload())
  }
}
