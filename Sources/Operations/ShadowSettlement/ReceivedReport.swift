import MarketIdentifiers
import Quantities
import SettlementCalendar
import SettlementReports

/// What a received file says, as far as it is compared: gathered from the reader's events.
///
/// Units and accounts of parties that are compared are kept by period; everything else is summed as it comes, so memory
/// grows with what the store holds and with the number of names in the file, not with its length.
public struct ReceivedReport: Sendable {
  /// A volume with the multiplier that was applied to it.
  struct UnitVolume: Sendable {
    var metered: LossAdjustedEnergy
    /// What the multiplier adds: credited less metered.
    var lossAdjustment: LossAdjustedEnergy
  }

  struct Account: Sendable {
    var charge = Int128(0)
    var contracted = LossAdjustedEnergy.zero
    var imbalance = LossAdjustedEnergy.zero
    /// Whether a charge was given.
    var hasCharge = false
  }

  struct Key: Hashable, Sendable {
    let party: String
    let unit: String
  }

  /// The date and run that a file is of.
  public struct Identity: Hashable, Sendable {
    public let date: SettlementDate
    public let run: RunType
  }

  public private(set) var kind: ReportKind?
  public private(set) var identity: Identity?
  public private(set) var tally: ReportTally?
  /// Whether groups of the file are of different dates or runs.
  public private(set) var isMixed = false
  /// A value beyond anything that a market can hold: the file cannot be compared.
  public private(set) var hasImpossibleValue = false

  /// The first and the second price field of each period: ours puts the buy price first.
  var prices: [Int: ReportFigures.Prices] = [:]
  var units: [Key: [Int: UnitVolume]] = [:]
  var accounts: [String: [Int: Account]] = [:]
  var takes: [String: [Int: LossAdjustedEnergy]] = [:]

  private let wanted: Set<String>?
  private var party = ""
  private var period = 0
  private var group = ""

  /// - Parameter parties: the parties of a settlement report that are wanted; `nil` for all.
  public init(parties: Set<String>? = nil) { wanted = parties }

  /// A million MWh in one half-hour: forty times what Great Britain uses.
  private static let volumeLimit: Int128 = 100_000_000_000_000_000
  /// A thousand million pounds.
  private static let cashLimit: Int128 = 1_000_000_000_000_000

  public mutating func take(_ event: ReportEvent) {
    switch event {
    case .header(let header, _): kind = header.kind
    case .record(let record): take(record)
    case .finished(let tally): self.tally = tally
    case .byteOrderMark, .unknown, .unusable, .footer, .stray, .noted: break
    }
  }

  private mutating func take(_ record: ReportRecord) {
    switch record.tag {
    case .runHeader, .partyHeader:
      guard let run = ReportRun(record) else { return }
      identify(run.date, run.run)
      party = record.text(8)
    case .systemPeriod:
      guard let row = SystemPeriod(record), let period = row.period, let price = row.price else { return }
      prices[period] = ReportFigures.Prices(buy: price, sell: row.priceRepeated ?? price)
    case .partyPeriod: period = record.period(1) ?? 0
    case .accountPeriod: if let row = AccountPeriod(record) { take(row) }
    case .unitPeriod: if let row = UnitPeriod(record) { take(row) }
    case .groupTake, .unit:
      guard let head = AggregationGroup(record) else { return }
      identify(head.date, head.run)
      group = head.id
    case .groupTakePeriod:
      if let row = MeteredPeriod(record), fits(row.taken) { takes[group, default: [:]][row.period] = row.taken }
    case .unitVolume:
      guard let row = MeteredPeriod(record), fits(row.delivered) else { return }
      add(row.delivered, .zero, Key(party: "", unit: SupplierUnit.standing(for: group)), row.period)
    default: break
    }
  }

  private mutating func identify(_ date: SettlementDate, _ run: RunType) {
    let found = Identity(date: date, run: run)
    if let identity { isMixed = isMixed || identity != found } else { identity = found }
  }

  private var isWanted: Bool { wanted?.contains(party) ?? true }

