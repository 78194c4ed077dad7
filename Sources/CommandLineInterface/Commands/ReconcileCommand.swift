import ArgumentParser
import MarketIdentifiers
import Operations
import OperationsDatabase
import Quantities
import Settlement
import SettlementCalendar

struct ReconcileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile",
    abstract: "Makes the reconciliation runs that are due and shows what each moved for each party.",
    discussion: """
      Every run posts only its difference from the run before it. The sum over all runs of a date is the cash of its last
      run. A party's amount is above zero when it receives, below when it pays.

      With --by-cause it makes no run: it takes the difference between two saved runs of one date apart by cause, summing
      exactly.

      Examples:
        halfhour reconcile --store S --from 2026-03-16 --to 2026-03-29 --as-of 2027-12-31
        halfhour reconcile --store S --date 2026-03-29 --from II --to SF --by-cause
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var rulebook: RulebookOptions
  @OptionGroup var options: RunOptions

  @Option(help: "One settlement date, 2026-03-29.")
  var date: SettlementDate?

  @Option(help: "The first settlement date; with --by-cause the earlier run.")
  var from: String?

  @Option(help: "The last settlement date; with --by-cause the later run.")
  var to: String?

  @Flag(help: "Take the difference between two runs of one date apart by cause.")
  var byCause = false

  @Option(
    name: .customLong("disputed"),
    help: "With --by-cause: a file (its name or SHA-256) whose values were put right under a dispute. Repeat for more.")
  var disputed: [String] = []

  @Option(help: "Make the runs that are due by this date; today by default.")
  var asOf: SettlementDate?

  @Option(help: "table, json or csv.")
  var format: OutputFormat = .table

  func validate() throws {
    if byCause {
      guard date != nil, runs != nil else {
        throw ValidationError(
          "--by-cause wants --date, and --from and --to as runs: --date 2026-03-29 --from II --to SF")
      }
    } else {
      guard disputed.isEmpty else { throw ValidationError("--disputed goes with --by-cause") }
      guard date != nil ? from == nil && to == nil : span != nil else {
        throw ValidationError("give --date, or --from and --to as dates")
      }
      if let span, span.from > span.to { throw ValidationError("--from is after --to") }
    }
  }

  private var runs: (from: RunType, to: RunType)? {
    guard let earlier = from.flatMap(RunType.init(argument:)), let later = to.flatMap(RunType.init(argument:)) else {
      return nil
    }
    return (earlier, later)
  }

  private var span: (from: SettlementDate, to: SettlementDate)? {
    guard let first = from.flatMap({ SettlementDate($0) }), let last = to.flatMap({ SettlementDate($0) }) else {
      return nil
    }
    return (first, last)
  }

  private var dates: [SettlementDate] {
    if let date { return [date] }
    return span.map { settlementDates($0.from, through: $0.to) } ?? []
  }

  func run() throws {
    try reportingErrors {
      if byCause, let date, let runs { return try explain(date, runs) }
      let disk = try store.open(.readWrite)
      let settler = try Settler(
        store: disk, rulebook: try rulebook.load(), settings: options.settings, hash: contentHash)
      let progress = ProgressLine("reconcile")
      var moved: [ParticipantID: [RunType: Money]] = [:]
      var runs: Set<RunType> = []
      for (number, date) in dates.enumerated() {
        progress.show(number, of: dates.count, unit: "days")
        for outcome in try settler.settle(date, only: nil, asOf: asOf ?? today()) where outcome.dates.rule.movesMoney {
          runs.insert(outcome.dates.run)
          for (party, amount) in outcome.moved {
            moved[party, default: [:]][outcome.dates.run, default: .zero] += amount
          }
        }
      }
      progress.clear()
      printOut(Self.table(moved, runs.sorted()).text(format))
    }
  }

  private func explain(_ date: SettlementDate, _ runs: (from: RunType, to: RunType)) throws {
    let disk = try store.open(.readOnly)
    let difference = try DifferenceByCause(store: disk, rulebook: try rulebook.load(), hash: contentHash)
      .difference(date, from: runs.from, to: runs.to, disputed: try disputedSources(disk))
    printOut(DifferencePage(difference).text(format))
  }

  private func disputedSources(_ disk: DiskStore) throws -> Set<String> {
    let sources = disputed.isEmpty ? [] : try disk.sources()
    return try disputed.reduce(into: []) { hashes, wanted in
      let found = sources.filter { $0.name == wanted || $0.hash == wanted }
      guard !found.isEmpty else {
        throw ValidationError("the store has no file \(wanted): `halfhour sources` lists those it has")
      }
      hashes.formUnion(found.map(\.hash))
    }
  }

  private static func table(_ moved: [ParticipantID: [RunType: Money]], _ runs: [RunType]) -> OutputTable {
    var table = OutputTable([.init("party")] + runs.map { .init($0.rawValue) } + [.init("all_runs")])
    for party in moved.keys.sorted() {
      let amounts = runs.map { moved[party]?[$0] ?? .zero }
      table.rows.append(
        [.text(party.code)] + (amounts + [amounts.reduce(.zero, +)]).map { .number($0.poundsText) })
    }
    let totals = runs.map { run in moved.values.reduce(Money.zero) { $0 + ($1[run] ?? .zero) } }
    table.rows.append(
      [.text("market")] + (totals + [totals.reduce(.zero, +)]).map { .number((-$0).poundsText) })
    return table
  }
}
