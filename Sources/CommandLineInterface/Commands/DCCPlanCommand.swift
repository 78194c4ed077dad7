import ArgumentParser
import DataServiceProvider
import Foundation

/// `halfhour dcc plan`: a national day of scheduled reads, spread.
struct DCCPlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Plan a day of scheduled reads of so many meters and spread it over 24 hours.",
    discussion: "Example: halfhour dcc plan --meters 30000000")

  @Option(help: "How many meters, each with one schedule.")
  var meters: Int = 30_000_000

  @Option(help: "table, json or csv.")
  var format: OutputFormat = .table

  func run() throws {
    try reportingErrors {
      guard (1...1_000_000_000).contains(meters) else { throw ValidationError("--meters is 1 to 1000000000") }
      let started = Date()
      let plan = NationalSchedulePlan(meters: meters)
      let seconds = Date().timeIntervalSince(started)
      var table = OutputTable([
        .init("region"), .init("carrier"), .init("reads"), .init("least", "least a minute"),
        .init("most", "most a minute"),
      ])
      for (region, minutes) in zip(NetworkRegion.ofHubs, plan.minutes) {
        table.rows.append(Self.row(region.rawValue, region.carrier.rawValue, minutes))
      }
      table.rows.append(Self.row("all", "", plan.total))
      printOut(table.text(format))
      if format == .table { printOut(String(format: "planned and spread in %.2f s\n", seconds)) }
    }
  }

  private static func row(_ name: String, _ carrier: String, _ minutes: [Int]) -> [OutputCell] {
    [
      .text(name), .text(carrier), .count(minutes.reduce(0, +)), .count(minutes.min() ?? 0),
      .count(minutes.max() ?? 0),
    ]
  }
}
