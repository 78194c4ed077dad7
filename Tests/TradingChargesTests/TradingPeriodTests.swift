import BalancingMechanism
import MarketIdentifiers
import Quantities
import SettlementCalendar
import Testing
import TradingCharges

@Suite("Trading charges of one period") struct TradingPeriodTests {
  /// The worked example of the domain notes (3.2, T15): a supplier of 11.880 MWh at 1.010106 that bought 10 pays 160.
  @Test func supplierThatIsShort() throws {
    let roster = TradingRoster.make(
      parties: [party("SUPP"), party("GENR")],
      units: [UnitRegistration(id: "2__ASUPP000", lead: EnergyAccount(party("SUPP"), .consumption))]
    ).value
    let account = try #require(roster.index(of: EnergyAccount(party("SUPP"), .consumption)))
    let other = try #require(roster.index(of: EnergyAccount(party("GENR"), .production)))
    var sold = Array(repeating: SettlementVolume.zero, count: roster.accountCount)
    sold[account.place] = mwh("-10")
    sold[other.place] = mwh("10")
    let result = try TradingPeriodResult(
      TradingPeriod(
        prices: ImbalancePrices(rate("80")), metered: [mwh("-11.880")], sold: sold,
        losses: .supplied([multiplier("1.010106")])), roster, rules())
    let line = result.accounts[account.place]
    // 11.880 × 1.010106 is 12.00005928: the notes round it to 12.
    #expect(line.credited.megawattHoursText == "-12.00005928")
    #expect(line.imbalance.megawattHoursText == "-2.00005928")
    #expect(line.imbalanceCharge.poundsText == "160.004742")
    #expect(result.accounts[other.place].imbalanceCharge.poundsText == "800.00")
    #expect(result.totalResidualCashflow.poundsText == "960.004742")
    #expect(line.residualCashflow == result.totalResidualCashflow)
    #expect(result.residualProportion(of: account) == Proportion(billionths: 1_000_000_000))
  }

  @Test("the rounded worked example: QAEI -2 at 80 is +160.00", arguments: [("80", "160.00"), ("-5", "-10.00")])
  func cashOfTwoShort(_ price: String, _ cash: String) {
    let charge = (-CreditedVolume(mwh("-2"))).cost(at: rate(price), to: .penny, .halfAwayFromZero)
    #expect(charge.poundsText == cash)
  }

  @Test(
    "long is paid the sell price, short pays the buy price",
    arguments: [
      ("5", "30.00", "-150.00"), ("-5", "70.00", "350.00"), ("0", "70.00", "0.00"),
    ])
  func twoPrices(_ metered: String, _ price: String, _ cash: String) throws {
    let roster = TradingRoster.make(
      parties: [party("A")], units: [UnitRegistration(id: "U", lead: EnergyAccount(party("A"), .production))]
    ).value
    let period = TradingPeriod(
      prices: ImbalancePrices(sell: rate("30"), buy: rate("70")), metered: [mwh(metered)], sold: [.zero, .zero],
      losses: .supplied([.one]))
    let line = try TradingPeriodResult(period, roster, rules("2010-01-15")).accounts[0]
    #expect(line.price == rate(price))
    #expect(line.imbalanceCharge.poundsText == cash)
    #expect(throws: TradingPeriodFault.pricesDiffer) { _ = try TradingPeriodResult(period, roster, rules()) }
  }

  /// An accepted offer that is delivered costs no imbalance: the balancing services volume takes it out.
  @Test func acceptedEnergyIsNotPaidTwice() throws {
    let roster = TradingRoster.make(
      parties: [party("A")], units: [UnitRegistration(id: "U", lead: EnergyAccount(party("A"), .production))]
    ).value
    let pair = AcceptedPair(number: 1, offer: energy("10"), bid: .zero, offerPrice: rate("90"), bidPrice: rate("60"))
    let period = TradingPeriod(
      prices: ImbalancePrices(rate("100")), metered: [mwh("60")], sold: [mwh("49"), .zero],
      acceptances: [UnitAcceptances(unit: 0, pairs: [pair])], notified: [mwh("50")],
      losses: .supplied([multiplier("0.98")]))
    let result = try TradingPeriodResult(period, roster, rules())
    #expect(result.balancing == [mwh("10")])
    #expect(result.accounts[0].balancing.megawattHoursText == "9.800")
    #expect(result.accounts[0].imbalance.units == 0)
    #expect(result.unitCash[0].cash.poundsText == "882.00")
    #expect(result.unitCash[0].shortfall == .zero)
    #expect(result.systemOperatorCashflow.poundsText == "882.00")
    #expect(result.informationVolumes == [.zero])
  }

