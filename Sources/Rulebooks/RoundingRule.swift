import Quantities
import SettlementCalendar

/// How one kind of amount is rounded, and which rule says so.
public struct RoundingRule: Hashable, Sendable {
  public let step: Money.Step
  public let rounding: Rounding
  public let source: String

  public init(step: Money.Step, rounding: Rounding, source: String) {
    self.step = step
    self.rounding = rounding
    self.source = source
  }
}

extension Rulebook {
  /// The rounding of an amount in force on a date, for `Money.rounded(to:_:)` and the charges of a `UnitRate`.
  ///
  /// | name | amount |
  /// | --- | --- |
  /// | `cash.rounding` | cash of one party and settlement period |
  /// | `bill.line` | one line of a bill, without VAT |
  /// | `vat` | VAT on the total of a bill |
  /// | `payment` | what a bank moves |
  /// | `funds.advice-note` | what a party pays or receives on a payment date |
  /// | `funds.interest` | interest on one run's difference |
  ///
  /// - Returns: `nil` when the pack has no rule of this name.
  public func rounding(_ name: String, on date: SettlementDate) -> (Money.Step, Rounding)? {
    roundingRule(name, on: date).map { ($0.step, $0.rounding) }
  }

  /// The same with its source.
  public func roundingRule(_ name: String, on date: SettlementDate) -> RoundingRule? {
    roundings[name]?.value(on: date)
  }
}
