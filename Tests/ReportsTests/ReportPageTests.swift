import Accounting
import Billing
import Findings
import Foundation
import Operations
import Quantities
import Reports
import SettlementCalendar
import Testing

@Suite("Report page")
struct ReportPageTests {
  static let library = "/*! https://github.com/danvk/dygraphs/blob/v0/LICENSE.txt (MIT) */ var Dygraph = 1 < 2 && 3;"

  private func data() throws -> ReportData {
    let household = try workedHousehold()
    try ReportDataTests.save(household.bill, in: household.store, entries: [try BillLedger.issued(household.bill)])
    return try ReportData.gather(store: household.store, rulebook: mayRulebook)
  }

  @Test("The page is well-formed, with and without charts", arguments: [true, false])
  func wellFormed(hasCharts: Bool) throws {
    let charts = hasCharts ? try ChartLibrary(script: Self.library, style: ".dygraph-legend{left:0}") : nil
    let page = try parse(ReportPage.render(try data(), charts: charts))
    #expect(page.elements["script", default: 0] == (hasCharts ? 2 : 0))
    #expect(page.elements["section"] == 9)
    #expect(page.text.contains("Dygraph = 1 < 2 && 3;") == hasCharts)
    #expect(page.text.contains("script/setup") != hasCharts)
    // Every link leads to a place on this page.
    #expect(!page.links.isEmpty)
    for link in page.links { #expect(link.hasPrefix("#") && page.ids.contains(String(link.dropFirst()))) }
  }

  @Test("The figures stand on the page, every digit of them")
  func figures() throws {
    let data = try data()
    let text = try parse(ReportPage.render(data, charts: nil)).text
    #expect(text.contains("It adds up."))
    #expect(text.contains("1,436"))
    #expect(text.contains("£350.03"))
    #expect(text.contains("99.72 %"))
    for party in data.parties {
      // The micropounds stand in an element of their own, right behind the pence.
      #expect(text.contains(plain(DecimalNumber.text(Int128(party.cash.micropounds), places: 6))))
    }
    for day in data.days { #expect(text.contains("\(day.date)")) }
  }

  private func plain(_ text: String) -> String {
    let digits = text.drop { $0 == "-" }
    let whole = digits.prefix { $0 != "." }
    guard whole.count <= 3 else {
      return String(whole.dropLast(3)) + "," + whole.suffix(3) + digits.dropFirst(whole.count)
    }
    return String(digits)
  }

  @Test("Names from files cannot become markup, and control characters do not reach the page")
  func hostile() throws {
    let hostile = "<script>alert('x')</script>&\"\u{202E}\u{01}{{title}}"
    let store = MemoryStore()
    try store.append(
      FactBatch(
        source: SourceRecord(
          hash: testHash([1]), name: hostile, format: hostile, byteCount: 1,
          receivedAt: UTCInstant(secondsSince1970: 0), settings: "", reckoning: Reckoning(accepted: 1),
          findings: [Finding("AAA-01", .error, hostile, remedy: hostile, detail: "1200023305967")],
          findingCounts: ["AAA-01": 1])))
    let html = try ReportPage.render(try ReportData.gather(store: store, rulebook: mayRulebook), charts: nil)
    #expect(!html.contains("<script"))
    #expect(!html.contains("\u{202E}") && !html.contains("\u{01}"))
    let page = try parse(html)
    #expect(page.elements["script"] == nil)
    #expect(page.text.components(separatedBy: "<script>alert('x')</script>&\"").count == 6)
    #expect(page.text.contains("{{title}}"))
  }

  @Test("No metering point is named, though the bill and the ledger are about one")
  func noPersonalData() throws {
    let html = try ReportPage.render(try data(), charts: nil)
    #expect(html.firstMatch(of: #/[0-9]{13}/#) == nil)
    #expect(!html.contains("customer/"))
  }

  @Test("The page asks for nothing from outside")
  func noRequests() throws {
    let charts = try ChartLibrary(script: Self.library + "\n//# sourceMappingURL=dygraph.min.js.map", style: "a{b:c}")
    let html = try ReportPage.render(try data(), charts: charts)
    #expect(!html.contains("sourceMappingURL"))
    let addresses = html.matches(of: #/https?:[^\s"')]*/#).map { String($0.output) }
    #expect(
      Set(addresses) == ["http://www.w3.org/1999/xhtml", "https://github.com/danvk/dygraphs/blob/v0/LICENSE.txt"])
    #expect(html.contains("default-src 'none'"))
  }

  @Test("The same data give the same bytes")
  func deterministic() throws {
    #expect(try ReportPage.render(try data(), charts: nil) == ReportPage.render(try data(), charts: nil))
  }

  @Test("A report of nothing is a page that says so")
  func empty() throws {
    let html = try ReportPage.render(try ReportData.gather(store: MemoryStore(), rulebook: mayRulebook), charts: nil)
    let page = try parse(html)
    #expect(page.text.contains("No settlement date was settled"))
    #expect(page.elements["section"] == 9)
  }

  @Test("A file that is not the chart library, or that would end its element, is refused")
  func libraries() {
    #expect(throws: ChartLibrary.Unusable.self) { try ChartLibrary(script: "var Dygraph;", style: "") }
    for ending in ["</script>", "</SCRIPT", "]]>", "<!--"] {
      #expect(throws: ChartLibrary.Unusable.self) { try ChartLibrary(script: Self.library + ending, style: "") }
    }
    #expect(throws: ChartLibrary.Unusable.self) { try ChartLibrary(script: Self.library, style: "</style>") }
  }

  @Test("Where the library is not installed there is none")
  func absent() throws { #expect(try ChartLibrary.load(from: "/nowhere/at/all") == nil) }

  @Test(
    "Debian's library goes into the page with its licence line",
    .enabled(
      if: FileManager.default.fileExists(atPath: ChartLibrary.debianFolder + "/dygraph.min.js"),
      "needs Debian's package libjs-dygraphs, which script/setup installs"))
  func debian() throws {
    let charts = try #require(try ChartLibrary.load())
    let html = try ReportPage.render(try data(), charts: charts)
    #expect(html.contains("@license https://github.com/danvk/dygraphs"))
    #expect(try parse(html).elements["script"] == 2)
  }
}