  @Test("a percentage and a fixed reallocation; the lead keeps the rest")
  func reallocations() throws {
    let roster = TradingRoster.make(
      parties: [party("LEAD"), party("SUBS")],
      units: [UnitRegistration(id: "U", lead: EnergyAccount(party("LEAD"), .production))]
    ).value
    let subsidiary = try #require(roster.index(of: EnergyAccount(party("SUBS"), .production)))
    let period = TradingPeriod(
      prices: ImbalancePrices(rate("50")), metered: [mwh("100")], sold: Array(repeating: .zero, count: 4),
      reallocations: [
        Reallocation(
          unit: 0, subsidiary: subsidiary, share: Proportion(billionths: 250_000_000), fixed: mwh("1.5"))
      ], servicesVolumes: [mwh("20")], losses: .supplied([multiplier("0.99")]))
    let result = try TradingPeriodResult(period, roster, rules())
    #expect(result.reallocated[0].metered == mwh("21.5"))
    #expect(result.reallocated[0].credited.megawattHoursText == "21.285")
    #expect(result.leadCredited[0].megawattHoursText == "77.715")
    #expect(result.accounts[0].balancing.megawattHoursText == "19.800")
    #expect(result.accounts[0].imbalance.megawattHoursText == "57.915")
  }

  @Test("what cannot be is refused", arguments: 0..<6)
  func faults(_ which: Int) {
    let roster = Market(parties: 4, unitsEach: 2).roster
    var period = Market(parties: 4, unitsEach: 2).period(1)
    switch which {
    case 0: period.metered.removeLast()
    case 1: period.sold[0] = SettlementVolume(kilowattHours: .min)
    case 2: period.reallocations[0].unit = 99
    case 3: period.reallocations = Array(repeating: period.reallocations[0], count: 60)
    case 4: period.acceptances[0].pairs[0].offer = BalancingEnergy(units: .max)
    default: period.losses = .supplied([.one])
    }
    if which == 3 {
      for place in period.reallocations.indices {
        period.reallocations[place].share = Proportion(billionths: 500_000_000)
      }
    }
    #expect(throws: TradingPeriodFault.self) { _ = try TradingPeriodResult(period, roster, rules()) }
  }

  @Test("a residual that nobody can share is kept apart, and all cash still clears")
  func unshared() throws {
    let roster = TradingRoster.make(
      parties: [party("A")], units: [UnitRegistration(id: "U", lead: EnergyAccount(party("A"), .production))]
    ).value
    let period = TradingPeriod(
      prices: ImbalancePrices(rate("50")), metered: [.zero], sold: [mwh("1"), .zero], losses: .supplied([.one]))
    let result = try TradingPeriodResult(period, roster, rules())
    #expect(result.unsharedResidual.poundsText == "50.00")
    var day = DailyCharges(roster)
    day.add(result)
    #expect(day.unsharedResidual.poundsText == "50.00")
    #expect(day.clearingDifference == .zero)
  }

  @Test func enormousInputsAreRefusedAndDoNotTrap() {
    let roster = Market(parties: 2, unitsEach: 1).roster
    let period = TradingPeriod(
      prices: ImbalancePrices(UnitRate.limit), metered: [mwh("900000"), mwh("-90000")],
      sold: Array(repeating: mwh("-200000"), count: 4), losses: .supplied([multiplier("10"), multiplier("10")]))
    #expect(throws: TradingPeriodFault.tooMuchCash) { _ = try TradingPeriodResult(period, roster, rules()) }
  }
}

@Suite("Laws of trading charges") struct TradingLawTests {
  static let seeds: [UInt64] = Array(1...40)

