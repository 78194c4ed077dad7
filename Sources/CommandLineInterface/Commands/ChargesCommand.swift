import ArgumentParser
import Findings
import InputFiles
import JSONText
import SettlementCalendar
import TradingTables
import WireFormat

/// `halfhour charges`: what every party pays and receives on a settlement date, with every step of BSC Section T.
public struct ChargesCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "charges",
    abstract: "Work out the trading charges of BSC Section T for a settlement date, step by step.",
    discussion: """
      Reads the tables of a folder: parties, BM units, contract notifications, metered volume reallocations, metered
      volumes, prices, acceptances, loss multipliers. docs/formats.md lists their columns, docs/trading-charges.md the
      steps. A period without a price is not settled, and is named.

      Examples:
        halfhour charges --input day --date 2026-01-15
        halfhour charges --input day --date 2026-01-15 --period 21 --format json
      """)

  @Option(help: "The folder that holds the tables.")
  var input: String

  @Option(help: "The settlement date.")
  var date: String

  @Option(help: "One settlement period, with its steps; all by default.")
  var period: Int?

  @Option(help: "How to print: table, json or csv (every figure on a line).")
  var format: OutputFormat = .table

  public init() {}

  public func run() throws {
    guard let day = SettlementDate(date).map({ SettlementDay($0) }) else {
      throw ValidationError("'\(date)' is not a date from 1996-01-01 to 2099-12-31, such as 2026-03-29.")
    }
    if let period, day.period(period) == nil {
      throw ValidationError("\(day.date) has the periods 1 to \(day.periodCount).")
    }
    try reportingErrors {
      var folder = ChargesFolder(day)
      try folder.read(input)
      guard folder.tables > 0 else {
        printError("halfhour: the folder holds no table of trading charges; docs/formats.md lists them.")
        throw ExitStatus.inputRefused
      }
      let charges = try folder.book.settle(only: period)
      let report = ChargesReport(charges: charges, folder: folder)
      switch format {
      case .json: printOut(String(decoding: JSONText.write(report.json, pretty: true), as: UTF8.self) + "\n")
      case .csv: printOut(report.figures.text(.csv))
      case .table: printOut(report.text(showsSteps: period != nil))
      }
      for finding in report.findings.prefix(20) { printError("\(finding)") }
      if charges.periods.isEmpty { throw ExitStatus.notPossible }
      if report.findings.contains(where: { $0.severity == .error }) { throw ExitStatus.checkFailed }
    }
  }
}

/// Reads the tables of a folder.
struct ChargesFolder {
  private(set) var book: TradingDayBook
  private(set) var tables = 0
  private(set) var rows = 0
  private(set) var refused = 0
  private(set) var unread: [String] = []
  private(set) var findings = FindingLog()

  init(_ day: SettlementDay) { book = TradingDayBook(day) }

  mutating func read(_ path: String) throws {
    for file in try PriceFolder.files(path) {
      try InputFile(file).read { part in try take(part) }
    }
  }

  private mutating func take(_ part: InputPart) throws {
    guard TradingTable.recognises(try part.peek(4_096)) else {
      unread.append(part.name)
      return
    }
    tables += 1
    var reader = TradingTableReader(file: part.name)
    func handle(_ event: TradingTableEvent) {
      switch event {
      case .row(let row, let position):
        rows += 1
        book.take(row, at: position)
      case .noted(let finding): findings.append(finding)
      case .quarantined(let finding):
        rows += 1
        refused += 1
        findings.append(finding)
      }
    }
    try part.forEachPiece { reader.consume($0) { handle($0) } }
    reader.finish { handle($0) }
  }
}

/// A date's charges as tables and JSON.
struct ChargesReport {
  let charges: TradingDayCharges
  let folder: ChargesFolder

  var findings: [Finding] { folder.findings.kept + charges.findings.kept }

  var figures: OutputTable {
    var table = OutputTable(columns: ["subject", "period", "name", "item", "value"])
    table.rows = charges.figures.map {
      [
        .text($0.subject.rawValue), $0.period.map { .count($0) } ?? .empty, .text($0.name), .text($0.item),
        .number($0.value),
      ]
    }
    return table
  }

