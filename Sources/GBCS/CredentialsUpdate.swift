/// The command that puts new certificates into a device's store (CS02b; 6.15.1, 6.21, 6.23).
public struct CredentialsUpdate: Hashable, Sendable {
  /// Who replaces whose credentials; the number is the last byte of the message code.
  public enum Mode: UInt8, Hashable, Sendable, CaseIterable {
    case supplierBySupplier = 2
    case networkOperatorByNetworkOperator = 3
    case supplierByTransitionalCoS = 7

    public var code: MessageCode { MessageCode(rawValue: 0x0100 | UInt16(rawValue)) }

    /// Who signs.
    public var authorisingRole: RemotePartyRole {
      switch self {
      case .supplierBySupplier: .supplier
      case .networkOperatorByNetworkOperator: .networkOperator
      case .supplierByTransitionalCoS: .transitionalCoS
      }
    }

    /// Whose cells are replaced.
    public var replacedRole: RemotePartyRole {
      self == .networkOperatorByNetworkOperator ? .networkOperator : .supplier
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
    mode: Mode, authorisingCounter: UInt64, newFloor: UInt64 = 0, replacements: [Replacement], path: [[UInt8]],
    executionTime: DeviceTime? = nil, judgesLifetimes: Bool = true,
    isCancellation: Bool = false
  ) {
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

  /// Floors of the new party, by role, as command and answer have them.
  private var floors: ASN1Value {
    .sequence(
      [
        .integer(UInt64(mode.replacedRole.rawValue)), .integer(newFloor),
      ] + (mode.replacedRole == .supplier ? [Self.topUpFloor] : []))
  }

  private var control: ASN1Value {
    let authoriser: ASN1Value = .constructed(
      identifier: 0xA2, elements: [.integer(UInt64(mode.authorisingRole.rawValue)), .keyUse(.digitalSignature)])
    let counter = ASN1Value.integer(authorisingCounter, identifier: 0x83)
    let rest: [ASN1Value] =
      switch mode {
      case .supplierByTransitionalCoS:
        [authoriser, counter, .constructed(identifier: 0xA6, elements: [floors])]
      case .networkOperatorByNetworkOperator:
        [authoriser, counter, .integer(newFloor, identifier: 0x84)]
      case .supplierBySupplier:
        [
          authoriser, counter, .integer(newFloor, identifier: 0x84),
          .constructed(identifier: 0xA5, elements: Self.topUpFloor.elements ?? []),
        ]
      }
    // Only "no" is written: 1.
    let checks: [ASN1Value] = judgesLifetimes ? [] : [.integer(1, identifier: 0x81)]
    return .sequence([.integer(UInt64(mode.rawValue))] + checks + rest)
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
    guard replacements.count == items.count, !replacements.isEmpty, let floor = Self.floor(mode, control) else {
      return nil
    }
    let isCancellation = parts.count == 4 && parts[3] == .cancellation
    guard parts.count == 3 || isCancellation || parts[3].time != nil else { return nil }
    self.init(
      mode: mode, authorisingCounter: counter, newFloor: floor, replacements: replacements,
      path: issuers.map(\.bytes), executionTime: parts.count == 4 ? parts[3].time : nil,
      judgesLifetimes: control.first { $0.identifier == 0x81 }?.counter != 1, isCancellation: isCancellation)
  }

  private static func floor(_ mode: Mode, _ control: [ASN1Value]) -> UInt64? {
    switch mode {
    case .supplierByTransitionalCoS:
      guard let floors = control.first(where: { $0.identifier == 0xA6 })?.elements?.first?.elements else { return nil }
      return floors.count > 1 ? floors[1].counter : nil
    case .supplierBySupplier, .networkOperatorByNetworkOperator:
      return control.first { $0.identifier == 0x84 }?.counter
    }
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
      .integer(authorisingCounter), .integer(UInt64(mode.rawValue)), .sequence([floors]),
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
