import Findings
import Foundation
import PublicData
import SettlementCalendar
import Testing

private func read(_ text: String) -> Checked<[BankHolidayDivision]> {
  BankHolidayDivision.read(Array(text.utf8), file: "bank-holidays.json")
}

private func event(_ date: String, _ title: String = "Day") -> String {
  "{\"title\": \"\(title)\", \"date\": \"\(date)\"}"
}

private func published(_ events: [String]) -> String {
  "{\"scotland\": {\"division\": \"scotland\", \"events\": [\(events.joined(separator: ","))]}}"
}

@Suite("GOV.UK calendars")
struct GovernmentDatesTests {
  @Test("Only whole years count: from New Year to Christmas without a gap")
  func years() throws {
    func years(_ events: [String]) -> ClosedRange<Int>? { read(published(events.map { event($0) })).value.first?.years }
    #expect(years(["2024-01-01", "2024-12-25", "2025-01-01", "2025-12-26"]) == 2024...2025)
    #expect(years(["2024-01-01", "2024-12-25", "2025-01-01"]) == 2024...2024)
    #expect(years(["2024-05-06", "2024-12-25", "2025-01-01", "2025-12-26"]) == 2025...2025)
    #expect(years(["2022-01-03", "2022-12-27", "2024-01-01", "2024-12-25"]) == 2024...2024)
    #expect(years(["2024-05-06"]) == nil)
  }

  @Test("An entry that cannot be read is reported, and the division is not counted on")
  func badEntries() {
    let events = [event("2024-01-01"), event("2024-12-25"), event("2024-02-30")]
    let checked = read(published(events))
    #expect(checked.findings.map(\.rule) == ["PUB-20"])
    #expect(checked.value.first?.holidays.count == 2 && checked.value.first?.calendar == nil)
    #expect(read("{}").findings.map(\.rule) == ["PUB-20"])
    #expect(read("[").findings.map(\.rule) == ["PUB-10"])
    #expect(read("{\"divisions\": {\"x_slug\": {\"2024\": [\(event("01/01/2025"))]}}}").findings.count == 1)
    #expect(read("{\"divisions\": {\"x_slug\": {\"next\": [\(event("01/01/2025"))]}}}").findings.count == 1)
  }

  private static let calendar = shared("data/calendar")

  private func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: try #require(Self.calendar).appendingPathComponent(name)))
  }

  @Test(
    "The published form: 140, 157 and 174 holidays of 2012 to 2028",
    .enabled(if: calendar != nil, "needs ../shared data/calendar"))
  func publishedForm() throws {
    let checked = BankHolidayDivision.read(try bytes("bank-holidays_2012-2028.json"), file: "x")
    #expect(checked.findings.isEmpty)
    #expect(checked.value.map(\.division) == ["england-and-wales", "scotland", "northern-ireland"])
    #expect(checked.value.map(\.holidays.count) == [140, 157, 174])
    #expect(checked.value.allSatisfy { $0.years == 2012...2028 })
    #expect(
      checked.value[0].holidays[0]
        == BankHoliday(date: date("2012-01-02"), title: "New Year’s Day", notes: "Substitute day"))
    let england = try #require(checked.value[0].calendar)
    #expect(england.isWorkingDay(date("2022-09-19")) == false && england.isWorkingDay(date("2022-09-20")) == true)
    #expect(england.isWorkingDay(date("2029-01-02")) == nil)
    #expect(england.isWorkingDay(date("2026-01-02")) == true)
    #expect(checked.value[1].calendar?.isWorkingDay(date("2026-01-02")) == false)
  }

  @Test(
    "The source form says the same for 2019 to 2028, and the one Scottish day that was proclaimed later",
    .enabled(if: calendar != nil, "needs ../shared data/calendar"))
  func sourceForm() throws {
    let source = BankHolidayDivision.read(try bytes("govuk_frontend_bank-holidays.json"), file: "x")
    let published = BankHolidayDivision.read(try bytes("bank-holidays_2012-2028.json"), file: "x")
    #expect(source.findings.isEmpty)
    #expect(source.value.map(\.division) == published.value.map(\.division))
    for (division, other) in zip(source.value, published.value) {
      #expect(division.years == 2019...2028)
      let dates = Set(division.holidays.map(\.date))
      let others = Set(other.holidays.map(\.date).filter { $0.civil.year >= 2019 })
      let later = division.division == "scotland" ? [date("2026-06-15")] : []
      #expect(dates.subtracting(others).sorted() == later && others.subtracting(dates).isEmpty)
    }
  }

  @Test(
    "The clock changes that GOV.UK publishes are the days of 46 and 50 periods, and no others are",
    .enabled(if: calendar != nil, "needs ../shared data/calendar"))
  func clockChanges() throws {
    let checked = ClockChanges.read(try bytes("when-do-the-clocks-change.json"), file: "x")
    #expect(checked.findings.isEmpty && checked.value.count == 8)
    let years = Set(checked.value.map(\.civil.year)).sorted()
    #expect(years == [2025, 2026, 2027, 2028])
    let changing = years.flatMap { settlementDates(date("\($0)-01-01"), through: date("\($0)-12-31")) }
      .filter { SettlementDay($0).periodCount != 48 }
    #expect(changing == checked.value)
  }

  @Test(
    "Which data set a file is, by its bytes",
    .enabled(if: sharedFolder != nil, "needs ../shared data/calendar and data/elexon"))
  func detection() throws {
    func detect(_ path: String) throws -> PublicDataset? {
      let file = try #require(shared("data/" + path))
      return PublicDataset.detect(firstBytes: [UInt8](try Data(contentsOf: file).prefix(4_096)), fileName: "x")
    }
    #expect(try detect("calendar/bank-holidays_2012-2028.json") == .bankHolidays)
    #expect(try detect("calendar/govuk_frontend_bank-holidays.json") == .bankHolidays)
    #expect(try detect("calendar/when-do-the-clocks-change.json") == .clockChanges)
    #expect(try detect("elexon/system_prices/disebsp_2025-10-26.json") == .systemPriceJSON)
    #expect(try detect("elexon/system_prices/b1770_sample_2023-11-03.json") == .systemPriceJSON)
    #expect(try detect("carbon/intensity_factors_2023.json") == nil)
    #expect(try detect("meter/octopus_api_consumption_2020-12.json") == nil)
    #expect(try detect("network/ukpn_grid_and_primary_sites.csv.gz") == nil)
  }

  @Test("A price download is known by its first line")
  func detectionOfPrices() {
    let line = "Settlement Date,Settlement Period,System Sell Price(£/MWh),System Buy Price(£/MWh)\r\n01/01/2026"
    #expect(PublicDataset.detect(firstBytes: line.utf8, fileName: "x.csv") == .systemPriceCSV)
    #expect(PublicDataset.detect(firstBytes: "Settlement Date,Period\n".utf8, fileName: "x.csv") == nil)
    #expect(PublicDataset.detect(firstBytes: "".utf8, fileName: "bank-holidays.json") == nil)
    #expect(PublicDataset.detect(firstBytes: "{}".utf8, fileName: "bank-holidays.json") == .bankHolidays)
  }

  @Test("Every rule has a summary and a source, and stands once")
  func rules() {
    #expect(Set(PublicDataRules.all.map(\.id)).count == PublicDataRules.all.count)
    #expect(
      PublicDataRules.all.allSatisfy { !$0.summary.isEmpty && !$0.source.isEmpty && $0.id.code.hasPrefix("PUB-") })
  }
}
