import Findings
import JSONText
import SettlementCalendar

/// One bank holiday of one division.
public struct BankHoliday: Hashable, Sendable {
  public var date: SettlementDate
  /// As published: a title, or in the source form the name of one.
  public var title: String
  /// `Substitute day`, or empty.
  public var notes: String

  public init(date: SettlementDate, title: String, notes: String = "") {
    self.date = date
    self.title = title
    self.notes = notes
  }
}

/// The bank holidays of one division of the United Kingdom.
public struct BankHolidayDivision: Hashable, Sendable {
  /// `england-and-wales`, `scotland`, `northern-ireland`.
  public var division: String
  /// Rising by date.
  public var holidays: [BankHoliday]
  /// False when an entry could not be read: then nothing can be counted on these holidays.
  public var isWhole: Bool

  public init(division: String, holidays: [BankHoliday], isWhole: Bool = true) {
    self.division = division
    self.holidays = holidays
    self.isWhole = isWhole
  }

  /// The last unbroken run of complete years; `nil` where there is none.
  ///
  /// A year is complete when a holiday falls in its first four days and one in its 25 to 28 December: New Year and
  /// Christmas with their substitute days. GOV.UK publishes years whole.
  public var years: ClosedRange<Int>? {
    var starts: Set<Int> = []
    var ends: Set<Int> = []
    for holiday in holidays {
      let (year, month, day) = holiday.date.civil
      if month == 1, day <= 4 { starts.insert(year) }
      if month == 12, (25...28).contains(day) { ends.insert(year) }
    }
    let complete = starts.intersection(ends)
    guard isWhole, let last = complete.max() else { return nil }
    var first = last
    while complete.contains(first - 1) { first -= 1 }
    return first...last
  }

  /// Working days by these holidays, within ``years``; `nil` where no year is complete.
  public var calendar: WorkingDayCalendar? {
    years.map { WorkingDayCalendar(division: division, years: $0, holidays: holidays.map(\.date)) }
  }
}

extension BankHolidayDivision {
  /// Reads GOV.UK's bank holidays, in the published form (`bank-holidays.json`: divisions with `events` and ISO dates)
  /// or in the source form (`divisions` with years and dd/mm/yyyy dates).
  ///
  /// - Returns: the divisions in the order of the file, and what could not be read.
  public static func read(_ bytes: [UInt8], file: String) -> Checked<[BankHolidayDivision]> {
    GovernmentDates.divisions(bytes, file: file, rule: PublicDataRules.holiday).mapDivisions { name, entries, isWhole in
      let holidays = entries.map { BankHoliday(date: $0.date, title: $0.title, notes: $0.notes) }
      return BankHolidayDivision(division: name, holidays: holidays.sorted { $0.date < $1.date }, isWhole: isWhole)
    }
  }
}

/// The dates on which the clocks change, as GOV.UK publishes them.
public enum ClockChanges {
  /// - Returns: the dates, rising, and what could not be read.
  public static func read(_ bytes: [UInt8], file: String) -> Checked<[SettlementDate]> {
    let divisions = GovernmentDates.divisions(bytes, file: file, rule: PublicDataRules.clockChange)
    let dates = divisions.value.flatMap { $0.entries.map(\.date) }
    return Checked(Set(dates).sorted(), findings: divisions.findings)
  }
}
