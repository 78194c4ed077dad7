import Billing
import JSONText
import MarketIdentifiers
import Quantities
import Rulebooks
import SettlementCalendar

/// Takes a bill's fields out of its document. What is derived is not read: the caller compares it.
enum BillDocumentReader {
  static func bill(_ fields: JSONFields) throws(JSONFieldFault) -> Bill {
    let request = try request(fields.object("request"), tariff: fields.text("tariff"))
    let lines = try list(fields, "lines", atMost: largestLineCount, line)
    guard lines.reduce(Int128(0), { $0 + Int128($1.amount.micropounds.magnitude) }) <= Int128(largestMicropounds) else {
      throw fields.fault("lines", "Their amounts are out of range.")
    }
    return Bill(
      request: request, supplier: request.supplier, tariff: request.tariff,
      tariffKind: try fields.choice("tariff_kind", TariffKind.self),
      quantity: try fields.choice("quantity", MeasurementQuantity.self),
      lines: lines, subtotal: try money(fields, "subtotal_pounds"),
      vat: try vat(fields.object("vat")), total: try money(fields, "total_pounds"),
      estimates: try list(fields, "estimates", estimate), missingDays: try missingDays(fields),
      shape: try list(fields, "shape", shape), rules: try rules(fields.object("rules")),
      capCheck: try capCheck(fields.object("price_cap")))
  }

  private static func list<Value>(
    _ fields: JSONFields, _ key: String, atMost limit: Int = largestListCount,
    _ read: (JSONFields) throws(JSONFieldFault) -> Value
  ) throws(JSONFieldFault) -> [Value] {
    var values: [Value] = []
    let objects = try fields.objects(key)
    guard objects.count <= limit else { throw fields.fault(key, "It has more than \(limit) entries.") }
    for entry in objects { values.append(try read(entry)) }
    return values
  }

  private static func request(_ fields: JSONFields, tariff: String) throws(JSONFieldFault) -> BillRequest {
    BillRequest(
      customer: try fields.text("customer"),
      mpan: try fields.field("mpan", "an MPAN") { $0.text.flatMap { MPAN($0) } },
      gspGroup: try fields.choice("gsp_group", GSPGroupID.self), paymentMethod: try fields.text("payment_method"),
      supplier: try fields.field("supplier", "a participant") { $0.text.flatMap { ParticipantID($0) } },
      tariff: tariff, from: try fields.date("from"), through: try fields.date("through"),
      issued: try fields.date("issued"), revision: try fields.integer("revision"))
  }

  private static func line(_ fields: JSONFields) throws(JSONFieldFault) -> BillLine {
    BillLine(
      kind: try fields.choice("kind", BillLine.Kind.self), name: try fields.text("name"),
      from: try fields.date("from"), through: try fields.date("through"), days: try count(fields, "days"),
      periodCount: try count(fields, "periods"), estimatedPeriodCount: try count(fields, "estimated_periods"),
      energy: try energy(fields, "energy_wh"), estimatedEnergy: try energy(fields, "estimated_wh"),
      price: try price(fields), isCredit: try fields.boolean("credit"), amount: try money(fields, "amount_pounds"),
      source: try fields.text("source"))
  }

  private static func price(_ fields: JSONFields) throws(JSONFieldFault) -> BillLine.Price {
    switch try fields.text("price_unit") {
    case "pence_per_kwh":
      let rate = try fields.pencePerKWh("price")
      guard rate <= TariffRates.largestRate, rate >= .zero else { throw fields.fault("price", "It is out of range.") }
      return .perKilowattHour(rate)
    case "pounds_per_day": return .perDay(try charge(fields, "price"))
    case "pounds_per_30_days": return .perThirtyDays(try charge(fields, "price"))
    case "pounds_per_bill": return .perBill(try charge(fields, "price"))
    default: throw fields.fault("price_unit", "It is not a unit of a bill line.")
    }
  }

  private static func vat(_ fields: JSONFields) throws(JSONFieldFault) -> Bill.VAT {
    Bill.VAT(
      name: try fields.text("name"), rate: try share(fields, "percent"), amount: try money(fields, "amount_pounds"),
      source: try fields.text("source"))
  }

  private static func estimate(_ fields: JSONFields) throws(JSONFieldFault) -> Bill.EstimateShare {
    Bill.EstimateShare(
      method: try fields.text("method"), periodCount: try count(fields, "periods"),
      energy: try energy(fields, "energy_wh"))
  }

  private static func shape(_ fields: JSONFields) throws(JSONFieldFault) -> Bill.BandShape {
    let energies: [Energy] = try fields.field("energy_wh", "48 whole numbers") { value in
      guard let elements = value.elements, elements.count == 48 else { return nil }
      let energies = elements.compactMap { $0.integer }.filter { range.contains($0) }
      return energies.count == 48 ? energies.map { Energy(wattHours: Int64($0)) } : nil
    }
    return Bill.BandShape(band: try fields.text("band"), energies: energies)
  }