  @Test("all cash clears: what parties receive is what the system operator pays", arguments: seeds)
  func clearing(_ seed: UInt64) throws {
    let market = Market(parties: 11, unitsEach: 4)
    let period = market.period(seed)
    for credit in TradingRules.NonDeliveryCredit.allCases {
      var rules = rules()
      rules.nonDeliveryCredit = credit
      rules.informationImbalancePrice = seed % 2 == 0 ? rate("0.37") : .zero
      let result = try TradingPeriodResult(period, market.roster, rules)
      let charged = result.accounts.reduce(Money.zero) { $0 + $1.imbalanceCharge }
      let shared = result.accounts.reduce(Money.zero) { $0 + $1.residualCashflow }
      #expect(shared == result.totalResidualCashflow)
      if credit == .systemOperator, seed % 2 == 1 { #expect(charged == shared) }
      var day = DailyCharges(market.roster)
      day.add(result)
      day.add(result)
      #expect(day.clearingDifference == .zero)
      #expect(day.parties.contains { $0.netReceipt != .zero })
    }
  }

  @Test(
    "energy is conserved: credited volumes add up to metered volumes with losses, contracts to nothing",
    arguments: seeds)
  func conservation(_ seed: UInt64) throws {
    let market = Market(parties: 11, unitsEach: 4)
    let period = market.period(seed)
    let result = try TradingPeriodResult(period, market.roster, rules())
    let metered = zip(period.metered, result.losses.multipliers).reduce(CreditedVolume.zero) { $0 + $1.0 * $1.1 }
    #expect(result.accounts.reduce(.zero) { $0 + $1.credited } == metered)
    #expect(result.accounts.reduce(.zero) { $0 + $1.sold } == .zero)
    // T16: Σ TLM·QM is nothing, but for the rounding of two multipliers at the seventh decimal.
    let size = period.metered.reduce(Int64(0)) { $0 + abs($1.kilowattHours) }
    #expect(metered.magnitude.units <= size)
    for line in result.accounts { #expect(line.imbalance == line.credited - line.balancing - line.sold) }
  }

  @Test("shares of the residual differ from the exact ones by less than a step", arguments: seeds)
  func residualShares(_ seed: UInt64) throws {
    let market = Market(parties: 11, unitsEach: 4)
    let result = try TradingPeriodResult(market.period(seed), market.roster, rules())
    let whole = Int128(result.totalResidualBasis.units)
    for line in result.accounts {
      let exact = Int128(result.totalResidualCashflow.micropounds) * Int128(line.residualBasis.units)
      let gap = Int128(line.residualCashflow.micropounds) * whole - exact
      #expect(gap.magnitude <= whole.magnitude)
      #expect(line.residualBasis != .zero || line.residualCashflow == .zero)
    }
  }

  @Test("the order of rows does not matter", arguments: seeds)
  func order(_ seed: UInt64) throws {
    let market = Market(parties: 11, unitsEach: 4)
    var period = market.period(seed)
    let before = try TradingPeriodResult(period, market.roster, rules())
    period.reallocations.reverse()
    period.acceptances.reverse()
    let after = try TradingPeriodResult(period, market.roster, rules())
    #expect(before.accounts == after.accounts)
    #expect(before.systemOperatorCashflow == after.systemOperatorCashflow)
    let shuffled = TradingRoster.make(
      parties: market.roster.parties.reversed(), units: market.roster.units.reversed())
    #expect(shuffled.findings.isEmpty)
    #expect(shuffled.value.units == market.roster.units)
  }

  @Test("a non-delivered volume is never above the accepted one or the shortfall", arguments: seeds)
  func nonDelivery(_ seed: UInt64) throws {
    let market = Market(parties: 11, unitsEach: 4)
    for order in TradingRules.NonDeliveryOrder.allCases {
      var rules = rules()
      rules.nonDeliveryOrder = order
      for row in try TradingPeriodResult(market.period(seed), market.roster, rules).unitCash {
        let offers = row.pairs.reduce(BalancingEnergy.zero) { $0 + $1.nonDeliveredOffer }
        let bids = row.pairs.reduce(BalancingEnergy.zero) { $0 + $1.nonDeliveredBid }
        let gap = try #require(row.shortfall)
        let accepted = row.pairs.reduce(BalancingEnergy.zero) { $0 + (gap > .zero ? $1.pair.offer : $1.pair.bid) }
        let wanted = BalancingEnergy(units: Int128(gap.kilowattHours) * 100_000_000)
        #expect((gap > .zero ? offers : bids).magnitude == min(wanted.magnitude, accepted.magnitude))
        #expect((gap > .zero ? bids : offers) == .zero)
        #expect(row.nonDeliveryCharge >= .zero)
        #expect(row.pairs.allSatisfy { $0.nonDeliveredOffer <= $0.pair.offer && $0.nonDeliveredBid >= $0.pair.bid })
      }
    }
  }
}
