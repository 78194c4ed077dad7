import BalancingMechanism
import ImbalancePricing
import Quantities
import SettlementCalendar
import Testing

private func date(_ text: String) -> SettlementDate { SettlementDate(text)! }

@Suite("Pricing parameters by date")
struct PricingParameterTests {
  @Test func thePackIsWhole() {
    #expect(PricingParameterBook.shipped.rows.count == 20)
    #expect(PricingParameterBook.shipped.rows.allSatisfy { !$0.source.isEmpty })
  }

  @Test(arguments: [
    ("2001-03-27", "0.000", 0, "1000000.000", "0.000", nil),
    ("2001-09-25", "1.000", 900, "1000000.000", "0.000", nil),
    ("2006-11-02", "1.000", 900, "500.000", "0.000", nil),
    ("2009-11-05", "1.000", 900, "500.000", "100.000", nil),
    ("2015-11-04", "1.000", 900, "500.000", "100.000", nil),
    ("2015-11-05", "1.000", 900, "50.000", "1.000", "3000.00"),
    ("2018-10-31", "1.000", 900, "50.000", "1.000", "3000.00"),
    ("2018-11-01", "1.000", 900, "1.000", "1.000", "6000.00"),
    ("2019-03-31", "1.000", 900, "1.000", "1.000", "6000.00"),
    ("2019-04-01", "0.100", 600, "1.000", "1.000", "6000.00"),
    ("2026-08-28", "0.100", 600, "1.000", "1.000", "6000.00"),
  ])
  func dated(_ day: String, _ dmat: String, _ cadl: Int64, _ par: String, _ rpar: String, _ voll: String?) throws {
    let parameters = try #require(PricingParameterBook.shipped.parameters(on: date(day)))
    #expect(parameters.deMinimis.megawattHoursText == dmat)
    #expect(parameters.continuousAcceptanceLimit == cadl)
    #expect(parameters.priceAverageReference.megawattHoursText == par)
    #expect(parameters.replacementReference.megawattHoursText == rpar)
    #expect(parameters.valueOfLostLoad?.poundsPerMWhText == voll)
  }

  @Test(
    "how prices come about, by date",
    arguments: [
      ("2001-03-27", PriceMethod.stackAverages, FlagTreatment.unpriced),
      ("2003-03-10", .stackAverages, .unpriced), ("2003-03-11", .mainAndReverse, .unpriced),
      ("2009-11-05", .mainAndReverse, .classify), ("2015-11-04", .mainAndReverse, .classify),
      ("2015-11-05", .single, .classify),
    ])
  func methods(_ day: String, _ method: PriceMethod, _ treatment: FlagTreatment) throws {
    let parameters = try #require(PricingParameterBook.shipped.parameters(on: date(day)))
    #expect(parameters.method == method)
    #expect(parameters.flagTreatment == treatment)
  }

  @Test func noneBeforeTheTradingArrangements() {
    #expect(PricingParameterBook.shipped.parameters(on: date("2001-03-26")) == nil)
    let pricing = PeriodPricing(PeriodFacts(SettlementDay(date("2000-06-01")).period(1)!))
    #expect(pricing.missing == [.parameters])
    #expect(pricing.systemPrice == nil)
  }

  @Test(arguments: [("0.25", "1500.00"), ("0", "0.00"), ("1", "6000.00"), ("0.000000001", "0.000006")])
  func reserveScarcity(_ probability: String, _ price: String) throws {
    let parameters = try #require(PricingParameterBook.shipped.parameters(on: date("2026-01-01")))
    let number = try #require(DecimalNumber(probability))
    #expect(parameters.reserveScarcityPrice(lossOfLoadProbability: number)?.poundsPerMWhText == price)
    #expect(parameters.reserveScarcityPrice(lossOfLoadProbability: DecimalNumber("1.1")!) == nil)
  }

  /// E5: 1 MWh left times 0.994 is the published volume; the cost over it is the price.
  @Test func lossWeightedVolume() throws {
    let parameters = try #require(PricingParameterBook.shipped.parameters(on: date("2023-09-18")))
    let action = StackAction(
      id: "T_A-1", price: UnitRate(poundsPerMWh: DecimalNumber("54")!),
      volume: BalancingEnergy(megawattHours: DecimalNumber("-5")!)!,
      lossMultiplier: TransmissionLossMultiplier(DecimalNumber("0.994")!)!)
    let walk = PriceWalk(PricingInputs(actions: [action], parameters: parameters))
    #expect(walk.entries.first?.tlmAdjusted.megawattHoursText == "-0.994")
    #expect(walk.systemPrice?.poundsPerMWhText == "54.00")
  }

  /// Runs of acceptances shorter than CADL are flagged; one that starts where another ends prolongs it.
  @Test(arguments: [(9, true), (10, false), (30, false)])
  func shortRunsAreFlagged(_ minutes: Int, _ isFlagged: Bool) throws {
    let period = SettlementDay(date("2026-01-01")).period(20)!
    var facts = PeriodFacts(period)
    let start = period.halfHour.start
    func segment(_ from: Int, _ to: Int, _ kilowatts: Int64) -> LevelSegment {
      let level = PowerLevel(kilowatts: kilowatts)!
      return LevelSegment(
        from: start.advanced(bySeconds: Int64(from * 60)), level, to: start.advanced(bySeconds: Int64(to * 60)), level)!
    }
    _ = facts.addNotification("T_A-1", segment(0, 30, 0))
    let prices = (UnitRate(poundsPerMWh: DecimalNumber("40")!)!, UnitRate(poundsPerMWh: DecimalNumber("70")!)!)
    _ = facts.add(
      BidOfferPair(unit: "T_A-1", number: 1, width: segment(0, 30, 50_000), bidPrice: prices.0, offerPrice: prices.1))
    let half = minutes / 2
    _ = facts.addAcceptance(unit: "T_A-1", number: 1, acceptedAt: start, flags: [], segment(0, half, 12_000))
    _ = facts.addAcceptance(unit: "T_A-1", number: 2, acceptedAt: start, flags: [], segment(half, minutes, 12_000))
    let walk = try #require(PeriodPricing(facts).walk)
    #expect(walk.entries.count == 2)
    #expect(walk.entries.allSatisfy { $0.action.flags.contains(.shortDuration) == isFlagged })
    #expect(walk.totals.totalAcceptedOfferVolume == BalancingEnergy(units: Int128(minutes) * 20_000_000_000))
  }
}
