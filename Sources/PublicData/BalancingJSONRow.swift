import BalancingMechanism
import ImbalancePricing
import JSONText
import Quantities
import SettlementCalendar

/// One row of an Insights answer; its fields tell which data set it is of.
struct BalancingJSONRow {
  let row: JSONValue

  func fact() throws(BalancingFault) -> BalancingFact {
    guard row.members != nil else { throw BalancingFault(BalancingDataRules.record, "The row is no object.") }
    if has("systemSellPrice") { return .price(try price()) }
    if has("dataProvider") { return .marketIndex(try marketIndex()) }
    if has("acceptanceNumber"), has("levelFrom") { return .acceptance(try acceptance()) }
    if has("bid"), has("offer"), has("levelFrom") { return .bidOffer(try bidOffer()) }
    if has("sequenceNumber"), has("originalPrice") { return .stackRow(try stackRow()) }
    if has("cost"), has("volume"), has("soFlag") { return .adjustment(try adjustment()) }
    if let kind = physicalKind { return .physical(kind, unit: try unit(), try segment()) }
    throw BalancingFault(BalancingDataRules.record, "The row is of no data set that is read here.")
  }

  private func has(_ key: String) -> Bool { row[key] != nil }

  private var physicalKind: PhysicalKind? {
    guard has("levelFrom"), let name = row["dataset"]?.text else { return nil }
    switch name {
    case "MELS": return .maximumExport
    case "MILS": return .maximumImport
    default: return PhysicalKind(rawValue: name)
    }
  }

  // MARK: Fields

  private func unit() throws(BalancingFault) -> String {
    guard let text = row["bmUnit"]?.text ?? row["nationalGridBmUnit"]?.text else {
      throw BalancingFault(BalancingDataRules.unit, "The row names no BM unit.", field: "bmUnit")
    }
    return try BalancingFields.unit(text)
  }

  private func period() throws(BalancingFault) -> HalfHour {
    // Some answers write the date as a moment.
    let date = row["settlementDate"]?.text.flatMap { SettlementDate($0.prefix { $0 != "T" }) }
    let period = try BalancingFields.period(date, row["settlementPeriod"]?.integer)
    if let start = row["startTime"]?.text {
      guard UTCInstant(start) == period.start else {
        let message = "The start time is not that of the settlement period."
        throw BalancingFault(BalancingDataRules.period, message, field: "startTime")
      }
    }
    return period
  }

  private func stamp(_ key: String) throws(BalancingFault) -> UTCInstant {
    guard let stamp = row[key]?.text.flatMap({ UTCInstant($0) }) else {
      throw BalancingFault(BalancingDataRules.stamp, "This is not a time with its offset.", field: key)
    }
    return stamp
  }

  private func decimal(_ key: String) throws(BalancingFault) -> DecimalNumber {
    guard let number = row[key]?.decimal else {
      throw BalancingFault(BalancingDataRules.volume, "This is not a decimal number.", field: key)
    }
    return number
  }

  private func whole(_ key: String) throws(BalancingFault) -> Int {
    guard let value = row[key]?.integer else {
      throw BalancingFault(BalancingDataRules.number, "This is not a whole number.", field: key)
    }
    return value
  }

  /// A flag that may be left out or `null`, which both mean false.
  private func flag(_ key: String) throws(BalancingFault) -> Bool {
    guard let value = row[key], !value.isNull else { return false }
    guard let flag = value.boolean else {
      throw BalancingFault(BalancingDataRules.flag, "A flag is true or false.", field: key)
    }
    return flag
  }

  private func segment() throws(BalancingFault) -> LevelSegment {
    try BalancingFields.segment(stamp("timeFrom"), decimal("levelFrom"), stamp("timeTo"), decimal("levelTo"))
  }

  private func optionalVolume(_ key: String) throws(BalancingFault) -> BalancingEnergy? {
    guard let value = row[key], !value.isNull else { return nil }
    return try BalancingFields.volume(decimal(key), key)
  }

  private func optionalPrice(_ key: String) throws(BalancingFault) -> UnitRate? {
    guard let value = row[key], !value.isNull else { return nil }
    return try BalancingFields.price(decimal(key), key)
  }

  private func optionalCost(_ key: String) throws(BalancingFault) -> Money? {
    guard let value = row[key], !value.isNull else { return nil }
    guard let units = try decimal(key).units(places: 6, rounding: .halfAwayFromZero),
      let micropounds = Int64(exactly: units.value), micropounds.magnitude <= 1_000_000_000_000_000
    else { throw BalancingFault(BalancingDataRules.price, "The cost is out of range.", field: key) }
    return Money(micropounds: micropounds)
  }

  /// When the publisher made the row; a time that cannot be read is none.
  private var created: UTCInstant? { row["createdDateTime"]?.text.flatMap { UTCInstant($0) } }

  // MARK: Data sets

  private func acceptance() throws(BalancingFault) -> AcceptanceLevelRow {
    var flags: AcceptanceFlags = []
    if try flag("deemedBoFlag") { flags.insert(.deemed) }
    if try flag("soFlag") { flags.insert(.systemOperator) }
    if try flag("storFlag") { flags.insert(.reserveProvider) }
    if try flag("rrFlag") { flags.insert(.replacementReserve) }
    return AcceptanceLevelRow(
      unit: try unit(), number: try whole("acceptanceNumber"), acceptedAt: try stamp("acceptanceTime"), flags: flags,
      segment: try segment())
  }

