import Quantities

/// Energy of a balancing action in units of 10⁻¹¹ MWh. Positive adds energy (offer, buy), negative takes it (bid, sell).
///
/// Published volumes are binary floating point of about that precision; an exact acceptance volume is rounded to it
/// once, half away from zero, where it enters the price stack. Sums are exact.
public struct BalancingEnergy: Hashable, Comparable, Sendable {
  /// Whole units of 10⁻¹¹ MWh.
  public var units: Int128

  /// Units in one megawatt-hour.
  public static let unitsPerMWh: Int128 = 100_000_000_000
  /// The largest magnitude of one action: 1,000,000 MWh, far above what Great Britain uses in a half-hour.
  public static let limit = BalancingEnergy(units: 1_000_000 * unitsPerMWh)

  public init(units: Int128) { self.units = units }

  public static let zero = BalancingEnergy(units: 0)

  /// From MWh as text gave them, rounded once half away from zero when finer than 10⁻¹¹ MWh.
  ///
  /// - Returns: `nil` beyond ``limit``.
  public init?(megawattHours number: DecimalNumber) {
    guard let value = number.units(places: 11, rounding: .halfAwayFromZero)?.value,
      value.magnitude <= Self.limit.units.magnitude
    else { return nil }
    units = value
  }

  /// From an exact ratio of MWh, rounded once half away from zero. - Returns: `nil` beyond ``limit``.
  public init?(megawattHours fraction: ExactFraction) {
    guard let value = fraction.units(places: 11, .halfAwayFromZero), value.magnitude <= Self.limit.units.magnitude
    else { return nil }
    units = value
  }

  public var magnitude: BalancingEnergy { BalancingEnergy(units: units < 0 ? -units : units) }

  public static func < (a: Self, b: Self) -> Bool { a.units < b.units }
  public static func + (a: Self, b: Self) -> Self { Self(units: a.units + b.units) }
  public static func - (a: Self, b: Self) -> Self { Self(units: a.units - b.units) }
  public static prefix func - (a: Self) -> Self { Self(units: -a.units) }
  public static func += (a: inout Self, b: Self) { a = a + b }
  public static func -= (a: inout Self, b: Self) { a = a - b }
}

extension BalancingEnergy: CustomStringConvertible {
  /// MWh, as many decimals as needed, at least three: `-698.801`.
  public var megawattHoursText: String { DecimalNumber.text(units, places: 11, keeping: 3) }

  /// MWh with exactly `places` decimals (0...11), rounded half away from zero.
  public func megawattHoursText(places: Int) -> String {
    let kept = max(0, min(places, 11))
    let divisor = DecimalNumber.powerOfTen(11 - kept) ?? 1
    return DecimalNumber.text(Rounding.halfAwayFromZero.quotient(units, by: divisor), places: kept)
  }

  public var description: String { megawattHoursText + " MWh" }
}

/// What a volume of a BM unit becomes at the notional balancing point, in units of 10⁻⁷ (decimal(8,7)).
public struct TransmissionLossMultiplier: Hashable, Comparable, Sendable {
  /// The multiplier times 10,000,000; 1...100,000,000 (above 0 and up to 10).
  public let tenMillionths: Int64

  /// No losses: interconnectors, and adjustment actions.
  public static let one = TransmissionLossMultiplier(unchecked: 10_000_000)

  private init(unchecked value: Int64) { tenMillionths = value }

  /// From whole units of 10⁻⁷. - Returns: `nil` when not above 0 and up to 10.
  public init?(tenMillionths value: Int64) {
    guard (1...100_000_000).contains(value) else { return nil }
    tenMillionths = value
  }

  /// From text; rounded half away from zero when finer than seven decimals, the precision that the code gives it.
  ///
  /// - Returns: `nil` when not above 0 and up to 10.
  public init?(_ number: DecimalNumber) {
    guard let value = number.units(places: 7, rounding: .halfAwayFromZero)?.value, (1...100_000_000).contains(value)
    else { return nil }
    tenMillionths = Int64(value)
  }

  public static func < (a: Self, b: Self) -> Bool { a.tenMillionths < b.tenMillionths }
}

extension TransmissionLossMultiplier: CustomStringConvertible {
  public var description: String { DecimalNumber.text(Int128(tenMillionths), places: 7, keeping: 1) }
}
