import Quantities
import Rulebooks
import SettlementCalendar

/// A rulebook lacks a rounding that a calculation needs.
public struct MissingRounding: Error, Hashable, Sendable, CustomStringConvertible {
  public let rulebook: String
  public let name: String

  public var description: String { "rulebook \(rulebook) names no rounding \(name): add it to its rounding file" }
}

extension Rulebook {
  /// The named rounding in force on a date, as something a calculation can insist on.
  func requiredRounding(_ name: String, on date: SettlementDate) throws(MissingRounding) -> RoundingRule {
    guard let rule = roundingRule(name, on: date) else { throw MissingRounding(rulebook: id, name: name) }
    return rule
  }
}
