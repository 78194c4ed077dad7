import Findings
import MarketIdentifiers

/// A BM unit as far as trading charges depend on it.
public struct UnitRegistration: Hashable, Sendable {
  public var id: String
  /// The energy account that leads the unit: production or consumption by the unit's P/C status.
  public var lead: EnergyAccount
  public var isInterconnector: Bool
  /// Units of one trading unit deliver or take off together; a unit of its own has its own name here.
  public var tradingUnit: String
  /// TLF in units of 10⁻⁷, zonal and seasonal since P350; within ±1.
  public var transmissionLossFactor: Int64

  public init(
    id: String, lead: EnergyAccount, isInterconnector: Bool = false, tradingUnit: String? = nil,
    transmissionLossFactor: Int64 = 0
  ) {
    self.id = id
    self.lead = lead
    self.isInterconnector = isInterconnector
    self.tradingUnit = tradingUnit ?? id
    self.transmissionLossFactor = transmissionLossFactor
  }
}

/// The parties and BM units of a settlement day with a dense place for each, in the order of their names.
///
/// Everything that is computed per period is an array over these places; names are looked up only where data come in and
/// go out. Sorting by name makes the places, and so every rounding, independent of the order in which rows arrived.
public struct TradingRoster: Sendable {
  /// Rising.
  public let parties: [ParticipantID]
  /// Rising by identifier.
  public let units: [UnitRegistration]
  /// The leading account of each unit.
  public let leads: [AccountIndex]
  /// The place of each unit's trading unit, 0..<``tradingUnitCount``.
  public let tradingUnits: [Int]
  public let tradingUnitCount: Int
  private let partyPlaces: [ParticipantID: Int]
  private let unitPlaces: [String: Int]

  /// Two for each party.
  public var accountCount: Int { parties.count * 2 }

  /// Units that name an unknown party, or that come twice, or have an impossible loss factor, are left out with a finding.
  public static func make(
    parties: some Sequence<ParticipantID>, units: some Sequence<UnitRegistration>
  ) -> Checked<TradingRoster> {
    let parties = Set(parties).sorted()
    let known = Set(parties)
    var findings: [Finding] = []
    var kept: [UnitRegistration] = []
    for unit in units.sorted(by: { ($0.id, $0.lead) < ($1.id, $1.lead) }) {
      if !known.contains(unit.lead.party) {
        findings.append(TradingChargeRules.unknownParty("A BM unit is led by a party that is not listed.", unit.id))
      } else if kept.last?.id == unit.id {
        findings.append(TradingChargeRules.repeated("A BM unit is listed more than once.", unit.id))
      } else if unit.transmissionLossFactor.magnitude > 10_000_000 {
        findings.append(TradingChargeRules.losses("A transmission loss factor is beyond 1 either way.", unit.id))
      } else {
        kept.append(unit)
      }
    }
    return Checked(TradingRoster(parties: parties, units: kept), findings: findings)
  }

  private init(parties: [ParticipantID], units: [UnitRegistration]) {
    self.parties = parties
    self.units = units
    partyPlaces = Dictionary(zip(parties, parties.indices), uniquingKeysWith: { first, _ in first })
    unitPlaces = Dictionary(zip(units.map(\.id), units.indices), uniquingKeysWith: { first, _ in first })
    let places = partyPlaces
    leads = units.map { AccountIndex(party: places[$0.lead.party] ?? 0, $0.lead.kind) }
    let names = Set(units.map(\.tradingUnit)).sorted()
    let ofName = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    tradingUnits = units.map { ofName[$0.tradingUnit] ?? 0 }
    tradingUnitCount = names.count
  }

  public func place(of party: ParticipantID) -> Int? { partyPlaces[party] }
  public func place(ofUnit id: String) -> Int? { unitPlaces[id] }

  public func index(of account: EnergyAccount) -> AccountIndex? {
    place(of: account.party).map { AccountIndex(party: $0, account.kind) }
  }

  /// The account at a place of this roster.
  public func account(_ index: AccountIndex) -> EnergyAccount { EnergyAccount(parties[index.party], index.kind) }
}