  private mutating func take(_ row: UnitPeriod) {
    guard isWanted, let volume = row.meteredVolume, fits(volume) else { return }
    var adjustment = LossAdjustedEnergy.zero
    if let factor = row.lossMultiplier?.units(places: 7, rounding: .halfAwayFromZero) {
      adjustment = LossAdjustedEnergy(
        tenMicrowattHours: Rounding.halfAwayFromZero.quotient(
          volume.tenMicrowattHours * (factor.value - 10_000_000), by: 10_000_000))
    }
    add(volume, adjustment, Key(party: party, unit: SupplierUnit.standing(for: row.unit)), period)
  }

  private mutating func add(
    _ metered: LossAdjustedEnergy, _ adjustment: LossAdjustedEnergy, _ key: Key, _ period: Int
  ) {
    var sum = units[key]?[period] ?? UnitVolume(metered: .zero, lossAdjustment: .zero)
    sum.metered += metered
    sum.lossAdjustment += adjustment
    // A sum of many units is held to the same bound, so that no later arithmetic can leave its range.
    if fits(sum.metered) { units[key, default: [:]][period] = sum }
  }

  /// Production and consumption accounts of a party add up.
  private mutating func take(_ row: AccountPeriod) {
    guard isWanted else { return }
    var account = accounts[party]?[period] ?? Account()
    if let charge = row.energyImbalanceCharge {
      account.charge += Int128(charge.micropounds)
      account.hasCharge = true
      if account.charge.magnitude > Self.cashLimit.magnitude { hasImpossibleValue = true }
    }
    if let volume = row.contracted, fits(volume) { account.contracted += volume }
    if let volume = row.imbalance, fits(volume) { account.imbalance += volume }
    accounts[party, default: [:]][period] = account
  }

  private mutating func fits(_ volume: LossAdjustedEnergy) -> Bool {
    if volume.tenMicrowattHours.magnitude <= Self.volumeLimit.magnitude { return true }
    hasImpossibleValue = true
    return false
  }

  /// The same report with parties under the names that the store has for them: a party that the store does not know by its
  /// own name is the one whose BM unit it has.
  func named(as figures: ReportFigures) -> ReceivedReport {
    let known = Set(figures.accounts.keys.map(\.code)).union(figures.units.map(\.party.code))
    let owners = Dictionary(figures.units.map { ($0.id, $0.party.code) }, uniquingKeysWith: { first, _ in first })
    var names: [String: String] = [:]
    for key in units.keys.sorted(by: { ($0.party, $0.unit) < ($1.party, $1.unit) }) {
      guard !key.party.isEmpty, !known.contains(key.party), names[key.party] == nil, let owner = owners[key.unit],
        accounts[owner] == nil, !names.values.contains(owner)
      else { continue }
      names[key.party] = owner
    }
    guard !names.isEmpty else { return self }
    var renamed = self
    renamed.units = Dictionary(
      units.map { (Key(party: names[$0.key.party] ?? $0.key.party, unit: $0.key.unit), $0.value) },
      uniquingKeysWith: { first, _ in first })
    renamed.accounts = Dictionary(
      accounts.map { (names[$0.key] ?? $0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    return renamed
  }

  /// Why the file cannot be compared, as a sentence; `nil` when it can.
  public var refusal: String? {
    guard let kind, let tally else {
      return "The file is none of the reports that are compared: S0142, C0291 and C0421."
    }
    if kind == .distributionArea {
      return "C0301 states single Grid Supply Points, of which the store holds none: compare C0291 instead."
    }
    if !tally.isWhole {
      return "The file is not whole: its footer is missing or counts other records. Ask for it again."
    }
    if identity == nil { return "The file names no settlement date and run." }
    if isMixed { return "The file holds groups of several dates or runs: compare them one by one." }
    if hasImpossibleValue {
      return "The file holds a volume above a million MWh or a charge above a thousand million pounds: it is damaged."
    }
    if tally.unusable > 0 {
      return "\(tally.unusable) records of the file cannot be used, so its totals are not known. Ask for it again."
    }
    return nil
  }
}
