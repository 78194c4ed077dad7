import Foundation
import SettlementCalendar
import Testing

@Suite("Settlement periods") struct SettlementPeriodTests {
  static let london = TimeZone(identifier: "Europe/London")!
  static let calendar: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = london
    return calendar
  }()

  /// Midnight by Foundation, as seconds since 1970.
  static func midnight(_ date: SettlementDate) -> Int64 {
    let (year, month, day) = date.civil
    let found = calendar.date(from: DateComponents(year: year, month: month, day: day))!
    return Int64(found.timeIntervalSince1970)
  }

  @Test("all of 2000 to 2040 agree with Foundation's London calendar")
  func allPeriods() throws {
    let first = try #require(SettlementDate("2000-01-01"))
    let last = try #require(SettlementDate("2040-12-31"))
    var start = Self.midnight(first)
    var counts: [Int: Int] = [:]
    for date in settlementDates(first, through: last) {
      let next = Self.midnight(try #require(date.advanced(by: 1)))
      let day = SettlementDay(date)
      counts[day.periodCount, default: 0] += 1
      try expect(day, from: start, to: next)
      if day.periodCount != 48 || date.civil.day == 1 { expectLabels(day, from: start) }
      start = next
    }
    #expect(counts == [46: 41, 50: 41, 48: 14_976 - 82])
  }

  /// Every period in its place, and none beyond the last.
  private func expect(_ day: SettlementDay, from start: Int64, to next: Int64) throws {
    var agrees = day.start.secondsSince1970 == start && day.end.secondsSince1970 == next
    agrees = agrees && Int64(day.periodCount) * 1_800 == next - start && day.periods.count == day.periodCount
    for (offset, period) in day.periods.enumerated() {
      agrees = agrees && period.number == offset + 1
      agrees = agrees && period.halfHour.start.secondsSince1970 == start + Int64(offset) * 1_800
      agrees = agrees && day.period(of: period.halfHour) == period
    }
    for halfHour in [day.firstHalfHour, day.firstHalfHour.advanced(by: day.periodCount - 1)] {
      agrees = agrees && SettlementDay(containing: halfHour) == day
    }
    agrees = agrees && day.period(0) == nil && day.period(day.periodCount + 1) == nil
    #expect(agrees, "\(day.date)")
  }

  /// The label of each period's start by Foundation's clock, with a suffix at the second pass.
  private func expectLabels(_ day: SettlementDay, from start: Int64) {
    var seen: Set<String> = []
    for period in day.periods {
      let moment = Date(timeIntervalSince1970: Double(start + Int64(period.number - 1) * 1_800))
      let parts = Self.calendar.dateComponents([.hour, .minute], from: moment)
      let clock = String(format: "%02d:%02d", parts.hour!, parts.minute!)
      #expect(period.label == (seen.insert(clock).inserted ? clock : clock + "a"), "\(period)")
      #expect(day.clockMinute(ofPeriod: period.number) == parts.hour! * 60 + parts.minute!, "\(period)")
    }
  }

  @Test(
    "period counts (T1)",
    arguments: [
      ("2024-03-31", 46), ("2023-10-29", 50), ("2027-03-28", 46), ("2026-10-25", 50), ("2009-03-29", 46),
      ("2026-05-28", 48), ("2099-12-31", 48), ("1996-03-31", 46), ("1996-10-27", 50),
    ])
  func counts(_ text: String, _ count: Int) throws {
    let day = SettlementDay(try #require(SettlementDate(text)))
    #expect(day.periodCount == count)
    #expect(day.period(count) != nil && day.period(count + 1) == nil && day.period(-1) == nil)
  }

  @Test(
    "labels and moments of the mapping table",
    arguments: [
      ("2026-01-15", 1, "00:00", "2026-01-15T00:00:00Z"), ("2026-07-15", 1, "00:00", "2026-07-14T23:00:00Z"),
      ("2026-03-29", 2, "00:30", "2026-03-29T00:30:00Z"), ("2026-03-29", 3, "02:00", "2026-03-29T01:00:00Z"),
      ("2026-03-29", 46, "23:30", "2026-03-29T22:30:00Z"), ("2026-10-25", 3, "01:00", "2026-10-25T00:00:00Z"),
      ("2026-10-25", 4, "01:30", "2026-10-25T00:30:00Z"), ("2026-10-25", 5, "01:00a", "2026-10-25T01:00:00Z"),
      ("2026-10-25", 6, "01:30a", "2026-10-25T01:30:00Z"), ("2026-10-25", 50, "23:30", "2026-10-25T23:30:00Z"),
      ("2026-12-15", 35, "17:00", "2026-12-15T17:00:00Z"), ("2026-12-15", 45, "22:00", "2026-12-15T22:00:00Z"),
    ])
  func labels(_ date: String, _ number: Int, _ label: String, _ start: String) throws {
    let day = SettlementDay(try #require(SettlementDate(date)))
    let period = try #require(day.period(number))
    #expect(period.label == label && period.halfHour.start.description == start)
    #expect(UTCInstant(start) == period.halfHour.start)
  }

  @Test(
    "an off-peak band of 22:00 to 08:00 has 18, 20 or 22 periods of a date",
    arguments: [("2026-03-29", 18), ("2026-12-15", 20), ("2026-10-25", 22)])
  func offPeak(_ date: String, _ count: Int) throws {
    let day = SettlementDay(try #require(SettlementDate(date)))
    let minutes = day.periods.map { day.clockMinute(ofPeriod: $0.number) }
    #expect(minutes.count { $0 >= 22 * 60 || $0 < 8 * 60 } == count)
  }

  @Test func halfHours() throws {
    #expect(HalfHour(startingAt: UTCInstant(secondsSince1970: 1_799)) == nil)
    let start = try #require(UTCInstant("2026-03-29T01:30:00Z"))
    #expect(HalfHour(endingAt: start)?.start.description == "2026-03-29T01:00:00Z")
    #expect(HalfHour(startingAt: UTCInstant(secondsSince1970: .max)) == nil)
    #expect(
      SettlementDay(containing: HalfHour(index: .max)) == nil && SettlementDay(containing: HalfHour(index: .min)) == nil
    )
  }
}
