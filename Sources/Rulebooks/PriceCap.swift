import Quantities
import SettlementCalendar

/// One row of the default tariff cap: the most that a standard variable tariff may charge from a date on.
public struct PriceCapRow: Hashable, Sendable {
  public let from: SettlementDate
  /// `all` or a GSP Group such as `_C`.
  public let region: String
  /// `direct-debit`, `standard-credit`, `prepayment`.
  public let paymentMethod: String
  /// `electricity-single`, ...
  public let meterType: String
  /// Including VAT when `includesVAT`.
  public let unitRate: UnitRate
  /// Per day.
  public let standingCharge: Money
  public let includesVAT: Bool
  public let source: String

  public init(
    from: SettlementDate, region: String, paymentMethod: String, meterType: String, unitRate: UnitRate,
    standingCharge: Money, includesVAT: Bool, source: String
  ) {
    self.from = from
    self.region = region
    self.paymentMethod = paymentMethod
    self.meterType = meterType
    self.unitRate = unitRate
    self.standingCharge = standingCharge
    self.includesVAT = includesVAT
    self.source = source
  }
}

/// One part of what the price cap is made of.
public struct PriceCapComponent: Hashable, Sendable {
  /// `wholesale`, `network`, `policy`, `operating`, `margin`, `vat`.
  public let name: String
  /// Of the headline. The source documents' shares add up to 99 percent, not 100.
  public let share: Proportion
  /// The stages of the lifecycle in which the cost arises: `4`, `1 to 6`.
  public let stage: String
  /// What the part pays for.
  public let recovers: String
  public let from: SettlementDate
  public let source: String

  public init(
    name: String, share: Proportion, stage: String, recovers: String, from: SettlementDate, source: String
  ) {
    self.name = name
    self.share = share
    self.stage = stage
    self.recovers = recovers
    self.from = from
    self.source = source
  }
}

extension Rulebook {
  /// The cap in force for a customer: the newest row of the region, else of `all`.
  ///
  /// A row holds until a newer one begins. - Returns: `nil` where the pack has no row for the method and meter.
  public func priceCap(
    on date: SettlementDate, region: String, paymentMethod: String = "direct-debit",
    meterType: String = "electricity-single"
  ) -> PriceCapRow? {
    let rows = priceCap.filter { $0.from <= date && $0.paymentMethod == paymentMethod && $0.meterType == meterType }
    let own = rows.filter { $0.region == region }
    return (own.isEmpty ? rows.filter { $0.region == "all" } : own).max { $0.from < $1.from }
  }

  /// The component split in force: the rows of the newest `from` that is not after `date`.
  public func priceCapComponents(on date: SettlementDate) -> [PriceCapComponent] {
    let newest = priceCapComponents.map(\.from).filter { $0 <= date }.max()
    return priceCapComponents.filter { $0.from == newest }
  }
}
