import MarketIdentifiers
import Quantities
import SettlementCalendar
import TradingCharges

/// What a party of the simulated market does; the mix is the lifecycle source document's.
public enum PartyKind: String, Hashable, Sendable, CaseIterable {
  case supplier
  case generator
  case trader
  case distributor
  case transmissionOwner = "transmission-owner"
  case interconnector
  /// The source document's six categories add up to 246 of "around 250": the rest.
  case virtualLeadParty = "virtual-lead-party"

  /// How many of 250.
  public var shareOf250: Int {
    switch self {
    case .supplier: 85
    case .generator: 80
    case .trader: 50
    case .distributor: 14
    case .transmissionOwner: 3
    case .interconnector: 14
    case .virtualLeadParty: 4
    }
  }

  var letter: String {
    switch self {
    case .supplier: "S"
    case .generator: "G"
    case .trader: "T"
    case .distributor: "D"
    case .transmissionOwner: "N"
    case .interconnector: "I"
    case .virtualLeadParty: "V"
    }
  }
}

/// How a market is simulated. Equal settings give equal results to the byte; ``shuffle`` changes nothing but the order
/// in which the facts arrive.
public struct MarketSettings: Hashable, Sendable {
  public var seed: UInt64
  public var firstDate: SettlementDate
  /// Settlement dates, 1...366.
  public var days: Int
  /// Trading parties, 10...1,000; the system operator is beside them.
  public var parties: Int
  /// The order in which facts, runs and payments arrive; 0 as they are made.
  public var shuffle: UInt64
  /// A party whose advice notes are kept with their lines.
  public var watched: ParticipantID?

  public init(
    seed: UInt64, firstDate: SettlementDate, days: Int, parties: Int, shuffle: UInt64 = 0, watched: ParticipantID? = nil
  ) {
    self.seed = seed
    self.firstDate = firstDate
    self.days = days
    self.parties = parties
    self.shuffle = shuffle
    self.watched = watched
  }
}

/// A BM unit of the simulated market.
struct MarketUnit: Sendable {
  enum Role: Hashable, Sendable {
    /// A supplier's demand in one GSP Group.
    case demand
    case generation
    case interconnector
    /// What a network company uses itself.
    case ownUse
  }

  let id: String
  let party: Int
  let role: Role
  /// Relative size among those of its role.
  let weight: Int
}

/// The standing data: parties, units and how they behave. Places are the roster's.
struct MarketPlan: Sendable {
  let settings: MarketSettings
  let roster: TradingRoster
  let kinds: [PartyKind]
  /// By place of the roster.
  let units: [MarketUnit]
  /// Places of units by party.
  let unitsOf: [[Int]]
  /// The system operator, which is no trading party.
  let systemOperator: ParticipantID
  let badHedgers: Set<Int>
  let rogueTraders: Set<Int>

  /// - Returns: `nil` where the settings are out of range.
  init?(_ settings: MarketSettings) {
    guard (10...1_000).contains(settings.parties), (1...366).contains(settings.days),
      let systemOperator = ParticipantID("NETSO")
    else { return nil }
    let chance = MarketChance(seed: settings.seed, stream: 1)
    var named: [(id: ParticipantID, kind: PartyKind, rank: Int)] = []
    for (kind, count) in Self.mix(settings.parties) {
      for rank in 0..<count {
        guard let id = ParticipantID(kind.letter + Self.digits(rank + 1)) else { return nil }
        named.append((id, kind, rank))
      }
    }
    var made: [(registration: UnitRegistration, role: MarketUnit.Role, weight: Int)] = []
    for (place, party) in named.enumerated() {
      for unit in Self.units(of: party, place, chance) { made.append(unit) }
    }
    if settings.shuffle != 0 {
      var shuffler = Shuffler(settings.shuffle, -1)
      made.shuffle(using: &shuffler)
      named.shuffle(using: &shuffler)
    }
    let roster = TradingRoster.make(parties: named.map(\.id), units: made.map(\.registration))
    guard roster.findings.isEmpty else { return nil }
    let byID = Dictionary(made.map { ($0.registration.id, $0) }, uniquingKeysWith: { first, _ in first })
    let kindOf = Dictionary(named.map { ($0.id, $0.kind) }, uniquingKeysWith: { first, _ in first })
    self.settings = settings
    self.roster = roster.value
    self.systemOperator = systemOperator
    kinds = roster.value.parties.map { kindOf[$0] ?? .trader }
    units = roster.value.units.enumerated().map { place, registration in
      MarketUnit(
        id: registration.id, party: roster.value.leads[place].party, role: byID[registration.id]?.role ?? .ownUse,
        weight: byID[registration.id]?.weight ?? 0)
    }
    var unitsOf = Array(repeating: [Int](), count: kinds.count)
    for (place, unit) in units.enumerated() { unitsOf[unit.party].append(place) }
    self.unitsOf = unitsOf
    badHedgers = Self.chosen(.supplier, kinds, oneIn: 14, chance, 11)
    rogueTraders = Self.chosen(.trader, kinds, oneIn: 18, chance, 12)
  }

