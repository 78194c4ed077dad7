import BalancingMechanism
import ImbalancePricing
import JSONText
import Quantities
import SettlementCalendar

/// Writes price records, stacks and adjustment actions in the shapes of the Insights API, all fields of each shape.
public enum InsightsRows {
  /// `SystemPriceResponse`: a price record.
  public static func systemPrice(_ record: PublishedPriceRecord) -> JSONValue {
    .object(
      heading(record.period) + [
        JSONMember("createdDateTime", instant(record.createdAt)),
        JSONMember("systemSellPrice", price(record.systemSellPrice)),
        JSONMember("systemBuyPrice", price(record.systemBuyPrice)),
        JSONMember("bsadDefaulted", record.isAdjustmentDefaulted.map { .bool($0) } ?? .null),
        JSONMember("priceDerivationCode", record.priceDerivationCode.map { .string($0) } ?? .null),
        JSONMember("reserveScarcityPrice", price(record.reserveScarcityPrice)),
        JSONMember("netImbalanceVolume", energy(record.netImbalanceVolume)),
        JSONMember("sellPriceAdjustment", price(record.sellPriceAdjustment)),
        JSONMember("buyPriceAdjustment", price(record.buyPriceAdjustment)),
        JSONMember("replacementPrice", price(record.replacementPrice)),
        JSONMember("replacementPriceReferenceVolume", energy(record.replacementPriceReferenceVolume)),
        JSONMember("totalAcceptedOfferVolume", energy(record.totalAcceptedOfferVolume)),
        JSONMember("totalAcceptedBidVolume", energy(record.totalAcceptedBidVolume)),
        JSONMember("totalAdjustmentSellVolume", energy(record.totalAdjustmentSellVolume)),
        JSONMember("totalAdjustmentBuyVolume", energy(record.totalAdjustmentBuyVolume)),
        JSONMember("totalSystemTaggedAcceptedOfferVolume", energy(record.totalSystemTaggedAcceptedOfferVolume)),
        JSONMember("totalSystemTaggedAcceptedBidVolume", energy(record.totalSystemTaggedAcceptedBidVolume)),
        JSONMember("totalSystemTaggedAdjustmentSellVolume", energy(record.totalSystemTaggedAdjustmentSellVolume)),
        JSONMember("totalSystemTaggedAdjustmentBuyVolume", energy(record.totalSystemTaggedAdjustmentBuyVolume)),
      ])
  }

  /// `SettlementStackResponse`: one action of a stack.
  public static func stack(_ row: PublishedStackRow) -> JSONValue {
    let action = row.action
    let isAdjustment = action.kind == .adjustment
    return .object(
      heading(row.period) + [
        JSONMember("createdDateTime", instant(row.createdAt)),
        JSONMember("sequenceNumber", row.sequenceNumber.map { .integer($0) } ?? .null),
        JSONMember("id", .string(action.id)),
        JSONMember("acceptanceId", isAdjustment ? .null : .integer(action.acceptance)),
        JSONMember("bidOfferPairId", isAdjustment || action.pair == 0 ? .null : .integer(action.pair)),
        JSONMember("cadlFlag", isAdjustment ? .null : .bool(action.flags.contains(.shortDuration))),
        JSONMember("soFlag", .bool(action.flags.contains(.system))),
        JSONMember("storProviderFlag", .bool(action.isReserve)),
        JSONMember("repricedIndicator", .bool(action.repricedTo != nil)),
        JSONMember("reserveScarcityPrice", price(row.reserveScarcityPrice)),
        JSONMember("originalPrice", price(action.price)),
        JSONMember("volume", energy(action.volume)),
        JSONMember("dmatAdjustedVolume", energy(row.dmatAdjusted)),
        JSONMember("arbitrageAdjustedVolume", energy(row.arbitrageAdjusted)),
        JSONMember("nivAdjustedVolume", energy(row.nivAdjusted)),
        JSONMember("parAdjustedVolume", energy(row.parAdjusted)),
        JSONMember("finalPrice", price(row.finalPrice)),
        JSONMember(
          "transmissionLossMultiplier", isAdjustment ? .null : .number(action.lossMultiplier.description)),
        JSONMember("tlmAdjustedVolume", energy(row.tlmAdjusted)),
        JSONMember("tlmAdjustedCost", row.tlmAdjustedCost.map { .number($0.poundsText) } ?? .null),
      ])
  }

