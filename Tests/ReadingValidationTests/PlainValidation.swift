import MarketRegistration
import Quantities
import ReadingValidation
import Readings
import SettlementCalendar

/// Validation and estimation again, slowly and by the text of the rules: the oracle of ``ValidatorTests``.
struct PlainValidation {
  let village: Village

  struct Cell: Equatable {
    var wattHours: Int64
    var method: EstimationMethod
  }

  /// The clock as a list of minutes, written out.
  static func clock(_ periods: Int) -> [Int] {
    let usual = (0..<48).map { $0 * 30 }
    switch periods {
    case 46: return usual.filter { $0 != 60 && $0 != 90 }
    case 50: return [0, 30, 60, 90, 60, 90] + usual.dropFirst(4)
    default: return usual
    }
  }

  func reading(_ point: ValidationPoint, _ date: SettlementDate, _ period: Int) -> (Int64, ReadingQuality)? {
    guard let series = point.series else { return nil }
    let day = village.resolved(date)
    guard let row = day.series.firstIndex(of: series) else { return nil }
    return day.reading(row: row, period: period).map { ($0.energy.wattHours, $0.quality) }
  }

  func isPlausible(_ wattHours: Int64, _ point: ValidationPoint) -> Bool {
    wattHours >= 0 && 2 * wattHours <= point.registration.supplyCapacity.watts + 1
  }

  func measured(_ point: ValidationPoint, _ date: SettlementDate, _ period: Int) -> Int64? {
    guard let (value, quality) = reading(point, date, period), quality != .estimated, isPlausible(value, point) else {
      return nil
    }
    return value
  }

  func dayType(_ date: SettlementDate) -> Int {
    if Village.holidays.contains(date) || date.weekday == .sunday { return 7 }
    return date.weekday == .saturday ? 6 : 1
  }

  /// To the nearest watt-hour, a half upwards: readings that are averaged are never negative.
  func mean(_ values: [Int64]) -> Int64 { (2 * values.reduce(0, +) + Int64(values.count)) / (2 * Int64(values.count)) }

  func before(_ point: ValidationPoint, _ period: Int) -> [(date: SettlementDate, value: Int64)] {
    let minute = Self.clock(SettlementDay(village.date).periodCount)[period - 1]
    return (1...village.rules.historyDays).compactMap { back in
      guard let date = village.date.advanced(by: -back), village.layers[date] != nil,
        let then = Self.clock(SettlementDay(date).periodCount).firstIndex(of: minute),
        let value = measured(point, date, then + 1)
      else { return nil }
      return (date, value)
    }
  }

  func cell(_ point: ValidationPoint, _ period: Int) -> Cell {
    if let (value, quality) = reading(point, village.date, period), isPlausible(value, point) {
      return Cell(wattHours: value, method: quality == .estimated ? .received : .measured)
    }
    let own = before(point, period)
    let alike = own.filter { dayType($0.date) == dayType(village.date) }
    if !alike.isEmpty { return Cell(wattHours: mean(alike.map(\.value)), method: .sameDayType) }
    if !own.isEmpty { return Cell(wattHours: mean(own.map(\.value)), method: .anyDay) }
    let like = village.points.filter {
      $0.registration.consumptionClass == point.registration.consumptionClass
        && $0.registration.quantity == point.registration.quantity
    }
    let near = like.filter { $0.registration.gspGroup == point.registration.gspGroup }
      .compactMap { measured($0, village.date, period) }
    if !near.isEmpty { return Cell(wattHours: mean(near), method: .groupAverage) }
    let anywhere = like.compactMap { measured($0, village.date, period) }
    if !anywhere.isEmpty { return Cell(wattHours: mean(anywhere), method: .classAverage) }
    // 3,100 kWh over 17,520 half-hours is 176.94 Wh.
    return Cell(wattHours: point.registration.quantity == .activeImport ? 177 : 0, method: .standing)
  }
}
