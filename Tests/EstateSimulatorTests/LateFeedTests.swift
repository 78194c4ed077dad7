import EstateSimulator
import MarketIdentifiers
import Quantities
import Readings
import Settlement
import SettlementCalendar
import Testing

private func date(_ text: String) throws -> SettlementDate { try #require(SettlementDate(text)) }

@Suite struct ArrivalBookTests {
  private func half(_ text: String) throws -> HalfHour {
    try #require(UTCInstant(text).flatMap { HalfHour(startingAt: $0) })
  }

  @Test func withoutAStatementAReadingComesAfterItsDay() throws {
    let book = ArrivalBook([], hoursAfterDay: 8)
    // 29 March 2026 has 23 hours and ends at 23:00 UTC.
    #expect(
      book.receivedAt(series: "X", try half("2026-03-29T22:30:00Z")) == UTCInstant("2026-03-30T07:00:00Z"))
    #expect(
      book.receivedAt(series: "X", try half("2026-03-29T23:00:00Z")) == UTCInstant("2026-03-31T07:00:00Z"))
    #expect(book.receivedAt(series: "X", HalfHour(index: 5)) == .distantFuture)
  }

  @Test func theNamedThenTheLaterStatementGoesFirst() throws {
    let from = try half("2026-01-01T00:00:00Z")
    let moments = (1...4).map { UTCInstant(secondsSince1970: 1_800_000_000 + Int64($0)) }
    let book = ArrivalBook([
      Arrival(series: "X", from: from, to: from.advanced(by: 4), receivedAt: moments[0]),
      Arrival(series: "X", from: from.advanced(by: 2), to: from.advanced(by: 6), receivedAt: moments[1]),
      Arrival(series: nil, from: from, to: from.advanced(by: 8), receivedAt: moments[2]),
      Arrival(series: "X", from: from.advanced(by: 3), to: from.advanced(by: 3), receivedAt: moments[3]),
    ])
    let found = (0..<9).map { book.receivedAt(series: "X", from.advanced(by: $0)) }
    let late = UTCInstant("2026-01-02T08:00:00Z")
    #expect(found == [0, 0, 1, 1, 1, 1, 2, 2].map { moments[$0] } + [late])
    #expect(book.receivedAt(series: "Y", from) == moments[2])
  }

  /// The book against the rule as it is written, on statements thrown at random.
  @Test func agreesWithThePlainRule() throws {
    var dice = SeededGenerator(seed: 9)
    let base = try half("2026-03-28T00:00:00Z")
    for _ in 0..<60 {
      let arrivals = (0..<dice.below(30)).map { number in
        let start = dice.below(190)
        return Arrival(
          series: [nil, "X", "Y"][dice.below(3)], from: base.advanced(by: start),
          to: base.advanced(by: start + dice.below(60)), receivedAt: UTCInstant(secondsSince1970: Int64(number)))
      }
      let book = ArrivalBook(arrivals, hoursAfterDay: 5)
      var cursor = book.cursor(forSeries: "X")
      for step in 0..<250 {
        let halfHour = base.advanced(by: step % 2 == 0 ? step : dice.below(250))
        let covering = arrivals.filter { $0.from <= halfHour && halfHour < $0.to }
        let day = try #require(SettlementDay(containing: halfHour))
        let expected =
          covering.last { $0.series == "X" }?.receivedAt ?? covering.last { $0.series == nil }?.receivedAt
          ?? day.end.advanced(byHours: 5)
        #expect(cursor.receivedAt(halfHour) == expected)
        #expect(book.receivedAt(series: "X", halfHour) == expected)
      }
    }
  }

  @Test func manyOverlappingStatementsStayFast() throws {
    let base = try half("2026-01-01T00:00:00Z")
    let arrivals = (0..<50_000).map {
      Arrival(
        series: "X", from: base.advanced(by: $0), to: base.advanced(by: 200_000 - $0),
        receivedAt: UTCInstant(secondsSince1970: Int64($0)))
    }
    let book = ArrivalBook(arrivals)
    #expect(book.receivedAt(series: "X", base.advanced(by: 60_000)) == UTCInstant(secondsSince1970: 49_999))
    #expect(book.receivedAt(series: "X", base.advanced(by: 7)) == UTCInstant(secondsSince1970: 7))
  }
}