  private static func missingDays(_ fields: JSONFields) throws(JSONFieldFault) -> [SettlementDate] {
    try fields.field("missing_days", "a list of dates") { value in
      guard let elements = value.elements else { return nil }
      let dates = elements.compactMap { $0.text.flatMap { SettlementDate($0) } }
      return dates.count == elements.count ? dates : nil
    }
  }

  private static func rules(_ fields: JSONFields) throws(JSONFieldFault) -> BillingRules {
    var rates: [String: BillingRules.VATRate] = [:]
    for entry in try fields.objects("vat_rates") {
      rates[try entry.text("name")] = BillingRules.VATRate(
        rate: try share(entry, "percent"), source: try entry.text("source"))
    }
    return BillingRules(
      rulebook: try fields.text("rulebook"), edition: try fields.text("edition"),
      line: try rounding(fields.object("line")), vat: try rounding(fields.object("vat")),
      cap: try rounding(fields.object("cap")), vatRates: rates)
  }

  private static func rounding(_ fields: JSONFields) throws(JSONFieldFault) -> RoundingRule {
    RoundingRule(
      step: try fields.choice("step", Money.Step.self), rounding: try fields.choice("rounding", Rounding.self),
      source: try fields.text("source"))
  }

  /// - Returns: `nil` where the document says why no cap applies.
  private static func capCheck(_ fields: JSONFields) throws(JSONFieldFault) -> CapCheck? {
    guard try fields.boolean("applies") else { return nil }
    return CapCheck(
      segments: try list(fields, "segments", segment), capAmount: try money(fields, "cap_pounds"),
      chargedAmount: try money(fields, "charged_pounds"), binds: try fields.boolean("binds"),
      components: try list(fields, "components", component))
  }

  private static func segment(_ fields: JSONFields) throws(JSONFieldFault) -> CapCheck.Segment {
    CapCheck.Segment(
      from: try fields.date("from"), through: try fields.date("through"), days: try count(fields, "days"),
      energy: try energy(fields, "energy_wh"),
      level: PriceCapRow(
        from: try fields.date("level_from"), region: try fields.text("region"),
        paymentMethod: try fields.text("payment_method"), meterType: try fields.text("meter_type"),
        unitRate: try fields.pencePerKWh("pence_per_kwh"),
        standingCharge: try charge(fields, "standing_pounds_per_day"), includesVAT: try fields.boolean("includes_vat"),
        source: try fields.text("source")),
      isBeyondQuarter: try fields.boolean("beyond_quarter"))
  }

  private static func component(_ fields: JSONFields) throws(JSONFieldFault) -> CapCheck.ComponentAmount {
    CapCheck.ComponentAmount(
      component: PriceCapComponent(
        name: try fields.text("name"), share: try share(fields, "percent"), stage: try fields.text("stage"),
        recovers: try fields.text("recovers"), from: try fields.date("from"), source: try fields.text("source")),
      amount: try money(fields, "amount_pounds"))
  }
}

/// The bounds that a bill made by `Bill.make` keeps, so that no foreign document can overflow a sum.
extension BillDocumentReader {
  /// Lines of the longest span with new rates every day and all bands and charges.
  private static let largestLineCount = 25_000
  /// So many bands of 48 half-hours can be added.
  private static let largestListCount = 5_000
  /// Half of what ``Money`` holds.
  private static let largestMicropounds: UInt64 = 4_600_000_000_000_000_000

  /// Watt-hours of one bill at most: the reading limit in each period of the longest span.
  private static let range = 0...(1_000_000_000 * 50 * Bill.longestSpan)

  private static func energy(_ fields: JSONFields, _ key: String) throws(JSONFieldFault) -> Energy {
    let value = try fields.integer(key)
    guard range.contains(value) else { throw fields.fault(key, "It is out of range.") }
    return Energy(wattHours: Int64(value))
  }

  private static func count(_ fields: JSONFields, _ key: String) throws(JSONFieldFault) -> Int {
    let value = try fields.integer(key)
    guard (0...(50 * Bill.longestSpan)).contains(value) else { throw fields.fault(key, "It is out of range.") }
    return value
  }

  private static func charge(_ fields: JSONFields, _ key: String) throws(JSONFieldFault) -> Money {
    let value = try fields.pounds(key)
    guard value >= .zero, value <= TariffRates.largestCharge else { throw fields.fault(key, "It is out of range.") }
    return value
  }

  /// A share of 0 to 100 percent.
  private static func share(_ fields: JSONFields, _ key: String) throws(JSONFieldFault) -> Proportion {
    let value = try fields.percent(key)
    guard (0...1_000_000_000).contains(value.billionths) else { throw fields.fault(key, "It is out of range.") }
    return value
  }

  /// An amount of a bill: two of them can be added.
  private static func money(_ fields: JSONFields, _ key: String) throws(JSONFieldFault) -> Money {
    let value = try fields.pounds(key)
    guard value.micropounds.magnitude <= largestMicropounds else { throw fields.fault(key, "It is out of range.") }
    return value
  }
}
