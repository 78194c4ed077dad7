import Findings
import JSONText
import Operations
import Quantities
import SettlementReports

/// A comparison as a table, JSON or CSV.
struct ComparisonPage {
  let comparison: ReportComparison
  let file: String
  let rulebook: String
  let findings: [Finding]
  /// Rows of the table for a person.
  let limit: Int

  func text(_ format: OutputFormat) -> String {
    switch format {
    case .json: String(decoding: JSONText.write(json, pretty: true), as: UTF8.self) + "\n"
    case .csv: table(comparison.listed).text(.csv)
    case .table: page
    }
  }

  private static func pounds(_ micropounds: Int128) -> String {
    DecimalNumber.text(micropounds, places: 6, keeping: 2)
  }

  // MARK: Table

  private var page: String {
    let shown = comparison.listed.prefix(limit)
    var lines = [
      "\(comparison.kind.rawValue) of \(comparison.date), run \(comparison.run.rawValue), held against rulebook \(rulebook)"
        + (comparison.isSavedRun ? "" : " (the run was not made; its figures were computed and not saved)"), "",
    ]
    if !shown.isEmpty { lines.append(table(Array(shown)).text(.table)) }
    if shown.count < comparison.listed.count {
      lines.append("... \(comparison.listed.count) differences in all; --limit shows more, --format json all\n")
    }
    lines.append(totals.text(.table))
    return lines.joined(separator: "\n")
  }

  private func table(_ rows: [ReportDifference]) -> OutputTable {
    var table = OutputTable([
      .init("rank"), .init("what"), .init("party"), .init("bm_unit", "BM unit"), .init("gsp_group", "GSP Group"),
      .init("period"), .init("ours"), .init("received"), .init("pounds", "GBP"), .init("cause"), .init("sentence"),
    ])
    for (index, row) in rows.enumerated() {
      table.rows.append([
        .count(index + 1), .text(row.kind.rawValue), .text(row.party ?? ""), .text(row.unit ?? ""),
        .text(row.group ?? ""), row.period.map { .count($0) } ?? .text("day"), Self.cell(row.ours),
        Self.cell(row.received), .number(Self.pounds(row.value)), .text(row.cause.rawValue), .text(row.sentence),
      ])
    }
    return table
  }

  private static func cell(_ amount: ReportDifference.Amount) -> OutputCell {
    amount == .none ? .text("none") : .number(text(amount))
  }

  private static func text(_ amount: ReportDifference.Amount) -> String {
    switch amount {
    case .megawattHours(let energy): energy.megawattHoursText
    case .poundsPerMWh(let rate): rate.poundsPerMWhText
    case .pounds(let micropounds): pounds(micropounds)
    case .none: ""
    }
  }

  private var totals: OutputTable {
    var table = OutputTable([.init("total"), .init("figures"), .init("pounds", "GBP")])
    func row(_ name: String, _ count: Int?, _ value: Int128) {
      table.rows.append([.text(name), count.map { .count($0) } ?? .number(""), .number(Self.pounds(value))])
    }
    row("listed", comparison.listed.count, comparison.listedValue)
    row("below the threshold", comparison.belowCount, comparison.belowValue)
    row("equal", comparison.equalCount, 0)
    row("received less ours", nil, comparison.difference)
    row("ours", nil, comparison.ours)
    row("received", nil, comparison.received)
    return table
  }

  // MARK: JSON

  private var json: JSONValue {
    .object([
      "file": .string(file), "kind": .string(comparison.kind.rawValue), "settlementDate": .string("\(comparison.date)"),
      "run": .string(comparison.run.rawValue), "rulebook": .string(rulebook),
      "isSavedRun": .bool(comparison.isSavedRun), "threshold": .number(Self.pounds(comparison.threshold)),
      "totals": .object([
        "ours": .number(Self.pounds(comparison.ours)), "received": .number(Self.pounds(comparison.received)),
        "difference": .number(Self.pounds(comparison.difference)),
        "listed": .number(Self.pounds(comparison.listedValue)),
        "belowThreshold": .number(Self.pounds(comparison.belowValue)), "equal": .number("0.00"),
        "listedCount": .integer(comparison.listed.count), "belowThresholdCount": .integer(comparison.belowCount),
        "equalCount": .integer(comparison.equalCount), "addsUp": .bool(comparison.addsUp),
      ]),
      "causes": .array(causes),
      "differences": .array(comparison.listed.enumerated().map { difference($0.offset + 1, $0.element) }),
      "findings": .array(findings.map { .string($0.description) }),
    ])
  }

  private var causes: [JSONValue] {
    LikelyCause.allCases.compactMap { cause in
      let rows = comparison.listed.filter { $0.cause == cause }
      guard !rows.isEmpty else { return nil }
      return .object([
        "cause": .string(cause.rawValue), "count": .integer(rows.count),
        "pounds": .number(Self.pounds(rows.reduce(0) { $0 + $1.value })),
      ])
    }
  }

  private func difference(_ rank: Int, _ row: ReportDifference) -> JSONValue {
    .object([
      "rank": .integer(rank), "what": .string(row.kind.rawValue), "party": Self.json(row.party),
      "bmUnit": Self.json(row.unit), "gspGroup": Self.json(row.group),
      "settlementPeriod": row.period.map { .integer($0) } ?? .null, "ours": Self.json(row.ours),
      "received": Self.json(row.received), "measure": .string(Self.measure(row)),
      "pounds": .number(Self.pounds(row.value)), "cause": .string(row.cause.rawValue),
      "sentence": .string(row.sentence),
    ])
  }

  private static func json(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

  private static func json(_ amount: ReportDifference.Amount) -> JSONValue {
    amount == .none ? .null : .number(text(amount))
  }

  private static func measure(_ row: ReportDifference) -> String {
    for amount in [row.ours, row.received] {
      switch amount {
      case .megawattHours: return "MWh"
      case .poundsPerMWh: return "GBP/MWh"
      case .pounds: return "GBP"
      case .none: continue
      }
    }
    return ""
  }
}
