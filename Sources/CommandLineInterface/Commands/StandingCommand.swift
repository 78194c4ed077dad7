import ArgumentParser
import Findings
import Foundation
import NationalIngest
import SettlementCalendar

struct StandingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "standing",
    abstract: "Makes the standing data of dates for national settlement, from registrations and loss factors.",
    discussion: """
      Who has which metering point on a settlement date, and with which line loss factors: what `halfhour settle` adds
      readings up by. Registrations are the table of docs/formats.md, loss factors D0265; without --registrations both
      are those that `halfhour ingest` took into the same store. A class that no D0265 file has takes the rulebook's flat
      factor.

      Where the store has no register of metering points, it is made of those that the registrations name; --add adds what
      they name beyond it. A date's standing data is made once, and can be made anew until something was made with it.
      Changes that come later count from a later run: --amend SF before that run is settled.

      Examples:
        halfhour standing --store S --date 2026-01-14 --registrations registrations.csv --loss-factors llf.zip
        halfhour standing --store S --date 2026-01-14 --registrations changes.csv --amend SF
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var dates: DateOptions
  @OptionGroup var rulebook: RulebookOptions

  @Option(help: "A file of registrations. Repeat for more; a later one corrects.", completion: .file())
  var registrations: [String] = []

  @Option(help: "A D0265 file of loss factors, plain, gzip or zip. Repeat for more.", completion: .file())
  var lossFactors: [String] = []

  @Option(help: "Days to add to a settlement date to find published line loss factors.")
  var lossFactorShift: Int = 0

  @Flag(help: "Add metering points that the register does not have, at its end.")
  var add = false

  @Option(help: "The run from which changes of registration count: SF, R1, R2, R3, RF, DF.")
  var amend: RunType?

  @Option(help: "table, json or csv.")
  var format: OutputFormat = .table

  func validate() throws {
    guard (-40_000...40_000).contains(lossFactorShift) else {
      throw ValidationError("a shift is a number of days from -40000 to 40000")
    }
    if !lossFactors.isEmpty, registrations.isEmpty {
      throw ValidationError("--loss-factors goes with --registrations; without both, the store's own facts are taken")
    }
    if let amend {
      guard amend > .ii else { throw ValidationError("--amend is a run after II") }
      guard lossFactors.isEmpty, !add else {
        throw ValidationError("--amend moves registered metering points between the buckets that there are")
      }
    }
  }

  func run() throws {
    try reportingErrors {
      let desk = try StandingDesk(store, registrations: registrations)
      if let amend { return try print(desk.amend(dates.dates, amend), desk.log) }
      let factors = try desk.factors(lossFactors, try rulebook.load(), shiftDays: lossFactorShift)
      try print(desk.make(dates.dates, factors, adds: add), desk.log)
    }
  }

  private func print(_ table: OutputTable, _ log: FindingLog) throws {
    printOut(table.text(format))
    for finding in log.kept { printError("\(finding)") }
    for (rule, count) in log.counts.sorted(by: { $0.key < $1.key }) where count > log.limitPerRule {
      printError("... \(count) of rule \(rule) in all")
    }
  }
}
