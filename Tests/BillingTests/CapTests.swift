import Accounting
import Billing
import MarketIdentifiers
import Quantities
import Rulebooks
import SettlementCalendar
import Testing

@Suite("Price cap and ledger")
struct CapTests {
  /// A bill of `wattHours` over a span on a single rate.
  func bill(
    _ from: String, _ through: String, wattHours: Int64, rate: String, standing: String,
    kind: TariffKind = .standardVariable, cap: PriceCap
  ) throws -> Bill {
    let rates = try TariffRates(
      effectiveFrom: Sample.date("2025-01-01"), singleRate: Sample.pence(rate),
      standingCharge: Sample.pounds(standing), source: "price sheet")
    var days = Sample.days(from, through, peak: 0, standard: 0, offPeak: 0)
    var first = days[0].energies
    // Spread over the first day's half-hours, so that each stays within the reading limit.
    for slot in first.indices { first[slot] = Energy(wattHours: wattHours / Int64(first.count)) }
    first[0] += Energy(wattHours: wattHours % Int64(first.count))
    days[0] = BillableDay(date: days[0].date, measured: first)
    return try #require(
      try Bill.make(
        Sample.request(from, through), book: Sample.book([rates], kind: kind), days: days, rules: Sample.rules,
        priceCap: cap
      ).value)
  }

  @Test("T18: a year at typical consumption, and the household's 30 days")
  func reference() throws {
    let year = try bill(
      "2026-04-01", "2027-03-31", wattHours: 2_700_000, rate: "20", standing: "0.50", cap: Sample.cap)
    #expect(year.capCheck?.capAmount.poundsText == "874.91")
    let month = try bill(
      "2026-06-01", "2026-06-30", wattHours: 1_200_000, rate: "20", standing: "0.50", cap: Sample.cap)
    let check = try #require(month.capCheck)
    #expect(check.capAmount.poundsText == "313.20")
    // (240.00 + 15.00) × 1.05
    #expect(check.chargedAmount.poundsText == "267.75")
    #expect(check.isWithin && check.binds && !check.isBreach)
    #expect(!check.sentence.contains("latest known"))
  }

  @Test("A standard variable tariff above the cap is a breach")
  func breach() throws {
    let check = try #require(
      try bill("2026-06-01", "2026-06-30", wattHours: 1_200_000, rate: "30", standing: "0.50", cap: Sample.cap)
        .capCheck)
    #expect(check.isBreach)
    #expect(check.sentence.contains("must not be sent"))
  }

  @Test("The cap is split where its level changes")
  func levelChange() throws {
    var later = Sample.capRow
    later = PriceCapRow(
      from: Sample.date("2026-07-01"), region: "all", paymentMethod: "direct-debit",
      meterType: "electricity-single", unitRate: Sample.pence("20"), standingCharge: Sample.pounds("0.40"),
      includesVAT: false, source: "test level")
    let cap = PriceCap(rows: [later, Sample.capRow])
    let check = try #require(
      try bill("2026-06-21", "2026-07-10", wattHours: 100_000, rate: "20", standing: "0.50", cap: cap).capCheck)
    #expect(check.segments.map(\.days) == [10, 10])
    #expect(check.segments.map(\.energy.wattHours) == [100_000, 0])
    // 100 × 0.2467 + 10 × 0.5721 + 10 × 0.40 × 1.05 = 34.591
    #expect(check.capAmount.poundsText == "34.59")
  }

  @Test("A region's own level comes before that of all regions")
  func region() {
    let london = PriceCapRow(
      from: Sample.date("2026-01-01"), region: "_C", paymentMethod: "direct-debit",
      meterType: "electricity-single", unitRate: Sample.pence("1"), standingCharge: .zero, includesVAT: true,
      source: "test")
    let cap = PriceCap(rows: [Sample.capRow, london])
    let date = Sample.date("2026-05-01")
    #expect(cap.row(on: date, gspGroup: .c, paymentMethod: "direct-debit") == london)
    #expect(cap.row(on: date, gspGroup: .a, paymentMethod: "direct-debit") == Sample.capRow)
    #expect(cap.row(on: date, gspGroup: .a, paymentMethod: "prepayment") == nil)
    #expect(cap.row(on: Sample.date("2025-12-31"), gspGroup: .c, paymentMethod: "direct-debit") == nil)
  }

  @Test("The components of every amount add up to it")
  func components() {
    for pence in Int64(0)..<3_000 {
      let amount = Money(pence: pence * 17)
      let parts = PriceCapComponent.split(amount, by: Sample.components)
      #expect(parts.reduce(.zero, +) == amount)
      #expect(parts.allSatisfy { $0 >= .zero })
    }
  }

  @Test("The split of £313.20 by shares that add up to 99")
  func componentAmounts() {
    let parts = PriceCapComponent.split(Sample.pounds("313.20"), by: Sample.components)
    #expect(parts.map(\.poundsText) == ["107.56", "69.60", "50.62", "53.78", "15.82", "15.82"])
    #expect(PriceCapComponent.split(Sample.pounds("1.005"), by: Sample.components).isEmpty)
    #expect(PriceCapComponent.split(Sample.pounds("1"), by: []).isEmpty)
  }

  @Test("The shipped rulebook gives the rules and the cap of a bill")
  func shippedRulebook() throws {
    let date = Sample.date("2026-12-30")
    let rulebook = try #require(Rulebook.named("may-2026"))
    let rules = try #require(BillingRules(rulebook, on: date))
    #expect(rules.vatRates["domestic"]?.rate == Sample.percent("5"))
    #expect(rules.vatRates["standard"]?.rate == Sample.percent("20"))
    #expect(rules.vatRates["none"]?.rate == Sample.percent("0"))
    let made = try Bill.make(
      Sample.request("2026-12-01", "2026-12-30"), book: Sample.book([Sample.rates()]), days: Sample.household,
      rules: rules, priceCap: PriceCap(rulebook, on: date))
    let bill = try #require(made.value)
    #expect(bill.total.poundsText == "350.03")
    #expect(bill.capCheck?.capAmount.poundsText == "313.20")
    #expect(bill.capCheck?.components.map(\.component.name).first == "wholesale")
    #expect(bill.capCheck?.components.reduce(.zero) { $0 + $1.amount } == bill.capCheck?.capAmount)
  }

  @Test("A bill's life in the ledger: issued, collected, bounced; each entry balances")
  func ledger() throws {
    let bill = try bill(
      "2026-06-01", "2026-06-30", wattHours: 1_200_000, rate: "20", standing: "0.50", cap: Sample.cap)
    let date = Sample.date("2026-07-20")
    let issued = try BillLedger.issued(bill)
    let collected = try BillLedger.collected(bill.total, for: bill, on: date)
    let bounced = try BillLedger.bounced(bill.total, for: bill, reason: "refer to payer", on: date)
    func balance(_ entries: [JournalEntry], _ account: Account) -> String {
      entries.flatMap(\.postings).filter { $0.account == account }.reduce(Money.zero) { $0 + $1.amount }.poundsText
    }
    let customer = BillLedger.customer(Sample.mpan)
    #expect(balance([issued], customer) == "-267.75")
    #expect(balance([issued], BillLedger.revenue(Sample.supplier)) == "255.00")
    #expect(balance([issued], BillLedger.vat(Sample.supplier)) == "12.75")
    #expect(balance([issued, collected], customer) == "0.00")
    #expect(balance([issued, collected], BillLedger.bank(Sample.supplier)) == "-267.75")
    #expect(balance([issued, collected, bounced], customer) == "-267.75")
    #expect(balance([issued, collected, bounced], BillLedger.bank(Sample.supplier)) == "0.00")
    for entry in [issued, collected, bounced] {
      #expect(entry.postings.reduce(Money.zero) { $0 + $1.amount } == .zero)
    }
    #expect(Set([issued, collected, bounced].map(\.id)).count == 3)
    let withdrawn = try BillLedger.withdrawn(bill, on: date)
    #expect(balance([issued, withdrawn], customer) == "0.00")
  }
}
