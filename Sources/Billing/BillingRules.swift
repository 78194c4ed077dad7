import Quantities
import Rulebooks
import SettlementCalendar

/// The rules of the rulebook that a bill follows, taken out of it for one bill.
public struct BillingRules: Hashable, Sendable {
  /// A rate of value added tax.
  public struct VATRate: Hashable, Sendable {
    /// 0 to 100 percent; more is taken as 100, less as 0.
    public let rate: Proportion
    public let source: String

    public init(rate: Proportion, source: String) {
      self.rate = Proportion(billionths: min(max(rate.billionths, 0), 1_000_000_000))
      self.source = source
    }
  }

  /// `may-2026`, ...: shown on the bill.
  public var rulebook: String
  public var edition: String
  /// Each line of a bill, once.
  public var line: RoundingRule
  /// The VAT of a whole bill, once.
  public var vat: RoundingRule
  /// The amount that the price cap allows, once.
  public var cap: RoundingRule
  /// VAT rates by name.
  public var vatRates: [String: VATRate]

  public init(
    rulebook: String, edition: String, line: RoundingRule, vat: RoundingRule, cap: RoundingRule,
    vatRates: [String: VATRate]
  ) {
    self.rulebook = rulebook
    self.edition = edition
    self.line = line
    self.vat = vat
    self.cap = cap
    self.vatRates = vatRates
  }
}

extension BillingRules {
  /// The rules of a rulebook on a date: roundings `bill.line` and `vat`, every parameter `vat.NAME-percent`, and
  /// `none` for a supply that bears no VAT. The cap amount is rounded as a line is.
  ///
  /// - Returns: `nil` when the rulebook lacks one of the roundings.
  public init?(_ rulebook: Rulebook, on date: SettlementDate) {
    guard let line = rulebook.roundingRule("bill.line", on: date), let vat = rulebook.roundingRule("vat", on: date)
    else { return nil }
    var rates = ["none": VATRate(rate: Proportion(billionths: 0), source: "the tariff names no VAT")]
    for name in rulebook.parameters.keys where name.hasPrefix("vat.") && name.hasSuffix("-percent") {
      guard let parameter = rulebook.parameter(name, on: date), let rate = Proportion(percent: parameter.value)
      else { continue }
      rates[String(name.dropFirst(4).dropLast(8))] = VATRate(rate: rate, source: parameter.source)
    }
    self.init(
      rulebook: rulebook.id, edition: rulebook.edition, line: line, vat: vat, cap: line, vatRates: rates)
  }
}

extension RoundingRule {
  /// `numerator ÷ (denominator × 10⁶)` pounds, rounded once. The quotient must be within ``Money``.
  func money(micropounds numerator: Int128, over denominator: Int128 = 1) -> Money {
    let step: Int128 =
      switch self.step {
      case .micropound: 1
      case .penny: 10_000
      case .pound: 1_000_000
      }
    return Money(micropounds: Int64(rounding.quotient(numerator, by: denominator * step) * step))
  }
}
