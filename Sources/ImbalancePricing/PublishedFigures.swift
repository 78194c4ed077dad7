import BalancingMechanism
import Quantities
import SettlementCalendar

/// The published price record of one settlement period (DISEBSP); what a record leaves empty is `nil`.
public struct PublishedPriceRecord: Hashable, Sendable {
  public var period: HalfHour
  public var systemPrice: UnitRate
  public var netImbalanceVolume: BalancingEnergy?
  public var priceDerivationCode: String?
  public var replacementPrice: UnitRate?
  public var sellPriceAdjustment: UnitRate?
  public var buyPriceAdjustment: UnitRate?
  public var reserveScarcityPrice: UnitRate?
  public var totalAcceptedOfferVolume: BalancingEnergy?
  public var totalAcceptedBidVolume: BalancingEnergy?
  public var totalAdjustmentSellVolume: BalancingEnergy?
  public var totalAdjustmentBuyVolume: BalancingEnergy?
  public var totalSystemTaggedAcceptedOfferVolume: BalancingEnergy?
  public var totalSystemTaggedAcceptedBidVolume: BalancingEnergy?
  public var totalSystemTaggedAdjustmentSellVolume: BalancingEnergy?
  public var totalSystemTaggedAdjustmentBuyVolume: BalancingEnergy?

  public init(period: HalfHour, systemPrice: UnitRate, netImbalanceVolume: BalancingEnergy? = nil) {
    self.period = period
    self.systemPrice = systemPrice
    self.netImbalanceVolume = netImbalanceVolume
  }

  /// The sum of the four totals: the net imbalance volume but for actions below the de minimis threshold.
  ///
  /// - Returns: `nil` when one of the four is not given.
  public var netOfTotals: BalancingEnergy? {
    guard let offers = totalAcceptedOfferVolume, let bids = totalAcceptedBidVolume,
      let sells = totalAdjustmentSellVolume, let buys = totalAdjustmentBuyVolume
    else { return nil }
    return offers + bids + sells + buys
  }
}

/// One row of the published settlement stack: the action and what its publisher says each step left of it.
public struct PublishedStackRow: Hashable, Sendable {
  public var period: HalfHour
  public var action: StackAction
  public var dmatAdjusted: BalancingEnergy?
  public var arbitrageAdjusted: BalancingEnergy?
  public var nivAdjusted: BalancingEnergy?
  public var parAdjusted: BalancingEnergy?
  public var finalPrice: UnitRate?

  public init(period: HalfHour, action: StackAction) {
    self.period = period
    self.action = action
  }

  /// What is published for a step; `nil` where the row has no such column or leaves it empty.
  public func volume(after step: PricingStep) -> BalancingEnergy? {
    switch step {
    case .deMinimis: dmatAdjusted
    case .arbitrage: arbitrageAdjusted
    case .netImbalance: nivAdjusted
    case .priceAverage: parAdjusted
    case .flags, .classification, .replacement, .lossWeighting: nil
    }
  }
}
