import Aggregation
import MarketIdentifiers
import Quantities
import ReadingValidation
import Readings
import Rulebooks
import Settlement
import SettlementCalendar

/// Takes the difference between two saved runs of a date apart by cause: it puts the facts of the later run in the place
/// of the earlier run's, one kind after the other in the order of ``ChangeCause``, and settles the date after each.
///
/// A sum over consecutive differences is the difference of the ends, so nothing is left over and nothing is shared out.
public final class DifferenceByCause {
  private let store: any Store
  private let rulebook: Rulebook
  private let hash: ContentHash

  /// Why two runs cannot be compared.
  public enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    case notSettled(SettlementDate, RunType)
    case notInOrder(RunType, RunType)
    case otherSettings(RunType, RunType, SettlementDate)
    case notReproduced(RunType, SettlementDate)

    public var description: String {
      switch self {
      case .notSettled(let date, let run):
        "run \(run.rawValue) of \(date) was not made: `halfhour settle --date \(date)` makes the runs that are due"
      case .notInOrder(let from, let to):
        "run \(from.rawValue) does not come before \(to.rawValue): give --from the earlier run and --to the later one"
      case .otherSettings(let from, let to, let date):
        "runs \(from.rawValue) and \(to.rawValue) of \(date) were made with different settings and cannot be compared"
      case .notReproduced(let run, let date):
        "run \(run.rawValue) of \(date) does not come out again as it was saved: `halfhour verify` says why"
      }
    }
  }

  public init(store: any Store, rulebook: Rulebook, hash: @escaping ContentHash) {
    self.store = store
    self.rulebook = rulebook
    self.hash = hash
  }

  /// - Parameter disputed: hashes of the files whose values were put right under a dispute.
  /// - Throws: ``Refusal``, or what settling a date throws.
  public func difference(
    _ date: SettlementDate, from: RunType, to: RunType, disputed: Set<String> = []
  ) throws -> RunDifference {
    guard from < to else { throw Refusal.notInOrder(from, to) }
    let (earlier, later) = (try saved(date, from), try saved(date, to))
    guard earlier.settings == later.settings else { throw Refusal.otherSettings(from, to, date) }
    let steps = try states(earlier, later, disputed)
    guard let first = steps.states.first, first.sums == earlier.sums, first.positions == earlier.positions else {
      throw Refusal.notReproduced(from, date)
    }
    guard let last = steps.states.last, last.sums == later.sums, last.positions == later.positions else {
      throw Refusal.notReproduced(to, date)
    }
    return RunDifference(
      date: date, from: from, to: to, rulebook: rulebook.id, parties: Self.parties(steps.states),
      periods: Self.periods(steps.states), buckets: Self.buckets(steps.states), readings: steps.readings,
      newSources: Array(
        try store.sources().prefix(later.knowledge.sourceCount).dropFirst(earlier.knowledge.sourceCount)))
  }

  private func saved(_ date: SettlementDate, _ run: RunType) throws -> RunResult {
    guard let record = try store.run(date, run, rulebook: rulebook.id) else { throw Refusal.notSettled(date, run) }
    guard hash(record.result) == record.resultHash else { throw Settler.Refusal.damaged(run, date) }
    return try RunResultCodec.decode(record.result)
  }

  /// What the date comes to after the replacements up to a cause.
  private struct State {
    /// `nil` for the earlier run itself.
    let cause: ChangeCause?
    let sums: AggregateSums
    let positions: [ImbalancePosition]
  }

  private func states(
    _ earlier: RunResult, _ later: RunResult, _ disputed: Set<String>
  ) throws -> (states: [State], readings: [ChangeCause: Int]) {
    let date = earlier.date
    let (was, now) = (earlier.knowledge, later.knowledge)
    let oldReadings = try FactSnapshot(store, sourceCount: was.sourceCount)
    let newReadings = try FactSnapshot(store, sourceCount: now.sourceCount)
    let readings = ReadingSteps(
      before: try oldReadings.resolved(date, before: was.cutOff),
      after: try newReadings.resolved(date, before: now.cutOff), disputed: disputed)
    let rules = try ValidationRules(rulebook, on: date)
    let oldHistory = try history(oldReadings, date, rules, was.cutOff)
    let newHistory = try history(newReadings, date, rules, now.cutOff)

    var counts = FactCounts(all: was.sourceCount)
    var made: Set<ChangeCause> = []
    var snapshot = oldReadings
    var day = readings.before
    func state(_ cause: ChangeCause?) throws -> State {
      let validator = Validator(
        rules: rules, resolved: day, history: made.contains(.estimateRevised) ? newHistory : oldHistory,
        points: snapshot.points(on: date))
      let outcome = try RunEngine(snapshot: snapshot, rulebook: rulebook, settings: earlier.settings)
        .outcome(of: validator)
      return State(cause: cause, sums: outcome.sums, positions: outcome.positions)
    }

    var states = [try state(nil)]
    for cause in ChangeCause.allCases {
      made.insert(cause)
      let before = counts
      Self.replace(cause, &counts, now.sourceCount)
      if counts != before { snapshot = try FactSnapshot(store, counts: counts) }
      if Self.isOfReadings(cause) {
        guard readings.counts[cause] != nil else { continue }
        day = readings.day(with: made)
      } else if cause == .estimateRevised {
        guard Self.knows(newHistory, moreThan: oldHistory) else { continue }
      } else if was.sourceCount == now.sourceCount {
        continue
      }
      do {
        states.append(try state(cause))
      } catch is GroupCorrection.Refusal where cause != ChangeCause.allCases.last {
        // A state between the runs that cannot be corrected: what this cause moved shows with the next one.
        continue
      }
    }
    return (states, readings.counts)
  }

  private static func isOfReadings(_ cause: ChangeCause) -> Bool {
    [.lateReading, .estimateReplaced, .readingCorrected, .dispute].contains(cause)
  }

  private static func replace(_ cause: ChangeCause, _ counts: inout FactCounts, _ count: Int) {
    switch cause {
    case .lossFactor: counts.lossFactors = count
    case .registration: counts.registrations = count
    case .groupCorrection: counts.takes = count
    case .contract: counts.contracts = count
    case .price: counts.prices = count
    // Readings are put in their place one by one.
    case .lateReading, .estimateReplaced, .readingCorrected, .dispute, .estimateRevised: break
    }
  }

  private func history(
    _ snapshot: FactSnapshot, _ date: SettlementDate, _ rules: ValidationRules, _ cutOff: UTCInstant
  ) throws -> [ResolvedDay] {
    try (1...rules.historyDays).compactMap { back in
      try date.advanced(by: -back).map { try snapshot.resolved($0, before: cutOff) }
    }
  }

  private static func knows(_ new: [ResolvedDay], moreThan old: [ResolvedDay]) -> Bool {
    new.count != old.count || zip(new, old).contains { $0.layers != $1.layers }
  }

  // MARK: Sums

  private struct Cell: Hashable {
    let party: ParticipantID
    let period: Int
  }

  private static func parties(_ states: [State]) -> [RunDifference.Party] {
    let cash = states.map { Imbalance.cashByParty($0.positions) }
    return Set(cash.flatMap(\.keys)).sorted().map { party in
      var causes: [ChangeCause: Money] = [:]
      for index in states.indices.dropFirst() {
        let moved = (cash[index][party] ?? .zero) - (cash[index - 1][party] ?? .zero)
        if moved != .zero, let cause = states[index].cause { causes[cause] = moved }
      }
      return RunDifference.Party(
        party: party, before: cash.first?[party] ?? .zero, after: cash.last?[party] ?? .zero, causes: causes)
    }
  }

  private static func periods(_ states: [State]) -> [RunDifference.Period] {
    var found: [RunDifference.Period] = []
    var before = cells(states.first?.positions ?? [])
    for state in states.dropFirst() {
      let after = cells(state.positions)
      guard let cause = state.cause else { continue }
      for cell in Set(before.keys).union(after.keys) {
        let (old, new) = (before[cell], after[cell])
        let cash = (new?.cash ?? .zero) - (old?.cash ?? .zero)
        let imbalance = (new?.imbalance ?? .zero) - (old?.imbalance ?? .zero)
        guard cash != .zero || imbalance != .zero else { continue }
        found.append(
          RunDifference.Period(
            party: cell.party, period: cell.period, cause: cause, cash: cash, imbalance: imbalance))
      }
      before = after
    }
    return found.sorted { ($0.party, $0.period, $0.cause) < ($1.party, $1.period, $1.cause) }
  }

  private static func cells(_ positions: [ImbalancePosition]) -> [Cell: ImbalancePosition] {
    Dictionary(
      positions.map { (Cell(party: $0.party, period: $0.period), $0) }, uniquingKeysWith: { first, _ in first })
  }

  private static func buckets(_ states: [State]) -> [RunDifference.Bucket] {
    let totals = states.map { state in
      state.sums.rows.mapValues { $0.reduce(LossAdjustedEnergy.zero) { $0 + $1.lossAdjusted } }
    }
    return Set(totals.flatMap(\.keys)).sorted().map { key in
      var causes: [ChangeCause: LossAdjustedEnergy] = [:]
      for index in states.indices.dropFirst() {
        let moved = (totals[index][key] ?? .zero) - (totals[index - 1][key] ?? .zero)
        if moved != .zero, let cause = states[index].cause { causes[cause] = moved }
      }
      return RunDifference.Bucket(
        key: key, before: totals.first?[key] ?? .zero, after: totals.last?[key] ?? .zero, causes: causes)
    }
  }
}
