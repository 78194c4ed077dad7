import ArgumentParser
import Foundation
import SettlementCalendar
import SettlementReports

/// `halfhour sample-report`: an invented report file, to try `compare` on or to measure with.
struct SampleReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample-report",
    abstract: "Writes an invented settlement report file: S0142, C0291, C0301 or C0421.",
    discussion: "Parties XA00 on, units of theirs, volumes and prices that follow from the seed. Nothing was measured.")

  @Option(help: "The folder to write into.", completion: .directory)
  var out: String

  @Option(name: .customLong("file"), help: "S0142, C0291, C0301 or C0421.")
  var file: String = "S0142"

  @Option(help: "The settlement date.")
  var date: SettlementDate

  @Option(name: .customLong("run"), help: "The run that the file says it is of.")
  var runType: RunType = .sf

  @Option(help: "How many parties, groups or units.")
  var parties: Int = 20

  @Option(help: "BM units of each party of an S0142.")
  var units: Int = 4

  @Option(help: "The same seed gives the same bytes.")
  var seed: UInt64 = 1

  func validate() throws {
    guard (1...10_000).contains(parties), (1...1_000).contains(units) else {
      throw ValidationError("--parties is 1 to 10000, --units 1 to 1000")
    }
    guard ReportKind(rawValue: file.uppercased()) != nil else {
      throw ValidationError("--file is S0142, C0291, C0301 or C0421")
    }
  }

  func run() throws {
    try reportingErrors {
      guard let kind = ReportKind(rawValue: file.uppercased()) else { return }
      let report = InventedReport(date: date, run: runType, parties: parties, units: units, seed: seed)
      try makeFolder(out)
      let url = URL(fileURLWithPath: out).appendingPathComponent(report.name(kind))
      try writeData(Data(), to: url.path)
      let handle = try FileHandle(forWritingTo: url)
      defer { try? handle.close() }
      var pending = Data()
      var count = 0
      var failure: (any Error)?
      func flush() {
        do { try handle.write(contentsOf: pending) } catch { failure = failure ?? error }
        pending.removeAll(keepingCapacity: true)
      }
      func take(_ line: [UInt8]) {
        count += line.count
        pending.append(contentsOf: line)
        if pending.count > 1 << 20, failure == nil { flush() }
      }
      if kind == .settlementReport { report.settlementReport { take($0) } } else { report.meterData(kind) { take($0) } }
      flush()
      if let failure { throw UnwritableFile(url.path, failure) }
      printOut("\(report.name(kind))  \(count) bytes  \(kind.title)\n")
    }
  }
}
