/// A calendar date in Great Britain, as settlement uses it: `2026-03-29`.
///
/// Held as days since 1970-01-01 in the Gregorian calendar. The range is ``earliest``...``latest``, within which the
/// clock-change rule of this module holds; nothing outside can be built.
public struct SettlementDate: Hashable, Comparable, Sendable {
  /// Days since 1970-01-01.
  public let dayNumber: Int32

  /// 1 January 1996: since that year the clocks change on the last Sundays of March and October.
  public static let earliest = SettlementDate(unchecked: 9_496)
  /// 31 December 2099.
  public static let latest = SettlementDate(unchecked: 47_481)

  init(unchecked dayNumber: Int32) { self.dayNumber = dayNumber }

  /// - Returns: `nil` outside ``earliest``...``latest``.
  public init?(dayNumber: Int) {
    guard let value = Int32(exactly: dayNumber), Self.earliest.dayNumber...Self.latest.dayNumber ~= value else {
      return nil
    }
    self.dayNumber = value
  }

  /// - Returns: `nil` for a date that does not exist (`2026-02-30`) or is out of range.
  public init?(year: Int, month: Int, day: Int) {
    guard (1996...2099).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.length(ofMonth: month, year: year)
    else { return nil }
    self.init(dayNumber: Self.daysFromCivil(year, month, day))
  }

  /// From `2026-03-29` or `20260329`. - Returns: `nil` for anything else.
  public init?(_ text: some StringProtocol) {
    var digits: [Int] = []
    for (offset, byte) in text.utf8.enumerated() {
      if byte == UInt8(ascii: "-"), text.utf8.count == 10, offset == 4 || offset == 7 { continue }
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), offset < 10 else { return nil }
      digits.append(Int(byte) - 48)
    }
    guard digits.count == 8, text.utf8.count == 8 || text.utf8.count == 10 else { return nil }
    self.init(
      year: digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3], month: digits[4] * 10 + digits[5],
      day: digits[6] * 10 + digits[7])
  }

  public static func < (a: Self, b: Self) -> Bool { a.dayNumber < b.dayNumber }

  /// The date `days` later. - Returns: `nil` beyond the range.
  public func advanced(by days: Int) -> SettlementDate? {
    let (sum, overflow) = Int(dayNumber).addingReportingOverflow(days)
    return overflow ? nil : SettlementDate(dayNumber: sum)
  }

  /// Whole days from this date to `other`.
  public func days(to other: SettlementDate) -> Int { Int(other.dayNumber) - Int(dayNumber) }

  /// Year, month 1...12, day 1...31.
  public var civil: (year: Int, month: Int, day: Int) { Self.civilFromDays(Int(dayNumber)) }

  /// 1970-01-01 was a Thursday.
  public var weekday: Weekday { Weekday(rawValue: (Int(dayNumber) + 3) % 7 + 1) ?? .monday }  // 1...7 always

  /// The same day of the month `months` later, or the last day of a shorter month: 31 December plus 14 is 29 February.
  public func advanced(byMonths months: Int) -> SettlementDate? {
    guard months.magnitude <= 12 * 200 else { return nil }
    let (year, month, day) = civil
    let index = year * 12 + (month - 1) + months
    let (newYear, newMonth) = (index / 12, index % 12 + 1)
    return SettlementDate(year: newYear, month: newMonth, day: min(day, Self.length(ofMonth: newMonth, year: newYear)))
  }

  static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  /// Days since 1970-01-01; months counted from March, so that a leap day ends the year.
  static func daysFromCivil(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
  }

  static func civilFromDays(_ dayNumber: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = dayNumber + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }
}

extension SettlementDate: CustomStringConvertible {
  /// ISO 8601: `2026-03-29`.
  public var description: String {
    let (year, month, day) = civil
    return "\(year)-\(twoDigits(month))-\(twoDigits(day))"
  }
  /// `20260329`, as D-flows and BACS write it.
  public var compactText: String { description.split(separator: "-").joined() }
}

/// Two decimal digits, zero-filled.
func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

/// Monday is 1, as in ISO 8601.
public enum Weekday: Int, Hashable, Sendable, CaseIterable {
  case monday = 1
  case tuesday
  case wednesday
  case thursday
  case friday
  case saturday
  case sunday

  public var isWeekend: Bool { self == .saturday || self == .sunday }
}

/// A closed range of settlement dates that can be walked day by day.
public func settlementDates(_ first: SettlementDate, through last: SettlementDate) -> [SettlementDate] {
  guard first <= last else { return [] }
  return (first.dayNumber...last.dayNumber).map(SettlementDate.init(unchecked:))
}
