import ArgumentParser
import Operations
import OperationsDatabase
import Reports

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes one self-contained page over a store: the seven stages, prices and volumes, cash, quality.")

  @OptionGroup var store: StoreOptions
  @OptionGroup var rulebook: RulebookOptions

  @Option(help: "The page to write.", completion: .file())
  var out: String

  func run() throws {
    try reportingErrors {
      let disk = try store.open(.readOnly)
      let data = try ReportData.gather(store: disk, rulebook: try rulebook.load())
      try writeFile(try ReportPage.render(data, charts: try ChartLibrary.load()), to: out)
    }
  }
}