  private func bidOffer() throws(BalancingFault) -> BidOfferPair {
    BidOfferPair(
      unit: try unit(), number: try BalancingFields.pair(whole("pairId")), width: try segment(),
      bidPrice: try BalancingFields.price(decimal("bid"), "bid"),
      offerPrice: try BalancingFields.price(decimal("offer"), "offer"))
  }

  private func marketIndex() throws(BalancingFault) -> MarketIndexPrice {
    guard let provider = row["dataProvider"]?.text else {
      throw BalancingFault(BalancingDataRules.record, "The row names no provider.", field: "dataProvider")
    }
    return MarketIndexPrice(
      period: try period(), provider: try BalancingFields.unit(provider),
      price: try BalancingFields.price(decimal("price")), volume: try BalancingFields.volume(decimal("volume")))
  }

  private func adjustment() throws(BalancingFault) -> AdjustmentAction {
    var action = AdjustmentAction(
      period: try period(), number: try whole("id"), volume: try BalancingFields.volume(decimal("volume")),
      cost: try optionalCost("cost"), isSystemFlagged: try flag("soFlag"), isReserveProvider: try flag("storFlag"))
    action.party = row["partyId"]?.text
    action.asset = row["assetId"]?.text
    action.isTendered = row["isTendered"]?.boolean
    action.service = row["service"]?.text
    return action
  }

  private func stackRow() throws(BalancingFault) -> PublishedStackRow {
    let name = row["id"]?.text ?? row["id"]?.integer.map(String.init)
    let id = try BalancingFields.unit(name ?? "")
    var flags: ActionFlags = []
    if try flag("soFlag") { flags.insert(.system) }
    if try flag("cadlFlag") { flags.insert(.shortDuration) }
    let acceptance = row["acceptanceId"]?.integer
    let isAdjustment = id.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    var multiplier = TransmissionLossMultiplier.one
    if let value = row["transmissionLossMultiplier"], !value.isNull {
      guard let read = value.decimal.flatMap({ TransmissionLossMultiplier($0) }) else {
        let message = "This is not a loss multiplier."
        throw BalancingFault(BalancingDataRules.multiplier, message, field: "transmissionLossMultiplier")
      }
      multiplier = read
    }
    var result = PublishedStackRow(
      period: try period(),
      action: StackAction(
        kind: isAdjustment ? .adjustment : .acceptance, id: id, acceptance: acceptance ?? 0,
        pair: row["bidOfferPairId"]?.integer ?? 0, price: try optionalPrice("originalPrice"),
        volume: try BalancingFields.volume(decimal("volume")), lossMultiplier: multiplier, flags: flags,
        isReserve: try flag("storProviderFlag")))
    result.sequenceNumber = row["sequenceNumber"]?.integer
    result.createdAt = created
    result.reserveScarcityPrice = try optionalPrice("reserveScarcityPrice")
    result.dmatAdjusted = try optionalVolume("dmatAdjustedVolume")
    result.arbitrageAdjusted = try optionalVolume("arbitrageAdjustedVolume")
    result.nivAdjusted = try optionalVolume("nivAdjustedVolume")
    result.parAdjusted = try optionalVolume("parAdjustedVolume")
    result.finalPrice = try optionalPrice("finalPrice")
    result.tlmAdjusted = try optionalVolume("tlmAdjustedVolume")
    result.tlmAdjustedCost = try optionalCost("tlmAdjustedCost")
    // The price that was used stands only in the last column.
    if try flag("repricedIndicator") { result.action.repricedTo = result.finalPrice }
    return result
  }

  private func price() throws(BalancingFault) -> PublishedPriceRecord {
    let sell = try BalancingFields.price(decimal("systemSellPrice"), "systemSellPrice")
    var record = PublishedPriceRecord(
      period: try period(), systemSellPrice: sell, systemBuyPrice: try optionalPrice("systemBuyPrice") ?? sell,
      netImbalanceVolume: try optionalVolume("netImbalanceVolume"))
    record.createdAt = created
    record.isAdjustmentDefaulted = row["bsadDefaulted"] == nil ? nil : try flag("bsadDefaulted")
    record.priceDerivationCode = row["priceDerivationCode"]?.text
    record.replacementPrice = try optionalPrice("replacementPrice")
    record.replacementPriceReferenceVolume = try optionalVolume("replacementPriceReferenceVolume")
    record.sellPriceAdjustment = try optionalPrice("sellPriceAdjustment")
    record.buyPriceAdjustment = try optionalPrice("buyPriceAdjustment")
    record.reserveScarcityPrice = try optionalPrice("reserveScarcityPrice")
    record.totalAcceptedOfferVolume = try optionalVolume("totalAcceptedOfferVolume")
    record.totalAcceptedBidVolume = try optionalVolume("totalAcceptedBidVolume")
    record.totalAdjustmentSellVolume = try optionalVolume("totalAdjustmentSellVolume")
    record.totalAdjustmentBuyVolume = try optionalVolume("totalAdjustmentBuyVolume")
    record.totalSystemTaggedAcceptedOfferVolume = try optionalVolume("totalSystemTaggedAcceptedOfferVolume")
    record.totalSystemTaggedAcceptedBidVolume = try optionalVolume("totalSystemTaggedAcceptedBidVolume")
    record.totalSystemTaggedAdjustmentSellVolume = try optionalVolume("totalSystemTaggedAdjustmentSellVolume")
    record.totalSystemTaggedAdjustmentBuyVolume = try optionalVolume("totalSystemTaggedAdjustmentBuyVolume")
    return record
  }
}
