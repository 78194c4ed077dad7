import Quantities
import Rulebooks
import SettlementCalendar

/// A rounding that a rulebook names: to which step, in which way.
public struct RoundingRule: Hashable, Sendable {
  public let step: Money.Step
  public let rounding: Rounding

  /// A rulebook lacks a rounding that a calculation needs.
  public struct Missing: Error, Hashable, Sendable, CustomStringConvertible {
    public let rulebook: String
    public let name: String

    public var description: String { "rulebook \(rulebook) names no rounding \(name): add it to its rounding file" }
  }

  public static func named(_ name: String, in rulebook: Rulebook, on date: SettlementDate) throws(Missing)
    -> RoundingRule
  {
    guard let rule = rulebook.rounding(name, on: date) else { throw Missing(rulebook: rulebook.id, name: name) }
    return RoundingRule(step: rule.0, rounding: rule.1)
  }
}
