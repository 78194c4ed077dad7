import ArgumentParser
import DCCServer
import DataServiceProvider
import JSONText
import SettlementCalendar
import SmartMeteringEstate

/// `halfhour dcc estate`: what an estate has, without running it.
struct DCCEstateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estate",
    abstract: "List the users and devices of a simulated estate.",
    discussion: "Example: halfhour dcc estate --estate 100 --seed 7 --format csv")

  @Option(help: "How many metering points.")
  var estate: Int = 100

  @Option(help: "The same seed gives the same estate.")
  var seed: UInt64 = 1

  @OptionGroup var smets1: SMETS1Options

  @Option(help: "table, json or csv.")
  var format: OutputFormat = .table

  @Flag(help: "List the users instead of the devices.")
  var users = false

  func run() throws {
    try reportingErrors {
      guard (1...1_000_000).contains(estate) else { throw ValidationError("--estate is 1 to 1000000") }
      var setup = EstateSetup(seed: seed, points: estate, start: now())
      try smets1.apply(to: &setup)
      let parties = try EstateParties(seed: seed)
      let simulation = try EstateSimulation(setup, parties: parties, documents: try DocumentGate(parties))
      printOut((users ? Self.users(simulation) : Self.devices(simulation)).text(format))
    }
  }

  private static func users(_ simulation: EstateSimulation) -> OutputTable {
    var table = OutputTable([.init("user"), .init("roles"), .init("identifier")])
    for user in simulation.parties.users {
      table.rows.append([
        .text(user.name), .text(user.roles.map(\.rawValue).joined(separator: " ")), .text(user.identifier.description),
      ])
    }
    return table
  }

  private static func devices(_ simulation: EstateSimulation) -> OutputTable {
    var table = OutputTable([
      .init("device"), .init("type"), .init("status"), .init("import", "import MPAN"), .init("export", "export MPAN"),
      .init("region"), .init("hub"), .init("generation"), .init("s1sp", "S1SP"),
    ])
    let inventory = simulation.provider.inventory
    for record in inventory.devices.compactMap({ inventory[$0] }) {
      let device = record.device
      table.rows.append([
        .text(device.device.description), .text(device.type.rawValue), .text(device.status?.rawValue ?? ""),
        .text(device.points.importPoint ?? ""), .text(device.points.export ?? ""), .text(record.region.rawValue),
        .text(record.hub?.description ?? ""), .text(record.generation.rawValue),
        .text(device.smets1Provider ?? ""),
      ])
    }
    return table
  }
}
