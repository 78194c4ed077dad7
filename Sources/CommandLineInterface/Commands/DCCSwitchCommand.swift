import ArgumentParser
import JSONText
import SettlementCalendar
import SmartMeteringEstate
import SmartMeters

/// `halfhour dcc switch`: a change of supplier in the registration data of a running emulator.
struct DCCSwitchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "switch",
    abstract: "Register another import supplier for a metering point of a running emulator.",
    discussion: """
      As the switching service does. The meter keeps the old supplier's certificates until the new supplier asks for them
      to be replaced (6.23), and until then the old supplier's schedules run and fail.

      Example: halfhour dcc switch --row 3 --to supplier2 --from 2026-05-01
               halfhour dcc send --as supplier2 --service 6.23 --row 3
      """)

  @OptionGroup var connection: DCCConnection

  @Option(help: "The import MPAN.")
  var mpan: String?

  @Option(help: "The meter at a row of the estate, from 0.")
  var row: UInt32?

  @Option(help: "The gaining supplier.")
  var to: String = "supplier2"

  @Option(help: "The first day of the gaining supplier.")
  var from: SettlementDate

  func run() throws {
    try reportingErrors {
      guard let point = mpan ?? row.flatMap({ MeterEstate.mpan(row: $0)?.description }),
        point.allSatisfy({ $0.isASCII && $0.isNumber }), to.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
      else { throw ValidationError("name the metering point: --mpan or --row") }
      _ = try connection.ask("POST", "/admin/switch?mpan=\(point)&to=\(to)&from=\(from)")
      printOut("\(to) is registered for \(point) from \(from)\n")
    }
  }
}

/// `halfhour dcc inbox`: what a user of a running emulator was posted.
struct DCCInboxCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inbox",
    abstract: "Show what a user of a running emulator was posted: responses, device alerts, DCC alerts.",
    discussion: "Each document's signature is verified first.\nExample: halfhour dcc inbox --as supplier --from 5")

  @OptionGroup var connection: DCCConnection

  @Option(name: .customLong("as"), help: "supplier, supplier2, export, network, mdr or other.")
  var user: String = "supplier"

  @Option(help: "The number of the first one to show.")
  var from: Int = 1

  @Flag(help: "Print the documents themselves.")
  var xml = false

  func run() throws {
    try reportingErrors {
      let exchange = try DUISExchange(connection, user: user, showsXML: xml)
      try exchange.showMail(from: from)
    }
  }
}
