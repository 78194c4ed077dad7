import Quantities
import SettlementCalendar

/// A balancing services adjustment action: one trade of the system operator outside the Balancing Mechanism (DISBSAD).
///
/// Each row is an action of its own in the price stack; blending them changes the price.
public struct AdjustmentAction: Hashable, Sendable {
  public var period: HalfHour
  public var number: Int
  /// Positive is a buy, negative a sell.
  public var volume: BalancingEnergy
  /// Pounds that the system operator pays; `nil` when none is given: such an action has no price.
  public var cost: Money?
  public var isSystemFlagged: Bool
  public var isReserveProvider: Bool
  /// The counterparty, as published; `nil` where the row names none.
  public var party: String?
  /// The asset, as published; `nil` where the row names none.
  public var asset: String?
  public var isTendered: Bool?
  /// The service that the trade was of, as published.
  public var service: String?

  public init(
    period: HalfHour, number: Int, volume: BalancingEnergy, cost: Money?, isSystemFlagged: Bool,
    isReserveProvider: Bool
  ) {
    self.period = period
    self.number = number
    self.volume = volume
    self.cost = cost
    self.isSystemFlagged = isSystemFlagged
    self.isReserveProvider = isReserveProvider
  }

  /// Cost over volume, rounded once half away from zero to 10⁻⁸ £/MWh. - Returns: `nil` without cost or volume.
  public var price: UnitRate? {
    guard let cost, volume.units != 0 else { return nil }
    // Micropounds over 10⁻¹¹ MWh, in 10⁻⁸ £/MWh: factor 10² × 10¹¹.
    let (scaled, overflow) = Int128(cost.micropounds).multipliedReportingOverflow(by: 10_000_000_000_000)
    guard !overflow else { return nil }
    let sign: Int128 = volume.units < 0 ? -1 : 1
    let value = Rounding.halfAwayFromZero.quotient(sign * scaled, by: sign * volume.units)
    guard let rate = Int64(exactly: value), rate.magnitude <= UnitRate.limit.micropencePerMWh.magnitude
    else { return nil }
    return UnitRate(micropencePerMWh: rate)
  }
}

/// One provider's market index for one half-hour (MID).
public struct MarketIndexPrice: Hashable, Sendable {
  public var period: HalfHour
  /// `APXMIDP` or `N2EXMIDP`.
  public var provider: String
  public var price: UnitRate
  public var volume: BalancingEnergy

  public init(period: HalfHour, provider: String, price: UnitRate, volume: BalancingEnergy) {
    self.period = period
    self.provider = provider
    self.price = price
    self.volume = volume
  }
}
