import BalancingMechanism
import Quantities

/// A metered, contracted, reallocated or balancing services volume: whole kilowatt-hours, the decimal(10,3) MWh of the
/// interface definitions. Positive is export or sold, negative is import or bought.
public struct SettlementVolume: Hashable, Comparable, Sendable {
  public var kilowattHours: Int64

  public init(kilowattHours: Int64) { self.kilowattHours = kilowattHours }

  public static let zero = SettlementVolume(kilowattHours: 0)

  /// The largest magnitude of one volume, and of all volumes of one kind in a period together: 1,000,000 MWh.
  public static let limit = SettlementVolume(kilowattHours: 1_000_000_000)

  /// From MWh as text gave them.
  ///
  /// - Parameter rounding: applied once when the text is finer than three decimals.
  /// - Returns: the volume and whether it is exactly what the text said; `nil` beyond ``limit``.
  public static func megawattHours(
    _ number: DecimalNumber, rounding: Rounding
  ) -> (volume: SettlementVolume, isExact: Bool)? {
    guard let units = number.units(places: 3, rounding: rounding), let value = Int64(exactly: units.value),
      value.magnitude <= limit.kilowattHours.magnitude
    else { return nil }
    return (SettlementVolume(kilowattHours: value), units.isExact)
  }

  /// From balancing energy, rounded once. - Returns: `nil` beyond ``limit``.
  public init?(_ energy: BalancingEnergy, _ rounding: Rounding) {
    let unitsPerKWh = BalancingEnergy.unitsPerMWh / 1_000
    guard let value = Int64(exactly: rounding.quotient(energy.units, by: unitsPerKWh)),
      value.magnitude <= Self.limit.kilowattHours.magnitude
    else { return nil }
    kilowattHours = value
  }

  public static func < (a: Self, b: Self) -> Bool { a.kilowattHours < b.kilowattHours }
  public static func + (a: Self, b: Self) -> Self { Self(kilowattHours: a.kilowattHours + b.kilowattHours) }
  public static func - (a: Self, b: Self) -> Self { Self(kilowattHours: a.kilowattHours - b.kilowattHours) }
  public static prefix func - (a: Self) -> Self { Self(kilowattHours: -a.kilowattHours) }
  public static func += (a: inout Self, b: Self) { a = a + b }
  public static func -= (a: inout Self, b: Self) { a = a - b }

  /// The volume at the notional balancing point, exact.
  public static func * (a: Self, factor: TransmissionLossMultiplier) -> CreditedVolume {
    CreditedVolume(units: a.kilowattHours * factor.tenMillionths)
  }
}

extension SettlementVolume: CustomStringConvertible {
  /// MWh with three decimals: `-11.880`.
  public var megawattHoursText: String { DecimalNumber.text(Int128(kilowattHours), places: 3) }
  public var description: String { megawattHoursText + " MWh" }
}

/// Energy at the notional balancing point in units of 10⁻¹⁰ MWh: a whole kilowatt-hour times a loss multiplier of seven
/// decimals is a whole number of them, so losses are applied without rounding.
public struct CreditedVolume: Hashable, Comparable, Sendable {
  /// Whole units of 10⁻¹⁰ MWh.
  public var units: Int64

  public init(units: Int64) { self.units = units }

  /// A volume that no losses apply to.
  public init(_ volume: SettlementVolume) { units = volume.kilowattHours * 10_000_000 }

  public static let zero = CreditedVolume(units: 0)

  public var magnitude: CreditedVolume { CreditedVolume(units: units < 0 ? -units : units) }

  public static func < (a: Self, b: Self) -> Bool { a.units < b.units }
  public static func + (a: Self, b: Self) -> Self { Self(units: a.units + b.units) }
  public static func - (a: Self, b: Self) -> Self { Self(units: a.units - b.units) }
  public static prefix func - (a: Self) -> Self { Self(units: -a.units) }
  public static func += (a: inout Self, b: Self) { a = a + b }
  public static func -= (a: inout Self, b: Self) { a = a - b }

  /// What this volume costs at a price: pounds times 10⁻¹⁸ become whole `step`s, rounded once.
  public func cost(at price: UnitRate, to step: Money.Step, _ rounding: Rounding) -> Money {
    guard units != 0, price.micropencePerMWh != 0 else { return .zero }
    let product = Int128(units) * Int128(price.micropencePerMWh)
    let stepSize = step.size
    let steps = rounding.quotient(product, by: 1_000_000_000_000 * stepSize)
    return Money(micropounds: Int64(clamping: steps * stepSize))
  }
}

extension CreditedVolume: CustomStringConvertible {
  /// MWh, as many decimals as needed, at least three: `-12.000`.
  public var megawattHoursText: String { DecimalNumber.text(Int128(units), places: 10, keeping: 3) }
  public var description: String { megawattHoursText + " MWh" }
}
