import Billing
import MarketIdentifiers
import Quantities
import SettlementCalendar
import Testing

@Suite("Tariff")
struct TariffTests {
  struct DayCase: Sendable {
    var date: String
    var offPeak: Int
    var standard: Int
    var peak: Int
  }

  @Test(
    "Bands follow the London clock on days of 46, 48 and 50 half-hours",
    arguments: [
      DayCase(date: "2026-03-29", offPeak: 18, standard: 24, peak: 4),
      DayCase(date: "2026-06-10", offPeak: 20, standard: 24, peak: 4),
      DayCase(date: "2026-10-25", offPeak: 22, standard: 24, peak: 4),
      DayCase(date: "2026-12-01", offPeak: 20, standard: 24, peak: 4),
    ])
  func bandCounts(day: DayCase) throws {
    let rates = try Sample.rates(from: "2026-01-01")
    let calendarDay = SettlementDay(Sample.date(day.date))
    let names = rates.bandIndices(of: calendarDay).map { rates.bands[$0].name }
    #expect(names.count == calendarDay.periodCount)
    #expect(names.count { $0 == "off-peak" } == day.offPeak)
    #expect(names.count { $0 == "standard" } == day.standard)
    #expect(names.count { $0 == "peak" } == day.peak)
  }

  @Test("Peak is periods 35 to 38, off-peak 45 to 48 and 1 to 16 of an ordinary day")
  func ordinaryDay() throws {
    let rates = try Sample.rates()
    let names = rates.bandIndices(of: SettlementDay(Sample.date("2026-12-01"))).map { rates.bands[$0].name }
    let numbers = { (name: String) in names.indices.filter { names[$0] == name }.map { $0 + 1 } }
    #expect(numbers("peak") == [35, 36, 37, 38])
    #expect(numbers("off-peak") == Array(1...16) + Array(45...48))
  }

  @Test("Weekday and weekend bands are told apart")
  func weekend() throws {
    let bands = [
      RateBand(
        name: "day", windows: [Sample.window("07:00", "23:00", .weekday)], unitRate: Sample.pence("30")),
      RateBand(
        name: "low",
        windows: [Sample.window("23:00", "07:00", .weekday), Sample.window("00:00", "24:00", .weekend)],
        unitRate: Sample.pence("10")),
    ]
    let rates = try Sample.rates(bands: bands)
    let saturday = rates.bandIndices(of: SettlementDay(Sample.date("2026-12-05")))
    let friday = rates.bandIndices(of: SettlementDay(Sample.date("2026-12-04")))
    #expect(saturday.allSatisfy { $0 == 1 })
    #expect(friday.count { $0 == 0 } == 32)
  }

  @Test("Bands must cover each half-hour once")
  func coverage() throws {
    let gap = [RateBand(name: "a", windows: [Sample.window("00:00", "23:30")], unitRate: .zero)]
    #expect(throws: TariffFault.notCovered(minute: 1_410, days: .weekday)) { try Sample.rates(bands: gap) }
    let weekendGap = [RateBand(name: "a", windows: [Sample.window("00:00", "24:00", .weekday)], unitRate: .zero)]
    #expect(throws: TariffFault.notCovered(minute: 0, days: .weekend)) { try Sample.rates(bands: weekendGap) }
    let twice = [
      RateBand(name: "a", windows: [Sample.window("00:00", "24:00")], unitRate: .zero),
      RateBand(name: "b", windows: [Sample.window("08:00", "08:30")], unitRate: .zero),
    ]
    #expect(throws: TariffFault.coveredTwice(minute: 480, days: .weekday)) { try Sample.rates(bands: twice) }
    #expect(throws: TariffFault.bandNamedTwice) { try Sample.rates(bands: Sample.bands + Sample.bands) }
    #expect(throws: TariffFault.chargeOutOfRange) { try Sample.rates(standing: "-0.01") }
  }

  @Test("The whole table of windows: a window and its complement cover the day once")
  func windows() throws {
    for from in stride(from: 0, through: 1_410, by: 30) {
      for to in stride(from: 30, through: 1_440, by: 30) where from != to && !(from == 0 && to == 1_440) {
        let one = try #require(ClockWindow(fromMinute: from, toMinute: to))
        let other = try #require(ClockWindow(fromMinute: to % 1_440, toMinute: from == 0 ? 1_440 : from))
        for minute in stride(from: 0, to: 1_440, by: 30) {
          #expect(one.contains(minute: minute) != other.contains(minute: minute), "\(one.text) \(minute)")
        }
      }
    }
  }

  @Test("Only clock times on the half-hour make a window")
  func windowTexts() {
    #expect(ClockWindow(from: "22:00", to: "08:00")?.text == "22:00-08:00")
    for (from, to) in [
      ("22:15", "08:00"), ("24:00", "08:00"), ("8:00", "09:00"), ("08-00", "09:00"), ("08:00", "24:30"),
      ("0a:00", "01:00"), ("", ""), ("00:60", "01:00"),
    ] {
      #expect(ClockWindow(from: from, to: to) == nil)
    }
  }

  @Test("A book refuses two tariffs of one name and a tariff two rates of one date")
  func book() throws {
    let rates = try Sample.rates()
    let tariff = try Tariff(
      name: "t", supplier: Sample.supplier, kind: .fixed, vatRate: "domestic", rates: [rates])
    #expect(throws: TariffFault.namedTwice) { try TariffBook([tariff, tariff]) }
    #expect(throws: TariffFault.twoRatesFromOneDate) {
      try Tariff(name: "t", supplier: Sample.supplier, kind: .fixed, vatRate: "domestic", rates: [rates, rates])
    }
    #expect(throws: TariffFault.noRates) {
      try Tariff(name: "t", supplier: Sample.supplier, kind: .fixed, vatRate: "domestic", rates: [])
    }
    #expect(throws: TariffFault.notActiveEnergy) {
      try Tariff(
        name: "t", supplier: Sample.supplier, kind: .fixed, quantity: .reactiveImport, vatRate: "domestic",
        rates: [rates])
    }
    #expect(tariff.rates(on: Sample.date("2026-03-31")) == nil)
    #expect(tariff.rates(on: Sample.date("2026-04-01")) == rates)
  }
}
