/// Active or reactive energy in whole watt-hours: what a meter says and what settlement adds up.
///
/// Positive is import (consumption) unless the place that holds it says otherwise. One half-hour lies within
/// ``readingLimit``; a day's sum over all of Great Britain fits many times over, so sums do not overflow.
/// Not for loss-adjusted energy, which needs five more digits: see ``LossAdjustedEnergy``.
public struct Energy: Hashable, Comparable, Sendable {
  /// Whole watt-hours.
  public var wattHours: Int64

  @inlinable public init(wattHours: Int64) { self.wattHours = wattHours }

  public static let zero = Energy(wattHours: 0)

  /// The largest magnitude that one half-hourly reading may have: 1 GWh (2 GW for half an hour).
  ///
  /// Ingest quarantines anything above it, so that no sum of readings can leave `Int64`.
  public static let readingLimit = Energy(wattHours: 1_000_000_000)

  /// From kilowatt-hours as text gave them.
  ///
  /// - Parameter rounding: applied once when the text is finer than a watt-hour.
  /// - Returns: the energy and whether it is exactly what the text said; `nil` beyond ``readingLimit``.
  @inlinable
  public static func kilowattHours(_ number: DecimalNumber, rounding: Rounding) -> (energy: Energy, isExact: Bool)? {
    scaled(number, places: 3, rounding: rounding)
  }

  /// From watt-hours as text gave them; see ``kilowattHours(_:rounding:)``.
  @inlinable
  public static func wattHours(_ number: DecimalNumber, rounding: Rounding) -> (energy: Energy, isExact: Bool)? {
    scaled(number, places: 0, rounding: rounding)
  }

  @usableFromInline
  static func scaled(_ number: DecimalNumber, places: Int, rounding: Rounding) -> (energy: Energy, isExact: Bool)? {
    guard let units = number.units(places: places, rounding: rounding),
      let wattHours = Int64(exactly: units.value), wattHours.magnitude <= readingLimit.wattHours.magnitude
    else { return nil }
    return (Energy(wattHours: wattHours), units.isExact)
  }

  @inlinable public static func < (a: Energy, b: Energy) -> Bool { a.wattHours < b.wattHours }
  @inlinable public static func + (a: Energy, b: Energy) -> Energy { Energy(wattHours: a.wattHours + b.wattHours) }
  @inlinable public static func - (a: Energy, b: Energy) -> Energy { Energy(wattHours: a.wattHours - b.wattHours) }
  @inlinable public static prefix func - (a: Energy) -> Energy { Energy(wattHours: -a.wattHours) }
  @inlinable public static func += (a: inout Energy, b: Energy) { a = a + b }
  @inlinable public static func -= (a: inout Energy, b: Energy) { a = a - b }

  /// Energy at the Grid Supply Point for energy at the meter, exactly.
  @inlinable public static func * (energy: Energy, factor: LossFactor) -> LossAdjustedEnergy {
    LossAdjustedEnergy(tenMicrowattHours: Int128(energy.wattHours) * Int128(factor.hundredThousandths))
  }
}

extension Energy: CustomStringConvertible {
  /// Kilowatt-hours with three decimals, e.g. `1.470`.
  public var kilowattHoursText: String { DecimalNumber.text(Int128(wattHours), places: 3) }
  public var description: String { kilowattHoursText + " kWh" }
}
