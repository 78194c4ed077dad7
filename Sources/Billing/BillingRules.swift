import Quantities

/// The rules of the rulebook that a bill follows, taken out of it for one bill.
public struct BillingRules: Hashable, Sendable {
  /// How an exact amount becomes one that a bill shows, and which clause says so.
  public struct RoundingRule: Hashable, Sendable {
    public var rounding: Rounding
    public var step: Money.Step
    public var source: String

    public init(rounding: Rounding, step: Money.Step, source: String) {
      self.rounding = rounding
      self.step = step
      self.source = source
    }
  }

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

extension BillingRules.RoundingRule {
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
