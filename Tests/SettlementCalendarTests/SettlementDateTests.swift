import Foundation
import SettlementCalendar
import Testing

@Suite("Settlement dates") struct SettlementDateTests {
  @Test("every day of 1996 to 2099 agrees with Foundation's Gregorian calendar")
  func everyDay() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    for number in Int(SettlementDate.earliest.dayNumber)...Int(SettlementDate.latest.dayNumber) {
      let date = try #require(SettlementDate(dayNumber: number))
      let parts = calendar.dateComponents(
        [.year, .month, .day, .weekday], from: Date(timeIntervalSince1970: Double(number) * 86_400))
      let civil = date.civil
      let agrees =
        civil.year == parts.year && civil.month == parts.month && civil.day == parts.day
        && date.weekday.rawValue % 7 + 1 == parts.weekday
      #expect(agrees, "day \(number)")
      #expect(SettlementDate(year: civil.year, month: civil.month, day: civil.day) == date)
      if number % 97 == 0 {
        #expect(SettlementDate(date.description) == date && SettlementDate(date.compactText) == date)
      }
    }
    #expect(SettlementDate.earliest.description == "1996-01-01" && SettlementDate.latest.description == "2099-12-31")
  }

  @Test(
    "what is not a date cannot be built",
    arguments: [
      "2026-02-29", "2026-02-30", "2026-04-31", "2026-00-10", "2026-13-01", "2026-01-00", "1995-12-31", "2100-01-01",
      "2026-1-1", "2026/01/01", "20260101 ", "202601011", "2026-0101-", "2026-01-0x", "", "-", "２０２６-01-01",
      "2026003-29",
      "99999999999999999999", "2026-01-01T",
    ])
  func refused(_ text: String) { #expect(SettlementDate(text) == nil) }

  @Test(
    "months later, the last day standing in",
    arguments: [
      ("2026-12-31", 14, "2028-02-29"), ("2026-12-01", 14, "2028-02-01"), ("2025-12-31", 14, "2027-02-28"),
      ("2026-01-31", 1, "2026-02-28"), ("2026-03-31", 0, "2026-03-31"), ("2026-03-31", -1, "2026-02-28"),
      ("2026-01-15", -1, "2025-12-15"), ("2024-02-29", 12, "2025-02-28"), ("2026-10-31", 28, "2029-02-28"),
    ])
  func months(_ from: String, _ count: Int, _ expected: String) {
    #expect(SettlementDate(from)?.advanced(byMonths: count)?.description == expected)
  }

  @Test func ends() {
    #expect(SettlementDate.latest.advanced(by: 1) == nil && SettlementDate.earliest.advanced(by: -1) == nil)
    #expect(SettlementDate.latest.advanced(byMonths: 1) == nil && SettlementDate.earliest.advanced(byMonths: -1) == nil)
    #expect(SettlementDate(dayNumber: .max) == nil && SettlementDate(dayNumber: .min) == nil)
    #expect(settlementDates(.latest, through: .earliest).isEmpty)
    #expect(settlementDates(.earliest, through: .latest).count == 37_986)
  }

  @Test("a timeline's value holds until the next begins")
  func timeline() throws {
    let days = try [10, 20, 30].map { try #require(SettlementDate(year: 2026, month: 5, day: $0)) }
    let timeline = Timeline([(days[2], "c"), (days[0], "a"), (days[1], "x"), (days[1], "b")])
    #expect(timeline.entries.map(\.value) == ["a", "b", "c"])
    for (offset, expected) in [(-1, nil), (0, "a"), (9, "a"), (10, "b"), (19, "b"), (20, "c"), (9_999, "c")] {
      #expect(timeline.value(on: try #require(days[0].advanced(by: offset))) == expected)
    }
    #expect(Timeline<Int>.empty.value(on: days[0]) == nil)
  }
}
