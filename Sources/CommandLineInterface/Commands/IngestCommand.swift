import ArgumentParser
import Findings
import Foundation
import InputFiles
import JSONText
import Operations
import OperationsDatabase
import PortfolioFiles
import Readings
import SettlementCalendar

struct IngestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest",
    abstract: "Takes files in and accounts for every row.",
    discussion: """
      Files are known by their content, plain, gzip or zip: half-hourly readings (EDRP wide, Low Carbon London, Octopus
      CSV and JSON, other smart meter exports, DF2, BGlobal, Stark, simple CSV, D0036, our own readings CSV), register
      reads (D0010), line loss factors (D0265), system prices (Elexon CSV, Insights JSON), bank holidays and clock
      changes (GOV.UK), and our own registrations, contracts, GSP Group takes, arrivals
      and tariff books.

      For every file: rows read = accepted + duplicate + conflicting + quarantined. The file itself is archived in the
      store. Taking the same file in twice changes nothing.

      Research files do not say when a reading was received, but runs ask: --received-after 8 holds each reading to have
      come 8 hours after its settlement day, --arrivals names a file of exceptions (a late-reading feed).
      """)

  @OptionGroup var store: StoreOptions

  @Argument(help: ArgumentHelp("Files to take in.", valueName: "file"), completion: .file())
  var files: [String]

  @Option(help: "When the files were received, UTC: 2026-03-30T08:00:00Z. Now by default.")
  var receivedAt: String?

  @Option(help: "Hold each reading to have been received so many hours after its settlement day.")
  var receivedAfter: Int?

  @Option(help: "A CSV of exceptions to --received-after: series,from,to,received_at.", completion: .file())
  var arrivals: String?

  @Option(help: "A CSV that says when each file was received: file,received_at.", completion: .file())
  var receipts: String?

  @Option(help: "The series name of files that name none; the file's name by default.")
  var series: String?

  @Option(help: "Put before every series name that the files give, for data sets whose names would clash.")
  var seriesPrefix: String = ""

  @Option(help: "table, json or csv.")
  var format: OutputFormat = .table

  @Flag(help: "Show every finding that was kept, notes too, and what it is about, which may be personal data.")
  var details = false

  func run() throws {
    try reportingErrors {
      guard receivedAfter.map({ (0...100_000).contains($0) }) ?? true else {
        throw ValidationError("--received-after is a number of hours from 0 to 100000")
      }
      let moment = try receivedAt.map { text in
        guard let instant = UTCInstant(text) else {
          throw ValidationError("--received-at wants an ISO 8601 moment such as 2026-03-30T08:00:00Z")
        }
        return instant
      }
      let rule = try IngestDesk.Receipt(moment: moment ?? now(), afterDayHours: receivedAfter, arrivals: arrivals)
      let disk = try store.open(.create)
      let moments = try receipts.map(FileReceipts.read) ?? FileReceipts()
      var reports: [IngestReport] = []
      for path in files {
        let received = moments.receivedAt(path).map { rule.received(at: $0) } ?? rule
        reports.append(
          try IngestDesk(store: disk, receipt: received, series: series, prefix: seriesPrefix).ingest(path))
      }
      printOut(render(reports))
      if reports.contains(where: IngestDesk.isRefused) { throw ExitStatus.inputRefused }
    }
  }

  private func render(_ reports: [IngestReport]) -> String {
    switch format {
    case .json:
      return String(decoding: JSONText.write(.array(reports.map(json)), pretty: true), as: UTF8.self) + "\n"
    case .csv: return table(reports).text(.csv)
    case .table: return table(reports).text(.table) + reports.map(findingLines).joined()
    }
  }

  private func table(_ reports: [IngestReport]) -> OutputTable {
    var table = OutputTable([
      .init("file"), .init("format"), .init("rowsRead", "rows read"), .init("accepted"), .init("duplicate"),
      .init("conflicting"), .init("quarantined"), .init("dates"),
    ])
    for report in reports {
      let account = report.reckoning
      table.rows.append([
        .text(report.name), .text(report.format), .count(account.rowsRead), .count(account.accepted),
        .count(account.duplicate), .count(account.conflicting), .count(account.quarantined),
        .text(report.dates.map { "\($0.lowerBound)..\($0.upperBound)" } ?? ""),
      ])
    }
    return table
  }

  /// The first findings of each rule, and how many there are.
  private func findingLines(_ report: IngestReport) -> String {
    var shown: [RuleID: Int] = [:]
    var lines = ""
    for finding in report.findings where finding.severity > .note || details {
      shown[finding.rule, default: 0] += 1
      guard details || shown[finding.rule, default: 0] <= 3 else { continue }
      lines += "  \(finding)\(details ? finding.detail.map { " [\($0)]" } ?? "" : "")\n"
      if !details, shown[finding.rule] == 3, let count = report.findingCounts[finding.rule], count > 3 {
        lines += "  ... \(count) of rule \(finding.rule) in all\n"
      }
    }
    return lines.isEmpty ? "" : "\n\(report.name):\n" + lines
  }

  private func json(_ report: IngestReport) -> JSONValue {
    let account = report.reckoning
    return .object([
      "file": .string(report.name), "sha256": .string(report.hash), "format": .string(report.format),
      "rowsRead": .integer(account.rowsRead), "accepted": .integer(account.accepted),
      "duplicate": .integer(account.duplicate), "conflicting": .integer(account.conflicting),
      "quarantined": .integer(account.quarantined), "alreadyIngested": .bool(report.wasKnown),
      "firstDate": report.dates.map { .string("\($0.lowerBound)") } ?? .null,
      "lastDate": report.dates.map { .string("\($0.upperBound)") } ?? .null,
      "findingCounts": .object(
        report.findingCounts.sorted { $0.key < $1.key }.map { JSONMember($0.key.code, .integer($0.value)) }),
      "findings": .array(report.findings.map(json)),
    ])
  }

  private func json(_ finding: Finding) -> JSONValue {
    .object([
      "rule": .string(finding.rule.code), "severity": .string(finding.severity.rawValue),
      "file": finding.position.map { .string($0.file) } ?? .null,
      "line": finding.position?.line.map { .integer($0) } ?? .null,
      "field": finding.position?.field.map { .string($0) } ?? .null, "message": .string(finding.message),
      "remedy": .string(finding.remedy), "detail": details ? finding.detail.map { .string($0) } ?? .null : .null,
    ])
  }
}
