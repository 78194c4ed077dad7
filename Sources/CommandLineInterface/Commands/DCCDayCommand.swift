import ArgumentParser
import DataServiceProvider
import EstateSimulator
import Foundation
import InputFiles
import MarketIdentifiers
import PortfolioFiles
import Readings
import SettlementCalendar
import SmartMeteringEstate
import SmartMeters

/// `halfhour dcc day`: a settlement day from simulated meters into a store.
struct DCCDayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "day",
    abstract: "Collect a settlement day from simulated smart meters into a store, ready to settle.",
    discussion: """
      In one process, without HTTP: a Meter Data Retriever creates a daily schedule (5.1) for every meter, the DSP runs
      each at a moment of its own within 24 hours, the meter answers, MACs are checked on the way, the retriever opens what
      was encrypted to it and reads on demand what failed or came in part. What was collected is taken into the store with
      each meter's message as the fact, together with registrations and system prices of the day.

      With --faults, messages are lost, late, repeated or damaged, and meters and hubs fail, drift and are exchanged as
      the seed has it; each read that did not go well and each half-hour that is missing is put down to a fault. The same
      seed and number of threads give the same account.

      Exit status: 0 when the counts of all hops agree and every fault is accounted for, 1 when they do not.
      Example: halfhour dcc day --estate 10000 --seed 7 --date 2026-04-30 --store day.store
               halfhour settle --store day.store --date 2026-04-30 --as-of 2028-01-01
      """)

  @Option(help: "How many metering points.")
  var estate: Int = 1_000

  @Option(help: "The same seed gives the same estate, readings and faults.")
  var seed: UInt64 = 1

  @OptionGroup var smets1: SMETS1Options

  @OptionGroup var switches: DCCSwitchOptions

  @Option(help: "The settlement date.")
  var date: SettlementDate

  @OptionGroup var store: StoreOptions

  @Option(help: "\(FaultSpecification.help)")
  var faults: FaultSpecification?

  @Option(help: "Threads, each with a part of the estate.")
  var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "Days up to the date for which schedules ask; some meters answer ten at most (fault ten-day-limit).")
  var daysAsked: Int = 1

  @Flag(help: "Pass requests and responses as values, not as signed documents.")
  var withoutDocuments = false

  @Option(help: "table, json or csv.")
  var format: OutputFormat = .table

  func run() throws {
    try reportingErrors {
      guard (1...10_000_000).contains(estate), (1...64).contains(threads),
        (1...90).contains(daysAsked)
      else {
        throw ValidationError("--estate is 1 to 10000000, --threads 1 to 64, --days-asked 1 to 90")
      }
      var wanted = EstateSetup(seed: seed, points: estate, start: SettlementDay(date).start)
      try smets1.apply(to: &wanted)
      try switches.apply(to: &wanted)
      let day = CollectionDay(
        seed: seed, points: estate, date: date, faults: FaultPlan(seed: seed, faults?.rates ?? [:]),
        usesDocuments: !withoutDocuments, daysAsked: daysAsked, smets1Percent: wanted.smets1Percent,
        switches: wanted.switches, commandsPerSecond: wanted.commandsPerSecond)
      let started = Date()
      let parts = try collect(day)
      let seconds = Date().timeIntervalSince(started)
      let summary = CollectionSummary(parts)
      let reports = try take(parts)
      printOut(summary.table.text(format))
      if format == .table {
        printOut(summary.text(seconds: seconds, stored: reports))
      }
      if let fault = summary.fault(stored: reports) {
        printError("halfhour: \(fault)")
        throw ExitStatus.checkFailed
      }
    }
  }

  private func collect(_ day: CollectionDay) throws -> [CollectionDay.Part] {
    let count = threads
    let results = PartResults(count: count)
    DispatchQueue.concurrentPerform(iterations: count) { part in
      results.set(Result { try day.collect(part: part, of: count) }, at: part)
    }
    return try results.all().map { try $0.get() }
  }

  /// Writes what was collected as files and takes them in as `ingest` does. - Returns: accepted readings.
  private func take(_ parts: [CollectionDay.Part]) throws -> Int {
    let series = parts.flatMap(\.series).sorted { ($0.mpan, $0.quantity.rawValue) < ($1.mpan, $1.quantity.rawValue) }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("halfhour-dcc-\(UUID().uuidString)")
    try makeFolder(folder.path)
    defer { try? FileManager.default.removeItem(at: folder) }
    let settlementDay = SettlementDay(date)
    guard let registered = date.advanced(by: -365),
      let prices = SampleEstate(seed: seed, meteringPoints: 1, from: date, days: 1)
    else { throw ValidationError("--date lies at the edge of the calendar") }
    let maker = PortfolioMaker(seed: seed, effectiveFrom: registered, recordedAt: settlementDay.start)
    let registrations = maker.registrations(
      series.compactMap { SeriesKey(name: $0.mpan.description, quantity: $0.quantity) }
    ).sorted { $0.mpan < $1.mpan }
    var messages = Data(MeterMessageReader.header.utf8)
    for item in series { for line in item.lines { messages.append(contentsOf: line.utf8) } }
    var files = [
      ("dcc-registrations.csv", settlementDay.start, Data(TableWriter.registrations(registrations))),
      ("dcc-meter-messages-\(date).csv", settlementDay.end.advanced(byHours: 30), messages),
    ]
    for file in prices.files() where file.name.contains("prices") {
      files.append((file.name, file.receivedAt, Data(prices.bytes(file))))
    }
    let disk = try store.open(.create)
    var accepted = 0
    for (name, receivedAt, data) in files {
      let path = folder.appendingPathComponent(name).path
      try writeData(data, to: path)
      let receipt = try IngestDesk.Receipt(moment: receivedAt, afterDayHours: nil, arrivals: nil)
      let report = try IngestDesk(store: disk, receipt: receipt, series: nil, prefix: "").ingest(path)
      if name.hasPrefix("dcc-meter") { accepted = report.reckoning.accepted }
      guard !IngestDesk.isRefused(report) else { throw ExitStatus.inputRefused }
    }
    return accepted
  }
}

/// Results of parts that threads put in. Sendable although the compiler cannot see it: a lock guards them.
private final class PartResults: @unchecked Sendable {
  private let lock = NSLock()
  private var results: [Result<CollectionDay.Part, any Error>?]

  init(count: Int) { results = Array(repeating: nil, count: count) }

  func set(_ result: Result<CollectionDay.Part, any Error>, at place: Int) { lock.withLock { results[place] = result } }
  func all() -> [Result<CollectionDay.Part, any Error>] { lock.withLock { results.compactMap { $0 } } }
}
