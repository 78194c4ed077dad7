import ArgumentParser
import JSONText

/// `halfhour dcc quarantine`: requests above a threshold, in a running emulator.
struct DCCQuarantineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine",
    abstract: "See what a running emulator holds in quarantine, and decide it.",
    discussion: """
      Requests above a threshold of anomaly detection (dcc serve --threshold) wait; their user is told by a DCC alert with
      a reference. Released ones go on if access control still lets them, deleted ones end.

      Exit status: 0, or 3 where nothing is in quarantine under the reference.
      Example: halfhour dcc quarantine list
               halfhour dcc quarantine release 1
      """, subcommands: [List.self, Release.self, Delete.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the requests that wait, oldest first.")

    @OptionGroup var connection: DCCConnection

    @Option(help: "table, json or csv.")
    var format: OutputFormat = .table

    func run() throws {
      try reportingErrors {
        let columns = ["reference", "since", "user", "role", "service", "breach", "request"]
        var table = OutputTable(columns.map { OutputTable.Column($0) })
        for item in try connection.ask("GET", "/admin/quarantine").elements ?? [] {
          table.rows.append(
            columns.map { name in .text(item.members?.first { $0.key == name }?.value.text ?? "") })
        }
        printOut(table.text(format))
      }
    }
  }

  struct Release: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Let a request go on.")
    @OptionGroup var connection: DCCConnection
    @Argument(help: "The reference of the event.") var reference: UInt64
    func run() throws { try decide(connection, reference, "release", "released") }
  }

  struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Delete a request.")
    @OptionGroup var connection: DCCConnection
    @Argument(help: "The reference of the event.") var reference: UInt64
    func run() throws { try decide(connection, reference, "delete", "deleted") }
  }

  private static func decide(
    _ connection: DCCConnection, _ reference: UInt64, _ decision: String, _ done: String
  ) throws {
    try reportingErrors {
      do {
        _ = try connection.ask("POST", "/admin/quarantine/\(reference)?decision=\(decision)")
      } catch let refused as DCCConnection.Refused where refused.status == 404 {
        printError("halfhour: nothing is in quarantine under \(reference); see: halfhour dcc quarantine list")
        throw ExitStatus.notPossible
      }
      printOut("\(done) \(reference)\n")
    }
  }
}
