import Foundation
import Rulebooks
import SettlementCalendar
import Testing

@Suite("Bank holidays") struct HolidayTests {
  static let publishedList = sharedFile("data/calendar/bank-holidays_2012-2028.json")

  @Test(
    "the packs hold exactly the published days of 2012 to 2028",
    .enabled(if: publishedList != nil, "SKIPPED: shared/data/calendar/bank-holidays_2012-2028.json is not here"),
    arguments: [("england-and-wales", 140), ("scotland", 157)])
  func published(_ division: String, _ count: Int) throws {
    let data = try #require(Self.publishedList)
    let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let entry = try #require(json[division] as? [String: Any])
    let events = try #require(entry["events"] as? [[String: Any]])
    let expected = events.compactMap { $0["date"] as? String }.sorted()
    #expect(expected.count == count)
    let calendar = try Rulebook.holidays(of: division)
    #expect(calendar.division == division)
    #expect(calendar.sortedHolidays.map(\.description).filter { $0 >= "2012" } == expected)
  }

  @Test("England and Wales from 2000: eight days a year and the proclaimed ones")
  func counts() throws {
    let calendar = try Rulebook.holidays(of: "england-and-wales")
    #expect(calendar.years == 2000...2028)
    let extra = [2002: 1, 2011: 1, 2012: 1, 2022: 2, 2023: 1]
    for year in calendar.years {
      let days = calendar.sortedHolidays.filter { $0.civil.year == year }
      #expect(days.count == 8 + extra[year, default: 0], "\(year)")
      #expect(days.allSatisfy { !$0.weekday.isWeekend }, "\(year)")
    }
  }

  @Test(
    "proclaimed and moved days before the published list",
    arguments: [
      ("2000-01-03", true), ("2002-05-27", false), ("2002-06-03", true), ("2002-06-04", true), ("2011-04-29", true),
      ("2004-12-27", true), ("2004-12-28", true), ("2005-12-27", true), ("2009-12-28", true), ("2010-12-27", true),
      ("2006-01-02", true), ("2000-04-24", true), ("2008-03-24", true), ("2009-04-10", true),
    ])
  func chosen(_ text: String, _ isHoliday: Bool) throws {
    let date = try #require(SettlementDate(text))
    #expect(try Rulebook.holidays(of: "england-and-wales").isHoliday(date) == isHoliday)
  }
}
