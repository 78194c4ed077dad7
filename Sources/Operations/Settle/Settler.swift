import Accounting
import MarketIdentifiers
import Quantities
import ReadingValidation
import Rulebooks
import Settlement
import SettlementCalendar

/// Makes the runs of settlement dates in order and saves each with the ledger entry that it posts.
///
/// A run that is saved is not made again: what was settled stays. Each run posts only its difference from the run before
/// it that moved money; after the last run of the timetable nothing moves any more (the books are frozen).
public final class Settler {
  private let store: any Store
  private let engine: RunEngine
  private let hash: ContentHash

  /// What became of one run.
  public struct Outcome: Sendable {
    public let dates: RunDates
    public let record: RunRecord
    public let result: RunResult
    /// False when the run had been made before.
    public let isNew: Bool
    /// What this run moved, by party, positive to the party.
    public let moved: [ParticipantID: Money]
  }

  /// Why a run cannot be made.
  public enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    case noTimetable(SettlementDate, rulebook: String)
    case noSuchRun(RunType, SettlementDate, rulebook: String)
    case notBefore(RunType, SettlementDate, runDate: SettlementDate, asOf: SettlementDate)
    case earlierRunMissing(RunType, needs: RunType, SettlementDate)
    case otherSettings(RunType, SettlementDate)
    /// The bytes of a saved run are no longer those that its hash names: nothing may be posted on top of them.
    case damaged(RunType, SettlementDate)

    public var description: String {
      switch self {
      case .noTimetable(let date, let rulebook):
        "rulebook \(rulebook) cannot date the runs of \(date): its holidays or its timetable end before"
      case .noSuchRun(let run, let date, let rulebook):
        "rulebook \(rulebook) has no run \(run.rawValue) for \(date): `halfhour runs --date \(date)` lists those it has"
      case .notBefore(let run, let date, let runDate, let asOf):
        "run \(run.rawValue) of \(date) is on \(runDate), after \(asOf): wait, or give a later --as-of"
      case .earlierRunMissing(let run, let needs, let date):
        "run \(run.rawValue) of \(date) comes after \(needs.rawValue), which was not made: settle --run \(needs.rawValue) first"
      case .damaged(let run, let date):
        "the saved bytes of run \(run.rawValue) of \(date) are damaged: `halfhour verify` says what else is; restore a copy of the store"
      case .otherSettings(let run, let date):
        "run \(run.rawValue) of \(date) was made with other settings: use the same --price-shift, --loss-factor-shift "
          + "and --group-correction"
      }
    }
  }

  public init(store: any Store, rulebook: Rulebook, settings: RunSettings, hash: @escaping ContentHash) throws {
    self.store = store
    self.hash = hash
    engine = RunEngine(snapshot: try FactSnapshot(store), rulebook: rulebook, settings: settings)
  }

  /// The runs of a date by the rulebook. - Throws: ``Refusal/noTimetable(_:rulebook:)``.
  public func timetable(_ date: SettlementDate) throws -> [RunDates] {
    let rulebook = engine.rulebook
    guard let runs = rulebook.timetable.runs(of: date, rulebook.calendar), !runs.isEmpty else {
      throw Refusal.noTimetable(date, rulebook: rulebook.id)
    }
    return runs
  }

  /// Makes those runs of one date that are due by `asOf` and asked for, in order, and saves them in one commit.
  ///
  /// - Parameter only: the runs wanted; `nil` for all that are due. A run named here that is not due is refused.
  public func settle(_ date: SettlementDate, only: Set<RunType>?, asOf: SettlementDate) throws -> [Outcome] {
    let timetable = try timetable(date)
    for run in (only ?? []).sorted() where !timetable.contains(where: { $0.run == run }) {
      throw Refusal.noSuchRun(run, date, rulebook: engine.rulebook.id)
    }
    var outcomes: [Outcome] = []
    var firstMissing: RunDates?
    var cash: [ParticipantID: Money] = [:]
    for dates in timetable {
      let saved = try store.run(date, dates.run, rulebook: engine.rulebook.id)
      if saved == nil, !(only?.contains(dates.run) ?? (dates.runDate <= asOf)) {
        firstMissing = firstMissing ?? dates
        continue
      }
      guard dates.runDate <= asOf || saved != nil else {
        throw Refusal.notBefore(dates.run, date, runDate: dates.runDate, asOf: asOf)
      }
      if saved == nil, let firstMissing {
        throw Refusal.earlierRunMissing(dates.run, needs: firstMissing.run, date)
      }
      let outcome = try make(dates, saved, before: cash)
      if dates.rule.movesMoney { cash = outcome.result.cash }
      outcomes.append(outcome)
    }
    let new = outcomes.filter(\.isNew)
    try store.save(new.map { ($0.record, entries($0)) })
    return only.map { wanted in outcomes.filter { wanted.contains($0.dates.run) } } ?? outcomes
  }

  private func make(_ dates: RunDates, _ saved: RunRecord?, before: [ParticipantID: Money]) throws -> Outcome {
    if let saved {
      guard hash(saved.result) == saved.resultHash else { throw Refusal.damaged(dates.run, dates.settlementDate) }
      let result = try RunResultCodec.decode(saved.result)
      guard result.settings == engine.settings else { throw Refusal.otherSettings(dates.run, dates.settlementDate) }
      return Outcome(
        dates: dates, record: saved, result: result, isNew: false, moved: moved(dates, result.cash, before))
    }
    let result = try engine.compute(dates)
    let record = Self.record(result, runDate: dates.runDate, paymentDate: dates.paymentDate, hash: hash)
    return Outcome(dates: dates, record: record, result: result, isNew: true, moved: moved(dates, result.cash, before))
  }

  /// The record under which a result is saved.
  public static func record(
    _ result: RunResult, runDate: SettlementDate, paymentDate: SettlementDate? = nil, hash: ContentHash
  ) -> RunRecord {
    let bytes = RunResultCodec.encode(result)
    return RunRecord(
      date: result.date, run: result.run, rulebook: result.rulebook, cutOff: result.knowledge.cutOff,
      runDate: runDate, paymentDate: paymentDate, inputHash: hash(Array(result.lineage.joined(separator: "\n").utf8)),
      resultHash: hash(bytes),
      result: bytes)
  }

  private func moved(
    _ dates: RunDates, _ cash: [ParticipantID: Money], _ before: [ParticipantID: Money]
  ) -> [ParticipantID: Money] {
    dates.rule.movesMoney ? RunPostings.moved(from: before, to: cash) : [:]
  }

  private func entries(_ outcome: Outcome) -> [JournalEntry] {
    RunPostings.entry(outcome.dates, rulebook: engine.rulebook.id, moved: outcome.moved).map { [$0] } ?? []
  }
}