  /// Whole parties of each kind by largest remainder of the source document's numbers.
  static func mix(_ parties: Int) -> [(PartyKind, Int)] {
    let exact = PartyKind.allCases.map {
      (kind: $0, count: parties * $0.shareOf250 / 250, rest: parties * $0.shareOf250 % 250)
    }
    let missing = parties - exact.reduce(0) { $0 + $1.count }
    let lucky = Set(exact.indices.sorted { (exact[$1].rest, $0) < (exact[$0].rest, $1) }.prefix(missing))
    return exact.enumerated().map { ($0.element.kind, $0.element.count + (lucky.contains($0.offset) ? 1 : 0)) }
  }

  private static func units(
    of party: (id: ParticipantID, kind: PartyKind, rank: Int), _ place: Int, _ chance: MarketChance
  ) -> [(registration: UnitRegistration, role: MarketUnit.Role, weight: Int)] {
    func unit(_ id: String, _ account: AccountKind, _ role: MarketUnit.Role, _ weight: Int) -> (
      registration: UnitRegistration, role: MarketUnit.Role, weight: Int
    ) {
      let registration = UnitRegistration(
        id: id, lead: EnergyAccount(party.id, account), isInterconnector: role == .interconnector,
        transmissionLossFactor: role == .generation ? Int64(chance.around(150_000, place, 7)) : 0)
      return (registration, role, weight)
    }
    switch party.kind {
    case .supplier:
      // The large ones are in all fourteen GSP Groups, the small ones in a few.
      let groups = max(2, 14 - party.rank / 5)
      return GSPGroupID.allCases.prefix(groups).enumerated().map { number, group in
        unit("2_\(group)\(party.id)000", .consumption, .demand, 100_000 / (party.rank + 4) / (number + 3))
      }
    case .generator:
      return (0..<1 + chance.below(4, place, 3)).map { number in
        unit("T_\(party.id)-\(number + 1)", .production, .generation, 1_000 + chance.below(9_000, place, 4, number))
      }
    case .interconnector:
      return [unit("I_\(party.id)-1", .production, .interconnector, 2_000 + chance.below(2_000, place, 5))]
    case .distributor, .transmissionOwner:
      return [unit("E_\(party.id)-1", .consumption, .ownUse, 200 + chance.below(600, place, 6))]
    case .trader, .virtualLeadParty: return []
    }
  }

  private static func chosen(
    _ kind: PartyKind, _ kinds: [PartyKind], oneIn: Int, _ chance: MarketChance, _ stream: Int
  ) -> Set<Int> {
    let all = kinds.indices.filter { kinds[$0] == kind }
    let count = max(1, all.count / oneIn)
    return Set(all.sorted { chance.bits($0, stream) < chance.bits($1, stream) }.prefix(count))
  }

  static func digits(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, 3 - text.count)) + text
  }
}
