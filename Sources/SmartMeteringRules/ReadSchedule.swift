public import SettlementCalendar

/// How often a schedule runs (DUIS 5.1).
public enum ScheduleFrequency: String, Hashable, Sendable, CaseIterable {
  case daily = "Daily"
  case weekly = "Weekly"
  case monthly = "Monthly"
  case quarterly = "Quarterly"
  case halfYearly = "Half-Yearly"
  case yearly = "Yearly"

  /// The day of a run, counted from 0 at the start; `nil` beyond the calendar.
  func day(_ run: Int, from start: SettlementDate) -> SettlementDate? {
    guard (0...40_000).contains(run) else { return nil }
    switch self {
    case .daily: return start.advanced(by: run)
    case .weekly: return start.advanced(by: run * 7)
    case .monthly: return start.advanced(byMonths: run)
    case .quarterly: return start.advanced(byMonths: run * 3)
    case .halfYearly: return start.advanced(byMonths: run * 6)
    case .yearly: return start.advanced(byMonths: run * 12)
    }
  }
}

/// A standing order to read a device (DUIS 5.1). It is never changed: it is created and deleted (MP162 rule 27).
public struct ReadSchedule: Hashable, Sendable {
  public let owner: PartyIdentifier
  public let role: UserRole
  public let device: PartyIdentifier
  public let variant: ServiceVariant
  public let frequency: ScheduleFrequency
  public let start: SettlementDate
  /// The last day; `nil` for none.
  public let end: SettlementDate?
  /// The second of the day, UTC, at which it runs; `nil` leaves it to the DCC, which can then spread its load.
  public let executionSecond: Int?

  public init(
    owner: PartyIdentifier, role: UserRole, device: PartyIdentifier, variant: ServiceVariant,
    frequency: ScheduleFrequency, start: SettlementDate, end: SettlementDate? = nil, executionSecond: Int? = nil
  ) {
    self.owner = owner
    self.role = role
    self.device = device
    self.variant = variant
    self.frequency = frequency
    self.start = start
    self.end = end
    self.executionSecond = executionSecond
  }

  /// Whether it runs on a day.
  public func runs(on day: SettlementDate) -> Bool {
    guard day >= start, end.map({ day <= $0 }) != false else { return false }
    switch frequency {
    case .daily: return true
    case .weekly: return start.days(to: day) % 7 == 0
    case .monthly, .quarterly, .halfYearly, .yearly:
      let months = (day.civil.year - start.civil.year) * 12 + day.civil.month - start.civil.month
      let step = frequency == .monthly ? 1 : frequency == .quarterly ? 3 : frequency == .halfYearly ? 6 : 12
      return months % step == 0 && frequency.day(months / step, from: start) == day
    }
  }

  /// When it runs on one of its days. Without a time of its own the DCC chooses: a second of the day that follows from
  /// the schedule's number, so that schedules spread evenly over the 24 hours and each keeps its place.
  public func runTime(id: ScheduleIdentifier, on day: SettlementDate) -> UTCInstant {
    let second = executionSecond ?? LoadSpreading.second(of: id)
    return UTCInstant(secondsSince1970: Int64(day.dayNumber) * 86_400 + Int64(second))
  }
}

/// The DCC's number of a schedule: 0 to 10^12.
public struct ScheduleIdentifier: Hashable, Comparable, Sendable {
  public static let range: ClosedRange<Int64> = 0...1_000_000_000_000
  public let number: Int64

  /// - Returns: `nil` outside the range.
  public init?(_ number: Int64) {
    guard Self.range.contains(number) else { return nil }
    self.number = number
  }

  init(unchecked number: Int64) { self.number = number }
  public static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}

/// Spreads scheduled reads over the seconds of a day.
public enum LoadSpreading {
  /// Near the golden ratio of 86,400 and without a divisor in common with it: any run of schedule numbers falls evenly
  /// on the day, and every second has its turn once before one has it twice.
  static let step: Int64 = 53_399

  public static func second(of id: ScheduleIdentifier) -> Int { Int(id.number % 86_400 * step % 86_400) }
}
