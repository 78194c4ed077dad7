import GBCS
import SettlementCalendar

/// Which rate a switching table has at each half-hour of a UTC day.
///
/// A switch within a half-hour counts from the next one on: loads are half-hourly. Before a day's first switch the last
/// one of the day before counts. Where no season has begun, or the table is empty, it is rate 1.
struct RateClock {
  let table: SwitchingTable

  /// 48 rates. - Parameter day: days since 1970-01-01.
  func rates(ofDay day: Int32) -> [SwitchingTable.Rate] {
    let switches = profile(day)?.switches ?? []
    var rate = profile(day - 1)?.switches.last?.rate ?? .timeOfUse(1)
    var next = switches.startIndex
    return (0..<48).map { halfHour in
      while next < switches.endIndex, switches[next].second <= halfHour * 1_800 {
        rate = switches[next].rate
        next += 1
      }
      return rate
    }
  }

  /// The day's own profile: of a special day, else of the week of the season that began last.
  private func profile(_ day: Int32) -> SwitchingTable.Day? {
    guard let date = SettlementDate(dayNumber: Int(day)) else { return nil }
    let name = table.specialDays.first { $0.date.matches(date) }?.day ?? weekday(date)
    return name.flatMap { name in table.days.first { $0.name == name } }
  }

  private func weekday(_ date: SettlementDate) -> UInt8? {
    let begun = table.seasons.compactMap { season in season.start.latest(upTo: date).map { ($0, season) } }
    guard let season = begun.max(by: { $0.0 < $1.0 })?.1,
      let week = table.weeks.first(where: { $0.name == season.week })
    else { return nil }
    let place = date.weekday.rawValue - 1
    return week.days.indices.contains(place) ? week.days[place] : nil
  }
}

extension OpenDate {
  /// Whether a date is one of those that it stands for.
  func matches(_ date: SettlementDate) -> Bool {
    let (year, month, day) = date.civil
    return (self.year.map { Int($0) == year } ?? true) && (self.month.map { Int($0) == month } ?? true)
      && (self.day.map { Int($0) == day } ?? true) && (weekday.map { Int($0) == date.weekday.rawValue } ?? true)
  }

  /// The last date up to another that it stands for as the start of a season: open months and days are the first.
  func latest(upTo date: SettlementDate) -> SettlementDate? {
    let years = year.map { [Int($0)] } ?? [date.civil.year, date.civil.year - 1]
    return years.compactMap { SettlementDate(year: $0, month: Int(month ?? 1), day: Int(day ?? 1)) }
      .filter { $0 <= date }.max()
  }
}
