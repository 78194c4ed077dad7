/// Sterling in whole micropounds (10⁻⁶ pound; a penny is 10,000 of them).
///
/// Settlement cash is kept to the micropound so that many small half-hours do not lose their sum; what a bank moves
/// and what a bill shows is rounded to the penny, once, where the rule says so (``rounded(to:_:)``).
/// The range is ± 9.2 million million pounds.
public struct Money: Hashable, Comparable, Sendable {
  /// Whole micropounds.
  public var micropounds: Int64

  @inlinable public init(micropounds: Int64) { self.micropounds = micropounds }
  @inlinable public init(pence: Int64) { micropounds = pence * 10_000 }

  public static let zero = Money(micropounds: 0)

  /// From pounds as text gave them. - Returns: `nil` when finer than a micropound or out of range.
  @inlinable public init?(pounds number: DecimalNumber) {
    guard let units = number.units(places: 6, rounding: .towardZero), units.isExact,
      let value = Int64(exactly: units.value)
    else { return nil }
    micropounds = value
  }

  /// The coin or accounting unit that an amount is rounded to.
  public enum Step: String, Hashable, Sendable, CaseIterable {
    case micropound
    case penny
    /// A pound.
    case pound

    @usableFromInline var micropounds: Int128 {
      switch self {
      case .micropound: 1
      case .penny: 10_000
      case .pound: 1_000_000
      }
    }
  }

  /// This amount in whole steps, by a named rule.
  @inlinable public func rounded(to step: Step, _ rounding: Rounding) -> Money {
    let steps = rounding.quotient(Int128(micropounds), by: step.micropounds)
    return Money(micropounds: Int64(steps * step.micropounds))
  }

  /// Whole pence, or `nil` when a fraction of a penny is left.
  @inlinable public var wholePence: Int64? { micropounds % 10_000 == 0 ? micropounds / 10_000 : nil }

  @inlinable public static func < (a: Money, b: Money) -> Bool { a.micropounds < b.micropounds }
  @inlinable public static func + (a: Money, b: Money) -> Money { Money(micropounds: a.micropounds + b.micropounds) }
  @inlinable public static func - (a: Money, b: Money) -> Money { Money(micropounds: a.micropounds - b.micropounds) }
  @inlinable public static prefix func - (a: Money) -> Money { Money(micropounds: -a.micropounds) }
  @inlinable public static func += (a: inout Money, b: Money) { a = a + b }
  @inlinable public static func -= (a: inout Money, b: Money) { a = a - b }
}

extension Money: CustomStringConvertible {
  /// Pounds with two decimals, or up to six where there are fractions of a penny: `350.03`, `-0.012345`.
  public var poundsText: String { DecimalNumber.text(Int128(micropounds), places: 6, keeping: 2) }
  public var description: String { micropounds < 0 ? "-£" + (-self).poundsText : "£" + poundsText }
}
