import MarketIdentifiers
import MarketRegistration
import Quantities
import ReadingValidation
import Readings
import SettlementCalendar

/// A random handful of metering points with readings over some weeks, and what the tests know of them.
struct Village {
  let date: SettlementDate
  let rules: ValidationRules
  let points: [ValidationPoint]
  let layers: [SettlementDate: [ReadingLayer]]

  static let holidays = ["2026-04-03", "2026-04-06", "2026-10-26"].compactMap { SettlementDate($0) }
  static let calendar = WorkingDayCalendar(division: "test", years: 2025...2027, holidays: holidays)
  static let dates = ["2026-03-29", "2026-03-30", "2026-04-03", "2026-04-11", "2026-10-25", "2026-10-26", "2026-11-08"]
    .compactMap { SettlementDate($0) }

  init(_ dice: inout Dice) {
    date = dice.pick(Self.dates)
    rules = ValidationRules(
      windowHours: 36, historyDays: 1 + dice.pick(14), standingAnnualKWh: 3_100, calendar: Self.calendar)
    let count = 1 + dice.pick(7)
    points = (0..<count).compactMap { Self.point($0, &dice) }
    var layers: [SettlementDate: [ReadingLayer]] = [:]
    // Some days more than the rules look back, to see that those do not count.
    for back in 0...17 {
      guard let day = date.advanced(by: -back) else { continue }
      layers[day] = (0..<(1 + dice.pick(3))).map { Self.layer(day, count, $0, &dice) }
    }
    self.layers = layers
  }

  private static func point(_ number: Int, _ dice: inout Dice) -> ValidationPoint? {
    guard let mpan = MPAN(distributor: 12, serial: 1_000 + number * 7), let supplier = ParticipantID("SUPA"),
      let lossClass = LineLossFactorClassID("1"), let from = SettlementDate("2020-01-01")
    else { return nil }
    let registration = Registration(
      mpan: mpan, alias: nil, quantity: dice.chance(1, of: 4) ? .activeExport : .activeImport, supplier: supplier,
      gspGroup: dice.pick([.a, .c]), distributor: 12, lossClass: lossClass,
      consumptionClass: dice.pick([.domestic, .nonDomestic]), tariff: nil, paymentMethod: .directDebit,
      supplyCapacity: Power(watts: dice.pick([1_999, 23_000])), effectiveFrom: from,
      recordedAt: UTCInstant(secondsSince1970: 0))
    return ValidationPoint(
      registration: registration, series: dice.chance(1, of: 6) ? nil : SeriesIndex(UInt32(number)))
  }

  /// Late or in time, with holes, estimates, negative readings and some beyond capacity.
  private static func layer(_ date: SettlementDate, _ count: Int, _ number: Int, _ dice: inout Dice) -> ReadingLayer {
    let day = SettlementDay(date)
    let series = (0..<count + 1).filter { _ in dice.chance(2, of: 3) }.map { SeriesIndex(UInt32($0)) }
    let sparse = dice.pick([2, 10])
    let cells = (0..<series.count * day.periodCount).map { _ -> Int32 in
      if !dice.chance(sparse, of: 11) { return ReadingLayer.missing }
      return Int32(dice.chance(1, of: 30) ? -1 - dice.pick(50) : dice.pick(1_100))
    }
    return ReadingLayer(
      date: date, receivedAt: day.end.advanced(byHours: dice.pick([8, 36, 37, 500])), source: "s\(number)",
      sequence: 0, series: series, cells: cells,
      qualities: cells.map { _ in dice.chance(1, of: 8) ? .estimated : dice.pick([.actual, .corrected]) })
  }

  func resolved(_ date: SettlementDate) -> ResolvedDay { ResolvedDay(SettlementDay(date), layers: layers[date] ?? []) }

  var history: [ResolvedDay] { layers.keys.filter { $0 != date }.map(resolved) }

  func validate() -> ValidatedDay {
    Validator(rules: rules, resolved: resolved(date), history: history, points: points).validate()
  }
}
