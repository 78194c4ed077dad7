import Aggregation
import PortfolioFiles
import Readings
import Settlement
import SettlementCalendar
import Testing
import WireFormat

private func contracts(_ text: String) -> [PortfolioEvent<ContractVolume>] {
  events({ ContractReader(file: "c.csv", source: "s", receivedAt: UTCInstant(secondsSince1970: 0)) }, text)
}

@Suite struct TableTests {
  @Test(arguments: [
    ("mpan,alias,quantity,supplier,gsp_group", PortfolioFile.registrations),
    ("party,date,period,bought_kwh", .contracts), ("date,period,gsp_group,take_kwh", .groupTakes),
    ("series,from,to,received_at\nX1", .arrivals),
    ("\u{FEFF}series,quantity,start,kwh,quality\r\n", .readings), (" Quality , KWH,start,quantity,series", .readings),
  ])
  func detectsByHeader(_ text: String, _ file: PortfolioFile) {
    #expect(PortfolioFile.detect(firstBytes: Array(text.utf8)) == file)
  }

  @Test(arguments: ["", "\n", "a,b,c", "{\"series\":1}", "LCLid,stdorToU,DateTime", "\"series,from,to,received_at"])
  func detectsNothingElse(_ text: String) {
    #expect(PortfolioFile.detect(firstBytes: Array(text.utf8)) == nil)
  }

  @Test func aBadHeaderQuarantinesEveryRowInOneFinding() {
    let found = contracts("party,date,period\nA,2026-01-01,1\nB,2026-01-01,1\n\n")
    #expect(rules(found).noted == ["TAB-01"])
    #expect(rules(found).quarantined == ["TAB-07", "TAB-07"])
    let twice = contracts("party,date,period,bought_kwh,party\nA,2026-01-01,1,1,B\n")
    #expect(rules(twice).noted == ["TAB-03"])
    #expect(rules(twice).quarantined == ["TAB-07"])
    #expect(rules(contracts("")).noted == ["TAB-06"])
  }

  @Test func aBadLineHarmsOnlyItself() {
    let found = contracts(
      "party,date,period,bought_kwh\nXALF,2026-01-01,1\n\"XALF,2026-01-01,1,1\nXALF,2026-01-01,2,1.500\n")
    #expect(rules(found).quarantined == ["TAB-04", "TAB-05"])
    #expect(values(found).map(\.bought.wattHours) == [1_500])
  }

  /// Date, period, energy; the watt-hours or the rule that refuses.
  @Test(arguments: [
    ("2026-03-29", "46", "0", "0"), ("2026-03-29", "47", "0", "PCV-03"), ("2026-10-25", "50", "-0.001", "-1"),
    ("2026-10-25", "51", "1", "PCV-03"), ("2026-01-01", "48", "5000000", "5000000000"),
    ("2026-01-01", "49", "1", "PCV-03"), ("2026-01-01", "0", "1", "PCV-03"),
    ("2026-01-01", "1", "1000000000", "1000000000000"), ("2026-01-01", "1", "1000000000.001", "PCV-04"),
    ("2026-01-01", "1", "0.0001", "PCV-04"), ("2026-01-01", "1", "", "PCV-04"), ("2026-01-01", "1", "1e3", "1000000"),
    ("2026-13-01", "1", "1", "PCV-02"),
  ])
  func contractRows(_ date: String, _ period: String, _ energy: String, _ expected: String) {
    let found = contracts("party,date,period,bought_kwh\nXALF,\(date),\(period),\(energy)\n")
    let got = values(found).map { String($0.bought.wattHours) } + rules(found).quarantined
    #expect(got == [expected])
  }

  @Test(arguments: [
    ("_C", "2026-03-29", "46", "-1.5", "_C -1500"), ("_P", "2026-10-25", "50", "1545221.8", "_P 1545221800"),
    ("_I", "2026-01-01", "1", "1", "PGT-01"), ("C", "2026-01-01", "1", "1", "PGT-01"),
    ("_C", "2026-02-30", "1", "1", "PGT-02"), ("_C", "2026-03-29", "47", "1", "PGT-03"),
    ("_C", "2026-01-01", "1", "0.0001", "PGT-04"), ("_C", "2026-01-01", "1", "-1000000000.001", "PGT-04"),
  ])
  func groupTakeRows(_ group: String, _ date: String, _ period: String, _ energy: String, _ expected: String) {
    let found = events(
      { GroupTakeReader(file: "t.csv", source: "s", receivedAt: UTCInstant(secondsSince1970: 0)) },
      "gsp_group,date,period,take_kwh\n\(group),\(date),\(period),\(energy)\n")
    #expect(values(found).map { "\($0.group) \($0.take.wattHours)" } + rules(found).quarantined == [expected])
  }

  @Test func contractsAndArrivalsReadBack() throws {
    let text =
      "party,date,period,bought_kwh\nXALF,2026-03-29,46,-12.345\nXBRA,2026-10-25,50,0.000\n"
    #expect(TableWriter.contracts(values(contracts(text))) == Array(text.utf8))
    let feed =
      "series,from,to,received_at\n*,2026-03-29T01:00:00Z,2026-03-30T00:00:00Z,2026-04-29T12:34:56Z\n"
      + "X1,2026-03-29T00:30:00Z,2026-03-29T01:00:00Z,2026-04-01T00:00:00Z\n"
    let arrivals = values(events({ ArrivalReader(file: "a.csv") }, feed))
    #expect(arrivals.map(\.series) == [nil, "X1"])
    #expect(TableWriter.arrivals(arrivals) == Array(feed.utf8))
  }

  @Test(arguments: [
    (",2026-01-01T00:00:00Z,2026-01-02T00:00:00Z,2026-01-03T00:00:00Z", "PAR-01"),
    ("X1,2026-01-01T00:00:00,2026-01-02T00:00:00Z,2026-01-03T00:00:00Z", "PAR-02"),
    ("X1,2026-01-01T00:10:00Z,2026-01-02T00:00:00Z,2026-01-03T00:00:00Z", "PAR-03"),
    ("X1,2026-01-02T00:00:00Z,2026-01-02T00:00:00Z,2026-01-03T00:00:00Z", "PAR-03"),
    ("X1,2026-01-01T00:00:00Z,2026-01-02T00:00:00Z,soon", "PAR-02"),
  ])
  func refusesArrivals(_ row: String, _ rule: String) {
    let found = events({ ArrivalReader(file: "a.csv") }, "series,from,to,received_at\n\(row)\n")
    #expect(values(found).isEmpty)
    #expect(rules(found).quarantined == [rule])
  }
}
