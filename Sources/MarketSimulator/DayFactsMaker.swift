import BalancingMechanism
import Quantities
import SettlementCalendar
import TradingCharges

/// What is learnt of a settlement date: prices, acceptances, notifications and meters.
extension DayMaker {
  private static let priceShape = [
    62, 60, 58, 57, 55, 54, 53, 53, 54, 56, 60, 66, 74, 82, 88, 90, 89, 86, 82, 78, 75, 72, 70, 68,
    66, 64, 62, 61, 62, 66, 72, 82, 94, 108, 120, 126, 128, 124, 116, 106, 98, 92, 86, 80, 75, 71, 67, 64,
  ]

  func facts(_ intentions: DayIntentions, gone: Set<Int>, faults: [MeterFault]) -> [MarketFact] {
    let day = intentions.day
    let number = Int(day.date.dayNumber)
    var facts: [MarketFact] = []
    let prices = prices(of: day)
    for period in prices.indices { facts.append(.price(period: period, prices[period])) }
    var accepted: [Int: [Int64]] = [:]
    for period in prices.indices {
      for row in acceptances(day, period, number, intentions, prices[period]) {
        facts.append(.accepted(period: period, row))
        let kilowattHours = Int64(row.volume.units / (BalancingEnergy.unitsPerMWh / 1_000))
        accepted[row.unit, default: Array(repeating: 0, count: prices.count)][period] += kilowattHours
      }
    }
    for (place, unit) in plan.units.enumerated() {
      let planned = intentions.planned[place]
      switch unit.role {
      case .demand: facts += readings(of: place, planned, number, faults.first { $0.unit == place })
      case .generation:
        facts.append(.notified(unit: place, volumes: planned.map(SettlementVolume.init)))
        facts.append(.metered(unit: place, version: 0, volumes: output(of: place, planned, number, accepted[place])))
      case .interconnector, .ownUse:
        facts.append(.metered(unit: place, version: 0, volumes: planned.map(SettlementVolume.init)))
      }
    }
    return facts
  }

  /// Demand as each run knows it: the error of what is estimated shrinks from run to run and is gone at RF.
  private func readings(of place: Int, _ planned: [Int64], _ number: Int, _ fault: MeterFault?) -> [MarketFact] {
    let bias = Int64(bias(plan.units[place].party, number))
    var truth: [Int64] = []
    var errors: [Int64] = []
    for period in planned.indices {
      let bits = noise.bits(place, number, period)
      let stray = Int64(bits & 0xFFFF) * 31 / 65_536 - 15
      truth.append(planned[period] * (1_000 + bias + stray) / 1_000)
      errors.append(Int64(bits >> 16 & 0xFFFF) * 2_001 / 65_536 - 1_000)
    }
    var facts: [MarketFact] = []
    var last: [SettlementVolume] = []
    for version in 0..<Self.versions {
      let share = version < Self.estimated.count ? Int64(Self.estimated[version]) : 0
      let isWrong = fault.map { version < $0.rightFrom ?? Self.versions } ?? false
      let volumes = truth.indices.map { period -> SettlementVolume in
        let known = truth[period] + truth[period] * share * errors[period] / 1_000_000
        return SettlementVolume(kilowattHours: isWrong ? known * 3 / 2 : known)
      }
      if volumes != last { facts.append(.metered(unit: place, version: version, volumes: volumes)) }
      last = volumes
    }
    return facts
  }

  /// A generating unit delivers its plan and what was accepted, with small errors; now and then it trips.
  private func output(of place: Int, _ planned: [Int64], _ number: Int, _ accepted: [Int64]?) -> [SettlementVolume] {
    let trip = noise.below(500, place, number, -1) == 0 ? noise.below(planned.count, place, number, -2) : planned.count
    return planned.indices.map { period in
      guard period < trip else { return .zero }
      var volume = planned[period] * Int64(1_000 + noise.around(3, place, number, period)) / 1_000
      if let more = accepted?[period] { volume += noise.below(64, place, number, 100 + period) == 0 ? more / 2 : more }
      return SettlementVolume(kilowattHours: max(0, volume))
    }
  }

  /// The system price of each period.
  func prices(of day: SettlementDay) -> [UnitRate] {
    (0..<day.periodCount).map { price(day, $0, Int(day.date.dayNumber)) }
  }

  private func price(_ day: SettlementDay, _ period: Int, _ number: Int) -> UnitRate {
    let slot = slot(day, period)
    let season = Int(Self.season[day.date.civil.month - 1])
    var pence =
      Self.priceShape[slot] * season / 10 + noise.around(1_200, -5, number, period) + noise.around(1_500, -6, number)
    if noise.below(45, -7, number) == 0, (33...39).contains(slot) { pence += 50_000 + noise.below(250_000, -8, number) }
    if noise.below(25, -9, number) == 0, (3...11).contains(slot) { pence -= 9_000 }
    return UnitRate(micropencePerMWh: Int64(pence) * 1_000_000)
  }

  private func acceptances(
    _ day: SettlementDay, _ period: Int, _ number: Int, _ intentions: DayIntentions, _ price: UnitRate
  ) -> [UnitAcceptances] {
    let units = plan.units.indices.filter { plan.units[$0].role == .generation }
    guard !units.isEmpty else { return [] }
    let isShort = noise.around(1_200, -5, number, period) > 0
    let picks = Set((0..<3).map { units[noise.below(units.count, -10 - $0, number, period)] })
    return picks.sorted().compactMap { unit in
      let planned = intentions.planned[unit][period]
      let size = min(Int64(3_000 + noise.below(17_000, unit, number, 200 + period)), planned)
      guard size > 0 else { return nil }
      let volume = BalancingEnergy(units: Int128(size) * (BalancingEnergy.unitsPerMWh / 1_000))
      let spread = Int64(noise.below(800, unit, number, 300 + period)) * 1_000_000
      let (offer, bid) = (
        UnitRate(micropencePerMWh: price.micropencePerMWh + spread),
        UnitRate(micropencePerMWh: price.micropencePerMWh - spread)
      )
      let pair = AcceptedPair(
        number: isShort ? 1 : -1, offer: isShort ? volume : .zero, bid: isShort ? .zero : -volume, offerPrice: offer,
        bidPrice: bid)
      return UnitAcceptances(unit: unit, pairs: [pair])
    }
  }
}
