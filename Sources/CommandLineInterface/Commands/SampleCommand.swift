import ArgumentParser
import EstateSimulator
import Foundation
import MarketIdentifiers
import PortfolioFiles
import SettlementCalendar

struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract:
      "Writes the files of an invented estate: readings with faults, registrations, prices, contracts, tariffs.",
    discussion: """
      Nothing in it was measured; everything follows from the seed. receipts.csv says when each file came, for
      `halfhour ingest --receipts`.
      """)

  @Option(help: "The folder to write into.", completion: .directory)
  var out: String

  @Option(help: "How many metering points.")
  var mpans: Int = 2_000

  @Option(help: "The first settlement date.")
  var from: SettlementDate = SettlementDate("2026-03-16") ?? .earliest

  @Option(help: "How many days.")
  var days: Int = 28

  @Option(help: "The same seed gives the same bytes.")
  var seed: UInt64 = 1

  func run() throws {
    try reportingErrors {
      guard
        let estate = SampleEstate(
          seed: seed, meteringPoints: mpans, from: from, days: days, tariffs: SampleTariffs.names)
      else { throw ValidationError("--mpans is 1 to 1000000, --days 1 to 3660, within the calendar's years") }
      try makeFolder(out)
      var receipts = "file,received_at\n"
      for file in estate.files() {
        try write(file.name) { handle in
          try estate.write(file) { piece in try handle.write(contentsOf: Data(piece)) }
        }
        receipts += "\(file.name),\(file.receivedAt)\n"
      }
      let suppliers = Set(estate.registrations.map(\.supplier))
      let start = estate.registrations.map(\.effectiveFrom).min() ?? from
      try write("sample-tariffs.json") {
        try $0.write(contentsOf: Data(TariffBookFile.write(try SampleTariffs.book(suppliers, from: start))))
      }
      receipts += "sample-tariffs.json,\(SettlementDay(from).start.advanced(byHours: -24))\n"
      try write("receipts.csv") { try $0.write(contentsOf: Data(receipts.utf8)) }
      printOut("\(estate.registrations.count) metering points, \(estate.dates.count) days, in \(out)\n")
    }
  }

  private func write(_ name: String, _ body: (FileHandle) throws -> Void) throws {
    let url = URL(fileURLWithPath: out).appendingPathComponent(name)
    try writeData(Data(), to: url.path)
    do {
      let handle = try FileHandle(forWritingTo: url)
      defer { try? handle.close() }
      try body(handle)
    } catch {
      throw UnwritableFile(url.path, error)
    }
  }
}
