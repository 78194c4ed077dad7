import Billing
import Findings
import MarketIdentifiers
import Quantities
import SettlementCalendar
import Testing

@Suite("Bill")
struct BillTests {
  func householdBill() throws -> Bill {
    let made = try Bill.make(
      Sample.request("2026-12-01", "2026-12-30"), book: Sample.book([Sample.rates()]), days: Sample.household,
      rules: Sample.rules, priceCap: Sample.cap)
    #expect(made.findings.isEmpty)
    return try #require(made.value)
  }

  @Test("The worked household comes out to the penny")
  func workedHousehold() throws {
    let bill = try householdBill()
    let energy = Dictionary(uniqueKeysWithValues: bill.energyLines.map { ($0.name, $0) })
    #expect(energy["peak"]?.energy == Energy(wattHours: 144_000))
    #expect(energy["standard"]?.energy == Energy(wattHours: 552_000))
    #expect(energy["off-peak"]?.energy == Energy(wattHours: 504_000))
    #expect(energy["peak"]?.periodCount == 120)
    #expect(energy["standard"]?.periodCount == 720)
    #expect(energy["off-peak"]?.periodCount == 600)
    #expect(energy["peak"]?.amount.poundsText == "50.40")
    #expect(energy["standard"]?.amount.poundsText == "132.48")
    #expect(energy["off-peak"]?.amount.poundsText == "60.48")
    #expect(bill.amount(of: .energy).poundsText == "243.36")
    #expect(bill.amount(of: .standingCharge).poundsText == "15.00")
    #expect(bill.amount(of: .passThrough).poundsText == "75.00")
    #expect(bill.vat.amount.poundsText == "16.67")
    #expect(bill.total.poundsText == "350.03")
    #expect(bill.addsUp)
  }

  @Test("The worked household is above the cap, and a fixed tariff is told why that does not bind")
  func workedHouseholdCap() throws {
    let check = try #require(try householdBill().capCheck)
    #expect(check.capAmount.poundsText == "313.20")
    #expect(check.chargedAmount.poundsText == "350.03")
    #expect(check.headroom.poundsText == "-36.83")
    #expect(!check.isWithin && !check.binds && !check.isBreach)
    #expect(check.sentence.contains("does not bind"))
    #expect(check.sentence.contains("latest known"))  // December lies beyond the quarter of the level of April
  }

