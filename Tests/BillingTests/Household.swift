import Billing
import Findings
import MarketIdentifiers
import Quantities
import Rulebooks
import SettlementCalendar

/// The values that the tests of this target share.
enum Sample {
  static let supplier = ParticipantID("MRCY")!
  static let mpan = MPAN(distributor: 12, serial: 34)!

  static func date(_ text: String) -> SettlementDate { SettlementDate(text)! }
  static func pence(_ text: String) -> UnitRate { UnitRate(pencePerKWh: DecimalNumber(text)!)! }
  static func pounds(_ text: String) -> Money { Money(pounds: DecimalNumber(text)!)! }
  static func percent(_ text: String) -> Proportion { Proportion(percent: DecimalNumber(text)!)! }
  static func window(_ from: String, _ to: String, _ days: TariffDays = .all) -> ClockWindow {
    ClockWindow(from: from, to: to, days: days)!
  }

  static let bands = [
    RateBand(name: "peak", windows: [window("17:00", "19:00")], unitRate: pence("35")),
    RateBand(
      name: "standard", windows: [window("08:00", "17:00"), window("19:00", "22:00")], unitRate: pence("24")),
    RateBand(name: "off-peak", windows: [window("22:00", "08:00")], unitRate: pence("12")),
  ]

  static func rates(
    from: String = "2026-04-01", bands: [RateBand] = bands, standing: String = "0.50",
    passThroughs: [PassThroughCharge] = [
      PassThroughCharge(
        name: "network and policy", basis: .perThirtyDays(pounds("75")), source: "price sheet, line 4")
    ]
  ) throws -> TariffRates {
    try TariffRates(
      effectiveFrom: date(from), bands: bands, standingCharge: pounds(standing), passThroughs: passThroughs,
      source: "price sheet")
  }

  static func book(
    _ rates: [TariffRates], kind: TariffKind = .fixed, quantity: MeasurementQuantity = .activeImport
  ) throws -> TariffBook {
    try TariffBook([
      Tariff(name: "tou", supplier: supplier, kind: kind, quantity: quantity, vatRate: "domestic", rates: rates)
    ])
  }

  static let nearestPenny = RoundingRule(
    step: .penny, rounding: .halfAwayFromZero, source: "VAT Notice 700 section 17")
  static let rules = BillingRules(
    rulebook: "may-2026", edition: "test", line: nearestPenny, vat: nearestPenny, cap: nearestPenny,
    vatRates: ["domestic": BillingRules.VATRate(rate: percent("5"), source: "VAT Act 1994 schedule 7A")])

  static func request(
    _ from: String, _ through: String, paymentMethod: String = "direct-debit"
  ) -> BillRequest {
    BillRequest(
      customer: "C-1", mpan: mpan, gspGroup: .c, paymentMethod: paymentMethod, supplier: supplier, tariff: "tou",
      from: date(from), through: date(through), issued: date("2027-01-10"))
  }

  /// Days with one energy for each band of ``bands``.
  static func days(
    _ from: String, _ through: String, peak: Int64 = 1_200, standard: Int64 = 766, offPeak: Int64 = 840
  ) -> [BillableDay] {
    settlementDates(date(from), through: date(through)).map { date in
      let day = SettlementDay(date)
      return BillableDay(
        date: date,
        measured: (1...day.periodCount).map {
          let minute = day.clockMinute(ofPeriod: $0)
          if minute < 480 || minute >= 1_320 { return Energy(wattHours: offPeak) }
          return Energy(wattHours: (1_020..<1_140).contains(minute) ? peak : standard)
        })
    }
  }

  /// The household of the lifecycle document: 30 days of December with 144, 552 and 504 kWh.
  static var household: [BillableDay] {
    // 552 kWh over 720 half-hours is 766 2/3 Wh: every third half-hour has 766, the others 767.
    days("2026-12-01", "2026-12-30").map { day in
      var seen = 0
      return BillableDay(
        date: day.date,
        measured: day.energies.map { energy in
          guard energy.wattHours == 766 else { return energy }
          seen += 1
          return Energy(wattHours: seen % 3 == 0 ? 766 : 767)
        })
    }
  }

  static let capRow = PriceCapRow(
    from: date("2026-04-01"), region: "all", paymentMethod: "direct-debit", meterType: "electricity-single",
    unitRate: pence("24.67"), standingCharge: pounds("0.5721"), includesVAT: true, source: "Ofgem, Q2 2026")
  static let components = [
    ("wholesale", "34"), ("network", "22"), ("policy", "16"), ("operating", "17"), ("margin", "5"), ("vat", "5"),
  ].map {
    PriceCapComponent(
      name: $0.0, share: percent($0.1), stage: "6", recovers: "costs", from: date("2026-04-01"), source: "test")
  }
  static let cap = PriceCap(rows: [capRow], components: components)
}
