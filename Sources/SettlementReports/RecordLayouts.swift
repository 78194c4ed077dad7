/// The records of each kind of file, as public descriptions and published files show them.
///
/// Names of fields are given where a public source names them (domain notes 2.7 and 4.3; the data item names of account
/// and BM unit records as public readers of these files list them). A field that no source names stands as it is.
enum RecordLayouts {
  private static let volume = FieldKind.decimal(10, 3)
  private static let take = FieldKind.decimal(14, 4)
  private static let price = FieldKind.decimal(10, 5)
  private static let factor = FieldKind.decimal(8, 7)
  /// Cash is given in pounds with two decimals.
  private static let cash = FieldKind.decimal(12, 2)
  /// System totals have no format in the sources; they are wider than a unit's volume.
  private static let total = FieldKind.decimal(14, 4)

  private static func field(_ name: String, _ kind: FieldKind, optional: Bool = false) -> FieldLayout {
    FieldLayout(name, kind, optional: optional)
  }

  // MARK: Meter data of the Central Data Collection Agent

  private static let aggregation = [
    field("settlementDate", .date), field("run", .run), field("cdcaRunNumber", .integer(4)),
    field("aggregationDate", .date),
  ]

  private static let meterPeriod = [
    field("settlementPeriod", .integer(2)), field("isEstimate", .flag), field("volume", volume),
    field("direction", .direction),
  ]

  static let groupTake = [
    RecordLayout(
      .groupTake, "GSP Group", under: [], counts: [6], date: 2, [field("gspGroup", .text(2))] + aggregation),
    RecordLayout(
      .groupTakePeriod, "GSP Group take of a period", under: [.groupTake], counts: [5], isPeriodRow: true,
      [
        field("settlementPeriod", .integer(2)), field("isEstimate", .flag), field("direction", .direction),
        field("take", take),
      ]),
  ]

  static let distributionArea = [
    RecordLayout(
      .area, "distribution area", under: [], counts: [6], date: 2, [field("gspGroup", .text(2))] + aggregation),
    RecordLayout(.supplyPoint, "Grid Supply Point", under: [.area], counts: [2], [field("gsp", .text(10))]),
    RecordLayout(
      .supplyPointPeriod, "metered volume of a Grid Supply Point", under: [.supplyPoint], counts: [5],
      isPeriodRow: true, meterPeriod),
    RecordLayout(
      .interconnector, "interconnector", under: [.area], counts: [2], [field("interconnector", .text(10))]),
    RecordLayout(
      .interconnectorPeriod, "metered volume of an interconnector", under: [.interconnector], counts: [5],
      isPeriodRow: true, meterPeriod),
    RecordLayout(
      .interGroup, "inter-group connection", under: [.area], counts: [2], [field("interGroupConnection", .text(10))]),
    RecordLayout(
      .interGroupPeriod, "metered volume of an inter-group connection", under: [.interGroup], counts: [5],
      isPeriodRow: true, meterPeriod),
  ]

  static let unitAggregation = [
    RecordLayout(.unit, "BM unit", under: [], counts: [6], date: 2, [field("bmUnit", .text(11))] + aggregation),
    RecordLayout(
      .unitVolume, "metered volume of a BM unit", under: [.unit], counts: [5], isPeriodRow: true, meterPeriod),
  ]

  // MARK: Settlement report

  private static let runFields = [
    field("settlementDate", .date), field("run", .run), field("saaRunNumber", .integer(4)),
    field("cdcaRunNumber", .integer(4)), field("svaaCDCASettlementDate", .date),
    field("svaaCDCARunNumber", .integer(8)), field("svaaSSRRunNumber", .integer(8)), field("bscParty", .text(8)),
  ]

  static let settlementReport =
    [
      RecordLayout(.runHeader, "run header", under: [], counts: [9], date: 1, runFields),
      RecordLayout(
        .systemPeriod, "system period information", under: [.runHeader], counts: [54], isPeriodRow: true,
        systemPeriodFields),
      RecordLayout(.partyHeader, "party", under: [.runHeader], counts: [9], date: 1, runFields),
      RecordLayout(
        .dayCharges, "charges of a party over the day", under: [.partyHeader], counts: [13], dayChargeFields),
      RecordLayout(
        .partyPeriod, "period within a party", under: [.partyHeader], counts: [2], isPeriodRow: true,
        [field("settlementPeriod", .integer(2))]),
      RecordLayout(
        .accountPeriod, "energy account of a party in a period", under: [.partyPeriod], counts: [15], accountFields),
      RecordLayout(
        .unitPeriod, "BM unit of a party in a period", under: [.partyPeriod], counts: [26], unitPeriodFields),
    ] + recordsKeptWhole

