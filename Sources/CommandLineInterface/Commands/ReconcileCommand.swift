import ArgumentParser
import MarketIdentifiers
import Operations
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
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var rulebook: RulebookOptions
  @OptionGroup var options: RunOptions
  @OptionGroup var dates: DateOptions

  @Option(help: "Make the runs that are due by this date; today by default.")
  var asOf: SettlementDate?

  @Option(help: "table, json or csv.")
  var format: OutputFormat = .table

  func run() throws {
    try reportingErrors {
      let disk = try store.open(.readWrite)
      let settler = try Settler(
        store: disk, rulebook: try rulebook.load(), settings: options.settings, hash: contentHash)
      let progress = ProgressLine("reconcile")
      var moved: [ParticipantID: [RunType: Money]] = [:]
      var runs: Set<RunType> = []
      for (number, date) in dates.dates.enumerated() {
        progress.show(number, of: dates.dates.count, unit: "days")
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