  /// One line for each name of a subject, its items in columns.
  private func table(_ subject: ChargeFigure.Subject, _ items: [String]) -> OutputTable {
    var table = OutputTable(columns: ["period", subject.rawValue] + items)
    var places: [String: Int] = [:]
    for figure in charges.figures where figure.subject == subject {
      let key = "\(figure.period ?? 0) \(figure.name)"
      if places[key] == nil {
        places[key] = table.rows.count
        let empty = Array(repeating: OutputCell.empty, count: items.count)
        table.rows.append([figure.period.map { .count($0) } ?? .empty, .text(figure.name)] + empty)
      }
      guard let row = places[key], let column = items.firstIndex(of: figure.item) else { continue }
      table.rows[row][column + 2] = .number(figure.value)
    }
    return table
  }

  func text(showsSteps: Bool) -> String {
    var lines = [
      "\(charges.day.date): \(charges.periods.count) of \(charges.day.periodCount) periods settled, "
        + "\(charges.roster.parties.count) parties, \(charges.roster.units.count) BM units; "
        + "\(folder.rows) rows read, \(folder.refused) refused, \(folder.book.otherRows) of other dates"
    ]
    if !charges.unpriced.isEmpty {
      lines.append("without a price: periods " + charges.unpriced.map(String.init).joined(separator: ", "))
    }
    if showsSteps {
      lines += [
        "", table(.period, ["SBP", "SSP", "TLMO+", "TLMO-", "TRC", "CSO"]).text(.table),
        table(.unit, ["QM", "TLM", "QBS", "QCE", "QII", "CBM", "QND", "CND"]).text(.table),
        table(.account, ["QACE", "QABS", "QABC", "QAEI", "price", "CAEI", "RCRP", "RCRC"]).text(.table),
      ]
    }
    lines += [
      "", "Day's charges, GBP. CAEI, CII, CND: positive is paid. RCRC, CBM, net: positive is received.",
      table(.party, ["CAEI", "CII", "RCRC", "CBM", "CND", "net"]).text(.table),
      "system operator pays \(charges.daily.systemOperator.poundsText); what parties receive less that: "
        + charges.daily.clearingDifference.poundsText,
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  var json: JSONValue {
    .object([
      "settlementDate": .string("\(charges.day.date)"),
      "periods": .array(charges.periods.map { .integer($0.number) }),
      "unpriced": .array(charges.unpriced.map { .integer($0) }),
      "rules": .object([
        "imbalancePrices": .string(charges.rules.priceRegime.rawValue),
        "nonDeliveryOrder": .string(charges.rules.nonDeliveryOrder.rawValue),
        "nonDeliveryCreditedTo": .string(charges.rules.nonDeliveryCredit.rawValue),
        "residualExcludesInterconnectors": .bool(charges.rules.residualExcludesInterconnectors),
        "lossesIncludeInterconnectors": .bool(charges.rules.lossesIncludeInterconnectors),
      ]),
      "rows": .integer(folder.rows), "refused": .integer(folder.refused),
      "otherDates": .integer(folder.book.otherRows),
      "parties": .array(
        zip(charges.roster.parties, charges.daily.parties).map { party, sums in
          .object([
            "party": .string(party.code), "CAEI": .number(sums.imbalance.poundsText),
            "CII": .number(sums.information.poundsText), "RCRC": .number(sums.residual.poundsText),
            "CBM": .number(sums.balancing.poundsText), "CND": .number(sums.nonDelivery.poundsText),
            "net": .number(sums.netReceipt.poundsText),
          ])
        }),
      "systemOperator": .number(charges.daily.systemOperator.poundsText),
      "unsharedResidual": .number(charges.daily.unsharedResidual.poundsText),
      "clearingDifference": .number(charges.daily.clearingDifference.poundsText),
      "figures": figures.json,
      "filesNotRead": .array(folder.unread.map { .string($0) }),
      "findings": .array(findings.map { .string($0.description) }),
    ])
  }
}
