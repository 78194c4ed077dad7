import Aggregation
import MarketIdentifiers
import Quantities
import ReadingValidation
import Rulebooks
import Settlement
import SettlementCalendar

/// Explains what a saved run says: cash, imbalance, volumes, and what changed from run to run.
public final class RunExplainer {
  private let store: any Store
  private let rulebook: Rulebook
  private let locator: ReadingLocator
  /// Metering points shown one by one; the rest are summed into one line.
  private let limit: Int
  private var days: [String: DayExplainer] = [:]

  /// There is nothing to explain.
  public enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    case notSettled(SettlementDate, RunType)
    case noPosition(ParticipantID, SettlementDate)
    case noPeriod(Int, SettlementDate)

    public var description: String {
      switch self {
      case .notSettled(let date, let run):
        "run \(run.rawValue) of \(date) was not made: `halfhour settle --date \(date)` makes the runs that are due"
      case .noPosition(let party, let date):
        "party \(party) has no volume and no contract on \(date): `halfhour report` lists the parties"
      case .noPeriod(let period, let date):
        "\(date) has no settlement period \(period): it has \(SettlementDay(date).periodCount)"
      }
    }
  }

  public init(store: any Store, rulebook: Rulebook, archive: any SourceArchive, limit: Int = 40) {
    self.store = store
    self.rulebook = rulebook
    self.limit = limit
    locator = ReadingLocator(archive)
  }

  /// A party's cash of a day at a run, by period; with `period`, that one down to the readings.
  public func cash(_ party: ParticipantID, _ date: SettlementDate, _ run: RunType, period: Int?) throws -> Explanation {
    let result = try result(date, run)
    let positions = result.positions.filter { $0.party == party }
    guard !positions.isEmpty else { throw Refusal.noPosition(party, date) }
    if let period, !positions.contains(where: { $0.period == period }) { throw Refusal.noPeriod(period, date) }
    let parts = try period.map { try onePeriod($0, positions, result) } ?? positions.map(shallow)
    return Explanation.sum(
      "cash of \(party) for \(date) at run \(run.rawValue)", positions.reduce(Money.zero) { $0 + $1.cash },
      how: "the sum over its settlement periods; above zero the party receives, below it pays", rule: "SET-1",
      parts: parts)
  }

  /// One period down to the readings, the others as one line.
  private func onePeriod(_ period: Int, _ positions: [ImbalancePosition], _ result: RunResult) throws -> [Explanation] {
    var parts = try positions.filter { $0.period == period }.map { try deep($0, result) }
    let others = positions.filter { $0.period != period }
    let rest = others.reduce(Money.zero) { $0 + $1.cash }
    parts.append(
      Explanation(
        "the \(others.count) other periods", .money(rest),
        how: "each imbalance times price; without --period one by one"))
    return parts
  }

  private func shallow(_ position: ImbalancePosition) -> Explanation {
    let cash = recomputedCash(position)
    return Explanation(
      "period \(position.period): \(position.imbalance) at \(position.price)", .money(position.cash),
      how: "imbalance times price of \(position.priceDate)", rule: "SET-2", recomputed: .money(cash))
  }

  private func recomputedCash(_ position: ImbalancePosition) -> Money {
    guard let rule = rulebook.roundingRule("cash.rounding", on: position.priceDate) else { return .zero }
    return position.price.charge(for: position.imbalance, to: rule.step, rule.rounding)
  }

  private func deep(_ position: ImbalancePosition, _ result: RunResult) throws -> Explanation {
    let imbalance = try imbalance(position, result)
    return Explanation(
      "period \(position.period)", .money(position.cash),
      how: "imbalance times price, to the micropound (cash.rounding)", rule: "SET-2",
      parts: [
        imbalance,
        Explanation(
          "imbalance price", .rate(position.price), how: "published for \(position.priceDate) period \(position.period)"
        ),
      ], recomputed: .money(recomputedCash(position)))
  }

  private func imbalance(_ position: ImbalancePosition, _ result: RunResult) throws -> Explanation {
    let bought = LossAdjustedEnergy(position.contracted)
    let offtake = try offtake(position, result)
    let recomputed = bought - position.offtake
    return Explanation(
      position.imbalance < .zero ? "imbalance (short)" : "imbalance (long)", .lossAdjusted(position.imbalance),
      how: "bought less taken off the Grid Supply Points", rule: "SET-3",
      parts: [Explanation("bought under contracts", .energy(position.contracted), how: "notified volumes"), offtake],
      recomputed: .lossAdjusted(recomputed))
  }

  private func offtake(_ position: ImbalancePosition, _ result: RunResult) throws -> Explanation {
    let day = try explainer(result)
    let rows = day.rows { $0.registration.supplier == position.party }
    return Explanation.sum(
      "taken off at the Grid Supply Points", position.offtake,
      how: "import less export of \(rows.count) metering points, each times its line loss factor", rule: "AGG-1",
      parts: try points(rows, day, position.period)
        + day.corrections(period: position.period) { $0.supplier == position.party })
  }

  /// The first points one by one, the rest as one line, so that the parts always add up.
  private func points(_ rows: [Int], _ day: DayExplainer, _ period: Int) throws -> [Explanation] {
    var parts = try rows.prefix(limit).map { try day.lossAdjusted(row: $0, period: period) }
    guard rows.count > limit else { return parts }
    var rest = LossAdjustedEnergy.zero
    for row in rows.dropFirst(limit) {
      if case .lossAdjusted(let energy) = try day.lossAdjusted(row: row, period: period).amount { rest += energy }
    }
    parts.append(
      Explanation(
        "\(rows.count - limit) further metering points", .lossAdjusted(rest), how: "shown with a higher --limit"))
    return parts
  }

  /// The volume of a supplier, in one GSP Group or all, of one period at a run.
  public func volume(
    _ supplier: ParticipantID, group: GSPGroupID?, _ date: SettlementDate, _ run: RunType, period: Int
  ) throws -> Explanation {
    let result = try result(date, run)
    guard period >= 1, period <= SettlementDay(date).periodCount else { throw Refusal.noPeriod(period, date) }
    var parts: [Explanation] = []
    var total = LossAdjustedEnergy.zero
    let day = try explainer(result)
    for key in result.sums.sortedKeys where key.supplier == supplier && (group ?? key.gspGroup) == key.gspGroup {
      let sums = result.sums.periods(of: key)[period - 1]
      let signed = key.signed(sums.lossAdjusted)
      total += signed
      let rows = day.rows { AggregationKey($0.registration) == key }
      parts.append(
        Explanation.sum(
          "GSP Group \(key.gspGroup), class \(key.consumptionClass.rawValue), \(key.quantity.rawValue)", signed,
          how: "\(sums.count) half-hours, \(sums.estimatedCount) estimated; \(sums.metered) at the meters",
          rule: "AGG-1",
          parts: try points(rows, day, period) + day.corrections(period: period) { $0 == key }))
    }
    guard !parts.isEmpty else { throw Refusal.noPosition(supplier, date) }
    return Explanation.sum(
      "volume of \(supplier) for \(date) period \(period) at run \(run.rawValue)", total,
      how: "import less export over GSP Groups and classes", rule: "AGG-3", parts: parts)
  }

  /// What changed for a party between two runs of a date: by period, and in each by metering point.
  public func change(
    _ party: ParticipantID, _ date: SettlementDate, from: RunType, to: RunType
  ) throws -> Explanation {
    let (before, after) = (try result(date, from), try result(date, to))
    let (old, new) = (try explainer(before), try explainer(after))
    var parts: [Explanation] = []
    var total = Money.zero
    for (earlier, position) in Self.pairs(before.positions, after.positions, of: party) {
      let change = position.cash - earlier.cash
      total += change
      guard change != .zero || position.offtake != earlier.offtake else { continue }
      parts.append(try changed(earlier, position, old, new))
    }
    return Explanation.sum(
      "change of \(party)'s cash for \(date) from run \(from.rawValue) to \(to.rawValue)", total,
      how: "the periods that changed; all others are equal to the micropound", rule: "REC-1", parts: parts)
  }

  /// The positions of a party at two runs, period by period. A party that one of them does not have (its points were
  /// registered to it, or to another, in between) stands there with nothing taken off, bought or paid.
  private static func pairs(
    _ before: [ImbalancePosition], _ after: [ImbalancePosition], of party: ParticipantID
  ) -> [(ImbalancePosition, ImbalancePosition)] {
    func byPeriod(_ positions: [ImbalancePosition]) -> [Int: ImbalancePosition] {
      Dictionary(
        positions.filter { $0.party == party }.map { ($0.period, $0) }, uniquingKeysWith: { first, _ in first })
    }
    let (old, new) = (byPeriod(before), byPeriod(after))
    return Set(old.keys).union(new.keys).sorted().compactMap { period in
      switch (old[period], new[period]) {
      case (let earlier?, let later?): (earlier, later)
      case (let earlier?, nil): (earlier, earlier.nothing)
      case (nil, let later?): (later.nothing, later)
      case (nil, nil): nil
      }
    }
  }

  private func changed(
    _ earlier: ImbalancePosition, _ later: ImbalancePosition, _ old: DayExplainer, _ new: DayExplainer
  ) throws -> Explanation {
    let causes = try causes(earlier.party, period: later.period, old, new)
    let moved = later.offtake - earlier.offtake
    let volume = Explanation.sum(
      "offtake moved", moved, how: "the metering points whose reading changed", rule: "REC-2",
      parts: try causes + new.correctionMoved(since: old, period: later.period) { $0.supplier == later.party })
    return Explanation(
      "period \(later.period): \(earlier.cash) became \(later.cash)", .money(later.cash - earlier.cash),
      how: "cash at the later run less cash at the earlier", rule: "REC-1",
      parts: [
        Explanation("cash before", .money(earlier.cash), how: "\(earlier.imbalance) at \(earlier.price)"),
        Explanation("cash after", .money(later.cash), how: "\(later.imbalance) at \(later.price)"), volume,
      ], recomputed: .money(recomputedCash(later) - recomputedCash(earlier)))
  }

  /// Each metering point of the party whose loss-adjusted energy differs between the two days, with why.
  private func causes(
    _ party: ParticipantID, period: Int, _ old: DayExplainer, _ new: DayExplainer
  ) throws -> [Explanation] {
    let before = try signedEnergies(party, period, old)
    let after = try signedEnergies(party, period, new)
    return try Set(before.keys).union(after.keys).sorted().compactMap { mpan in
      let (was, is_) = (before[mpan], after[mpan])
      let difference = (is_?.energy ?? .zero) - (was?.energy ?? .zero)
      guard difference != .zero else { return nil }
      let parts = try [
        was.map { try old.reading(row: $0.row, period: period) },
        is_.map { try new.reading(row: $0.row, period: period) },
      ]
      .compactMap(\.self)
      return Explanation(
        "metering point \(mpan): \(cause(was, is_))", .lossAdjusted(difference),
        how: "after less before, times line loss factor", rule: "REC-2", parts: parts)
    }
  }

  private struct SignedEnergy {
    let row: Int
    let energy: LossAdjustedEnergy
    let method: EstimationMethod
  }

  private func cause(_ before: SignedEnergy?, _ after: SignedEnergy?) -> String {
    guard let before else { return "registration change: new to this supplier" }
    guard let after else { return "registration change: no longer with this supplier" }
    switch (before.method.isMeasured, after.method.isMeasured) {
    case (false, true): return "late reading replaced an estimate"
    case (true, false): return "a reading was withdrawn by a failed check"
    case (true, true): return "corrected reading"
    case (false, false): return "better estimate"
    }
  }

  private func signedEnergies(
    _ party: ParticipantID, _ period: Int, _ day: DayExplainer
  ) throws -> [MPAN: SignedEnergy] {
    var energies: [MPAN: SignedEnergy] = [:]
    for row in day.rows(where: { $0.registration.supplier == party }) {
      let registration = day.validated.points[row].registration
      guard
        let answer = day.factors.factors(
          distributor: registration.distributor, lossClass: registration.lossClass, on: day.day)
      else { continue }
      let adjusted = day.validated.energy(row: row, period: period) * answer.factors[period - 1]
      energies[registration.mpan] = SignedEnergy(
        row: row, energy: registration.quantity == .activeExport ? -adjusted : adjusted,
        method: day.validated.method(row: row, period: period))
    }
    return energies
  }

  private func result(_ date: SettlementDate, _ run: RunType) throws -> RunResult {
    guard let record = try store.run(date, run, rulebook: rulebook.id) else { throw Refusal.notSettled(date, run) }
    return try RunResultCodec.decode(record.result)
  }

  /// The day as the run knew it.
  private func explainer(_ result: RunResult) throws -> DayExplainer {
    let name = "\(result.date) \(result.run.rawValue)"
    if let known = days[name] { return known }
    let engine = RunEngine(
      snapshot: try FactSnapshot(store, sourceCount: result.knowledge.sourceCount), rulebook: rulebook,
      settings: result.settings)
    let day = try DayExplainer(
      engine: engine, date: result.date, cutOff: result.knowledge.cutOff, locator: locator)
    days[name] = day
    return day
  }
}

extension ImbalancePosition {
  /// The same party and period at the same price, with no volume and no cash.
  fileprivate var nothing: ImbalancePosition {
    ImbalancePosition(
      party: party, period: period, offtake: .zero, contracted: .zero, imbalance: .zero, price: price,
      priceDate: priceDate, cash: .zero)
  }
}
