import Billing
import Findings
import MarketIdentifiers
import Quantities
import Reports
import Rulebooks
import SettlementCalendar
import Testing

@Suite("Bill page")
struct BillPageTests {
  func bill(
    customer: String = "C-1", quantity: MeasurementQuantity = .activeImport, kind: TariffKind = .fixed,
    estimated: Bool = false, days dayCount: Int = 30
  ) throws -> Bill {
    func pence(_ text: String) throws -> UnitRate {
      try #require(DecimalNumber(text).flatMap { UnitRate(pencePerKWh: $0) })
    }
    func window(_ from: String, _ to: String) throws -> ClockWindow { try #require(ClockWindow(from: from, to: to)) }
    let rates = try TariffRates(
      effectiveFrom: try #require(SettlementDate("2026-04-01")),
      bands: [
        RateBand(name: "peak", windows: [window("17:00", "19:00")], unitRate: pence("35")),
        RateBand(
          name: "standard", windows: [window("08:00", "17:00"), window("19:00", "22:00")], unitRate: pence("24")),
        RateBand(name: "off-peak", windows: [window("22:00", "08:00")], unitRate: pence("12")),
      ],
      standingCharge: Money(pence: 50),
      passThroughs: [
        PassThroughCharge(name: "network and policy", basis: .perThirtyDays(Money(pence: 7_500)), source: "sheet 2")
      ], source: "sheet 1")
    let supplier = try #require(ParticipantID("MRCY"))
    let book = try TariffBook([
      Tariff(name: "tou", supplier: supplier, kind: kind, quantity: quantity, vatRate: "domestic", rates: [rates])
    ])
    let from = try #require(SettlementDate("2026-12-01"))
    let through = try #require(from.advanced(by: 29))
    let rulebook = try #require(Rulebook.named("may-2026"))
    let days = settlementDates(from, through: through).prefix(dayCount).map { date in
      BillableDay(
        date: date, energies: (0..<48).map { Energy(wattHours: $0 < 16 || $0 > 43 ? 840 : 1_200) },
        estimates: (0..<48).map { estimated && $0 == 3 ? "same day type" : nil })
    }
    let made = Bill.make(
      BillRequest(
        customer: customer, mpan: try #require(MPAN(distributor: 12, serial: 34)), gspGroup: .c,
        paymentMethod: "direct-debit", supplier: supplier, tariff: "tou", from: from, through: through,
        issued: through),
      book: book, days: days, rules: try #require(BillingRules(rulebook, on: through)),
      priceCap: PriceCap(rulebook, on: through))
    return try #require(made.value)
  }

  @Test("Every amount of the bill stands on its page")
  func amounts() throws {
    let bill = try bill()
    let html = try BillPage().html(bill)
    for line in bill.lines {
      #expect(html.contains(">£\(line.amount.poundsText)</td>"))
      #expect(html.contains(">\(line.name)</th>"))
    }
    #expect(html.contains("£\(bill.subtotal.poundsText)"))
    #expect(html.contains("£\(bill.vat.amount.poundsText)"))
    #expect(html.contains("<strong>£\(bill.total.poundsText)</strong>"))
    #expect(html.contains("VAT at 5 % (domestic rate)"))
    #expect(html.contains("1 December to 30 December 2026, 30 days"))
    #expect(html.contains("1440 of 1440 half-hours were measured"))
    #expect(!html.contains("contains estimated readings"))
  }

  @Test("A bill without a verdict of the price cap says why on its page")
  func noCap() throws {
    var bill = try bill()
    #expect(!(try BillPage().html(bill)).contains("No verdict."))
    bill.capCheck = nil
    let html = try BillPage().html(bill)
    #expect(
      html.contains("No verdict.") && html.contains("No level of the price cap is known for every day from 2026-12-01"))
    #expect(try BillPage().html(try self.bill(quantity: .activeExport)).contains("energy they export"))
  }

  @Test("The page stands alone: no script, no link to elsewhere, no tag left open, no template tag left over")
  func selfContained() throws {
    for bill in [try bill(), try bill(estimated: true), try bill(quantity: .activeExport), try bill(days: 28)] {
      let html = try BillPage().html(bill, collection: .init(date: bill.request.through, reference: "120000000034"))
      #expect(!html.contains("<script") && !html.contains("http") && !html.contains("{{"))
      for tag in ["table", "tr", "td", "th", "svg", "dl", "main", "body", "html", "figure", "tbody", "p", "h2"] {
        let opened =
          html.split(separator: "<\(tag)>", omittingEmptySubsequences: false).count
          + html.split(separator: "<\(tag) ", omittingEmptySubsequences: false).count - 2
        let closed = html.split(separator: "</\(tag)>", omittingEmptySubsequences: false).count - 1
        #expect(opened == closed, "\(tag): \(opened) opened, \(closed) closed")
      }
    }
  }

  @Test("The cap's verdict and split are shown, and why a fixed tariff is not bound")
  func cap() throws {
    let bill = try bill()
    let check = try #require(bill.capCheck)
    let html = try BillPage().html(bill)
    #expect(!check.isWithin)
    #expect(html.contains("Above the cap, which does not bind."))
    #expect(html.contains("£\(check.capAmount.poundsText)</td>"))
    for part in check.components { #expect(html.contains("£\(part.amount.poundsText)</td>")) }
    #expect(html.contains("published shares add up to 99 %"))
    let variable = try BillPage().html(try self.bill(kind: .standardVariable))
    #expect(variable.contains("verdict breach"))
    #expect(variable.contains("must not be sent"))
  }

  @Test("Estimates and gaps are marked")
  func estimates() throws {
    let html = try BillPage().html(try bill(estimated: true))
    #expect(html.contains("contains estimated readings"))
    #expect(html.contains("of which 25.200 kWh estimated"))
    #expect(html.contains("same day type"))
    let gaps = try BillPage().html(try bill(days: 28))
    #expect(gaps.contains("for 29 December 2026 and 1 more there are no readings"))
  }

  @Test("An export credit says who owes whom")
  func export() throws {
    let bill = try bill(quantity: .activeExport)
    let html = try BillPage().html(bill)
    #expect(bill.total < .zero)
    #expect(html.contains("We owe you"))
    #expect(html.contains("<strong>£\((-bill.total).poundsText)</strong>"))
    #expect(html.contains("\u{2212}£\((-bill.total).poundsText)"))
    #expect(!html.contains("Cap amount") && html.contains("energy they export"))
  }

  @Test("Texts from outside are escaped")
  func escaping() throws {
    let html = try BillPage().html(try bill(customer: "<b>\"A&B\"</b>"))
    #expect(!html.contains("<b>"))
    #expect(html.contains("&lt;b&gt;"))
  }

  @Test("The drawing has a bar for each half-hour and band with energy, none above the top")
  func drawing() throws {
    let html = try BillPage().html(try bill())
    #expect(html.split(separator: "<rect ").count - 1 == 48)
    #expect(!html.contains("y=\"-") && !html.contains("height=\"-"))
    #expect(html.contains("17:00 peak: 36.000 kWh"))
  }

  @Test("The same bill gives the same page")
  func deterministic() throws {
    #expect(try BillPage().html(try bill()) == BillPage().html(try bill()))
  }
}