  /// Field 2 and 3 hold the price (equal in every published row seen), 4 the derivation code.
  private static let systemPeriodFields: [FieldLayout] = {
    var fields = [FieldLayout](repeating: .unnamed, count: 53)
    func put(_ position: Int, _ name: String, _ kind: FieldKind) {
      fields[position - 1] = FieldLayout(name, kind, optional: position != 1)
    }
    put(1, "settlementPeriod", .integer(2))
    put(2, "systemPrice", price)
    put(3, "systemPriceRepeated", price)
    put(4, "priceDerivationCode", .text(4))
    put(5, "totalOfftaking", total)
    put(6, "totalDelivering", total)
    put(7, "netImbalanceLikeTotal", total)
    put(11, "systemCashflow", total)
    put(12, "bsadDefaultFlag", .flag)
    put(13, "cadl", .integer(4))
    put(14, "dmat", .decimal(10, 5))
    put(23, "totalAcceptedBidVolume", total)
    put(24, "totalAcceptedOfferVolume", total)
    put(25, "taggedAcceptedBidVolume", total)
    put(26, "taggedAcceptedOfferVolume", total)
    for position in 27...30 { put(position, "furtherTotal\(position)", total) }
    for position in 31...38 { put(position, "adjustmentVolume\(position)", total) }
    put(39, "replacementPrice", price)
    put(40, "replacementPriceVolume", total)
    put(42, "lossOfLoadProbability", .decimal(20, 15))
    put(43, "deRatedMargin", total)
    put(44, "valueOfLostLoad", .decimal(12, 5))
    put(45, "reserveScarcityPrice", .decimal(12, 5))
    put(53, "supplierSourcingCost", .decimal(12, 5))
    return fields
  }()

  private static let dayChargeFields: [FieldLayout] = {
    var fields = [FieldLayout](repeating: .unnamed, count: 12)
    fields[10] = FieldLayout("virtualTradingPartyCompensation", cash, optional: true)
    fields[11] = FieldLayout("supplierCompensation", cash, optional: true)
    return fields
  }()

  private static let accountFields: [FieldLayout] =
    [
      field("accountFlag", .text(1)), field("bsscLimitedCostAllocation", cash, optional: true),
      field("energyImbalanceCharge", cash, optional: true), field("informationImbalanceCharge", cash, optional: true),
      field("residualCashflowReallocationCharge", cash, optional: true),
      field("accountBilateralContractVolume", volume, optional: true),
      field("accountPeriodBalancingServicesVolume", volume, optional: true),
      field("accountEnergyImbalanceVolume", volume, optional: true),
      field("accountCreditedEnergyVolume", volume, optional: true),
      field("residualCashflowReallocationProportion", factor, optional: true),
    ] + [FieldLayout](repeating: .unnamed, count: 4)

  private static let unitPeriodFields: [FieldLayout] = [
    field("bmUnit", .text(11)), field("informationImbalanceCashflow", cash, optional: true),
    field("nonDeliveryCharge", cash, optional: true), field("periodFPN", volume, optional: true),
    field("balancingServicesVolume", volume, optional: true),
    field("informationImbalanceVolume", volume, optional: true),
    field("expectedMeteredVolume", volume, optional: true), field("meteredVolume", volume, optional: true),
    field("nonDeliveredBidVolume", volume, optional: true), field("nonDeliveredOfferVolume", volume, optional: true),
    field("transmissionLossFactor", factor, optional: true),
    field("transmissionLossMultiplier", factor, optional: true), field("tradingUnit", .text(30), optional: true),
    field("tradingUnitMeteredVolume", volume, optional: true),
    field("applicableBalancingServicesVolume", volume, optional: true),
    field("supplierDeliveredVolume", volume, optional: true),
    field("supplierNonBMABSVDVolume", volume, optional: true), field("nonBMABSVDVolume", volume, optional: true),
    .unnamed, .unnamed, .unnamed,
    field("supplierCompensationVolume", volume, optional: true),
    field("secondaryCompensationVolume", volume, optional: true), .unnamed,
    field("supplierCompensationCashflow", cash, optional: true),
  ]

  /// Records that published settlement reports hold and whose fields no public source names: counted, and kept whole.
  private static let recordsKeptWhole: [RecordLayout] = [
    ("APB", "account period BM unit data", [5]), ("BO2", "bid-offer data", []), ("BO3", "bid-offer data", [9]),
    ("BO4", "bid-offer acceptance data", [16]), ("BO6", "bid-offer acceptance data", [5]),
    ("BO7", "bid-offer acceptance data", [4]), ("BPI", "BM unit period information", [7]),
    ("DB1", "balancing services adjustment action", [14]), ("DB2", "balancing services adjustment action", [14]),
    ("FP2", "physical notification", []), ("MD1", "market index data", [5]), ("MD2", "market index data", [5]),
    ("MEL", "maximum export limit", [5]), ("MIL", "maximum import limit", [5]),
    ("MVR", "metered volume reallocation", [6]), ("PPC", "party period charges", [11]),
    ("RDE", "run-down rate, export", [6]), ("RDI", "run-down rate, import", [6]),
    ("RUE", "run-up rate, export", [6]), ("RUI", "run-up rate, import", [6]), ("SSD", "system period data", [80]),
    ("TRA", "trading unit", [3]),
  ].map { RecordLayout(RecordTag(stringLiteral: $0.0), $0.1, under: nil, counts: $0.2) }
}
