import BalancingMechanism
import MarketIdentifiers
import Quantities
import Testing
import TradingCharges

@Suite("Non-delivery") struct NonDeliveryTests {
  private func unit(_ metered: String, _ pairs: [AcceptedPair], _ order: TradingRules.NonDeliveryOrder) throws
    -> UnitCashflow
  {
    let roster = TradingRoster.make(
      parties: [party("A")], units: [UnitRegistration(id: "U", lead: EnergyAccount(party("A"), .production))]
    ).value
    var rules = rules()
    rules.nonDeliveryOrder = order
    let period = TradingPeriod(
      prices: ImbalancePrices(rate("70")), metered: [mwh(metered)], sold: [.zero, .zero],
      acceptances: [UnitAcceptances(unit: 0, pairs: pairs)], notified: [mwh("100")], losses: .supplied([.one]))
    return try TradingPeriodResult(period, roster, rules).unitCash[0]
  }

  private let offers = [
    AcceptedPair(number: 1, offer: energy("20"), bid: .zero, offerPrice: rate("80"), bidPrice: rate("50")),
    AcceptedPair(number: 2, offer: energy("10"), bid: .zero, offerPrice: rate("120"), bidPrice: rate("60")),
  ]

  /// 30 MWh of offers on 100; 115 delivered leaves 15 short: 10 at 120 and 5 at 80 above a price of 70.
  @Test(arguments: [
    (TradingRules.NonDeliveryOrder.dearestFirst, "550.00"), (.cheapestFirst, "150.00"), (.outermostFirst, "550.00"),
  ])
  func offersNotDelivered(_ order: TradingRules.NonDeliveryOrder, _ charge: String) throws {
    let cash = try unit("115", offers, order)
    #expect(cash.cash.poundsText == "2800.00")
    #expect(cash.shortfall == mwh("15"))
    #expect(cash.nonDeliveryCharge.poundsText == charge)
  }

  @Test("delivered in full, or too much: no charge", arguments: ["130", "140"])
  func delivered(_ metered: String) throws {
    #expect(try unit(metered, offers, .dearestFirst).nonDeliveryCharge == .zero)
  }

  /// A bid of 20 at 30 was accepted and 90 delivered instead of 80: 10 at 70 - 30.
  @Test func bidsNotDelivered() throws {
    let bid = AcceptedPair(number: -1, offer: .zero, bid: energy("-20"), offerPrice: rate("90"), bidPrice: rate("30"))
    let cash = try unit("90", [bid], .dearestFirst)
    #expect(cash.cash.poundsText == "-600.00")
    #expect(cash.nonDeliveryCharge.poundsText == "400.00")
    #expect(cash.pairs[0].nonDeliveredBid == energy("-10"))
  }

  @Test("an offer below the price costs nothing when it is not delivered")
  func cheapOffer() throws {
    let cheap = AcceptedPair(number: 1, offer: energy("5"), bid: .zero, offerPrice: rate("60"), bidPrice: rate("40"))
    #expect(try unit("100", [cheap], .dearestFirst).nonDeliveryCharge == .zero)
  }

  @Test("acceptance volumes of one unit are joined by pair, exactly")
  func joined() throws {
    let third = try ExactFraction(1, over: 3)
    let volumes = (1...3).map { number in
      AcceptedVolume(
        unit: "U", acceptance: number, flags: [], pair: 1, offer: third, bid: .zero, bidPrice: rate("1"),
        offerPrice: rate("2"))
    }
    let joined = try UnitAcceptances(unit: 0, volumes)
    #expect(joined.pairs.map(\.offer) == [energy("1")])
  }
}
