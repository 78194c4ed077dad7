import BalancingMechanism

extension PriceWalk {
  /// The eight totals of the published price record, under its names. Tagged is all that is not in the price.
  public struct Totals: Hashable, Sendable {
    public var totalAcceptedOfferVolume = BalancingEnergy.zero
    public var totalAcceptedBidVolume = BalancingEnergy.zero
    public var totalAdjustmentSellVolume = BalancingEnergy.zero
    public var totalAdjustmentBuyVolume = BalancingEnergy.zero
    public var totalSystemTaggedAcceptedOfferVolume = BalancingEnergy.zero
    public var totalSystemTaggedAcceptedBidVolume = BalancingEnergy.zero
    public var totalSystemTaggedAdjustmentSellVolume = BalancingEnergy.zero
    public var totalSystemTaggedAdjustmentBuyVolume = BalancingEnergy.zero

    /// The four totals together: the net imbalance volume before the de minimis step.
    public var net: BalancingEnergy {
      totalAcceptedOfferVolume + totalAcceptedBidVolume + totalAdjustmentSellVolume + totalAdjustmentBuyVolume
    }
  }

  public var totals: Totals {
    var totals = Totals()
    for entry in entries {
      let volume = entry.action.volume
      let tagged = volume - entry.parAdjusted
      switch (entry.action.kind, entry.side) {
      case (.acceptance, .buy):
        totals.totalAcceptedOfferVolume += volume
        totals.totalSystemTaggedAcceptedOfferVolume += tagged
      case (.acceptance, .sell):
        totals.totalAcceptedBidVolume += volume
        totals.totalSystemTaggedAcceptedBidVolume += tagged
      case (.adjustment, .buy):
        totals.totalAdjustmentBuyVolume += volume
        totals.totalSystemTaggedAdjustmentBuyVolume += tagged
      case (.adjustment, .sell):
        totals.totalAdjustmentSellVolume += volume
        totals.totalSystemTaggedAdjustmentSellVolume += tagged
      }
    }
    return totals
  }
}
