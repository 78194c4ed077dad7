import ArgumentParser
import Billing
import Foundation
import MarketIdentifiers
import Operations
import OperationsDatabase
import PortfolioFiles
import Quantities
import Reports
import SettlementCalendar

struct BillCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bill",
    abstract: "Makes bills for a span of days, or shows one.",
    subcommands: [Make.self, Show.self, List.self], defaultSubcommand: Make.self)

  struct Make: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a bill for every metering point that has a tariff, and posts it.",
      discussion: """
        Bills use the same readings and estimates as settlement: those received before --known (the issue date by
        default). A bill that was made before stays as it is.
        """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var rulebook: RulebookOptions
    @OptionGroup var shifts: ShiftOptions

    @Option(help: "The first day to bill.")
    var from: SettlementDate

    @Option(help: "The last day to bill.")
    var to: SettlementDate

    @Option(help: "The date of the bills; the fifth day after the span by default.")
    var issued: SettlementDate?

    @Option(help: "Only this MPAN; repeat for more.")
    var mpan: [String] = []

    @Option(help: "table, json or csv.")
    var format: OutputFormat = .table

    func run() throws {
      try reportingErrors {
        let disk = try store.open(.readWrite)
        let book = try rulebook.load()
        guard from <= to, let date = issued ?? to.advanced(by: 5) else { throw ValidationError("--from is after --to") }
        let only = try mpan.isEmpty ? nil : Set(mpan.map(parseMPAN))
        let basis = BillBasis(
          rulebook: book.id, settings: shifts.settings,
          knowledge: Knowledge(cutOff: SettlementDay(date).start, sourceCount: try disk.sources().count), from: from,
          through: to, issued: date)
        let outcome = try BillRun(store: disk, hash: contentHash).make(basis, rulebook: book, only: only)
        printOut(Self.table(outcome).text(format))
        for finding in outcome.findings.prefix(10) where finding.severity > .note { printError("\(finding)") }
      }
    }

    private static func table(_ outcome: BillRun.Outcome) -> OutputTable {
      var table = OutputTable([
        .init("supplier"), .init("bills"), .init("kwh", "kWh"), .init("energy_pounds", "energy GBP"),
        .init("other_pounds", "other GBP"), .init("vat_pounds", "VAT GBP"), .init("total_pounds", "total GBP"),
        .init("above_cap", "above cap"), .init("made_before", "made before"),
      ])
      for (supplier, bills) in Dictionary(grouping: outcome.bills, by: \.supplier).sorted(by: { $0.key < $1.key }) {
        let energy = bills.reduce(Money.zero) { $0 + $1.amount(of: .energy) }
        let subtotal = bills.reduce(Money.zero) { $0 + $1.subtotal }
        table.rows.append([
          .text(supplier.code), .count(bills.count),
          .number(bills.reduce(Energy.zero) { $0 + $1.energy }.kilowattHoursText), .number(energy.poundsText),
          .number((subtotal - energy).poundsText), .number(bills.reduce(Money.zero) { $0 + $1.vat.amount }.poundsText),
          .number(bills.reduce(Money.zero) { $0 + $1.total }.poundsText),
          .count(bills.count { $0.capCheck.map { !$0.isWithin } ?? false }), .empty,
        ])
      }
      if outcome.alreadyMade > 0 {
        table.rows.append([.text("(all)")] + Array(repeating: .empty, count: 7) + [.count(outcome.alreadyMade)])
      }
      return table
    }
  }

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
          throw ValidationError("there is no bill \(id); `halfhour bill list --store \(store.store)` prints the ids")
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

/// Writes a whole file or leaves what was there.
func writeFile(_ text: String, to path: String) throws {
  try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  printError("wrote \(path)")
}