@Suite struct LateFeedTests {
  @Test func sharesAndMomentsAreAsStated() throws {
    let names = (1...100).map { "X\($0)" }
    let dates = try date("2026-03-16")...date("2026-06-23")
    let arrivals = LateFeed(seed: 5).arrivals(series: names, dates)
    // 24 in a thousand of 100 series on 100 dates, most of them by five days.
    #expect((190...290).contains(arrivals.count))
    var byDays: [Int: Int] = [:]
    for arrival in arrivals {
      let day = try #require(SettlementDay(containing: arrival.from))
      #expect(arrival.from == day.firstHalfHour)
      #expect(arrival.to.start == day.end)
      byDays[Int(arrival.receivedAt.secondsSince1970 - day.end.secondsSince1970) / 86_400, default: 0] += 1
    }
    #expect(Set(byDays.keys) == [5, 28, 45, 80, 140])
    #expect((150...250).contains(byDays[5] ?? 0))
    #expect(LateFeed(seed: 5).arrivals(series: names, dates) == arrivals)
    #expect(Set(LateFeed(seed: 5).arrivals(series: names.reversed(), dates)) == Set(arrivals))
    #expect(LateFeed(seed: 6).arrivals(series: names, dates) != arrivals)
    #expect(LateFeed(seed: 5, delays: []).arrivals(series: names, dates).isEmpty)
  }
}

@Suite struct HedgeBookTests {
  private func exact() -> HedgeBook { HedgeBook(seed: 1, dayErrorPerMille: 0, periodErrorPerMille: 0) }

  private func demand(_ supplier: String, _ day: String, _ period: Int, _ energy: Int64) throws -> SupplierDemand {
    SupplierDemand(
      supplier: try #require(ParticipantID(supplier)), date: try date(day), period: period,
      energy: Energy(wattHours: energy))
  }

  private func bought(_ book: HedgeBook, _ demand: [SupplierDemand], _ day: String, _ period: Int) -> Int64? {
    book.contracts(demand, source: "s", receivedAt: UTCInstant(secondsSince1970: 0))
      .first { $0.date.description == day && $0.period == period }?.bought.wattHours
  }

  @Test func theForecastIsTheMeanOfTheSameWeekday() throws {
    let known = [
      try demand("XALF", "2026-02-02", 1, 100), try demand("XALF", "2026-02-09", 1, 201),
      try demand("XALF", "2026-02-16", 1, 999), try demand("XBRA", "2026-02-16", 1, 7),
      try demand("XALF", "2026-02-17", 1, 5),
    ]
    #expect(bought(exact(), known, "2026-02-16", 1) == 151)
    #expect(bought(exact(), known, "2026-02-09", 1) == 100)
    #expect(bought(exact(), known, "2026-02-02", 1) == 600)
    #expect(bought(exact(), known, "2026-02-17", 1) == 5)
    let volumes = exact().contracts(known, source: "s", receivedAt: UTCInstant(secondsSince1970: 0))
    #expect(volumes.count == 5 * 48)
    #expect(volumes.map(\.party.code).filter { $0 == "XBRA" }.count == 48)
  }

  @Test func clockChangesKeepTheTimeOfDay() throws {
    // 17:00 is period 35 of an ordinary day, 33 of the short one and 37 of the long one.
    let spring = [try demand("XALF", "2026-03-22", 35, 500), try demand("XALF", "2026-03-29", 1, 1)]
    #expect(bought(exact(), spring, "2026-03-29", 33) == 500)
    #expect(bought(exact(), spring, "2026-03-29", 35) == 0)
    let autumn = [try demand("XALF", "2026-10-18", 35, 500), try demand("XALF", "2026-10-25", 1, 1)]
    #expect(bought(exact(), autumn, "2026-10-25", 37) == 500)
  }

  @Test func errorsAreBoundedAndFollowTheSeed() throws {
    let known = try (1...48).map { try demand("XALF", "2026-02-02", $0, 1_000_000) }
    let book = HedgeBook(seed: 4, dayErrorPerMille: 40, periodErrorPerMille: 30, upliftPerMille: 1_080)
    let volumes = book.contracts(known, source: "s", receivedAt: UTCInstant(secondsSince1970: 0))
    #expect(volumes == book.contracts(known.reversed(), source: "s", receivedAt: UTCInstant(secondsSince1970: 0)))
    #expect(volumes.allSatisfy { (1_080_000 * 930 / 1_000...1_080_000 * 1_072 / 1_000).contains($0.bought.wattHours) })
    #expect(Set(volumes.map(\.bought.wattHours)).count > 20)
  }

  @Test func whatADayDoesNotHaveIsLeftOut() throws {
    #expect(bought(exact(), [try demand("XALF", "2026-03-29", 47, 1)], "2026-03-29", 1) == nil)
  }
}
