/// Energy at the Grid Supply Point, in units of 10⁻⁵ Wh (ten microwatt-hours), exact.
///
/// A whole number of watt-hours times a ``LossFactor`` with five decimals is a whole number of these units, so line
/// losses are applied without rounding. Held in 128 bits: no sum of readings can overflow it.
public struct LossAdjustedEnergy: Hashable, Comparable, Sendable {
  /// Whole units of 10⁻⁵ Wh.
  public var tenMicrowattHours: Int128

  @inlinable public init(tenMicrowattHours: Int128) { self.tenMicrowattHours = tenMicrowattHours }

  /// Energy that passes no network: the same energy in the finer unit.
  @inlinable public init(_ energy: Energy) { tenMicrowattHours = Int128(energy.wattHours) * 100_000 }

  public static let zero = LossAdjustedEnergy(tenMicrowattHours: 0)

  @inlinable public static func < (a: Self, b: Self) -> Bool { a.tenMicrowattHours < b.tenMicrowattHours }
  @inlinable public static func + (a: Self, b: Self) -> Self {
    Self(tenMicrowattHours: a.tenMicrowattHours + b.tenMicrowattHours)
  }
  @inlinable public static func - (a: Self, b: Self) -> Self {
    Self(tenMicrowattHours: a.tenMicrowattHours - b.tenMicrowattHours)
  }
  @inlinable public static prefix func - (a: Self) -> Self { Self(tenMicrowattHours: -a.tenMicrowattHours) }
  @inlinable public static func += (a: inout Self, b: Self) { a = a + b }
  @inlinable public static func -= (a: inout Self, b: Self) { a = a - b }
}

extension LossAdjustedEnergy: CustomStringConvertible {
  /// Kilowatt-hours, eight decimals at most and three at least, e.g. `1.5435`.
  public var kilowattHoursText: String { DecimalNumber.text(tenMicrowattHours, places: 8, keeping: 3) }
  /// Megawatt-hours with all eleven decimals that can matter, trailing zeros cut to three.
  public var megawattHoursText: String { DecimalNumber.text(tenMicrowattHours, places: 11, keeping: 3) }
  public var description: String { kilowattHoursText + " kWh" }
}

/// What a metered kilowatt-hour becomes at the Grid Supply Point: 1 plus the line losses, in units of 10⁻⁵.
///
/// Published per distributor, line loss factor class, settlement date and period (flow D0265, three decimals).
public struct LossFactor: Hashable, Comparable, Sendable {
  /// The factor times 100,000; 1...1,000,000 (a factor above 0 and up to 10).
  public let hundredThousandths: Int32

  /// - Returns: `nil` outside 0.00001...10.
  @inlinable public init?(hundredThousandths: Int64) {
    guard (1...1_000_000).contains(hundredThousandths) else { return nil }
    self.hundredThousandths = Int32(hundredThousandths)
  }

  /// - Returns: `nil` when out of range or finer than five decimals: a published factor is never rounded.
  @inlinable public init?(_ number: DecimalNumber) {
    guard let units = number.units(places: 5, rounding: .towardZero), units.isExact,
      let value = Int64(exactly: units.value)
    else { return nil }
    self.init(hundredThousandths: value)
  }

  @usableFromInline init(unchecked hundredThousandths: Int32) { self.hundredThousandths = hundredThousandths }

  /// No losses.
  public static let one = LossFactor(unchecked: 100_000)

  @inlinable public static func < (a: Self, b: Self) -> Bool { a.hundredThousandths < b.hundredThousandths }
}

extension LossFactor: CustomStringConvertible {
  public var description: String { DecimalNumber.text(Int128(hundredThousandths), places: 5, keeping: 3) }
}
