import JSONText
import Operations
import Quantities

/// An ``Explanation`` as JSON: `title`, `amount` (an exact number), `unit`, `how`, `rule`, `check` (`recomputed`, `meets`;
/// null for a leaf) and `parts`.
public enum ExplanationJSON {
  public static func value(_ explanation: Explanation) -> JSONValue {
    .object([
      "title": .string(explanation.title),
      "amount": number(explanation.amount),
      "unit": .string(unit(explanation.amount)),
      "how": .string(explanation.how),
      "rule": explanation.rule.isEmpty ? .null : .string(explanation.rule),
      "check": explanation.check.map { check in
        .object(["recomputed": number(check.recomputed), "meets": .bool(check.meets)])
      } ?? .null,
      "parts": .array(explanation.parts.map(value)),
    ])
  }

  private static func number(_ amount: Explanation.Amount) -> JSONValue {
    if case .text(let text) = amount { .string(text) } else { .number(plain(amount)) }
  }

  /// The amount's digits, exact, without its unit; a text as it stands.
  static func plain(_ amount: Explanation.Amount) -> String {
    switch amount {
    case .energy(let energy): energy.kilowattHoursText
    case .lossAdjusted(let energy): energy.kilowattHoursText
    case .money(let money): money.poundsText
    case .rate(let rate): rate.poundsPerMWhText
    case .factor(let factor): factor.description
    case .count(let count): "\(count)"
    case .text(let text): text
    }
  }

  /// `kWh`, `GBP`, `GBP/MWh`, `factor`, `count`, `text`.
  static func unit(_ amount: Explanation.Amount) -> String {
    switch amount {
    case .energy, .lossAdjusted: "kWh"
    case .money: "GBP"
    case .rate: "GBP/MWh"
    case .factor: "factor"
    case .count: "count"
    case .text: "text"
    }
  }
}
