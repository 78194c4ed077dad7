import Operations
import Quantities
import SettlementCalendar

/// The report page's texts, ready for the template; names are those that the template uses.
struct ReportPageModel {
  struct Section {
    var id: String
    var number: Int
    var title: String
    var lead: String
    var tables: [PageTable]
    /// Long tables behind a line to open.
    var folded: [Folded]
    var notes: [String]
  }

  struct Folded {
    var summary: String
    var tables: [PageTable]
  }

  struct CheckRow {
    var title: String
    var stage: Int
    var before: String
    var after: String
    var mark: String
    var verdict: String
  }

  var title: String
  var hasSpan: Bool
  var span: String
  var lead: String
  var verdictClass: String
  var verdict: String
  var verdictText: String
  var drawing: StageDrawing
  var chartNote: String
  var hasCharts: Bool
  var chartStyle: String
  var chartScript: String
  var chartData: String
  var hasDays: Bool
  var openDays: Bool
  var dayTable: PageTable
  var sections: [Section]
  var checks: [CheckRow]
  var footer: String

  init(_ data: ReportData, _ charts: ChartLibrary?) {
    hasSpan = data.span != nil
    span = data.span.map { PageText.span($0.first, $0.last) } ?? ""
    title = hasSpan ? "From reading to payment, \(span)" : "From reading to payment"
    lead = FigureText.clean(
      "Rulebook \(data.rulebook.id) (\(data.rulebook.title)), edition \(data.rulebook.edition). "
        + "Every settlement date stands at the last run that was made of it.")
    let decided = data.checks.filter { $0.verdict == .holds || $0.verdict == .broken }
    let broken = decided.filter { $0.verdict == .broken }
    verdictClass = broken.isEmpty ? "" : "bad"
    verdict = broken.isEmpty ? "It adds up." : "It does not add up."
    verdictText =
      broken.isEmpty
      ? "\(FigureText.count(decided.count, "check")) of energy and money hold\(decided.count == 1 ? "s" : "") to the last unit."
      : "\(broken.count) of \(decided.count) checks fail; run halfhour verify to see what changed."
    drawing = StageDrawing(ReportStages.summaries(data))
    hasCharts = charts != nil && !data.points.isEmpty
    hasDays = !data.days.isEmpty
    openDays = charts == nil
    chartNote = Self.chartNote(data, charts)
    chartStyle = hasCharts ? charts?.style ?? "" : ""
    chartScript = hasCharts ? charts?.script ?? "" : ""
    chartData = hasCharts ? ChartProgram.data(data.points) : ""
    dayTable = ReportStages.days(data)
    sections = ReportStages.sections(data)
    checks = data.checks.map(Self.row)
    footer =
      "Made by Halfhour from \(FigureText.count(data.intake.sources.count, "source")). "
      + "No metering point, customer or reading is named on this page."
  }

  private static func chartNote(_ data: ReportData, _ charts: ChartLibrary?) -> String {
    if data.points.isEmpty { return "No settlement date was settled under this rulebook yet." }
    if charts == nil {
      return "The chart library is not installed, so the table shows the prices and volumes day by day; "
        + "script/setup brings the charts (Debian's libjs-dygraphs)."
    }
    return "Drag over a chart to zoom both, double-click to zoom out. The axis is UTC; settlement date and period are "
      + "London's. Where history is settled with borrowed prices, the price shown is the one applied."
  }

  private static func row(_ check: ReportData.Check) -> CheckRow {
    let (mark, verdict) =
      switch check.verdict {
      case .holds: ("yes", "✓ equal")
      case .broken: ("bad", "✗ not equal")
      case .undecided(let reason): ("", "not decided: \(reason)")
      }
    return CheckRow(
      title: check.title, stage: check.stage, before: check.before, after: check.after, mark: mark, verdict: verdict)
  }
}
