import Findings
import Quantities
import Rulebooks
import SettlementCalendar

/// What validation and estimation take from a rulebook, for one settlement date.
public struct ValidationRules: Sendable {
  /// Hours after the end of the settlement day within which a reading counts as arrived at first pass.
  public var windowHours: Int
  /// How many preceding days an estimate may look at.
  public var historyDays: Int
  /// Yearly consumption where nothing else is known, in whole kWh.
  public var standingAnnualKWh: Int
  public var calendar: WorkingDayCalendar

  public init(windowHours: Int, historyDays: Int, standingAnnualKWh: Int, calendar: WorkingDayCalendar) {
    self.windowHours = windowHours
    self.historyDays = historyDays
    self.standingAnnualKWh = standingAnnualKWh
    self.calendar = calendar
  }

  /// - Throws: ``MissingParameter`` where the pack lacks one or holds something out of range.
  public init(_ rulebook: Rulebook, on date: SettlementDate) throws(MissingParameter) {
    func number(_ name: String, _ range: ClosedRange<Int>) throws(MissingParameter) -> Int {
      guard let value = rulebook.wholeNumber(name, on: date), range.contains(value) else {
        throw MissingParameter(rulebook: rulebook.id, name: name, date: date)
      }
      return value
    }
    windowHours = try number("validation.window-hours", 0...10_000)
    historyDays = try number("estimation.history-days", 1...400)
    standingAnnualKWh = try number("estimation.default-annual-kwh", 0...10_000_000)
    calendar = rulebook.calendar
  }

  /// The standing estimate of one half-hour: the yearly energy over 17,520 half-hours, to the nearest Wh.
  public var standingEnergyPerHalfHour: Energy {
    Energy(
      wattHours: Int64(Rounding.halfAwayFromZero.quotient(Int128(standingAnnualKWh) * 1_000, by: 17_520)))
  }
}

/// A rulebook lacks a number that a calculation needs.
public struct MissingParameter: Error, Hashable, Sendable, CustomStringConvertible {
  public let rulebook: String
  public let name: String
  public let date: SettlementDate

  public init(rulebook: String, name: String, date: SettlementDate) {
    self.rulebook = rulebook
    self.name = name
    self.date = date
  }

  public var description: String {
    "rulebook \(rulebook) has no usable parameter \(name) on \(date): add a row to its parameters file"
  }
}

/// The checks of stage 2, each with the clause that asks for it.
public enum ValidationRule {
  public static let window: RuleID = "VAL-01"
  public static let portfolio: RuleID = "VAL-02"
  public static let capacity: RuleID = "VAL-03"
  public static let negative: RuleID = "VAL-04"
  public static let register: RuleID = "VAL-05"
  public static let period: RuleID = "VAL-06"

  /// Rule, what it asks, where it comes from.
  public static let all: [(rule: RuleID, summary: String, source: String)] = [
    (window, "the reading arrived within the window after its settlement day", "seed 002, stage 2: 24 to 36 hours"),
    (portfolio, "the series belongs to a registered metering point", "seed 002, stage 2: portfolio match"),
    (
      capacity, "the reading is within what the supply can carry in half an hour",
      "domain notes 2.5: fuse rating x 0.5 h"
    ),
    (negative, "the reading is not negative", "domain notes 2.5"),
    (register, "a cumulative register does not run backwards", "seed 002, stage 2: monotonically non-decreasing"),
    (period, "the settlement period exists on its date", "seed 002, stage 2: valid range for the trading date"),
  ]
}