  @Test("A bill across a rate change has lines for each rate, and the days of each")
  func rateChange() throws {
    let dearer = Sample.bands.map { RateBand(name: $0.name, windows: $0.windows, unitRate: Sample.pence("50")) }
    let book = try Sample.book([
      Sample.rates(), Sample.rates(from: "2026-12-11", bands: dearer, standing: "0.60"),
    ])
    let bill = try #require(
      Bill.make(Sample.request("2026-12-01", "2026-12-30"), book: book, days: Sample.household, rules: Sample.rules)
        .value)
    #expect(bill.lines.map(\.name).count == 3 + 3 + 2 + 2)
    #expect(bill.lines.filter { $0.kind == .standingCharge }.map(\.amount.poundsText) == ["5.00", "12.00"])
    #expect(bill.lines.filter { $0.kind == .passThrough }.map(\.amount.poundsText) == ["25.00", "50.00"])
    #expect(bill.lines.filter { $0.name == "peak" }.map(\.days) == [10, 20])
    #expect(bill.lines.filter { $0.name == "peak" }.map(\.amount.poundsText) == ["16.80", "48.00"])
    #expect(bill.energy == Energy(wattHours: 1_200_000))
    #expect(bill.addsUp)
  }

  @Test("Export is credited, and VAT on a credit is a credit")
  func export() throws {
    let book = try Sample.book([Sample.rates(standing: "0", passThroughs: [])], quantity: .activeExport)
    let made = Bill.make(
      Sample.request("2026-12-01", "2026-12-30"), book: book, days: Sample.household, rules: Sample.rules,
      priceCap: Sample.cap)
    let bill = try #require(made.value)
    #expect(bill.subtotal.poundsText == "-243.36")
    #expect(bill.vat.amount.poundsText == "-12.17")
    #expect(bill.total.poundsText == "-255.53")
    #expect(bill.capCheck == nil && made.findings.isEmpty && bill.addsUp)
    #expect(bill.capAbsence?.contains("energy they export") == true)
  }

  @Test("A bill without a verdict says for which days, region and payment no level is known")
  func noVerdict() throws {
    let book = try Sample.book([Sample.rates()])
    func absence(_ method: String, _ cap: PriceCap?) throws -> String? {
      let request = Sample.request("2026-12-01", "2026-12-30", paymentMethod: method)
      return try #require(
        Bill.make(request, book: book, days: Sample.household, rules: Sample.rules, priceCap: cap).value
      ).capAbsence
    }
    #expect(try absence("direct-debit", Sample.cap) == nil)
    #expect(
      try absence("standard-credit", Sample.cap) == """
        No level of the price cap is known for every day from 2026-12-01 to 2026-12-30 in region _C for payment by \
        standard credit, so the charges are held against none.
        """)
    #expect(try absence("direct-debit", PriceCap(rows: []))?.contains("payment by direct debit") == true)
  }

  @Test("A bill's id says whose days it charges, and no other text does")
  func idReadsBack() throws {
    var request = Sample.request("2026-12-01", "2027-01-02")
    for revision in [1, 2, 17] {
      request.revision = revision
      let span = try #require(BillRequest.span(ofID: request.id))
      #expect(span.mpan == request.mpan && span.days == request.from...request.through)
    }
    request.revision = 1
    let id = request.id
    let others = (0..<id.count).map { String(id.prefix($0)) } + ["\(Sample.mpan)-20270102-20261201", id + "-x"]
    #expect(others.compactMap { BillRequest.span(ofID: $0)?.mpan } == [])
  }

  @Test("The order of the days does not matter")
  func order() throws {
    let book = try Sample.book([Sample.rates()])
    let request = Sample.request("2026-12-01", "2026-12-30")
    var days = Sample.household
    let bill = Bill.make(request, book: book, days: days, rules: Sample.rules, priceCap: Sample.cap).value
    for step in [7, 11, 13] {
      days = days.indices.map { days[$0 * step % days.count] }
      #expect(Set(days.map(\.date)).count == 30)
      #expect(Bill.make(request, book: book, days: days, rules: Sample.rules, priceCap: Sample.cap).value == bill)
    }
  }

  @Test("Two bills of parts have the energy of the whole, and its energy charge but for rounding", arguments: 1..<30)
  func split(at cut: Int) throws {
    let book = try Sample.book([Sample.rates()])
    let days = Sample.days("2026-10-10", "2026-11-08", peak: 1_213, standard: 457, offPeak: 331)  // with a long day
    let middle = days[cut - 1].date
    func bill(_ from: SettlementDate, _ through: SettlementDate) throws -> Bill {
      let request = Sample.request(from.description, through.description)
      let part = days.filter { $0.date >= from && $0.date <= through }
      return try #require(Bill.make(request, book: book, days: part, rules: Sample.rules).value)
    }
    let whole = try bill(days[0].date, days[29].date)
    let first = try bill(days[0].date, middle)
    let second = try bill(days[cut].date, days[29].date)
    #expect(first.energy + second.energy == whole.energy)
    let difference = first.amount(of: .energy) + second.amount(of: .energy) - whole.amount(of: .energy)
    // Each of three bands is rounded by at most half a penny three times.
    #expect(difference.micropounds.magnitude <= 3 * 3 * 5_000)
    #expect(first.addsUp && second.addsUp && whole.addsUp)
  }

  @Test("Estimated energy is stated by method")
  func estimates() throws {
    var days = Sample.household
    var methods = days[3].estimates
    methods[0] = "same day type"
    methods[34] = "class average"
    days[3] = BillableDay(date: days[3].date, energies: days[3].energies, estimates: methods)
    let bill = try #require(
      try Bill.make(
        Sample.request("2026-12-01", "2026-12-30"), book: Sample.book([Sample.rates()]), days: days,
        rules: Sample.rules
      ).value)
    #expect(bill.estimatedPeriodCount == 2)
    #expect(bill.estimatedEnergy == Energy(wattHours: 840 + 1_200))
    #expect(bill.estimates.map(\.method) == ["class average", "same day type"])
    #expect(bill.estimatedShare.percentText() == "0.17")
    #expect(bill.total.poundsText == "350.03" && bill.addsUp)
  }

  @Test("What cannot be billed is said, and nothing vanishes")
  func findings() throws {
    let book = try Sample.book([Sample.rates()])
    let request = Sample.request("2026-12-01", "2026-12-30")
    func rules(_ request: BillRequest, _ days: [BillableDay], _ rules: BillingRules = Sample.rules) -> [RuleID] {
      Bill.make(request, book: book, days: days, rules: rules, priceCap: Sample.cap).findings.map(\.rule).sorted()
    }
    let days = Sample.household
    #expect(rules(request, Array(days.dropLast())) == ["BILL-08"])
    #expect(rules(request, []) == ["BILL-08"])
    #expect(rules(request, days + [days[0]]) == ["BILL-06"])
    let other = BillableDay(date: days[0].date, measured: days[0].energies.map { $0 + Energy(wattHours: 1) })
    #expect(rules(request, days + [other]) == ["BILL-06", "BILL-08"])
    let short = BillableDay(date: days[0].date, measured: Array(days[0].energies.dropLast()))
    #expect(rules(request, [short] + days.dropFirst()) == ["BILL-05", "BILL-08"])
    let huge = BillableDay(date: days[0].date, measured: days[0].energies.map { _ in Energy(wattHours: .max) })
    #expect(rules(request, [huge] + days.dropFirst()) == ["BILL-05", "BILL-08"])
    #expect(rules(request, days + Sample.days("2027-01-01", "2027-01-02")) == ["BILL-07"])
    #expect(rules(Sample.request("2026-12-30", "2026-12-01"), days) == ["BILL-02"])
    #expect(rules(Sample.request("2026-12-01", "2028-12-01"), days) == ["BILL-02"])
    #expect(rules(Sample.request("2026-03-31", "2026-04-01"), days) == ["BILL-03"])
    #expect(rules(Sample.request("2026-12-01", "2026-12-30", paymentMethod: "prepayment"), days) == ["BILL-09"])
    var noVAT = Sample.rules
    noVAT.vatRates = [:]
    #expect(rules(request, days, noVAT) == ["BILL-04"])
    var unknown = request
    unknown.tariff = "none"
    #expect(rules(unknown, days) == ["BILL-01"])
  }

  @Test("The largest bill that the bounds allow does not overflow")
  func largest() throws {
    let bands = Sample.bands.map {
      RateBand(name: $0.name, windows: $0.windows, unitRate: TariffRates.largestRate)
    }
    let charges = (0..<TariffRates.largestPassThroughCount).map {
      PassThroughCharge(name: "c\($0)", basis: .perKilowattHour(TariffRates.largestRate), source: "s")
    }
    let rates = try TariffRates(
      effectiveFrom: Sample.date("2026-01-01"), bands: bands, standingCharge: TariffRates.largestCharge,
      passThroughs: charges, source: "s")
    var rules = Sample.rules
    rules.vatRates["domestic"] = BillingRules.VATRate(rate: Sample.percent("100"), source: "s")
    let most = Energy.readingLimit.wattHours
    let days = Sample.days("2026-01-01", "2027-02-04", peak: most, standard: most, offPeak: most)
    #expect(days.count == Bill.longestSpan)
    let bill = try #require(
      try Bill.make(
        Sample.request("2026-01-01", "2027-02-04"), book: Sample.book([rates]), days: days, rules: rules
      ).value)
    #expect(bill.addsUp)
    #expect(bill.total == bill.subtotal + bill.subtotal)
  }
}
