import JSONText
import Rulebooks

extension BillDocument {
  /// A rounding rule with its clause.
  static func json(_ rule: RoundingRule) -> JSONValue {
    .object([
      "step": .string(rule.step.rawValue), "rounding": .string(rule.rounding.rawValue), "source": .string(rule.source),
    ])
  }
}
