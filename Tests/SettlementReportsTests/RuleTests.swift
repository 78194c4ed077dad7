import SettlementReports
import Testing

/// One fault each, in an otherwise good file.
@Suite struct RuleTests {
  static let header = "AAA|C0421002|D|20260420120000|CD|UKDC|PB|PORTAL|1|OPER|"
  static let group = "ABV|2__AXALF000|20260415|SF|2|20260420|"

  static func periods(_ numbers: some Sequence<Int>) -> [String] { numbers.map { "ABP|\($0)|F|1.5|I|" } }

  static func file(_ body: [String]) -> [ReportEvent] { events(enclosed(header, body)) }

  @Test func rules() {
    let good = [Self.group] + Self.periods(1...48)
    #expect(Self.file(good).rules == [])
    #expect(Self.file([Self.group] + Self.periods(1...47)).rules == ["SRF-09"])
    #expect(Self.file([Self.group] + Self.periods(Array(1...48) + [48])).rules == ["SRF-09"])
    #expect(Self.file([Self.group] + Self.periods(1...49)).rules == ["SRF-09"])
    #expect(Self.file(Self.periods(1...1)).rules == ["SRF-06"])
    #expect(Self.file(good + ["QQQ|what|"]).rules == ["SRF-05"])
    #expect(Self.file([Self.group, "ABP|1|F|1.5|X|"] + Self.periods(2...48)).rules == ["SRF-08", "SRF-09"])
    #expect(Self.file([Self.group, "ABP|1|F||I|"] + Self.periods(2...48)).rules == ["SRF-08", "SRF-09"])
    #expect(Self.file([Self.group, "ABP|1|F|1.2345|I|"] + Self.periods(2...48)).rules == ["SRF-08", "SRF-09"])
    #expect(Self.file(good + ["ABV|2__AXALF001|20260431|SF|2|20260420|"]).rules == ["SRF-08"])
    #expect(Self.file([Self.group + "more|"] + Self.periods(1...48)).rules == ["SRF-07"])
    #expect(Self.file(good + ["ABV|2__AXALF\u{E9}01|20260415|SF|2|20260420|"]).rules == ["SRF-10"])
    #expect(Self.file(good + ["ABV|2__AXALF001|20260415|SF|2|20260420"]).rules == ["SRF-10"])
    #expect(Self.file(good + ["A"]).rules == ["SRF-10"])
    #expect(events(good).rules.prefix(1) == ["SRF-01"])
    #expect(events([Self.header] + good).rules == ["SRF-02"])
    #expect(events([Self.header] + good + ["ZZZ|50|1|"]).rules == ["SRF-03", "SRF-04"])
    #expect(events([Self.header] + good + ["ZZZ|many|1|"]).rules == ["SRF-03", "SRF-02"])
    #expect(events(enclosed(Self.header, good) + ["ABP|1|F|1|I|"]).rules == ["SRF-11"])
    #expect(events([]).rules == ["SRF-02"])
  }

  /// Records that the footer counts and that are not there are missing; too low a count is only wrong.
  @Test func aFooterThatCountsOthers() {
    let good = [Self.group] + Self.periods(1...48)
    let fewer = events([Self.header] + good + ["ZZZ|2|1|"])
    #expect(fewer.rules == ["SRF-03", "SRF-04"] && fewer.tally.isWhole && fewer.tally.countAgrees == false)
    let more = events([Self.header] + good + ["ZZZ|52|1|"])
    #expect(!more.tally.isWhole && more.tally.missingRecords == 1)
    #expect(!events([Self.header] + good + ["ZZZ|9223372036854775807|1|"]).tally.isWhole)
    #expect(events([Self.header] + good + ["ZZZ|-9223372036854775808|1|"]).rules == ["SRF-03", "SRF-04"])
  }

  @Test func daysOfTheClockChange() {
    for (day, count) in [("20260329", 46), ("20261025", 50)] {
      let head = "ABV|2__AXALF000|\(day)|SF|2|20261120|"
      #expect(Self.file([head] + Self.periods(1...count)).rules == [])
      #expect(Self.file([head] + Self.periods(1...48)).rules.first == "SRF-09")
    }
  }

  /// A file full of faults says so a bounded number of times, and counts them all.
  @Test func findingsAreBounded() {
    let all = Self.file([Self.group] + (0..<500).map { "Q\($0 % 10)Q|x|" })
    #expect(all.rules.count { $0 == "SRF-05" } == SettlementReportReader.findingsOfOneRule)
    #expect(all.tally.findings["SRF-05"] == 500 && all.tally.unknown == 500)
  }
}
