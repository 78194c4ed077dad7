import Aggregation
import MarketIdentifiers
import Quantities
import Rulebooks
import Settlement
import SettlementCalendar
import SettlementReports

/// The figures of one run as a report file would state them: of our own run, rounded as the interface rounds.
public struct ReportFigures: Hashable, Sendable {
  /// A supplier's BM unit.
  public struct Unit: Hashable, Sendable {
    public let id: String
    public let party: ParticipantID
    public let group: GSPGroupID
    /// QM by period: MWh, export above zero, with three decimals.
    public let volumes: [LossAdjustedEnergy]
    /// Of the half-hours behind each volume, how many are not measured, and how many there are.
    public let estimated: [Int64]
    public let halfHours: [Int64]
  }

  /// A party's consumption account in a period.
  public struct Account: Hashable, Sendable {
    /// The party pays when above zero; whole pence.
    public let charge: Money
    /// QABC: sold less bought.
    public let contracted: LossAdjustedEnergy
    /// QACE.
    public let credited: LossAdjustedEnergy
    /// QAEI.
    public let imbalance: LossAdjustedEnergy
    /// The price that was applied.
    public let price: UnitRate
  }

  /// The prices of a period.
  public struct Prices: Hashable, Sendable {
    public let buy: UnitRate
    public let sell: UnitRate
  }

  public let day: SettlementDay
  public let run: RunType
  public let rulebook: String
  /// False where the run was not made before: its figures were computed for this purpose and not saved.
  public let isSaved: Bool
  /// One for each period.
  public let prices: [Prices]
  /// Rising by id.
  public let units: [Unit]
  /// For each party one for each period.
  public let accounts: [ParticipantID: [Account]]
  /// The takes that are known, with four decimals: by group, for each period one or `nil`.
  public let takes: [GSPGroupID: [LossAdjustedEnergy?]]

  /// - Throws: ``SupplierUnit/Unnameable``, ``Imbalance/MissingPrice``.
  init(_ result: RunResult, snapshot: FactSnapshot, isSaved: Bool) throws {
    let day = SettlementDay(result.date)
    self.day = day
    run = result.run
    rulebook = result.rulebook
    self.isSaved = isSaved
    let shift = result.settings.priceShiftDays
    let book = try snapshot.prices(result.date, shiftDays: shift)
    prices = try (1...day.periodCount).map { period in
      guard let price = book.price(of: result.date, period: period) else {
        throw Imbalance.MissingPrice(date: result.date, period: period, shiftDays: shift)
      }
      return Prices(buy: ReportNumber.rounded(price: price.buy), sell: ReportNumber.rounded(price: price.sell))
    }
    units = try Self.units(result.sums)
    accounts = Self.accounts(result.positions, day)
    let known = try snapshot.takes(result.date)
    takes = known.groups.reduce(into: [:]) { takes, group in
      takes[group] = (1...day.periodCount).map { period in
        known.take(group, period: period).map { ReportNumber.rounded(take: LossAdjustedEnergy($0.take)) }
      }
    }
  }

  private struct Place: Hashable {
    let party: ParticipantID
    let group: GSPGroupID
  }

  private static func units(_ sums: AggregateSums) throws -> [Unit] {
    let keys = Dictionary(grouping: sums.sortedKeys) { Place(party: $0.supplier, group: $0.gspGroup) }
    return try keys.map { place, keys in
      var volumes = [LossAdjustedEnergy](repeating: .zero, count: sums.day.periodCount)
      var estimated = [Int64](repeating: 0, count: volumes.count)
      var halfHours = estimated
      for key in keys {
        for (index, cell) in sums.periods(of: key).enumerated() {
          volumes[index] -= key.signed(cell.lossAdjusted)
          estimated[index] += cell.estimatedCount
          halfHours[index] += cell.count
        }
      }
      return Unit(
        id: try SupplierUnit.base(place.party, in: place.group), party: place.party, group: place.group,
        volumes: volumes.map { ReportNumber.rounded(volume: $0) }, estimated: estimated, halfHours: halfHours)
    }
    .sorted { $0.id < $1.id }
  }

