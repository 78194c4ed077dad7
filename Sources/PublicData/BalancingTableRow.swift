import BalancingMechanism
import ImbalancePricing
import MarketIdentifiers
import Quantities
import SettlementCalendar

/// The comma-separated tables with named columns that are read here.
enum BalancingTable: CaseIterable {
  /// Lists of unflagged actions: one line a period.
  case stackList
  /// Published price and net imbalance volume beside somebody's marginal unit.
  case priceSummary
  /// Elexon Portal market index download.
  case marketIndex
  /// Transmission loss multipliers by zone.
  case lossMultipliers
  /// Estimated transmission loss adjustments.
  case estimatedLoss
  /// Insights register of BM units.
  case insightsUnits
  /// Elexon Portal register of BM units; two heading lines before the columns.
  case portalUnits

  /// Column names up to a bracket, lower case; all must be there.
  var columns: [String] {
    switch self {
    case .stackList: ["settlementdate", "settlementperiod", "bid_stack", "offer_stack"]
    case .priceSummary: ["settlementdate", "settlementperiod", "niv_volume", "systemprice"]
    case .marketIndex:
      [
        "settlement date", "settlement period", "market index data provider id", "market index volume",
        "market index price",
      ]
    case .lossMultipliers:
      ["settlement date", "settlement run type", "settlement period", "zone", "off taking", "delivering"]
    case .estimatedLoss: ["effective from date", "effective to date", "etlmoj+", "etlmoj-"]
    case .insightsUnits:
      [
        "elexonbmunit", "bmunitname", "leadpartyid", "bmunittype", "productionorconsumptionflag",
        "transmissionlossfactor", "gspgroupid",
      ]
    case .portalUnits: ["bm unit id", "bmu name", "party id", "bmu type", "prod/cons status", "tlf", "gsp group id"]
    }
  }

  /// Which table a header line begins, and where each of ``columns`` stands.
  static func find(_ header: [String]) -> (table: BalancingTable, places: [Int])? {
    let names = header.map { name in
      var text = name.lowercased().prefix { $0 != "(" }
      while text.last == " " { text.removeLast() }
      return String(text)
    }
    for table in allCases {
      let places = table.columns.compactMap { names.firstIndex(of: $0) }
      if places.count == table.columns.count { return (table, places) }
    }
    return nil
  }

  /// The facts of one row. - Parameter fields: in the order of ``columns``.
  func facts(_ fields: [String]) throws(BalancingFault) -> [BalancingFact] {
    switch self {
    case .stackList: return try stackList(fields)
    case .priceSummary:
      let period = try BalancingFields.period(BalancingFields.date(fields[0]), Int(fields[1]))
      let record = PublishedPriceRecord(
        period: period, systemPrice: try BalancingFields.price(fields[3]),
        netImbalanceVolume: try BalancingFields.volume(fields[2]))
      return [.price(record)]
    case .marketIndex:
      let period = try BalancingFields.period(BalancingFields.date(fields[0]), Int(fields[1]))
      return [
        .marketIndex(
          MarketIndexPrice(
            period: period, provider: try BalancingFields.unit(fields[2]),
            price: try BalancingFields.price(fields[4]), volume: try BalancingFields.volume(fields[3])))
      ]
    case .lossMultipliers: return [.lossMultiplier(try lossMultiplier(fields))]
    case .estimatedLoss: return [.estimatedLoss(try estimatedLoss(fields))]
    case .insightsUnits, .portalUnits: return [.unit(try unit(fields))]
    }
  }

  private func stackList(_ fields: [String]) throws(BalancingFault) -> [BalancingFact] {
    let period = try BalancingFields.period(BalancingFields.date(fields[0]), Int(fields[1]))
    var facts: [BalancingFact] = []
    for (list, isOffer) in [(fields[2], false), (fields[3], true)] where !list.isEmpty {
      for item in list.utf8.split(separator: UInt8(ascii: "|")) {
        let action = try Self.action(Array(item), isOffer: isOffer)
        if let action { facts.append(.unflaggedAction(period, action)) }
      }
    }
    return facts
  }

