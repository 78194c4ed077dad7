import Quantities

/// Energy indebtedness as a percentage of energy credit cover, with five decimals: item decimal(8,5) of the interface
/// definitions.
public struct CreditCoverPercentage: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The percentage times 100,000, within ± ``limit``.
  public let hundredThousandths: Int64

  /// 999.99999 percent: the largest that the item can say. A party without cover that owes anything is here.
  public static let limit: Int64 = 99_999_999
  public static let zero = CreditCoverPercentage(hundredThousandths: 0)

  public init(hundredThousandths: Int64) {
    self.hundredThousandths = min(max(hundredThousandths, -Self.limit), Self.limit)
  }

  /// Rule CRD-03: `indebtedness ÷ (cover ÷ price) × 100`, rounded once, a half away from zero.
  ///
  /// - Parameters:
  ///   - indebtedness: positive is owed by the party.
  ///   - cover: below zero counts as none.
  ///   - price: the credit assessment price, above zero.
  public init(indebtedness: Energy, cover: Money, price: UnitRate) {
    guard cover > .zero else {
      self.init(hundredThousandths: indebtedness > .zero ? Self.limit : 0)
      return
    }
    // Wh × micropence/MWh ÷ (10⁸ × micropounds) is the ratio; 10⁷ of it are hundred-thousandths of a percent.
    let product = Int128(indebtedness.wattHours) * Int128(price.micropencePerMWh)
    let units = Rounding.halfAwayFromZero.quotient(product, by: Int128(cover.micropounds) * 10)
    self.init(hundredThousandths: Int64(clamping: units))
  }

  public static func < (a: Self, b: Self) -> Bool { a.hundredThousandths < b.hundredThousandths }

  /// `82.35000%`, or `over 999.99999%`.
  public var description: String {
    let text = DecimalNumber.text(Int128(hundredThousandths), places: 5, keeping: 2) + "%"
    return hundredThousandths == Self.limit ? "over " + text : text
  }
}

/// Energy that money stands for at the credit assessment price, and back.
public enum CreditEnergy {
  /// Rule CRD-02: `amount ÷ price` in whole watt-hours, rounded once, a half away from zero. Zero for a price of zero or
  /// less; held within 64 bits.
  public static func energy(of amount: Money, at price: UnitRate) -> Energy {
    guard price > .zero else { return .zero }
    let units = Rounding.halfAwayFromZero.quotient(
      Int128(amount.micropounds) * 100_000_000, by: Int128(price.micropencePerMWh))
    return Energy(wattHours: Int64(clamping: units))
  }
}