  /// In the simplified form no transmission loss is applied, so what is credited is what is taken off.
  private static func accounts(_ positions: [ImbalancePosition], _ day: SettlementDay) -> [ParticipantID: [Account]] {
    Dictionary(grouping: positions, by: \.party).mapValues { positions in
      positions.sorted { $0.period < $1.period }.map { position in
        Account(
          charge: (-position.cash).rounded(to: .penny, .halfAwayFromZero),
          contracted: ReportNumber.rounded(volume: -LossAdjustedEnergy(position.contracted)),
          credited: ReportNumber.rounded(volume: -position.offtake),
          imbalance: ReportNumber.rounded(volume: position.imbalance),
          price: ReportNumber.rounded(price: position.price))
      }
    }
  }
}

/// Works out the figures of runs from a store.
public final class ReportFiguresDesk {
  private let store: any Store
  private let rulebook: Rulebook
  private let settings: RunSettings
  private let hash: ContentHash

  public init(store: any Store, rulebook: Rulebook, settings: RunSettings, hash: @escaping ContentHash) {
    self.store = store
    self.rulebook = rulebook
    self.settings = settings
    self.hash = hash
  }

  /// The figures of a run: of the saved one, else computed from what its cut-off lets it know.
  ///
  /// - Throws: ``Settler/Refusal``, or what settling a date throws.
  public func figures(_ date: SettlementDate, _ run: RunType) throws -> ReportFigures {
    if let record = try store.run(date, run, rulebook: rulebook.id) {
      guard hash(record.result) == record.resultHash else { throw Settler.Refusal.damaged(run, date) }
      let result = try RunResultCodec.decode(record.result)
      let snapshot = try FactSnapshot(store, sourceCount: result.knowledge.sourceCount)
      return try ReportFigures(result, snapshot: snapshot, isSaved: true)
    }
    let snapshot = try FactSnapshot(store)
    let result = try RunEngine(snapshot: snapshot, rulebook: rulebook, settings: settings)
      .compute(try dates(date, run))
    return try ReportFigures(result, snapshot: snapshot, isSaved: false)
  }

  private func dates(_ date: SettlementDate, _ run: RunType) throws -> RunDates {
    guard let runs = rulebook.timetable.runs(of: date, rulebook.calendar), !runs.isEmpty else {
      throw Settler.Refusal.noTimetable(date, rulebook: rulebook.id)
    }
    guard let dates = runs.first(where: { $0.run == run }) else {
      throw Settler.Refusal.noSuchRun(run, date, rulebook: rulebook.id)
    }
    return dates
  }

  /// The figures that the date would have with facts of some kinds as they are known today.
  ///
  /// - Returns: `nil` where the date cannot be settled with them.
  func figures(_ date: SettlementDate, _ run: RunType, knowingToday change: KnownToday) throws -> ReportFigures? {
    let saved = try store.run(date, run, rulebook: rulebook.id).map { try RunResultCodec.decode($0.result) }
    let all = try store.sources().count
    var counts = FactCounts(all: saved?.knowledge.sourceCount ?? all)
    let dates = try dates(date, run)
    var cutOff = saved?.knowledge.cutOff ?? dates.cutOff
    switch change {
    case .readings:
      counts.readings = all
      cutOff = .distantFuture
    case .registrations: counts.registrations = all
    case .lossFactors: counts.lossFactors = all
    case .takes: counts.takes = all
    case .contracts: counts.contracts = all
    case .prices: counts.prices = all
    }
    let snapshot = try FactSnapshot(store, counts: counts)
    let engine = RunEngine(snapshot: snapshot, rulebook: rulebook, settings: saved?.settings ?? settings)
    guard let outcome = try? engine.outcome(of: try engine.validator(date, before: cutOff)) else { return nil }
    let result = RunResult(
      date: date, run: run, rulebook: rulebook.id, rulebookEdition: rulebook.edition, settings: engine.settings,
      knowledge: Knowledge(cutOff: cutOff, sourceCount: all), quality: outcome.quality, sums: outcome.sums,
      positions: outcome.positions, lineage: [])
    return try? ReportFigures(result, snapshot: snapshot, isSaved: false)
  }
}

/// A kind of fact of which today's knowledge is tried in place of the run's.
enum KnownToday: Hashable, Sendable, CaseIterable {
  case readings
  case registrations
  case lossFactors
  case takes
  case contracts
  case prices
}