  /// `12:T_CARR-1@70.5(-1.25)`; a numeric name is an adjustment action. - Returns: `nil` for a volume of nothing.
  private static func action(_ item: [UInt8], isOffer: Bool) throws(BalancingFault) -> StackAction? {
    let bytes = item.filter { $0 != UInt8(ascii: " ") }
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), let at = bytes.lastIndex(of: UInt8(ascii: "@")),
      let open = bytes.lastIndex(of: UInt8(ascii: "(")), bytes.last == UInt8(ascii: ")"), colon < at, at < open,
      let rank = bytes[..<colon].wholeNumber()
    else {
      throw BalancingFault(BalancingDataRules.list, "An action of the list is not rank:unit@price(volume).")
    }
    let name = try BalancingFields.unit(String(decoding: bytes[(colon + 1)..<at], as: UTF8.self))
    let price = try BalancingFields.price(String(decoding: bytes[(at + 1)..<open], as: UTF8.self))
    let volume = try BalancingFields.volume(String(decoding: bytes[(open + 1)..<(bytes.count - 1)], as: UTF8.self))
    guard volume.units != 0 else { return nil }
    guard (volume.units > 0) == isOffer else {
      throw BalancingFault(BalancingDataRules.list, "The sign of a volume is not that of its list.", field: "volume")
    }
    let isAdjustment = name.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return StackAction(
      kind: isAdjustment ? .adjustment : .acceptance, id: name, acceptance: rank, price: price, volume: volume)
  }

  private func lossMultiplier(_ fields: [String]) throws(BalancingFault) -> ZoneLossMultiplier {
    func multiplier(_ text: String) throws(BalancingFault) -> TransmissionLossMultiplier {
      guard let value = DecimalNumber(text).flatMap({ TransmissionLossMultiplier($0) }) else {
        throw BalancingFault(BalancingDataRules.multiplier, "This is not a loss multiplier.", field: "TLM")
      }
      return value
    }
    return ZoneLossMultiplier(
      period: try BalancingFields.period(BalancingFields.date(fields[0]), Int(fields[2])),
      run: try BalancingFields.unit(fields[1]),
      zone: try BalancingFields.whole(fields[3], 1...99, BalancingDataRules.number, "zone"),
      offtaking: try multiplier(fields[4]), delivering: try multiplier(fields[5]))
  }

  private func estimatedLoss(_ fields: [String]) throws(BalancingFault) -> EstimatedLossAdjustment {
    guard let from = BalancingFields.date(fields[0]), let through = BalancingFields.date(fields[1]), from <= through
    else {
      throw BalancingFault(BalancingDataRules.stamp, "The dates do not exist or are not in order.", field: "date")
    }
    return EstimatedLossAdjustment(
      from: from, through: through, delivering: try Self.tenMillionths(fields[2]),
      offtaking: try Self.tenMillionths(fields[3]))
  }

  private static func tenMillionths(_ text: String) throws(BalancingFault) -> Int64 {
    guard let units = DecimalNumber(text)?.units(places: 7, rounding: .halfAwayFromZero)?.value,
      units.magnitude <= 10_000_000
    else {
      throw BalancingFault(BalancingDataRules.multiplier, "This is not a loss adjustment or factor.", field: "TLF")
    }
    return Int64(units)
  }

  /// Id, name, lead party, type, production flag, loss factor, GSP Group.
  private func unit(_ fields: [String]) throws(BalancingFault) -> BalancingUnit {
    let isProduction: Bool? =
      switch fields[4] {
      case "P": true
      case "C": false
      default: nil
      }
    return BalancingUnit(
      id: try BalancingFields.unit(fields[0]), name: fields[1], leadParty: fields[2],
      kind: BalancingUnitKind(rawValue: fields[3]), gspGroup: GSPGroupID(rawValue: fields[6]),
      isProduction: isProduction,
      transmissionLossFactor: fields[5].isEmpty ? nil : try Self.tenMillionths(fields[5]))
  }
}
