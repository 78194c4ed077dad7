import CreditCover
import Foundation
import FundsAdministration
import JSONText
import MarketSimulator
import Quantities

/// The most memory that this process has held, in bytes; `nil` where the system does not say.
func peakMemoryBytes() -> Int? {
  var usage = rusage()
  guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
  // Linux counts in kilobytes.
  return Int(usage.ru_maxrss) * 1_024
}

/// A simulated market's results for a person and as JSON.
struct MarketPage {
  let report: MarketReport
  let seconds: Double
  let peakBytes: Int?
  /// At most so many sentences of each kind.
  let sentences: Int

  /// Whether everything that must be nothing is.
  var isBalanced: Bool {
    let funds = report.funds
    return funds.sum == .zero && funds.unbalancedDates == 0 && funds.unbalancedEvenings == 0 && funds.refusals.isEmpty
      && report.runs.allSatisfy { $0.leftOver == .zero } && funds.cashOut - funds.cashIn == funds.coverDrawn - restored
  }

  private var restored: Money { report.funds.debts.reduce(.zero) { $0 + $1.coverRestored } }

  // MARK: Text

  var text: String {
    let funds = report.funds
    let mix = report.parties.map { "\($0.count) \($0.kind.rawValue)" }.joined(separator: ", ")
    var lines = [
      "\(report.settings.days) settlement dates from \(report.settings.firstDate), rulebook \(report.rulebook), seed \(report.settings.seed), shuffle \(report.settings.shuffle)",
      "parties: \(mix); \(report.units) BM units, \(report.facts) facts", "",
      runTable.text(.table),
      "advice notes: \(funds.notes) on \(funds.paymentDates) payment dates; all together \(funds.sum); dates that do not add up to nothing: \(funds.unbalancedDates)",
      "cash: \(funds.cashIn) in, \(funds.cashOut) out, \(funds.coverDrawn) of it from credit cover; evenings with money left in the clearing account: \(funds.unbalancedEvenings)",
      "late payments: \(funds.latePayments); unpaid at close of business: \(funds.debts.count); shared out over the others: \(funds.debts.count { $0.mutualisedOn != nil })",
      "",
      "credit: \(report.creditChecks) checks, \(report.defaults.count) defaults of \(Set(report.defaults.map(\.party)).count) parties, \(report.rejectedSales) of sales rejected",
    ]
    lines += shown(report.defaults.map(\.description))
    for end in report.insolvent {
      lines.append("  \(end.party) stopped paying on \(end.date); its customers went to the others.")
    }
    lines += ["", "debts, the largest first:"] + shown(largestDebts.map(\.description))
    lines += ["", "disputes: \(report.disputes.count)"] + shown(report.disputes.map(\.description))
    let megabytes = peakBytes.map { ", \($0 / 1_000_000) MB at most" } ?? ""
    lines += [
      "", "\(String(format: "%.2f", seconds)) s\(megabytes); \(report.periodsSettled) settlement periods settled",
      "digest \(report.digest)",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private var largestDebts: [Debt] {
    report.funds.debts.enumerated().sorted { ($1.element.shortfall, $0.offset) < ($0.element.shortfall, $1.offset) }
      .map(\.element)
  }

  private func shown(_ all: [String]) -> [String] {
    all.prefix(sentences).map { "  " + $0 } + (all.count > sentences ? ["  ... and \(all.count - sentences) more"] : [])
  }

  private var runTable: OutputTable {
    OutputTable(
      columns: ["run", "dates", "unchanged", "paid", "moved", "leftOver"],
      rows: report.runs.map {
        [
          .text($0.run.rawValue), .count($0.dates), .count($0.unchanged), .number($0.paid.poundsText),
          .number($0.moved.poundsText), .number($0.leftOver.poundsText),
        ]
      })
  }

  // MARK: JSON

  var json: JSONValue {
    let funds = report.funds
    return .object([
      "seed": .integer(report.settings.seed), "from": .string("\(report.settings.firstDate)"),
      "days": .integer(report.settings.days), "shuffle": .integer(report.settings.shuffle),
      "rulebook": .string(report.rulebook),
      "parties": .object(report.parties.map { JSONMember($0.kind.rawValue, .integer($0.count)) }),
      "units": .integer(report.units), "facts": .integer(report.facts),
      "periodsSettled": .integer(report.periodsSettled), "runs": runTable.json,
      "funds": .object([
        "paymentDates": .integer(funds.paymentDates), "adviceNotes": .integer(funds.notes),
        "sum": money(funds.sum), "unbalancedDates": .integer(funds.unbalancedDates),
        "unbalancedEvenings": .integer(funds.unbalancedEvenings), "cashIn": money(funds.cashIn),
        "cashOut": money(funds.cashOut), "coverLodged": money(funds.coverLodged), "coverDrawn": money(funds.coverDrawn),
        "latePayments": .integer(funds.latePayments),
        "debts": .array(largestDebts.prefix(sentences).map { .string($0.description) }),
        "debtCount": .integer(funds.debts.count), "refusals": .array(funds.refusals.map { .string($0) }),
      ]),
      "credit": .object([
        "checks": .integer(report.creditChecks), "records": .integer(report.credit.count),
        "defaults": .integer(report.defaults.count), "rejectedSalesWh": .integer(report.rejectedSales.wattHours),
        "sentences": .array(report.defaults.prefix(sentences).map { .string($0.description) }),
      ]),
      "insolvent": .array(
        report.insolvent.map { .object(["party": .string($0.party.code), "date": .string("\($0.date)")]) }),
      "disputes": .array(report.disputes.map { .string($0.description) }), "balanced": .bool(isBalanced),
      "seconds": .number(String(format: "%.3f", seconds)), "peakBytes": peakBytes.map { .integer($0) } ?? .null,
      "digest": .string(report.digest),
    ])
  }

  private func money(_ amount: Money) -> JSONValue { .number(amount.poundsText) }
}

/// One party's advice notes as tables.
enum NotePage {
  /// One row a note: what each kind of line came to, what goes over from note to note, and the amount.
  static func overview(_ notes: [AdviceNote]) -> OutputTable {
    let kinds = Set(notes.flatMap { $0.sumsByKind.map(\.kind) }).sorted()
    return OutputTable(
      columns: ["paymentDate", "lines"] + kinds + ["broughtForward", "amount", "carriedForward"],
      rows: notes.map { note in
        let sums = Dictionary(note.sumsByKind.map { ($0.kind, $0.amount) }, uniquingKeysWith: { first, _ in first })
        return [.text("\(note.paymentDate)"), .count(note.lines.count)]
          + kinds.map { kind in sums[kind].map { .number($0.poundsText) } ?? .number("0.00") }
          + [
            .number(note.broughtForward.poundsText), .number(note.amount.poundsText),
            .number(note.carriedForward.poundsText),
          ]
      })
  }

  /// One row a line, and the note's own rows at the end.
  static func lines(_ note: AdviceNote) -> OutputTable {
    var table = OutputTable(columns: ["reason", "amount"])
    table.rows = note.lines.map { [.text("\($0.reason)"), .number($0.amount.poundsText)] }
    table.rows.append([.text("brought forward"), .number(note.broughtForward.poundsText)])
    table.rows.append([.text("carried forward"), .number((-note.carriedForward).poundsText)])
    table.rows.append([
      .text(note.amount < .zero ? "to pay on \(note.paymentDate)" : "to receive on \(note.paymentDate)"),
      .number(note.amount.poundsText),
    ])
    return table
  }
}
