public import SettlementCalendar

/// A supply point that a device meters.
public struct SupplyPoint: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case importElectricity
    case exportElectricity
    case gas
  }

  public var kind: Kind
  /// MPAN or MPRN, as registration data has it.
  public var number: String

  public init(_ kind: Kind, _ number: String) {
    self.kind = kind
    self.number = number
  }
}

/// Who is registered in which role for a supply point, and from when to when. The supplier's registration service
/// makes it; the DCC only reads it.
public struct RegistrationRecord: Hashable, Sendable {
  public var supplyPoint: SupplyPoint
  public var role: UserRole
  public var user: PartyIdentifier
  /// The first day, on the UTC clock.
  public var from: SettlementDate
  /// The last day; `nil` for none yet.
  public var to: SettlementDate?

  public init(
    _ supplyPoint: SupplyPoint, role: UserRole, user: PartyIdentifier, from: SettlementDate, to: SettlementDate? = nil
  ) {
    self.supplyPoint = supplyPoint
    self.role = role
    self.user = user
    self.from = from
    self.to = to
  }

  public func holds(on date: SettlementDate) -> Bool { from <= date && to.map { date <= $0 } != false }
}

/// Registration data, found by supply point.
public struct RegistrationData: Sendable {
  private var records: [SupplyPoint: [RegistrationRecord]] = [:]

  public init() {}

  public init(_ records: some Sequence<RegistrationRecord>) {
    for record in records { insert(record) }
  }

  public mutating func insert(_ record: RegistrationRecord) { records[record.supplyPoint, default: []].append(record) }

  /// Ends all open records of a role on a supply point, as a de-appointment or a loss of the supply does.
  public mutating func end(_ role: UserRole, on supplyPoint: SupplyPoint, last: SettlementDate) {
    guard var list = records[supplyPoint] else { return }
    for place in list.indices where list[place].role == role && list[place].to == nil && list[place].from <= last {
      list[place].to = last
    }
    records[supplyPoint] = list
  }

  public func records(of supplyPoint: SupplyPoint) -> [RegistrationRecord] { records[supplyPoint] ?? [] }

  /// Who holds the role on a day; `nil` where nobody does.
  public func holder(_ role: UserRole, of supplyPoint: SupplyPoint, on date: SettlementDate) -> PartyIdentifier? {
    records[supplyPoint]?.first { $0.role == role && $0.holds(on: date) }?.user
  }

  func isRegistered(_ user: PartyIdentifier, _ role: UserRole, _ point: SupplyPoint, on date: SettlementDate) -> Bool {
    records[point]?.contains { $0.user == user && $0.role == role && $0.holds(on: date) } == true
  }
}
