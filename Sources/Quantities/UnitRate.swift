/// A price of energy, in micropence per megawatt-hour.
///
/// One type for wholesale prices (£/MWh: the system price has up to five published decimals, the Insights API up to
/// eight) and retail rates (p/kWh). `£1/MWh` is 10⁸ of these units; `1 p/kWh` is 10⁹. It may be negative.
public struct UnitRate: Hashable, Comparable, Sendable {
  /// Whole micropence per megawatt-hour (10⁻⁸ £/MWh).
  public var micropencePerMWh: Int64

  @inlinable public init(micropencePerMWh: Int64) { self.micropencePerMWh = micropencePerMWh }

  public static let zero = UnitRate(micropencePerMWh: 0)

  /// The largest magnitude that a rate may have: £100,000 per MWh.
  public static let limit = UnitRate(micropencePerMWh: 10_000_000_000_000)

  /// From £/MWh as text gave them. - Returns: `nil` when finer than eight decimals or beyond ``limit``.
  @inlinable public init?(poundsPerMWh number: DecimalNumber) { self.init(number, places: 8) }

  /// From p/kWh as text gave them. - Returns: `nil` when finer than nine decimals or beyond ``limit``.
  @inlinable public init?(pencePerKWh number: DecimalNumber) { self.init(number, places: 9) }

  @usableFromInline init?(_ number: DecimalNumber, places: Int) {
    guard let units = number.units(places: places, rounding: .towardZero), units.isExact,
      let value = Int64(exactly: units.value), value.magnitude <= Self.limit.micropencePerMWh.magnitude
    else { return nil }
    micropencePerMWh = value
  }

  /// The price of metered energy, rounded once to `step`.
  @inlinable public func charge(for energy: Energy, to step: Money.Step, _ rounding: Rounding) -> Money {
    // Wh × micropence/MWh is 10⁻¹⁴ pounds; a micropound is 10⁸ of those.
    Self.money(Int128(energy.wattHours) * Int128(micropencePerMWh), unitsPerMicropound: 100_000_000, step, rounding)
  }

  /// The price of loss-adjusted energy, rounded once to `step`.
  @inlinable public func charge(for energy: LossAdjustedEnergy, to step: Money.Step, _ rounding: Rounding) -> Money {
    // 10⁻⁵ Wh × micropence/MWh is 10⁻¹⁹ pounds; a micropound is 10¹³ of those.
    Self.money(
      energy.tenMicrowattHours * Int128(micropencePerMWh), unitsPerMicropound: 10_000_000_000_000, step, rounding)
  }

  @usableFromInline
  static func money(_ product: Int128, unitsPerMicropound: Int128, _ step: Money.Step, _ rounding: Rounding) -> Money {
    let steps = rounding.quotient(product, by: unitsPerMicropound * step.micropounds)
    return Money(micropounds: Int64(steps * step.micropounds))
  }

  @inlinable public static func < (a: Self, b: Self) -> Bool { a.micropencePerMWh < b.micropencePerMWh }
}

extension UnitRate: CustomStringConvertible {
  /// £/MWh, two decimals at least: `-90.32`.
  public var poundsPerMWhText: String { DecimalNumber.text(Int128(micropencePerMWh), places: 8, keeping: 2) }
  /// p/kWh, shortest: `24.67`, `12`.
  public var pencePerKWhText: String { DecimalNumber.text(Int128(micropencePerMWh), places: 9, keeping: 0) }
  public var description: String { poundsPerMWhText + " £/MWh" }
}
