import Findings
import Operations

/// Stage 1: sources with their reckonings, findings by rule.
enum IntakeTables {
  /// Sources shown one by one; the rest stand in one row, so that the totals still add up.
  static let sourceLimit = 100

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
        + ["Rows read", "Accepted", "Duplicate", "Conflicting", "Quarantined", "Findings", "Bytes"].map {
          PageTable.Head(label: $0, isNumber: true)
        },
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
