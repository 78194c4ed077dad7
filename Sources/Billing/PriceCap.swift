import MarketIdentifiers
import Quantities
import Rulebooks
import SettlementCalendar

/// The default tariff cap as a bill is held against it.
public struct PriceCap: Hashable, Sendable {
  /// All levels that the rulebook has.
  public var rows: [PriceCapRow]
  /// Which of the rows' meter types applies.
  public var meterType: String
  /// What the cap is made of, for the split of a cap amount.
  public var components: [PriceCapComponent]

  public init(rows: [PriceCapRow], meterType: String = "electricity-single", components: [PriceCapComponent] = []) {
    self.rows = rows
    self.meterType = meterType
    self.components = components
  }

  /// The levels of a rulebook and the split in force on a date.
  public init(_ rulebook: Rulebook, on date: SettlementDate, meterType: String = "electricity-single") {
    self.init(
      rows: rulebook.priceCap, meterType: meterType, components: rulebook.priceCapComponents(on: date))
  }

  /// The level of a date: the latest that is not after it, the region's own before that of all regions.
  ///
  /// A level with a standing charge beyond ``TariffRates/largestCharge`` is no level.
  public func row(on date: SettlementDate, gspGroup: GSPGroupID, paymentMethod: String) -> PriceCapRow? {
    let fitting = rows.filter {
      $0.from <= date && $0.meterType == meterType && $0.paymentMethod == paymentMethod
        && $0.standingCharge.micropounds.magnitude <= TariffRates.largestCharge.micropounds.magnitude
    }
    let own = fitting.filter { $0.region == gspGroup.rawValue }
    return (own.isEmpty ? fitting.filter { $0.region == "all" } : own).max { $0.from < $1.from }
  }

  /// A level is set for a quarter. A bill beyond it is held against the last known level, and says so.
  public static let monthsOfALevel = 3
}

extension PriceCapComponent {
  /// Splits an amount in whole pence by the components' shares so that the parts add up to it exactly.
  ///
  /// Each part is the amount times its share over the sum of all shares, cut to the penny; the pence left over go to
  /// the largest remainders, the first named first among equals.
  /// - Returns: as many parts as components; none when no share is above zero, or the amount is below zero or not
  ///   in whole pence.
  public static func split(_ amount: Money, by components: [PriceCapComponent]) -> [Money] {
    let weights = components.map { Int128(max(0, $0.share.billionths)) }
    let whole = weights.reduce(0, +)
    guard whole > 0, let pence = amount.wholePence, pence >= 0 else { return [] }
    var parts = weights.map { Int64(Int128(pence) * $0 / whole) }
    let remainders = weights.map { Int128(pence) * $0 % whole }
    let order = weights.indices.sorted { (remainders[$0], -$0) > (remainders[$1], -$1) }
    for index in order.prefix(Int(pence - parts.reduce(0, +))) { parts[index] += 1 }
    return parts.map { Money(pence: $0) }
  }
}