  /// `DisaggregatedBalancingServicesAdjustmentDetailsResponse`: one adjustment action.
  public static func adjustment(_ action: AdjustmentAction) -> JSONValue {
    .object(
      heading(action.period) + [
        JSONMember("id", .integer(action.number)),
        JSONMember("cost", action.cost.map { .number($0.poundsText) } ?? .null),
        JSONMember("volume", energy(action.volume)),
        JSONMember("price", price(action.price)),
        JSONMember("soFlag", .bool(action.isSystemFlagged)),
        JSONMember("storFlag", .bool(action.isReserveProvider)),
        JSONMember("partyId", action.party.map { .string($0) } ?? .null),
        JSONMember("assetId", action.asset.map { .string($0) } ?? .null),
        JSONMember("isTendered", action.isTendered.map { .bool($0) } ?? .null),
        JSONMember("service", action.service.map { .string($0) } ?? .null),
      ])
  }

  /// `SettlementSummaryResponse`: the price with what it was made of.
  public static func summary(_ pricing: PeriodPricing) -> JSONValue {
    let record = pricing.priceRecord
    let walk = pricing.walk
    let adjuster = walk.flatMap { walk in
      walk.activeSide.map { $0 == .buy ? walk.inputs.buyPriceAdjuster : walk.inputs.sellPriceAdjuster }
    }
    let setters = walk?.priceSetters ?? []
    let cost = setters.reduce(Money.zero) { $0 + ($1.tlmAdjustedCost ?? .zero) }
    let volume = setters.reduce(BalancingEnergy.zero) { $0 + $1.tlmAdjusted }
    let index = (walk?.inputs.marketIndex ?? []).filter { $0.volume.units > 0 }
    return .object(
      heading(pricing.facts.halfHour) + [
        JSONMember("createdDateTime", instant(record?.createdAt)),
        JSONMember("adjuster", price(adjuster)),
        JSONMember("priceDerivationCode", record?.priceDerivationCode.map { .string($0) } ?? .null),
        JSONMember("systemSellPrice", price(record?.systemSellPrice)),
        JSONMember("systemBuyPrice", price(record?.systemBuyPrice)),
        JSONMember(
          "mainPrice",
          .object([
            "cost": setters.isEmpty ? .null : .number(cost.poundsText),
            "volume": setters.isEmpty ? .null : energy(volume), "value": price(walk?.systemPrice),
          ])),
        JSONMember(
          "marketPrice",
          .object([
            "cost": .null, "volume": index.isEmpty ? .null : energy(index.reduce(.zero) { $0 + $1.volume }),
            "value": price(walk?.inputs.marketIndexPrice),
          ])),
      ])
  }

  // MARK: Fields

  private static func heading(_ halfHour: HalfHour) -> [JSONMember] {
    let period = SettlementDay(containing: halfHour)?.period(of: halfHour)
    return [
      JSONMember("settlementDate", period.map { .string("\($0.day.date)") } ?? .null),
      JSONMember("settlementPeriod", period.map { .integer($0.number) } ?? .null),
      JSONMember("startTime", instant(halfHour.start)),
    ]
  }

  private static func instant(_ instant: UTCInstant?) -> JSONValue { instant.map { .string("\($0)") } ?? .null }
  private static func price(_ rate: UnitRate?) -> JSONValue { rate.map { .number($0.poundsPerMWhText) } ?? .null }
  private static func energy(_ energy: BalancingEnergy?) -> JSONValue {
    energy.map { .number($0.megawattHoursText) } ?? .null
  }
}
