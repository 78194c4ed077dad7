import MarketIdentifiers
import Quantities
import Rulebooks
import SettlementCalendar
import Testing

@Suite("Shipped rulebooks") struct RulebookTests {
  let may2026 = SettlementDate(year: 2026, month: 5, day: 28)!

  @Test("every shipped pack loads, and is found by name", arguments: ["may-2026", "bsc", "mhhs"])
  func loads(_ id: String) throws {
    let rulebook = try Rulebook.load(id)
    #expect(rulebook.id == id)
    #expect(Rulebook.named(id)?.edition == rulebook.edition)
    #expect(rulebook.edition.utf8.count == 16)
    #expect(rulebook.calendar.division == "england-and-wales")
  }

  @Test func names() throws {
    #expect(Rulebook.all.map(\.id) == ["may-2026", "bsc", "mhhs"])
    #expect(Rulebook.default.id == "may-2026")
    #expect(Rulebook.default.edition == (try Rulebook.load("may-2026").edition))
    #expect(Rulebook.named("p2027") == nil)
    #expect(Set(Rulebook.all.map(\.edition)).count == 3)
  }

  @Test("each parameter is documented, each documented one is there with a source")
  func parameters() {
    for rulebook in Rulebook.all {
      #expect(Set(rulebook.parameters.keys) == Set(ParameterName.allCases.map(\.rawValue)), "\(rulebook.id)")
      for name in ParameterName.allCases {
        let parameter = rulebook.parameter(name, on: may2026)
        #expect(parameter?.source.isEmpty == false, "\(rulebook.id) \(name.rawValue)")
      }
    }
  }

  @Test(
    "values",
    arguments: [
      (ParameterName.validationWindowHours, 36), (.estimationHistoryDays, 14), (.estimationDefaultAnnualKWh, 3_100),
      (.vatDomesticPercent, 5), (.validationDefaultCapacityWatts, 23_000), (.capHeadlinePounds, 1_641),
      (.capTypicalKWh, 2_700), (.billingBackBillingMonths, 12),
    ])
  func values(_ name: ParameterName, _ expected: Int) {
    for rulebook in Rulebook.all { #expect(rulebook.wholeNumber(name, on: may2026) == expected) }
  }

  @Test func shares() throws {
    let rulebook = Rulebook.default
    #expect(rulebook.proportion(.vatDomesticPercent, on: may2026)?.billionths == 50_000_000)
    #expect(rulebook.wholeNumber("cap.wholesale-pence-per-kwh", on: may2026) == nil)
    #expect(rulebook.parameter("cap.wholesale-pence-per-kwh", on: may2026)?.value == DecimalNumber("17.4"))
    let before = try #require(SettlementDate("1997-08-31"))
    #expect(rulebook.parameter(.vatDomesticPercent, on: before) == nil)
    #expect(rulebook.parameter("no.such", on: may2026) == nil)
  }

  @Test(
    "flat loss factors",
    arguments: [
      ("may-2026", "01", "1.050"), ("may-2026", "2", "1.020"), ("may-2026", "003", "1.005"),
      ("may-2026", "A7", "1.050"),
      ("bsc", "1", "1.050"), ("bsc", "2", "1.050"), ("mhhs", "3", "1.050"),
    ])
  func lossFactors(_ id: String, _ llfc: String, _ expected: String) throws {
    let lossClass = try #require(LineLossFactorClassID(llfc))
    #expect(Rulebook.named(id)?.flatLossFactor(lossClass, on: may2026)?.description == expected)
  }

  @Test(
    "the price cap",
    arguments: [
      ("may-2026", "20", "0.50", false), ("bsc", "24.67", "0.5721", true), ("mhhs", "24.67", "0.5721", true),
    ])
  func priceCap(_ id: String, _ rate: String, _ standing: String, _ includesVAT: Bool) throws {
    let rulebook = try #require(Rulebook.named(id))
    let cap = try #require(rulebook.priceCap(on: may2026, region: "_C"))
    #expect(cap.unitRate.pencePerKWhText == rate)
    #expect(cap.standingCharge.poundsText == standing)
    #expect(cap.includesVAT == includesVAT)
    #expect(rulebook.priceCap(on: try #require(SettlementDate("2026-03-31")), region: "_C") == nil)
    #expect(rulebook.priceCap(on: may2026, region: "_C", paymentMethod: "prepayment") == nil)
  }

  /// 2,700 kWh and 365 days at the published cap: 874.91 pounds of the headline's 1,641 (T18).
  @Test func publishedCapArithmetic() throws {
    let cap = try #require(Rulebook.named("bsc")?.priceCap(on: may2026, region: "all"))
    let energy = cap.unitRate.charge(for: Energy(wattHours: 2_700_000), to: .micropound, .halfToEven)
    let year = energy + Money(micropounds: cap.standingCharge.micropounds * 365)
    #expect(year.rounded(to: .penny, .halfAwayFromZero).poundsText == "874.91")
    let month = cap.unitRate.charge(for: Energy(wattHours: 1_200_000), to: .micropound, .halfToEven)
    let total = month + Money(micropounds: cap.standingCharge.micropounds * 30)
    #expect(total.rounded(to: .penny, .halfAwayFromZero).poundsText == "313.20")
  }

  @Test func capComponents() throws {
    let components = Rulebook.default.priceCapComponents(on: may2026)
    #expect(components.map(\.name) == ["wholesale", "network", "policy", "operating", "margin", "vat"])
    #expect(components.map { $0.share.percentText(places: 0) } == ["34", "22", "16", "17", "5", "5"])
    #expect(components.map(\.stage) == ["4", "3", "4 and 6", "1 to 6", "6", "6"])
    #expect(components.allSatisfy { !$0.recovers.isEmpty && !$0.source.isEmpty })
    #expect(Rulebook.default.priceCapComponents(on: try #require(SettlementDate("2026-03-31"))).isEmpty)
  }

  @Test(
    "rounding rules",
    arguments: [
      ("bill.line", Money.Step.penny), ("vat", .penny), ("cash.rounding", .micropound), ("payment", .penny),
    ])
  func roundings(_ name: String, _ step: Money.Step) throws {
    for rulebook in Rulebook.all {
      let rule = try #require(rulebook.rounding(name, on: may2026))
      #expect(rule.0 == step && rule.1 == .halfAwayFromZero)
      #expect(rulebook.roundingRule(name, on: may2026)?.source.isEmpty == false)
    }
    #expect(Rulebook.default.rounding("no.such", on: may2026) == nil)
  }

  @Test("another calendar moves the runs and shows in the edition")
  func otherCalendar() throws {
    let rulebook = Rulebook.default
    let scottish = rulebook.withHolidays(try Rulebook.holidays(of: "scotland"))
    #expect(scottish.calendar.division == "scotland")
    #expect(scottish.edition.hasPrefix(rulebook.edition + "+scotland-2012-2028-"))
    let date = try #require(SettlementDate("2025-12-31"))
    #expect(rulebook.timetable.runs(of: date, rulebook.calendar)?.first?.runDate.description == "2026-01-02")
    #expect(scottish.timetable.runs(of: date, scottish.calendar)?.first?.runDate.description == "2026-01-05")
  }
}
