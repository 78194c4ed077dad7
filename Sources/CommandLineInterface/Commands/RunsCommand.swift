import ArgumentParser
import Operations
import OperationsDatabase
import Quantities
import Readings
import Rulebooks
import SettlementCalendar

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "Shows the runs of a settlement date: when, why, and what they moved.",
    discussion: "Without --store only the dates that the rulebook gives are shown.")

  @Option(help: "The settlement date.")
  var date: SettlementDate

  @Option(help: "A store, to show which runs were made and what they moved.")
  var store: String?

  @OptionGroup var rulebook: RulebookOptions

  @Option(help: "table, json or csv.")
  var format: OutputFormat = .table

  func run() throws {
    try reportingErrors {
      let book = try rulebook.load()
      guard let runs = book.timetable.runs(of: date, book.calendar), !runs.isEmpty else {
        throw Settler.Refusal.noTimetable(date, rulebook: book.id)
      }
      let disk = try store.map { try DiskStore.open(path: $0, mode: .readOnly) }
      printOut(try table(runs, disk, book).text(format))
      if format == .table, let disk, let last = runs.last { printOut(try lateNote(disk, last)) }
    }
  }

  private func table(_ runs: [RunDates], _ disk: DiskStore?, _ book: Rulebook) throws -> OutputTable {
    var table = OutputTable([
      .init("run"), .init("rule"), .init("cut_off"), .init("run_date"), .init("payment_date"), .init("moves_money"),
      .init("made"), .init("measured_percent", "measured %"), .init("net_metered_kwh", "net metered kWh"),
      .init("change_kwh", "change kWh"), .init("purpose"), .init("source"),
      .init("input_hash"), .init("result_hash"),
    ])
    var before: Energy?
    for dates in runs {
      let saved = try disk?.run(date, dates.run, rulebook: book.id)
      let result = try saved.map { try RunResultCodec.decode($0.result) }
      let metered = result.map { result in
        result.sums.total { $0.quantity == .activeImport }.metered
          - result.sums.total { $0.quantity == .activeExport }.metered
      }
      let change = metered.flatMap { now in before.map { now - $0 } }
      table.rows.append([
        .text(dates.run.rawValue), .text("\(dates.rule.runs)"), .text("\(dates.cutOffDate)"), .text("\(dates.runDate)"),
        .text((saved?.paymentDate ?? dates.paymentDate).map { "\($0)" } ?? ""),
        .text(dates.rule.movesMoney ? "yes" : "no"),
        .text(saved == nil ? "no" : "yes"),
        result.map { .number($0.quality.validatedShare.percentText(places: 2)) } ?? .empty,
        metered.map { .number($0.kilowattHoursText) } ?? .empty, change.map { .number($0.kilowattHoursText) } ?? .empty,
        .text(dates.rule.purpose), .text(dates.rule.source), saved.map { .text(shown($0.inputHash)) } ?? .empty,
        saved.map { .text(shown($0.resultHash)) } ?? .empty,
      ])
      if let metered { before = metered }
    }
    return table
  }

  /// A hash whole for programs, its beginning for people.
  private func shown(_ hash: String) -> String { format == .table ? String(hash.prefix(12)) : hash }

  /// What came after the books closed: kept, told, and moving nothing.
  private func lateNote(_ disk: DiskStore, _ last: RunDates) throws -> String {
    let late = try disk.layers(on: date).filter { $0.receivedAt >= last.cutOff }
    guard !late.isEmpty else {
      return "\nThe books freeze with \(last.run.rawValue) on \(last.runDate); nothing came after its cut-off.\n"
    }
    let count = late.reduce(0) { $0 + $1.readingCount }
    return
      "\nThe books froze with \(last.run.rawValue) on \(last.runDate): \(count) readings came later. They are kept and move nothing.\n"
  }
}
