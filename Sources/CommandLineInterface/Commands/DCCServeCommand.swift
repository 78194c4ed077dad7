import ArgumentParser
import DCCServer
import Foundation
import GBCS
import KeyInfrastructure
import SettlementCalendar
import SmartMeteringEstate
import SmartMeters

/// `halfhour dcc serve`: the DCC with an estate of meters, offline.
struct DCCServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run a DCC emulator with an estate of simulated smart meters.",
    discussion: """
      Takes signed DUIS requests by POST at /api/v1/serviceD (no device), /api/v1/serviceS (send) and /api/v1/serviceT
      (transform), and posts responses to the addresses given with --callback; without one they wait to be fetched.
      Everything is local and made from the seed: meters, users, keys, faults. It stops on SIGTERM and SIGINT.

      Example: halfhour dcc serve --estate 100 --seed 7
               halfhour dcc send --seed 7 --as supplier --service 4.8.1 --row 3
      """)

  @Option(help: "How many metering points.")
  var estate: Int = 100

  @Option(help: "The same seed gives the same estate, keys and faults.")
  var seed: UInt64 = 1

  @OptionGroup var smets1: SMETS1Options

  @OptionGroup var switches: DCCSwitchOptions

  @Option(help: "The port; 0 lets the system choose.")
  var port: Int = 8079

  @Option(help: "The address to listen on.")
  var host: String = "127.0.0.1"

  @Flag(help: "Mutual TLS with certificates of the estate's own transport infrastructure.")
  var tls = false

  @Option(help: "The time at which it begins, UTC: 2026-05-01T00:00:00Z. Now by default.")
  var clock: String?

  @Option(help: "Emulated seconds for each second; 0 stands still until the clock is turned.")
  var speed: Int64 = 1

  @Option(help: "\(FaultSpecification.help)")
  var faults: FaultSpecification?

  @Option(help: "Where a user receives responses: mdr=http://127.0.0.1:9000/responses. May be repeated.")
  var callback: [String] = []

  @Option(help: "A threshold of anomaly detection: \(ThresholdSpecification.form). May be repeated.")
  var threshold: [String] = []

  @Option(help: "A file with thresholds, one a line.", completion: .file())
  var thresholds: String?

  @Option(help: "Revoke the certificates of a party or device, an EUI-64. May be repeated.")
  var revoke: [String] = []

  @Flag(help: "Appoint the Meter Data Retriever for all metering points from the start.")
  var appointMdr = false

  @Option(
    help: "The DUIS schema to hold requests to (DUIS-5.4.xsd); it is not part of the program.", completion: .file())
  var schema: String?

  func run() throws {
    try reportingErrors {
      guard (1...1_000_000).contains(estate), (0...65_535).contains(port), (0...1_000_000).contains(speed) else {
        throw ValidationError("--estate is 1 to 1000000, --port 0 to 65535, --speed 0 to 1000000")
      }
      let start = try clock.map { text in
        guard let instant = UTCInstant(text) else { throw ValidationError("--clock wants 2026-05-01T00:00:00Z") }
        return instant
      }
      var setup = EstateSetup(
        seed: seed, points: estate, start: start ?? now(), faults: FaultPlan(seed: seed, faults?.rates ?? [:]))
      setup.appointsRetriever = appointMdr
      try smets1.apply(to: &setup)
      try switches.apply(to: &setup)
      let parties = try EstateParties(seed: seed)
      let gate = try DocumentGate(
        parties, schemaPath: schema, revocationLists: try lists(parties, setup.start))
      let simulation = try EstateSimulation(setup, parties: parties, documents: gate)
      for item in try declared() { try item.declare(in: simulation) }
      let transport = tls ? TransportKeys(simulation.parties.pki) : nil
      let desk = EstateDesk(simulation, gate: gate, speed: speed)
      let server = EmulatorServer(host: host, port: port, usesTLS: tls)
      let callbacks = try callback.map { text in
        let pair = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard pair.count == 2 else { throw ValidationError("--callback wants user=URL") }
        return (user: pair[0], url: pair[1])
      }
      let scheme = tls ? "https" : "http"
      let name = tls ? TransportKeys.serverName : host
      let (begins, points) = (setup.start, setup.points)
      try waiting {
        for callback in callbacks {
          guard await desk.receive(of: callback.user, at: callback.url) else {
            throw ValidationError("--callback: there is no user \(callback.user)")
          }
        }
        try await server.run(desk, transport) { port in
          printOut("DCC emulator at \(scheme)://\(name):\(port), time \(begins), \(points) metering points\n")
        }
      }
    }
  }

  private func declared() throws -> [ThresholdSpecification] {
    let given = try threshold.map { text in
      guard let item = ThresholdSpecification(text) else {
        throw ValidationError("--threshold wants \(ThresholdSpecification.form)")
      }
      return item
    }
    guard let thresholds else { return given }
    return try given
      + ThresholdSpecification.lines(
        String(decoding: Data(contentsOf: URL(fileURLWithPath: thresholds)), as: UTF8.self))
  }

  private func lists(_ parties: EstateParties, _ start: UTCInstant) throws -> [RevocationList] {
    let holders = try revoke.map { text in
      guard let holder = EUI64(text) else { throw ValidationError("--revoke wants an EUI-64") }
      return holder
    }
    return try holders.isEmpty ? [] : parties.revocationLists(of: holders, from: start)
  }
}
