import Accounting
import ArgumentParser
import Foundation
import Operations
import OperationsDatabase
import Quantities
import ReadingBlockStore
import Rulebooks
import Settlement
import SettlementCalendar

/// Which settlement dates to work on.
struct DateOptions: ParsableArguments {
  @Option(help: "One settlement date, 2026-03-29.")
  var date: SettlementDate?

  @Option(help: "The first settlement date.")
  var from: SettlementDate?

  @Option(help: "The last settlement date.")
  var to: SettlementDate?

  func validate() throws {
    guard (date != nil) != (from != nil && to != nil), date == nil || (from == nil && to == nil) else {
      throw ValidationError("give --date, or --from and --to")
    }
    if let from, let to, from > to { throw ValidationError("--from is after --to") }
  }

  var dates: [SettlementDate] {
    if let date { return [date] }
    guard let from, let to else { return [] }
    return settlementDates(from, through: to)
  }
}

struct SettleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settle",
    abstract: "Makes the settlement runs of one or more dates: validate, aggregate, price, post.",
    discussion: """
      Makes every run that is due by --as-of (today by default), or those named by --run. A run that was made before is
      left as it is. II moves no money; each later run posts only its difference; after the last the books are frozen.

      Dates that the store holds as packed blocks (halfhour simulate) are added up by bucket and period, with --threads;
      a later run adds only what changed since the one before. Those runs are not priced: --volumes writes what they come
      to, --metered the table of metered volumes that `halfhour charges` takes.
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var rulebook: RulebookOptions
  @OptionGroup var options: RunOptions
  @OptionGroup var dates: DateOptions

  @Option(
    name: .customLong("run"),
    help: "A run to make: II, SF, R1, R2, R3, RF. Repeat for more; all that are due by default.")
  var runs: [RunType] = []

  @Option(help: "Make the runs that are due by this date; today by default.")
  var asOf: SettlementDate?

  @Option(help: "Threads to work with where the store holds blocks; the processor's cores by default.")
  var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  @Flag(help: "Where the store holds blocks: add everything up anew, whatever an earlier run added up.")
  var full = false

  @Flag(help: "Where the store holds blocks: leave those in the order of buckets aside, take rows as they came.")
  var rowsOnly = false

  @Option(
    name: .customLong("repeat"),
    help: "Packed blocks: make each run so many times in this process and print the median of the seconds.")
  var repeats = 1

  @Option(
    help:
      "Where the store holds blocks: a file for the volumes of suppliers, GSP Groups, directions and periods (CSV).",
    completion: .file())
  var volumes: String?

  @Flag(help: "With --volumes: line loss factor classes apart.")
  var byClass = false

  @Option(
    help:
      "Where the store holds blocks: a file for the metered volumes of BM units, for `halfhour charges`; of one run.",
    completion: .file())
  var metered: String?

  @Option(help: "table, json or csv.")
  var format: OutputFormat = .table

  func validate() throws {
    guard (1...256).contains(threads) else { throw ValidationError("--threads is 1 to 256") }
    guard (1...10_000).contains(repeats) else { throw ValidationError("--repeat is 1 to 10,000") }
    guard !byClass || volumes != nil else { throw ValidationError("--by-class goes with --volumes") }
    guard metered == nil || runs.count <= 1 else { throw ValidationError("--metered is of one --run") }
  }

  func run() throws {
    try reportingErrors {
      let national = NationalFolder(store: store.store)
      if dates.dates.allSatisfy({ national.holds($0) || NationalSettling.hasArrivals(store.store, $0) }) {
        return try NationalSettling(
          store: store.store, threads: threads, isFull: full, rowsOnly: rowsOnly, repeats: repeats, format: format,
          volumes: VolumeFiles(volumes: volumes, byClass: byClass, metered: metered)
        )
        .settle(dates.dates, runs: runs)
      }
      guard volumes == nil, metered == nil else {
        throw ValidationError(
          "--volumes and --metered are of dates that the store holds as blocks; use `halfhour report`")
      }
      let disk = try store.open(.readWrite)
      let desk = try SettlementDesk(disk, try rulebook.load(), options.settings)
      let failure = desk.settle(dates.dates, only: runs.isEmpty ? nil : Set(runs), asOf: asOf ?? today())
      printOut(Self.table(desk.lines).text(format))
      for note in desk.notes() { printError(note) }
      if let failure { throw failure }
    }
  }

  static func table(_ outcomes: [SettlementDesk.Line]) -> OutputTable {
    var table = OutputTable([
      .init("date"), .init("run"), .init("run_date"), .init("made"), .init("periods"), .init("half_hours"),
      .init("measured_percent", "measured %"), .init("metered_kwh", "net metered kWh"),
      .init("gsp_kwh", "net at GSP kWh"), .init("paid_in_pounds", "paid in GBP"),
      .init("paid_out_pounds", "paid out GBP"),
    ])
    for line in outcomes {
      table.rows.append([
        .text("\(line.date)"), .text(line.run.rawValue), .text("\(line.runDate)"),
        .text(line.isNew ? "now" : "before"), .count(SettlementDay(line.date).periodCount), .count(line.halfHours),
        .number(line.measured.percentText(places: 2)), .number(line.metered.kilowattHoursText),
        .number(line.atGSP.kilowattHoursText), .number(line.paidIn.poundsText), .number(line.paidOut.poundsText),
      ])
    }
    return table
  }
}

/// Settles many dates with one snapshot, and keeps of each run only what is printed.
final class SettlementDesk {
  private let disk: DiskStore
  private let settler: Settler

  /// One run in a few figures.
  struct Line {
    let date: SettlementDate
    let run: RunType
    let runDate: SettlementDate
    let isNew: Bool
    let halfHours: Int
    let measured: Proportion
    let metered: Energy
    let atGSP: LossAdjustedEnergy
    /// By parties to the market at this run, above zero.
    let paidIn: Money
    let paidOut: Money
  }

  init(_ disk: DiskStore, _ rulebook: Rulebook, _ settings: RunSettings) throws {
    self.disk = disk
    settler = try Settler(store: disk, rulebook: rulebook, settings: settings, hash: contentHash)
  }

  /// What was settled so far; each date is saved when it is done.
  private(set) var lines: [Line] = []
  /// Loss factor classes that had no published factor, with how many runs took the rulebook's flat one.
  private var flatClasses: [String: Int] = [:]

  /// Settles date after date. - Returns: what stopped it, if anything; the dates before are settled and saved.
  func settle(_ dates: [SettlementDate], only: Set<RunType>?, asOf: SettlementDate) -> (any Error)? {
    let progress = ProgressLine("settle")
    defer { progress.clear() }
    for (number, date) in dates.enumerated() {
      progress.show(number, of: dates.count, unit: "days")
      do {
        for outcome in try settler.settle(date, only: only, asOf: asOf) {
          lines.append(Self.line(outcome))
          for line in outcome.result.lineage where line.hasPrefix("loss factors ") && line.contains(" flat,") {
            flatClasses[String(line.dropFirst(13).prefix { $0 != " " }), default: 0] += 1
          }
        }
      } catch {
        return error
      }
    }
    return nil
  }

  /// What a reader of the table should know and cannot see in it.
  func notes() -> [String] {
    var notes: [String] = []
    if lines.isEmpty {
      notes.append("note: no run is due by the date given; `halfhour runs --date D` shows when they are")
    }
    // Where no published factors were ever taken in, the flat ones are what was meant.
    let hasPublished = (try? disk.sources().contains { $0.format.contains("D0265") }) ?? false
    if hasPublished, !flatClasses.isEmpty {
      let classes = flatClasses.sorted { $0.key < $1.key }.map { "\($0.key) in \($0.value) runs" }
      notes.append(
        "note: no published loss factors for distributor/class \(classes.joined(separator: ", ")): the rulebook's flat "
          + "factor was used. Ingest the D0265 file, or check the class and --loss-factor-shift.")
    }
    return notes
  }

  static func line(_ outcome: Settler.Outcome) -> Line {
    let result = outcome.result
    let imported = result.sums.total { $0.quantity == .activeImport }
    let exported = result.sums.total { $0.quantity == .activeExport }
    return Line(
      date: outcome.dates.settlementDate, run: outcome.dates.run, runDate: outcome.dates.runDate,
      isNew: outcome.isNew, halfHours: result.quality.expected, measured: result.quality.validatedShare,
      metered: imported.metered - exported.metered, atGSP: imported.lossAdjusted - exported.lossAdjusted,
      paidIn: outcome.moved.values.reduce(.zero) { $1 < .zero ? $0 - $1 : $0 },
      paidOut: outcome.moved.values.reduce(.zero) { $1 > .zero ? $0 + $1 : $0 })
  }
}
