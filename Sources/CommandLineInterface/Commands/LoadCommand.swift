import ArgumentParser
import Findings
import Foundation
import NationalIngest
import ReadingArrivals
import ReadingBlockStore
import SettlementCalendar

struct LoadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Takes files of readings into a national store, at the speed of the processor, durably.",
    discussion: """
      Layouts, known by the first line (docs/ingest.md): messages of JSON, one metering point and date a line, plain or
      in signed envelopes; long tables, one reading a line; wide tables, a day a line. The store has a register of
      metering points (halfhour meters).

      For every file: readings read = accepted + duplicate + conflicting + quarantined. What was accepted is on disk; a
      load that was stopped goes on where it was when the same files are loaded again. `halfhour settle` counts what
      arrived before a run was first made; --close makes its block without settling.
      """)

  @OptionGroup var store: StoreOptions

  @Argument(help: ArgumentHelp("Files to take in.", valueName: "file"), completion: .file())
  var files: [String] = []

  @Option(help: "The first settlement date that is taken; two years before today by default.")
  var from: SettlementDate?

  @Option(help: "The last settlement date that is taken; today by default.")
  var to: SettlementDate?

  @Option(help: "A file of senders' keys for signed messages: sender,public_key.", completion: .file())
  var keys: String?

  @Option(help: "Threads to read with; the processor's cores by default.")
  var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "Then make the block of this settlement date from what arrived.")
  var close: SettlementDate?

  @Option(name: .customLong("run"), help: "The run from which the block of --close counts.")
  var runType: RunType = .ii

  @Flag(help: "Print a line for each acceptance, when the disk has it.")
  var acknowledge = false

  @Option(help: "table, json or csv.")
  var format: OutputFormat = .table

  func validate() throws {
    guard (1...256).contains(threads) else { throw ValidationError("--threads is 1 to 256") }
    guard !files.isEmpty || close != nil else { throw ValidationError("name files to load, or a date to --close") }
  }

  func run() throws {
    try reportingErrors {
      if !files.isEmpty {
        let reports = try load()
        printOut(reports.table.text(format))
        if format == .table { for finding in reports.findings { printError(finding.description) } }
        if reports.isRefused { throw ExitStatus.inputRefused }
      }
      if let close { try closeDate(close) }
    }
  }

  private struct Reports {
    var table = OutputTable(columns: [
      "file", "lines", "accepted", "duplicate", "conflicting", "quarantined", "bytes", "pieces",
      "knownPieces", "seconds",
    ])
    var findings: [Finding] = []
    var isRefused = false
  }

  private func load() throws -> Reports {
    let last = to ?? today()
    guard let dates = ArrivalDates(from ?? last.advanced(by: -730) ?? last, through: last) else {
      throw ValidationError("--from is after --to, or more than \(ArrivalDates.longestSpan) days before it")
    }
    let senders = try keys.map {
      try SenderKeys(String(decoding: Data(contentsOf: URL(fileURLWithPath: $0)), as: UTF8.self))
    }
    let loader = try NationalLoader(store: store.store, dates: dates, keys: senders, threads: threads)
    let line = ProgressLine("load")
    let start = Date()
    let made = try loader.load(files, at: Int(Date().timeIntervalSince1970)) { step in
      line.show(step.doneBytes >> 20, of: step.totalBytes >> 20, unit: "MiB")
      if acknowledge { printOut("accepted \(step.pieces) pieces of \(step.file), store file \(step.acceptedFiles)\n") }
    }
    line.clear()
    var reports = Reports()
    for report in made {
      reports.table.rows.append([
        .text(report.path), .count(report.lines), .count(report.reckoning.accepted),
        .count(report.reckoning.duplicate), .count(report.reckoning.conflicting),
        .count(report.reckoning.quarantined), .count(report.bytes), .count(report.pieces), .count(report.knownPieces),
        .number(String(format: "%.4f", Date().timeIntervalSince(start))),
      ])
      reports.findings += report.findings.kept
      for (rule, count) in report.findings.counts.sorted(by: { $0.key < $1.key }) {
        printError("\(rule): \(count) in \(report.path)")
      }
      let reckoning = report.reckoning
      if reckoning.quarantined > 0, reckoning.rowsRead == reckoning.quarantined { reports.isRefused = true }
    }
    return reports
  }

  private func closeDate(_ date: SettlementDate) throws {
    let outcome = try DateClosing(ArrivalsFolder(store: store.store), date: date, run: runType).close()
    NationalSettling.note(outcome, date, runType)
    var table = OutputTable(columns: ["date", "run", "made", "rows", "readings", "bytes"])
    table.rows.append([
      .text("\(date)"), .text(runType.rawValue), .text(outcome.wasClosed ? "before" : "now"), .count(outcome.rows),
      .count(outcome.readings), .count(outcome.bytes),
    ])
    printOut(table.text(format))
  }
}
