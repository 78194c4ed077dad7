/// One settlement date with its half-hours: 48, or 46 and 50 on the days when the clocks change.
///
/// The only maker of ``SettlementPeriod``: period 49 of a day that has 48 cannot be built.
public struct SettlementDay: Hashable, Sendable {
  public let date: SettlementDate
  /// The half-hour that period 1 is.
  public let firstHalfHour: HalfHour
  /// 46, 48 or 50.
  public let periodCount: Int

  public init(_ date: SettlementDate) {
    self.date = date
    let start = LondonClock.midnight(date)
    let next = LondonClock.midnight(SettlementDate(unchecked: date.dayNumber + 1))
    firstHalfHour = HalfHour(index: Int32(start.secondsSince1970 / 1_800))
    periodCount = Int((next.secondsSince1970 - start.secondsSince1970) / 1_800)
  }

  /// The day that `halfHour` belongs to. - Returns: `nil` outside the calendar's range.
  public init?(containing halfHour: HalfHour) {
    guard let stamp = LondonClock.stamp(at: halfHour.start) else { return nil }
    self.init(stamp.date)
  }

  /// Period `number` of this day, counted from 1 in clock order. - Returns: `nil` when the day has no such period.
  public func period(_ number: Int) -> SettlementPeriod? {
    guard number >= 1 && number <= periodCount else { return nil }
    return SettlementPeriod(day: self, number: number)
  }

  /// The period that a half-hour is. - Returns: `nil` when it belongs to another day.
  public func period(of halfHour: HalfHour) -> SettlementPeriod? {
    period(Int(halfHour.index) - Int(firstHalfHour.index) + 1)
  }

  /// All periods in order.
  public var periods: [SettlementPeriod] { (1...periodCount).map { SettlementPeriod(day: self, number: $0) } }

  /// The half-hours of the day in order.
  public var halfHours: Range<Int32> { firstHalfHour.index..<firstHalfHour.index + Int32(periodCount) }

  /// Midnight at the start.
  public var start: UTCInstant { firstHalfHour.start }
  /// Midnight at the end.
  public var end: UTCInstant { firstHalfHour.advanced(by: periodCount).start }

  /// Minute of the clock day, 0...1410, at which period `number` starts; the repeated hour of the long day repeats.
  ///
  /// `number` must be 1...``periodCount``.
  public func clockMinute(ofPeriod number: Int) -> Int {
    precondition(number >= 1 && number <= periodCount, "a period of this day")
    let elapsed = (number - 1) * 30
    switch periodCount {
    case 46: return elapsed < 60 ? elapsed : elapsed + 60
    case 50: return elapsed < 120 ? elapsed : elapsed - 60
    default: return elapsed
    }
  }
}

/// One settlement period: a half-hour with its number on its settlement date. Made only by ``SettlementDay``.
public struct SettlementPeriod: Hashable, Comparable, Sendable {
  public let day: SettlementDay
  /// 1...46, 48 or 50, in clock order.
  public let number: Int

  init(day: SettlementDay, number: Int) {
    self.day = day
    self.number = number
  }

  public var halfHour: HalfHour { day.firstHalfHour.advanced(by: number - 1) }

  /// The label that the clock gives its start: `00:30`. On the long day the second pass has a suffix: `01:30a`.
  public var label: String {
    let minute = day.clockMinute(ofPeriod: number)
    let isSecondPass = day.periodCount == 50 && (number == 5 || number == 6)
    return "\(twoDigits(minute / 60)):\(twoDigits(minute % 60))\(isSecondPass ? "a" : "")"
  }

  public static func < (a: Self, b: Self) -> Bool { a.halfHour < b.halfHour }
}

extension SettlementPeriod: CustomStringConvertible {
  public var description: String { "\(day.date) SP\(number)" }
}
