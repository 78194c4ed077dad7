import Readings
import SettlementCalendar
import Testing

/// Rule ARR-1 held against a plain search over the statements.
@Suite struct ArrivalBookTests {
  static let day = SettlementDate(year: 2026, month: 3, day: 29).map { SettlementDay($0) }

  static func arrivals(_ first: HalfHour, _ dice: inout Dice) -> [Arrival] {
    (0..<dice.pick(12)).map { _ in
      let from = dice.pick(120)
      return Arrival(
        series: dice.pick([nil, "A", "B"]), from: first.advanced(by: from),
        to: first.advanced(by: from + dice.pick(30) - 3),
        receivedAt: UTCInstant(secondsSince1970: Int64(dice.pick(1_000_000))))
    }
  }

  @Test(arguments: 0..<40)
  func equalsASearch(seed: Int) throws {
    var dice = Dice(seed)
    let day = try #require(Self.day)
    let arrivals = Self.arrivals(day.firstHalfHour, &dice)
    let book = ArrivalBook(arrivals, hoursAfterDay: 8)
    for name in ["A", "B", "C"] {
      var cursor = book.cursor(forSeries: name)
      for offset in (0..<150).shuffled(using: &dice) {
        let halfHour = day.firstHalfHour.advanced(by: offset)
        let about = arrivals.filter { $0.from <= halfHour && halfHour < $0.to }
        let said = about.last { $0.series == name } ?? about.last { $0.series == nil }
        let ownDay = try #require(SettlementDay(containing: halfHour))
        let expected = said?.receivedAt ?? ownDay.end.advanced(byHours: 8)
        #expect(book.receivedAt(series: name, halfHour) == expected)
        #expect(cursor.receivedAt(halfHour) == expected)
      }
    }
  }

  @Test func seriesNamesAreBounded() {
    #expect(SeriesKey(name: "") == nil)
    #expect(SeriesKey(name: String(repeating: "x", count: 64)) != nil)
    #expect(SeriesKey(name: String(repeating: "x", count: 65)) == nil)
    #expect(SeriesKey(name: "a\tb") == nil)
    #expect(SeriesKey(name: "MAC003718", quantity: .activeExport)?.description == "MAC003718/AE")
  }
}
