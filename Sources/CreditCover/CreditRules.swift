import Quantities
import Rulebooks
import SettlementCalendar

/// The two thresholds of credit default (BSC Section M 3.2 and 3.3).
public enum CreditLevel: Int, Hashable, Sendable, CaseIterable, Comparable {
  case one = 1
  case two = 2

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// What a rulebook says about credit cover on one date.
public struct CreditRules: Sendable {
  /// Settlement dates in the window, the current one included.
  public let windowDays: Int
  public let level1: CreditCoverPercentage
  public let level1Cure: CreditCoverPercentage
  public let level2: CreditCoverPercentage
  /// Where a withdrawal of cover must leave the percentage.
  public let withdrawal: CreditCoverPercentage
  public let withdrawalNoticeDays: Int
  public let queryHours: Int
  public let queryBusinessHours: Int
  public let opensHour: Int
  public let closesHour: Int
  public let cureWorkingDays: Int
  public let escalationDays: Int
  public let defaultLimit: Int
  public let defaultMonths: Int
  /// The credit assessment price.
  public let price: UnitRate
  public let calendar: WorkingDayCalendar

  /// A rulebook that lacks a rule of credit cover.
  public struct Missing: Error, Hashable, Sendable, CustomStringConvertible {
    public let name: String
    public let date: SettlementDate
    public var description: String { "the rulebook has no usable \(name) on \(date)" }
  }

  /// - Throws: ``Missing``.
  public init(_ rulebook: Rulebook, on date: SettlementDate) throws(Missing) {
    func number(_ name: ParameterName) throws(Missing) -> Int {
      guard let value = rulebook.wholeNumber(name, on: date), (0...100_000).contains(value) else {
        throw Missing(name: name.rawValue, date: date)
      }
      return value
    }
    func percent(_ name: ParameterName) throws(Missing) -> CreditCoverPercentage {
      guard let units = rulebook.parameter(name, on: date)?.value.units(places: 5, rounding: .towardZero),
        units.isExact, let value = Int64(exactly: units.value)
      else { throw Missing(name: name.rawValue, date: date) }
      return CreditCoverPercentage(hundredThousandths: value)
    }
    windowDays = try number(.creditWindowDays)
    level1 = try percent(.creditLevel1Percent)
    level1Cure = try percent(.creditLevel1CurePercent)
    level2 = try percent(.creditLevel2Percent)
    withdrawal = try percent(.creditWithdrawalPercent)
    withdrawalNoticeDays = try number(.creditWithdrawalNoticeDays)
    queryHours = try number(.creditQueryPeriodHours)
    queryBusinessHours = try number(.creditQueryPeriodBusinessHours)
    opensHour = try number(.creditBusinessDayOpensHour)
    closesHour = try number(.creditBusinessDayClosesHour)
    cureWorkingDays = try number(.creditCurePeriodWorkingDays)
    escalationDays = try number(.creditLevel1EscalationDays)
    defaultLimit = try number(.creditAuthorisedDefaultLimit)
    defaultMonths = try number(.creditAuthorisedDefaultMonths)
    let name = ParameterName.creditAssessmentPricePoundsPerMWh
    guard let price = rulebook.parameter(name, on: date).flatMap({ UnitRate(poundsPerMWh: $0.value) }), price > .zero
    else { throw Missing(name: name.rawValue, date: date) }
    guard closesHour <= 24, opensHour + queryBusinessHours <= closesHour else {
      throw Missing(name: ParameterName.creditQueryPeriodBusinessHours.rawValue, date: date)
    }
    self.price = price
    calendar = rulebook.calendar
  }

  /// Rule CRD-05: when a query period that begins now ends: after the hours that it lasts at least, and not before it has
  /// held enough consecutive business hours.
  ///
  /// - Returns: `nil` where the holiday data end.
  public func queryPeriodEnd(from start: UTCInstant) -> UTCInstant? {
    guard var date = LondonClock.stamp(at: start)?.date else { return nil }
    let least = start.advanced(byHours: queryHours)
    while let isWorking = calendar.isWorkingDay(date) {
      if isWorking {
        let midnight = LondonClock.midnight(date)
        let opens = max(midnight.advanced(byHours: opensHour), start)
        let held = opens.advanced(byHours: queryBusinessHours)
        if held <= midnight.advanced(byHours: closesHour) { return max(least, held) }
      }
      guard let next = date.advanced(by: 1) else { return nil }
      date = next
    }
    return nil
  }

  /// Rule CRD-06: 24:00 of the first working day after the day on which the query period ends.
  ///
  /// - Returns: `nil` where the holiday data end.
  public func curePeriodEnd(afterQueryUntil end: UTCInstant) -> UTCInstant? {
    LondonClock.stamp(at: end).flatMap { calendar.date(cureWorkingDays, workingDaysAfter: $0.date) }
      .map { SettlementDay($0).end }
  }
}
