/// A share of a whole, in units of 10⁻⁹: VAT rates, estimated shares, split keys.
public struct Proportion: Hashable, Comparable, Sendable {
  /// The share times 1,000,000,000.
  public var billionths: Int64

  @inlinable public init(billionths: Int64) { self.billionths = billionths }

  /// From percent as text gave it (`5`, `0.28`). - Returns: `nil` when finer than 10⁻⁷ percent or out of range.
  @inlinable public init?(percent number: DecimalNumber) {
    guard let units = number.units(places: 7, rounding: .towardZero), units.isExact,
      let value = Int64(exactly: units.value)
    else { return nil }
    billionths = value
  }

  /// `part ÷ whole`; zero when the whole is zero.
  @inlinable public init(_ part: Int64, of whole: Int64, _ rounding: Rounding = .halfAwayFromZero) {
    billionths = whole <= 0 ? 0 : Int64(clamping: rounding.quotient(Int128(part) * 1_000_000_000, by: Int128(whole)))
  }

  /// This share of an amount, rounded once to `step`.
  @inlinable public func of(_ money: Money, to step: Money.Step, _ rounding: Rounding) -> Money {
    let steps = rounding.quotient(
      Int128(money.micropounds) * Int128(billionths), by: 1_000_000_000 * step.micropounds)
    return Money(micropounds: Int64(steps * step.micropounds))
  }

  @inlinable public static func < (a: Self, b: Self) -> Bool { a.billionths < b.billionths }

  /// Percent with `places` decimals (0...7), rounded half away from zero: `99.72`.
  public func percentText(places: Int = 2) -> String {
    let divisor = DecimalNumber.powerOfTen(7 - places) ?? 1
    return DecimalNumber.text(Rounding.halfAwayFromZero.quotient(Int128(billionths), by: divisor), places: places)
  }
}

/// Power in whole watts; supply capacities and limits.
public struct Power: Hashable, Comparable, Sendable {
  public var watts: Int64

  @inlinable public init(watts: Int64) { self.watts = watts }

  /// The energy of this power held for half an hour, rounded up: the most that one reading can be.
  @inlinable public var energyPerHalfHour: Energy { Energy(wattHours: (watts + 1) / 2) }

  @inlinable public static func < (a: Power, b: Power) -> Bool { a.watts < b.watts }
}
