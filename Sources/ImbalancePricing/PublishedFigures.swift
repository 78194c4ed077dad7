import BalancingMechanism
import Quantities
import SettlementCalendar

/// The published price record of one settlement period (DISEBSP); what a record leaves empty is `nil`.
public struct PublishedPriceRecord: Hashable, Sendable {
  public var period: HalfHour
  public var systemSellPrice: UnitRate
  public var systemBuyPrice: UnitRate
  public var netImbalanceVolume: BalancingEnergy?
  /// When the publisher made the record.
  public var createdAt: UTCInstant?
  /// Whether default adjustment data stood in.
  public var isAdjustmentDefaulted: Bool?
  /// `P` was seen with a positive net imbalance volume, `N` with a negative one.
  public var priceDerivationCode: String?
  public var replacementPrice: UnitRate?
  public var replacementPriceReferenceVolume: BalancingEnergy?
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

  public init(
    period: HalfHour, systemSellPrice: UnitRate, systemBuyPrice: UnitRate, netImbalanceVolume: BalancingEnergy? = nil
  ) {
    self.period = period
    self.systemSellPrice = systemSellPrice
    self.systemBuyPrice = systemBuyPrice
    self.netImbalanceVolume = netImbalanceVolume
  }

  /// A record of a time with one price.
  public init(period: HalfHour, systemPrice: UnitRate, netImbalanceVolume: BalancingEnergy? = nil) {
    self.init(
      period: period, systemSellPrice: systemPrice, systemBuyPrice: systemPrice,
      netImbalanceVolume: netImbalanceVolume)
  }

  /// The main price: the buy price when the system was short, else the sell price.
  public var systemPrice: UnitRate {
    netImbalanceVolume.map { $0.units > 0 } == true ? systemBuyPrice : systemSellPrice
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
  /// The action's place in its stack, from 1.
  public var sequenceNumber: Int?
  /// When the publisher made the row.
  public var createdAt: UTCInstant?
  public var reserveScarcityPrice: UnitRate?
  public var dmatAdjusted: BalancingEnergy?
  public var arbitrageAdjusted: BalancingEnergy?
  public var nivAdjusted: BalancingEnergy?
  public var parAdjusted: BalancingEnergy?
  public var finalPrice: UnitRate?
  public var tlmAdjusted: BalancingEnergy?
  public var tlmAdjustedCost: Money?

  public init(period: HalfHour, action: StackAction) {
    self.period = period
    self.action = action
  }

  /// The action of a walk with what each step left of it, as its publisher would write it: what a step uses up is zero
  /// there and empty after it.
  public init(_ entry: StackEntry, period: HalfHour, sequenceNumber: Int, reserveScarcityPrice: UnitRate?) {
    self.init(period: period, action: entry.action)
    self.sequenceNumber = sequenceNumber
    self.reserveScarcityPrice = reserveScarcityPrice
    dmatAdjusted = entry.dmatAdjusted
    guard entry.dmatAdjusted.units != 0 else { return }
    arbitrageAdjusted = entry.arbitrageAdjusted
    guard entry.arbitrageAdjusted.units != 0 else { return }
    nivAdjusted = entry.nivAdjusted
    guard entry.nivAdjusted.units != 0 else { return }
    finalPrice = entry.finalPrice
    parAdjusted = entry.parAdjusted
    guard entry.parAdjusted.units != 0 else { return }
    tlmAdjusted = entry.tlmAdjusted
    tlmAdjustedCost = entry.tlmAdjustedCost
  }

  /// What is published for a step; `nil` where the row has no such column or leaves it empty.
  public func volume(after step: PricingStep) -> BalancingEnergy? {
    switch step {
    case .deMinimis: dmatAdjusted
    case .arbitrage: arbitrageAdjusted
    case .netImbalance: nivAdjusted
    case .priceAverage: parAdjusted
    case .lossWeighting: tlmAdjusted
    case .flags, .classification, .replacement: nil
    }
  }
}
