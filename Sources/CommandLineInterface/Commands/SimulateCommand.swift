import ArgumentParser
import EstateSimulator
import Foundation
import ReadingBlockStore
import SettlementCalendar

struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Writes a simulated country of readings to a store, packed in blocks: for settlement at national size.",
    discussion: """
      Nothing in it was measured; everything follows from the seed, whatever the number of threads. For each date: the
      readings as the first run knows them, those that arrive before SF, and the standing data.
      """)

  @OptionGroup var store: StoreOptions

  @Option(help: "How many metering points.")
  var mpans: Int

  @Option(help: "How many days.")
  var days: Int = 1

  @Option(help: "The first settlement date.")
  var from: SettlementDate = SettlementDate("2026-01-14") ?? .earliest

  @Option(help: "The same seed gives the same bytes.")
  var seed: UInt64 = 1

  @Option(help: "Threads to work with; the processor's cores by default.")
  var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "Rows in a million whose readings arrive between II and SF.")
  var latePerMillion: Int = 3_000

  @Option(help: "How many suppliers.")
  var suppliers: Int = 85

  @Option(help: "table, json or csv.")
  var format: OutputFormat = .table

  func validate() throws {
    guard (1...3660).contains(days), (1...256).contains(threads), (0...100_000).contains(latePerMillion),
      NationalEstate(seed: seed, mpans: mpans, suppliers: suppliers) != nil
    else {
      throw ValidationError(
        "--mpans is 1 to 100000000, --days 1 to 3660, --threads 1 to 256, --late-per-million 0 to 100000, --suppliers 1 to 500"
      )
    }
  }

  func run() throws {
    try reportingErrors {
      guard let estate = NationalEstate(seed: seed, mpans: mpans, suppliers: suppliers),
        let last = from.advanced(by: days - 1)
      else {
        throw ValidationError("those days are outside the calendar")
      }
      let simulation = NationalSimulation(
        estate, folder: NationalFolder(store: store.store), threads: threads, latePerMillion: latePerMillion)
      let progress = ProgressLine("simulate")
      var table = OutputTable(columns: [
        "date", "readings", "bytes", "bytesPerReading", "correctedReadings", "makingSeconds", "seconds",
      ])
      for (number, date) in settlementDates(from, through: last).enumerated() {
        progress.show(number, of: days, unit: "days")
        let made = try simulation.write(date)
        table.rows.append([
          .text("\(date)"), .count(made.readings), .count(made.bytes),
          .number(String(format: "%.4f", Double(made.bytes) / Double(max(1, made.readings)))), .count(made.corrected),
          .number(String(format: "%.4f", made.makingSeconds)), .number(String(format: "%.4f", made.seconds)),
        ])
      }
      progress.clear()
      printOut(table.text(format))
    }
  }
}
