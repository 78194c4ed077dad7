import Mustache
import Operations

/// Everything in a store as one HTML page: self-contained, without requests, light or dark as the reader's system is.
///
/// The page computes nothing but roundings of its headlines; the tables carry every digit, so that their totals add up.
public enum ReportPage {
  /// - Parameter charts: the chart library to write into the page; without it the page shows the daily table.
  /// - Returns: UTF-8 text, the same for the same data. All texts are escaped.
  /// - Throws: when a template is faulty, which a test rules out.
  public static func render(_ data: ReportData, charts: ChartLibrary?) throws -> String {
    var library = MustacheLibrary()
    try library.register(PageTable.template, named: "table")
    try library.register(StageDrawing.template, named: "stages")
    try library.register(ReportPageTemplate.text, named: "report")
    // Only a template that was never registered renders nothing, and it was just registered.
    return library.render(ReportPageModel(data, charts), withTemplate: "report") ?? ""
  }
}
