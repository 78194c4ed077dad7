import ArgumentParser
import Operations

struct SourcesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sources", abstract: "Lists the files that a store has taken in, each with its reckoning.")

  @OptionGroup var store: StoreOptions

  @Option(help: "table, json or csv.")
  var format: OutputFormat = .table

  func run() throws {
    try reportingErrors {
      let disk = try store.open(.readOnly)
      var table = OutputTable([
        .init("file"), .init("format"), .init("received_at", "received at"), .init("rowsRead", "rows read"),
        .init("accepted"), .init("duplicate"), .init("conflicting"), .init("quarantined"), .init("sha256"),
      ])
      for source in try disk.sources() {
        let account = source.reckoning
        table.rows.append([
          .text(source.name), .text(source.format), .text("\(source.receivedAt)"), .count(account.rowsRead),
          .count(account.accepted), .count(account.duplicate), .count(account.conflicting),
          .count(account.quarantined), .text(source.hash),
        ])
      }
      printOut(table.text(format))
    }
  }
}
