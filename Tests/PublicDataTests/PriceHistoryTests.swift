import Findings
import PublicData
import Quantities
import Settlement
import SettlementCalendar
import Testing

private let years = "data/elexon/system_prices/sspsbpniv_2019-2023.csv.gz"
private let before = "data/elexon/system_prices/sspsbpniv_2016-06_2019-02.csv.gz"

private func history(_ bodies: [String], unusual: String = "1000") -> PriceHistory {
  var history = PriceHistory(unusual: UnitRate(poundsPerMWh: DecimalNumber(unusual)!)!)
  for (place, body) in bodies.enumerated() {
    take("file\(place)", Array(body.utf8), into: &history)
  }
  history.finish()
  return history
}

private func take(_ file: String, _ bytes: [UInt8], into history: inout PriceHistory) {
  for event in events(
    { SystemPriceCSVReader(file: file, source: "", receivedAt: .distantFuture) }, bytes)
  {
    if case .price(let price, let line) = event { history.take(price, file: file, line: line) }
  }
}

private let heading = "Settlement Date,Settlement Period,System Sell Price,System Buy Price,Net Imbalance Volume\n"

private func day(_ date: String, _ periods: Range<Int>, _ rest: String = "50,50,10") -> String {
  periods.map { "\(date),\($0),\(rest)\n" }.joined()
}

@Suite("Years of published prices") struct PriceHistoryTests {
  @Test func wholeDaysHoldEverything() {
    let found = history([
      heading + day("28/03/2026", 1..<49) + day("29/03/2026", 1..<47) + day("30/03/2026", 1..<49)
    ])
    #expect(found.rowCount == 142)
    #expect(found.datesByPeriodCount == [46: 1, 48: 2])
    let hasBreaches = found.hasBreaches
    #expect(!hasBreaches)
    let identities = found.identities
    #expect(identities.filter { $0.checked == 0 }.map(\.rule) == ["PUB-31", "PUB-18"])
  }

  @Test(
    "each fault with its line and rule",
    arguments: [
      (day("28/03/2026", 1..<49) + "28/03/2026,7,50,50,10\n", "PUB-16", 50),
      ("28/03/2026,2,50,50,10\n28/03/2026,1,50,50,10\n" + day("28/03/2026", 3..<49), "PUB-17", 3),
      ("28/03/2026,1,50,51,10\n" + day("28/03/2026", 2..<49), "PUB-07", 2),
      ("28/03/2026,1,6001,6001,10\n" + day("28/03/2026", 2..<49), "PUB-32", 2),
      ("28/03/2026,1,50,50,\n" + day("28/03/2026", 2..<49), "PUB-15", 2),
      ("28/03/2010,1,60,50,10\n" + day("28/03/2010", 2..<47, "40,60,10"), "PUB-31", 2),
      (day("28/03/2026", 1..<48), "PUB-08", nil),
      (day("27/03/2026", 1..<49) + day("30/03/2026", 1..<49), "PUB-19", nil),
    ] as [(String, RuleID, Int?)])
  func breaches(_ body: String, _ rule: RuleID, _ line: Int?) throws {
    let found = history([heading + body], unusual: "9999")
    let breaches = found.oddRows.filter(\.isBreach)
    #expect(Set(breaches.map(\.rule)).contains(rule))
    #expect(try #require(breaches.first { $0.rule == rule }).position.line == line)
    let identities = found.identities
    #expect(identities.filter { $0.broken > 0 }.map(\.rule).contains(rule))
  }

  @Test func unusualRowsAreNoBreach() {
    let body = "28/03/2026,1,2000,2000,10\n28/03/2026,2,50,50,0\n28/03/2026,3,-1000.01,-1000.01,5\n"
    let found = history([heading + body + day("28/03/2026", 4..<49)])
    #expect(found.oddRows.map(\.rule) == ["PUB-33", "PUB-34", "PUB-33"])
    #expect(found.oddRows.map(\.position.line) == [2, 3, 4])
    let hasBreaches = found.hasBreaches
    #expect(!hasBreaches)
  }

  @Test(
    "files that overlap agree up to rounding",
    arguments: [
      ("50.00004,50.00004,10.0004", 0), ("50.01,50.01,10", 1), ("50,50,10.01", 1),
    ])
  func overlap(_ row: String, _ broken: Int) {
    let found = history([
      heading + day("28/03/2026", 1..<49), heading + "28/03/2026,1,\(row)\n",
    ])
    #expect(found.identities.first { $0.rule == "PUB-18" }?.checked == 1)
    #expect(found.identities.first { $0.rule == "PUB-18" }?.broken == broken)
  }

  // Needs the shared downloads of system prices.
  @Test(.enabled(if: shared(years) != nil && shared(before) != nil))
  func allYears() throws {
    var found = PriceHistory(unusual: UnitRate(poundsPerMWh: DecimalNumber("1000")!)!)
    take("years", try sharedBytes(years), into: &found)
    #expect(found.rowCount == 87_648)
    #expect(found.datesByPeriodCount == [46: 5, 48: 1_816, 50: 5])
    // The same periods of early 2019 stand in an older download too, with more decimals.
    let older = try sharedBytes(before).split(separator: UInt8(ascii: "\n"))
    let early = older.prefix(1) + older.filter { $0.count > 9 && $0[$0.startIndex + 9] == UInt8(ascii: "9") }
    take("before", Array(early.joined(separator: [UInt8(ascii: "\n")])) + [UInt8(ascii: "\n")], into: &found)
    found.finish()
    #expect(found.rowCount == 87_648 + 41 * 48)
    let identities = found.identities
    #expect(identities.filter { $0.checked == 0 }.map(\.rule) == ["PUB-31"])
    #expect(identities.filter { $0.broken > 0 }.map(\.rule) == ["PUB-18"])
    // Eighteen periods were published otherwise before a later settlement run.
    #expect(identities.first { $0.rule == "PUB-18" }.map { [$0.checked, $0.broken] } == [41 * 48, 18])
    let odd = found.oddRows
    #expect(odd.filter { $0.rule == "PUB-34" }.map(\.position.line) == [52_085])
    #expect(odd.count { $0.rule == "PUB-33" } == 47)
    #expect(found.dateCount == 1_826)
  }
}
