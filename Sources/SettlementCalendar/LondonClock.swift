/// The clock on the wall in Great Britain, for the years in which its rule is: forward at 01:00 UTC on the last Sunday
/// of March, back at 01:00 UTC on the last Sunday of October (The Summer Time Order 2002; the same dates since 1996).
public enum LondonClock {
  /// Minutes that the clock is ahead of UTC at midnight starting `date`: 0 or 60.
  public static func minutesAheadAtMidnight(_ date: SettlementDate) -> Int {
    let (year, month, _) = date.civil
    switch month {
    case 4...9: return 60
    case 3: return date > lastSunday(of: 3, year) ? 60 : 0
    case 10: return date <= lastSunday(of: 10, year) ? 60 : 0
    default: return 0
    }
  }

  /// Minutes ahead of UTC at a moment: 0 or 60. - Returns: `nil` outside the calendar's range.
  public static func minutesAhead(at instant: UTCInstant) -> Int? {
    guard let date = instant.utcDate else { return nil }
    let (year, month, _) = date.civil
    guard month == 3 || month == 10 else { return (4...9).contains(month) ? 60 : 0 }
    let change = Int64(lastSunday(of: month, year).dayNumber) * 86_400 + 3_600
    let isAfter = instant.secondsSince1970 >= change
    return isAfter == (month == 3) ? 60 : 0
  }

  /// Midnight at the start of `date`, as a moment.
  public static func midnight(_ date: SettlementDate) -> UTCInstant {
    UTCInstant(secondsSince1970: Int64(date.dayNumber) * 86_400 - Int64(minutesAheadAtMidnight(date)) * 60)
  }

  /// What a time on the wall means: no moment, one, or two. The caller chooses; nothing is guessed here.
  public enum Meaning: Hashable, Sendable {
    /// The clocks skipped it: 01:00 to 01:59 on the short day.
    case none
    case one(UTCInstant)
    /// The clocks showed it twice: 01:00 to 01:59 on the long day, first in summer time, then in winter time.
    case two(first: UTCInstant, second: UTCInstant)
  }

  public static func meaning(of stamp: CivilStamp) -> Meaning {
    let naive = Int64(stamp.date.dayNumber) * 86_400 + Int64(stamp.hour * 3_600 + stamp.minute * 60 + stamp.second)
    let candidates = [60, 0].map { (ahead: $0, instant: UTCInstant(secondsSince1970: naive - Int64($0 * 60))) }
      .filter { minutesAhead(at: $0.instant) == $0.ahead }
      .map(\.instant)
    switch candidates.count {
    case 0: return .none
    case 1: return .one(candidates[0])
    default: return .two(first: candidates[0], second: candidates[1])
    }
  }

  /// The date and time on the wall at a moment. - Returns: `nil` outside the calendar's range.
  public static func stamp(at instant: UTCInstant) -> CivilStamp? {
    guard let ahead = minutesAhead(at: instant) else { return nil }
    let local = instant.advanced(bySeconds: Int64(ahead * 60))
    guard let date = local.utcDate else { return nil }
    let second = Int(local.secondsSince1970 % 86_400)
    return CivilStamp(
      date: date, hour: second / 3_600, minute: second / 60 % 60, second: second % 60, offsetMinutes: ahead)
  }

  static func lastSunday(of month: Int, _ year: Int) -> SettlementDate {
    let last = SettlementDate.daysFromCivil(year, month, 31)
    return SettlementDate(unchecked: Int32(last - (last + 4) % 7))
  }
}
