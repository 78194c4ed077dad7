import ArgumentParser
import Findings
import Operations
import Quantities
import ReadingValidation
import Rulebooks
import SettlementCalendar

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Shows how much of a day is measured, what failed, and how the rest is estimated.",
    discussion: """
      Nothing is saved. --run takes the readings known at that run's cut-off; without it all readings are taken.
      Methods, in the order in which they are tried: received (EST-0), the same meter on like days before (EST-1), on any
      day before (EST-2), like meters in the GSP Group (EST-3), like meters anywhere (EST-4), standing use (EST-5).
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var rulebook: RulebookOptions
  @OptionGroup var dates: DateOptions

  @Option(name: .customLong("run"), help: "As known at the cut-off of this run.")
  var asKnownAt: RunType?

  @Option(help: "table, json or csv.")
  var format: OutputFormat = .table

  func run() throws {
    try reportingErrors {
      let disk = try store.open(.readOnly)
      let book = try rulebook.load()
      let engine = RunEngine(snapshot: try FactSnapshot(disk), rulebook: book, settings: RunSettings())
      var table = OutputTable(
        [
          .init("date"), .init("periods"), .init("half_hours"), .init("first_pass_percent", "first pass %"),
          .init("measured_percent", "measured %"),
        ]
          + EstimationMethod.allCases.map { .init($0.rule?.code ?? "measured") }
          + [.init("estimated_kwh", "estimated kWh"), .init("failures"), .init("unclaimed_series", "unclaimed series")])
      for date in dates.dates {
        let validator = try engine.validator(date, before: try cutOff(date, book))
        let quality = validator.validate().quality
        table.rows.append(
          [
            .text("\(date)"), .count(SettlementDay(date).periodCount), .count(quality.expected),
            .number(quality.firstPassShare.percentText()), .number(quality.validatedShare.percentText()),
          ]
            + quality.byMethod.map { .count($0) }
            + [
              .number(quality.estimatedEnergy.kilowattHoursText),
              .text(
                quality.failures.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")),
              .count(validator.unclaimedSeries().count),
            ])
      }
      printOut(table.text(format))
      if format == .table { printOut(try registerLines(disk, book)) }
    }
  }

  private func cutOff(_ date: SettlementDate, _ book: Rulebook) throws -> UTCInstant {
    guard let run = asKnownAt else { return .distantFuture }
    guard let dates = book.timetable.runs(of: date, book.calendar)?.first(where: { $0.run == run }) else {
      throw Settler.Refusal.noSuchRun(run, date, rulebook: book.id)
    }
    return dates.cutOff
  }

  /// VAL-05 over the register reads of the store.
  private func registerLines(_ disk: any FactsRepository, _ book: Rulebook) throws -> String {
    let reads = try disk.registerReads()
    guard !reads.isEmpty, let date = dates.dates.first else { return "" }
    let digits = book.wholeNumber("validation.register-rollover-digits", on: date) ?? 5
    let checked = RegisterCheck.advances(
      reads, digits: digits, largestAdvance: Energy(wattHours: 100_000_000))
    let lines = checked.findings.prefix(5).map { "  \($0)\n" }.joined()
    return "\nregister reads: \(reads.count), advances: \(checked.value.count), falls: \(checked.findings.count)\n"
      + lines
  }
}
