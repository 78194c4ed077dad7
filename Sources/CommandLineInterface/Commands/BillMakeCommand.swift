import ArgumentParser
import Billing
import Findings
import MarketIdentifiers
import Operations
import OperationsDatabase
import Quantities
import SettlementCalendar

struct BillMakeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make",
    abstract: "Makes a bill for every metering point that has a tariff, and posts it.",
    discussion: """
      Bills use the same readings and estimates as settlement: those received before --known. A bill that was made
      before stays as it is; days that another bill charged are not charged again (BILL-10). Exit status 3 when some
      metering points could not be billed; the others are.
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var rulebook: RulebookOptions
  /// Bills need no prices of settlement and no loss factors. The shifts are taken so that one set of options serves
  /// `settle` and `bill`, and are kept in the basis.
  @OptionGroup(visibility: .hidden) var shifts: ShiftOptions

  @Option(help: "The first day to bill.")
  var from: SettlementDate

  @Option(help: "The last day to bill.")
  var to: SettlementDate

  @Option(help: "The date of the bills; the fifth day after the span by default.")
  var issued: SettlementDate?

  @Option(
    help: """
      Bill the readings received before this moment (2026-04-03T00:00:00Z) or start of a day (2026-04-03); by default \
      the start of the issue date.
      """)
  var known: String?

  @Option(help: "Only this MPAN; repeat for more.")
  var mpan: [String] = []

  @Option(help: "table, json or csv.")
  var format: OutputFormat = .table

  @Flag(help: "Show what the findings are about, which may be personal data.")
  var details = false

  func run() throws {
    try reportingErrors {
      let book = try rulebook.load()
      guard from <= to else { throw ValidationError("--from \(from) is after --to \(to)") }
      guard let date = issued ?? to.advanced(by: 5) else {
        throw ValidationError("the fifth day after --to \(to) is beyond the calendar's years: give --issued")
      }
      let cutOff = try moment() ?? SettlementDay(date).start
      let only = try mpan.isEmpty ? nil : Set(mpan.map(parseMPAN))
      let disk = try store.open(.readWrite)
      let basis = BillBasis(
        rulebook: book.id, settings: shifts.settings,
        knowledge: Knowledge(cutOff: cutOff, sourceCount: try disk.sources().count), from: from, through: to,
        issued: date)
      let outcome = try BillRun(store: disk, hash: contentHash).make(basis, rulebook: book, only: only)
      printOut(Self.table(outcome).text(format))
      for line in FindingLines.grouped(outcome.findings, details: details) { printError(line) }
      for line in Self.warnings(outcome, known: cutOff) { printError(line) }
      if !outcome.notBilled.isEmpty { throw ExitStatus.notPossible }
    }
  }

  private func moment() throws -> UTCInstant? {
    guard let known else { return nil }
    if let date = SettlementDate(known) { return SettlementDay(date).start }
    if let moment = UTCInstant(known) { return moment }
    throw ValidationError("--known wants a moment such as 2026-04-03T00:00:00Z or a date such as 2026-04-03")
  }

  private static func warnings(_ outcome: BillRun.Outcome, known: UTCInstant) -> [String] {
    var lines: [String] = []
    if !outcome.notBilled.isEmpty { lines.append("\(outcome.notBilled.count) not billed: \(rules(outcome.notBilled))") }
    let estimated = outcome.bills.count { $0.periodCount > 0 && $0.estimatedPeriodCount == $0.periodCount }
    if estimated > 0 {
      lines.append(
        "\(estimated) \(estimated == 1 ? "bill rests" : "bills rest") on estimates alone: were readings received before "
          + "\(known)? give --known or ingest with --received-after")
    }
    if outcome.bills.isEmpty, outcome.alreadyMade == 0, outcome.notBilled.isEmpty {
      lines.append("nothing to bill: no metering point asked for is registered with a tariff on these days")
    }
    return lines
  }

  /// `12 BILL-03, 2 BILL-10`.
  private static func rules(_ notBilled: [BillRun.NotBilled]) -> String {
    Dictionary(grouping: notBilled, by: \.rule).sorted { $0.key < $1.key }
      .map { "\($0.value.count) \($0.key)" }.joined(separator: ", ")
  }

  private static func table(_ outcome: BillRun.Outcome) -> OutputTable {
    var table = OutputTable([
      .init("supplier"), .init("bills"), .init("kwh", "kWh"), .init("estimated_percent", "estimated %"),
      .init("energy_pounds", "energy GBP"), .init("other_pounds", "other GBP"), .init("vat_pounds", "VAT GBP"),
      .init("total_pounds", "total GBP"), .init("above_cap", "above cap"), .init("made_before", "made before"),
      .init("not_billed", "not billed"), .init("not_billed_rules", "by rule"),
    ])
    let billed = Dictionary(grouping: outcome.bills, by: \.supplier)
    let refused = Dictionary(grouping: outcome.notBilled, by: \.supplier)
    for supplier in Set(billed.keys).union(refused.keys).sorted() {
      table.rows.append(row(supplier, billed[supplier] ?? [], refused[supplier] ?? []))
    }
    if outcome.alreadyMade > 0 {
      table.rows.append(
        [.text("(all)")] + Array(repeating: .empty, count: 8) + [.count(outcome.alreadyMade), .empty, .empty])
    }
    return table
  }

  private static func row(
    _ supplier: ParticipantID, _ bills: [Bill], _ refused: [BillRun.NotBilled]
  ) -> [OutputTable.Cell] {
    func sum(_ part: (Bill) -> Money) -> Money { bills.reduce(Money.zero) { $0 + part($1) } }
    let energy = bills.reduce(Energy.zero) { $0 + $1.energy }
    let estimated = bills.reduce(Energy.zero) { $0 + $1.estimatedEnergy }
    let charged = sum { $0.amount(of: .energy) }
    return [
      .text(supplier.code), .count(bills.count), .number(energy.kilowattHoursText),
      .number(Proportion(estimated.wattHours, of: energy.wattHours).percentText()), .number(charged.poundsText),
      .number((sum(\.subtotal) - charged).poundsText), .number(sum(\.vat.amount).poundsText),
      .number(sum(\.total).poundsText), .count(bills.count { $0.capCheck.map { !$0.isWithin } ?? false }), .empty,
      .count(refused.count), refused.isEmpty ? .empty : .text(rules(refused)),
    ]
  }
}
