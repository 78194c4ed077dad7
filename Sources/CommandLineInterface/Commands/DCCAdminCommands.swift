import ArgumentParser
import JSONText
import SettlementCalendar

/// `halfhour dcc clock`: tells or turns the clock of a running emulator.
struct DCCClockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clock",
    abstract: "Tell the time of a running emulator, or turn its clock on.",
    discussion:
      "All that is due on the way happens. The clock is never turned back.\nExample: halfhour dcc clock --forward 86400"
  )

  @OptionGroup var connection: DCCConnection

  @Option(help: "Seconds to turn it on by.")
  var forward: Int64?

  @Option(help: "The time to turn it on to, UTC: 2026-05-02T00:00:00Z.")
  var to: String?

  func run() throws {
    try reportingErrors {
      guard forward == nil || to == nil else { throw ValidationError("give --forward or --to") }
      let path = forward.map { "?seconds=\($0)" } ?? to.map { "?to=\($0)" }
      let answer =
        try path.map { try connection.ask("POST", "/admin/clock" + $0) } ?? connection.ask("GET", "/admin/clock")
      printOut((answer.members?.first?.value.text ?? "") + "\n")
    }
  }
}

/// `halfhour dcc appoint`: registration data of a running emulator.
struct DCCAppointCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "appoint",
    abstract: "Appoint the Meter Data Retriever for metering points of a running emulator.",
    discussion: "As registration data from the supplier would. Example: halfhour dcc appoint --from 2026-05-01")

  @OptionGroup var connection: DCCConnection

  @Option(help: "One metering point; all by default.")
  var mpan: String?

  @Option(help: "The first day.")
  var from: SettlementDate

  @Option(help: "The last day; open by default.")
  var to: SettlementDate?

  func run() throws {
    try reportingErrors {
      var query = "?from=\(from)"
      if let to { query += "&to=\(to)" }
      if let mpan {
        guard mpan.allSatisfy({ $0.isASCII && $0.isNumber }) else { throw ValidationError("--mpan has digits only") }
        query += "&mpan=\(mpan)"
      }
      let answer = try connection.ask("POST", "/admin/appoint" + query)
      let count = answer.members?.first?.value.wholeNumber ?? 0
      printOut("appointed for \(count) metering points\n")
      if count == 0 { throw ExitStatus.notPossible }
    }
  }
}

/// `halfhour dcc report`: what a running emulator did.
struct DCCReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Show hops, answers, response times and scheduled against on-demand reads of a running emulator.",
    discussion: "Example: halfhour dcc report --format json")

  @OptionGroup var connection: DCCConnection

  @Option(help: "table or json.")
  var format: OutputFormat = .table

  func run() throws {
    try reportingErrors {
      let report = try connection.ask("GET", "/admin/report")
      if format == .json {
        return printOut(String(decoding: JSONText.write(report, pretty: true), as: UTF8.self) + "\n")
      }
      for member in report.members ?? [] {
        guard let rows = member.value.elements else {
          printOut("\(member.key): \(Self.text(member.value))\n")
          continue
        }
        guard let columns = rows.first?.members?.map(\.key) else { continue }
        printOut("\n\(member.key.split(separator: "_").joined(separator: " ")):\n")
        let table = OutputTable(
          columns: columns, rows: rows.map { ($0.members ?? []).map { OutputCell.text(Self.text($0.value)) } })
        printOut(table.text(format))
      }
    }
  }

  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .number(let text), .string(let text): text
    case .bool(let value): value ? "yes" : "no"
    case .null, .array, .object: ""
    }
  }
}
