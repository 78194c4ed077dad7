import Quantities
import Rulebooks
import SettlementCalendar

/// What a rulebook says about the cash of settlement.
public struct FundsRules: Sendable {
  public let rulebook: Rulebook
  /// How a note's pennies are rounded as a whole (`funds.advice-note`).
  public let noteRounding: RoundingRule
  /// How interest is rounded as a whole (`funds.interest`).
  public let interestRounding: RoundingRule

  /// A rulebook that lacks a rule of funds administration.
  public struct Missing: Error, Hashable, Sendable, CustomStringConvertible {
    public let name: String
    public let date: SettlementDate
    public var description: String { "the rulebook has no \(name) on \(date)" }
  }

  /// - Parameter date: the first date that will be administered.
  /// - Throws: ``Missing``.
  public init(_ rulebook: Rulebook, from date: SettlementDate) throws(Missing) {
    self.rulebook = rulebook
    guard let note = rulebook.roundingRule("funds.advice-note", on: date) else {
      throw Missing(name: "funds.advice-note", date: date)
    }
    guard let interest = rulebook.roundingRule("funds.interest", on: date) else {
      throw Missing(name: "funds.interest", date: date)
    }
    noteRounding = note
    interestRounding = interest
  }

  /// Rule FUND-01: the day on which the cash of a run is due: its payment date, or the run's own where the rulebook names
  /// none, moved to the next working day where it is none.
  ///
  /// - Returns: `nil` for a run that moves no money, and where the holiday data end.
  public func paymentDate(of dates: RunDates) -> SettlementDate? {
    guard dates.rule.movesMoney else { return nil }
    return rulebook.calendar.workingDay(onOrAfter: dates.paymentDate ?? dates.runDate)
  }

  /// The same for one run of a settlement date.
  public func paymentDate(of date: SettlementDate, _ run: RunType) -> SettlementDate? {
    rulebook.timetable.runs(of: date, rulebook.calendar)?.first { $0.run == run }.flatMap(paymentDate)
  }

  /// Rule FUND-02: the yearly rate summed over the days from `first` up to and not including `last`, in billionths times
  /// days; `margin` adds the late payer's.
  ///
  /// - Returns: `nil` where a day has no rate.
  public func rateDays(from first: SettlementDate, to last: SettlementDate, margin: Bool = false) -> Int128? {
    guard first < last else { return 0 }
    var sum: Int128 = 0
    for day in settlementDates(first, through: last).dropLast() {
      guard let base = rulebook.proportion(.fundsBaseRatePercent, on: day) else { return nil }
      sum += Int128(base.billionths)
      if margin {
        guard let added = rulebook.proportion(.fundsLateInterestMarginPercent, on: day) else { return nil }
        sum += Int128(added.billionths)
      }
    }
    return sum
  }

  /// Days of a year for interest. - Returns: `nil` where the rulebook has no number above zero.
  public func daysPerYear(on date: SettlementDate) -> Int128? {
    rulebook.wholeNumber(.fundsInterestDaysPerYear, on: date).flatMap { $0 > 0 ? Int128($0) : nil }
  }

  /// Rule FUND-05: the most that may be borrowed for shortfalls.
  public func creditFacility(on date: SettlementDate) -> Money {
    rulebook.parameter(.fundsCreditFacilityPounds, on: date).flatMap { Money(pounds: $0.value) } ?? .zero
  }

  /// Rule FUND-06: the day from which a debt is shared out over the other parties.
  public func mutualisationDate(ofDebtSince date: SettlementDate) -> SettlementDate? {
    rulebook.wholeNumber(.fundsMutualisationWorkingDays, on: date).flatMap {
      rulebook.calendar.date($0, workingDaysAfter: date)
    }
  }
}
