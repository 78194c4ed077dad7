/// Which days count as working days: Monday to Friday without the bank holidays of one division.
///
/// The holidays are data with a first and last year. A count that would leave those years is refused, never guessed:
/// calendars have changed after publication (19 September 2022).
public struct WorkingDayCalendar: Hashable, Sendable {
  /// `england-and-wales`, `scotland`, ... as GOV.UK names them.
  public let division: String
  /// The years for which the holidays are complete.
  public let years: ClosedRange<Int>
  private let holidays: Set<SettlementDate>

  public init(division: String, years: ClosedRange<Int>, holidays: some Sequence<SettlementDate>) {
    self.division = division
    self.years = years
    self.holidays = Set(holidays)
  }

  public var sortedHolidays: [SettlementDate] { holidays.sorted() }

  /// - Returns: `nil` outside the years that the data cover.
  public func isWorkingDay(_ date: SettlementDate) -> Bool? {
    guard years.contains(date.civil.year) else { return nil }
    return !date.weekday.isWeekend && !holidays.contains(date)
  }

  public func isHoliday(_ date: SettlementDate) -> Bool { holidays.contains(date) }

  /// The date `count` working days after `date`; `date` itself does not count. `count` is zero or more.
  ///
  /// - Returns: `nil` when the count leaves the years that the data cover.
  public func date(_ count: Int, workingDaysAfter date: SettlementDate) -> SettlementDate? {
    var current = date
    var left = count
    while left > 0 {
      guard let next = current.advanced(by: 1), let isWorking = isWorkingDay(next) else { return nil }
      current = next
      if isWorking { left -= 1 }
    }
    return current
  }

  /// `date` itself when it is a working day, else the next one. - Returns: `nil` where the data end.
  public func workingDay(onOrAfter date: SettlementDate) -> SettlementDate? {
    var current = date
    while true {
      guard let isWorking = isWorkingDay(current) else { return nil }
      if isWorking { return current }
      guard let next = current.advanced(by: 1) else { return nil }
      current = next
    }
  }

  /// Working days after `first` up to and including `last`. - Returns: `nil` where the data end.
  public func workingDays(after first: SettlementDate, through last: SettlementDate) -> Int? {
    var count = 0
    for date in settlementDates(first, through: last).dropFirst() {
      guard let isWorking = isWorkingDay(date) else { return nil }
      if isWorking { count += 1 }
    }
    return count
  }
}

/// The days that behave alike when a missing reading is estimated from history.
public enum DayType: String, Hashable, Sendable, CaseIterable {
  case weekday
  case saturday
  /// Sundays and bank holidays.
  case sunday

  public init(_ date: SettlementDate, _ calendar: WorkingDayCalendar) {
    switch date.weekday {
    case _ where calendar.isHoliday(date): self = .sunday
    case .sunday: self = .sunday
    case .saturday: self = .saturday
    default: self = .weekday
    }
  }
}
