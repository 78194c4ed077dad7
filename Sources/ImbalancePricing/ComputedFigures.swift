import BalancingMechanism
import Quantities
import SettlementCalendar

extension PeriodPricing {
  /// What was worked out, as the publisher would write it. - Returns: `nil` without a price.
  public var priceRecord: PublishedPriceRecord? {
    guard let walk, let buy = walk.systemBuyPrice, let sell = walk.systemSellPrice else { return nil }
    var record = PublishedPriceRecord(
      period: facts.halfHour, systemSellPrice: sell, systemBuyPrice: buy,
      netImbalanceVolume: walk.netImbalanceVolume)
    record.createdAt = facts.record?.createdAt
    record.isAdjustmentDefaulted = facts.record?.isAdjustmentDefaulted
    record.priceDerivationCode = walk.activeSide.map { $0 == .buy ? "P" : "N" }
    record.replacementPrice = walk.replacementPrice
    record.replacementPriceReferenceVolume = walk.replacementPrice.map { _ in walk.replacementVolume }
    record.sellPriceAdjustment = walk.inputs.sellPriceAdjuster
    record.buyPriceAdjustment = walk.inputs.buyPriceAdjuster
    record.reserveScarcityPrice = walk.inputs.reserveScarcityPrice
    let totals = walk.totals
    record.totalAcceptedOfferVolume = totals.totalAcceptedOfferVolume
    record.totalAcceptedBidVolume = totals.totalAcceptedBidVolume
    record.totalAdjustmentSellVolume = totals.totalAdjustmentSellVolume
    record.totalAdjustmentBuyVolume = totals.totalAdjustmentBuyVolume
    record.totalSystemTaggedAcceptedOfferVolume = totals.totalSystemTaggedAcceptedOfferVolume
    record.totalSystemTaggedAcceptedBidVolume = totals.totalSystemTaggedAcceptedBidVolume
    record.totalSystemTaggedAdjustmentSellVolume = totals.totalSystemTaggedAdjustmentSellVolume
    record.totalSystemTaggedAdjustmentBuyVolume = totals.totalSystemTaggedAdjustmentBuyVolume
    return record
  }

  /// One stack of the walk as its publisher would write it, cheapest first.
  public func stackRows(_ side: StackSide) -> [PublishedStackRow] {
    guard let walk else { return [] }
    return walk.entries.filter { $0.side == side }.enumerated().map { place, entry in
      PublishedStackRow(
        entry, period: facts.halfHour, sequenceNumber: place + 1,
        reserveScarcityPrice: walk.inputs.reserveScarcityPrice)
    }
  }

  /// Each step held alone against the published stack; none where the files hold no stack with its columns.
  public var stepChecks: [StepCheck] { walk.map { StepCheck.all(facts.stackRows, $0.inputs) } ?? [] }
}
