import ArgumentParser
import Billing
import MarketIdentifiers
import Operations
import OperationsDatabase
import PortfolioFiles
import Quantities
import Reports

struct BillCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bill",
    abstract: "Makes bills for a span of days, or shows one.",
    subcommands: [BillMakeCommand.self, Show.self, List.self], defaultSubcommand: BillMakeCommand.self)

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows one bill as a page or as JSON.")

    @OptionGroup var store: StoreOptions

    @Argument(help: "The bill's id: `halfhour bill list` prints them.")
    var id: String

    @Flag(help: "Print JSON instead of an HTML page.")
    var json = false

    @Option(help: "Write to this file instead of standard output.", completion: .file())
    var out: String?

    func run() throws {
      try reportingErrors {
        let disk = try store.open(.readOnly)
        guard let document = try disk.document(kind: DocumentKind.bill, id: id) else {
          throw BillExplainer.Refusal.noBill
        }
        let text =
          json
          ? String(decoding: document.bytes, as: UTF8.self) : try BillPage().html(try BillDocument.read(document.bytes))
        if let out { try writeFile(text, to: out) } else { printOut(text) }
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the bills of a store.")

    @OptionGroup var store: StoreOptions

    @Option(help: "table, json or csv.")
    var format: OutputFormat = .table

    func run() throws {
      try reportingErrors {
        let disk = try store.open(.readOnly)
        var table = OutputTable([
          .init("id"), .init("supplier"), .init("tariff"), .init("from"), .init("through"), .init("kwh", "kWh"),
          .init("total_pounds", "total GBP"), .init("estimated_percent", "estimated %"),
        ])
        for entry in try disk.documents(kind: DocumentKind.bill) {
          guard let document = try disk.document(kind: DocumentKind.bill, id: entry.id) else { continue }
          let bill = try BillDocument.read(document.bytes)
          table.rows.append([
            .text(bill.id), .text(bill.supplier.code), .text(bill.tariff), .text("\(bill.request.from)"),
            .text("\(bill.request.through)"), .number(bill.energy.kilowattHoursText), .number(bill.total.poundsText),
            .number(bill.estimatedShare.percentText()),
          ])
        }
        printOut(table.text(format))
      }
    }
  }
}

/// - Throws: a sentence that names the fault.
func parseMPAN(_ text: String) throws -> MPAN {
  switch MPAN.check(text) {
  case .success(let mpan): return mpan
  case .failure(let fault): throw ValidationError("that is not an MPAN: \(fault)")
  }
}
