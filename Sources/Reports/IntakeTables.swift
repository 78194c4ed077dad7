import Findings
import Operations

/// Stage 1: sources with their reckonings, findings by rule.
enum IntakeTables {
  /// Sources shown one by one; the rest stand in one row, so that the totals still add up.
  static let sourceLimit = 100

  /// The reckonings of all sources of a format together.
  static func formats(_ intake: ReportData.Intake) -> PageTable? {
    guard !intake.sources.isEmpty else { return nil }
    let byFormat = Dictionary(grouping: intake.sources, by: \.format)
    return PageTable(
      "Sources and their reckoning by format", "Format", numbers: ["Sources"] + columns,
      rows: byFormat.keys.sorted().map { format in
        let sources = byFormat[format] ?? []
        return PageTable.Row(label: FigureText.clean(format), cells: [.count(sources.count)] + sums(sources[...]))
      },
      foot: [PageTable.Row(label: "Total", cells: [.count(intake.sources.count)] + sums(intake.sources[...]))])
  }

  static func folded(_ intake: ReportData.Intake) -> [ReportPageModel.Folded] {
    guard !intake.sources.isEmpty else { return [] }
    return [ReportPageModel.Folded(summary: "Source by source", tables: [sources(intake)])]
  }

  private static let columns = [
    "Rows read", "Accepted", "Duplicate", "Conflicting", "Quarantined", "Findings", "Bytes",
  ]

  static func sources(_ intake: ReportData.Intake) -> PageTable {
    var rows = intake.sources.prefix(sourceLimit).map { source in
      PageTable.Row(
        label: FigureText.clean(source.name),
        cells: [.text(source.format)] + cells(source.reckoning, source.findingCount, source.byteCount))
    }
    let rest = intake.sources.dropFirst(sourceLimit)
    if !rest.isEmpty {
      rows.append(PageTable.Row(label: "\(FigureText.count(rest.count)) further sources", cells: [.empty] + sums(rest)))
    }
    return PageTable(
      "Sources and the reckoning of each",
      head: [PageTable.Head(label: "Source", isNumber: false), PageTable.Head(label: "Format", isNumber: false)]
        + columns.map { PageTable.Head(label: $0, isNumber: true) },
      rows: Array(rows), foot: [PageTable.Row(label: "Total", cells: [.empty] + sums(intake.sources[...]))])
  }

  private static func sums(_ sources: ArraySlice<ReportData.Source>) -> [PageTable.Cell] {
    cells(
      sources.map(\.reckoning).reduce(Reckoning(), +), sources.reduce(0) { $0 + $1.findingCount },
      sources.reduce(0) { $0 + $1.byteCount })
  }

  private static func cells(_ reckoning: Reckoning, _ findings: Int, _ bytes: Int) -> [PageTable.Cell] {
    [
      .count(reckoning.rowsRead), .count(reckoning.accepted), .count(reckoning.duplicate),
      .count(reckoning.conflicting), .count(reckoning.quarantined), .count(findings), .count(bytes),
    ]
  }

  static func findings(_ intake: ReportData.Intake) -> PageTable? {
    guard !intake.findings.isEmpty else { return nil }
    let rows = intake.findings.map { finding in
      PageTable.Row(
        label: finding.rule.code,
        cells: [
          .count(finding.count), .text(finding.severity.rawValue), .text(finding.message), .text(finding.remedy),
        ])
    }
    return PageTable(
      "Findings by rule, with the first one's words",
      head: [
        PageTable.Head(label: "Rule", isNumber: false), PageTable.Head(label: "Count", isNumber: true),
        PageTable.Head(label: "Severity", isNumber: false), PageTable.Head(label: "First finding", isNumber: false),
        PageTable.Head(label: "What to do", isNumber: false),
      ], rows: rows)
  }
}
