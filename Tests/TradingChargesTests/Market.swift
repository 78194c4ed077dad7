import BalancingMechanism
import MarketIdentifiers
import Quantities
import SettlementCalendar
import TradingCharges

func number(_ text: String) -> DecimalNumber { DecimalNumber(text) ?? DecimalNumber(significand: 0, scale: 0) }
func mwh(_ text: String) -> SettlementVolume {
  SettlementVolume.megawattHours(number(text), rounding: .halfAwayFromZero)?.volume ?? .zero
}
func rate(_ text: String) -> UnitRate { UnitRate(poundsPerMWh: number(text)) ?? .zero }
func energy(_ text: String) -> BalancingEnergy { BalancingEnergy(megawattHours: number(text)) ?? .zero }
func multiplier(_ text: String) -> TransmissionLossMultiplier { TransmissionLossMultiplier(number(text)) ?? .one }
func party(_ code: String) -> ParticipantID { ParticipantID(code)! }
func date(_ text: String) -> SettlementDate { SettlementDate(text)! }
func rules(_ text: String = "2026-01-15") -> TradingRules { TradingRuleBook.shipped.rules(on: date(text))! }

/// Numbers that repeat: a linear congruential generator.
struct Dice {
  var state: UInt64
  mutating func roll(_ range: ClosedRange<Int64>) -> Int64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return range.lowerBound + Int64((state >> 33) % UInt64(range.upperBound - range.lowerBound + 1))
  }
}

/// A made-up market: generators, suppliers and an interconnector, of a size to choose.
struct Market {
  let roster: TradingRoster

  init(parties: Int, unitsEach: Int) {
    let names = (0..<parties).map { party("P" + String($0)) }
    var units: [UnitRegistration] = []
    for (place, name) in names.enumerated() {
      for unit in 0..<unitsEach {
        let kind: AccountKind = place % 2 == 0 ? .production : .consumption
        units.append(
          UnitRegistration(
            id: "U\(place)-\(unit)", lead: EnergyAccount(name, kind), isInterconnector: place == 3,
            tradingUnit: unit < 2 ? "TU\(place)" : nil, transmissionLossFactor: Int64(place % 7) * 10_000 - 30_000))
      }
    }
    roster = TradingRoster.make(parties: names, units: units.reversed()).value
  }

  /// A period with every kind of input.
  func period(_ seed: UInt64) -> TradingPeriod {
    var dice = Dice(state: seed)
    let metered = roster.leads.map { lead in
      SettlementVolume(kilowattHours: dice.roll(0...90_000) * (lead.kind == .production ? 1 : -1))
    }
    var sold = Array(repeating: SettlementVolume.zero, count: roster.accountCount)
    for _ in 0..<roster.accountCount * 2 {
      let volume = SettlementVolume(kilowattHours: dice.roll(-40_000...40_000))
      sold[Int(dice.roll(0...Int64(sold.count - 1)))] += volume
      sold[Int(dice.roll(0...Int64(sold.count - 1)))] -= volume
    }
    var period = TradingPeriod(
      prices: ImbalancePrices(UnitRate(micropencePerMWh: dice.roll(-5_000_000_000...40_000_000_000))),
      metered: metered, sold: sold)
    period.notified = metered.map { $0 + SettlementVolume(kilowattHours: dice.roll(-3_000...3_000)) }
    for unit in stride(from: 0, to: roster.units.count, by: 3) {
      period.reallocations.append(
        Reallocation(
          unit: unit, subsidiary: AccountIndex(place: Int(dice.roll(0...Int64(sold.count - 1)))),
          share: Proportion(billionths: dice.roll(0...1_000_000_000)),
          fixed: SettlementVolume(kilowattHours: dice.roll(-500...500))))
    }
    for unit in stride(from: 0, to: roster.units.count, by: 5) {
      period.acceptances.append(
        UnitAcceptances(
          unit: unit,
          pairs: [-2, -1, 1, 2].map { pair in
            AcceptedPair(
              number: pair, offer: BalancingEnergy(units: Int128(dice.roll(0...400_000_000_000))),
              bid: BalancingEnergy(units: Int128(dice.roll(-400_000_000_000...0))),
              offerPrice: UnitRate(micropencePerMWh: dice.roll(0...30_000_000_000)),
              bidPrice: UnitRate(micropencePerMWh: dice.roll(-10_000_000_000...20_000_000_000)))
          }))
    }
    return period
  }
}
