import ArgumentParser
import JSONText
import Operations

struct ExampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "example", abstract: "Works examples of the source documents through the ordinary path.",
    subcommands: [Household.self])

  struct Household: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The worked household of 1,200 kWh a month: readings to bill, every figure computed.")

    @OptionGroup var rulebook: RulebookOptions

    @Option(help: "table or json.")
    var format: OutputFormat = .table

    func run() throws {
      try reportingErrors {
        let figures = try WorkedHousehold(rulebook: try rulebook.load(), hash: contentHash).figures()
        if format == .json {
          return printOut(String(decoding: JSONText.write(figures, pretty: true), as: UTF8.self) + "\n")
        }
        var table = OutputTable([.init("figure"), .init("value")])
        for member in figures.members ?? [] {
          let value = String(decoding: JSONText.write(member.value), as: UTF8.self)
          table.rows.append([.text(member.key), .text(value)])
        }
        printOut(table.text(format))
      }
    }
  }
}
