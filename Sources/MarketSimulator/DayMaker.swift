import CreditCover
import Quantities
import SettlementCalendar
import TradingCharges

/// What the market means to do on a settlement date, before anything is metered. Whole kilowatt-hours by period.
struct DayIntentions: Sendable {
  let day: SettlementDay
  /// What each unit is planned to deliver (above zero) or take.
  var planned: [[Int64]]
  /// What each party sells to others or buys from them by period, before any refusal: by party, then period.
  var sales: [[Int64]]
  var purchases: [[Int64]]
  /// What trader `seller` sells to trader `buyer`; below zero the other way.
  var wagers: [(seller: Int, buyer: Int, volumes: [Int64])]
  /// Credited energy that credit assessment assumes of each party for each period.
  var assumed: [Energy]
}

/// A unit's meter or its data are wrong on a settlement date.
struct MeterFault: Hashable, Sendable {
  let unit: Int
  /// The first version that is right again; `nil` when it is never put right.
  var rightFrom: Int?
}

/// Makes the facts of settlement dates. Everything is invented; nothing resembles a real day or party.
struct DayMaker: Sendable {
  let plan: MarketPlan
  let noise: MarketChance
  private let habits: MarketChance

  /// Shares of energy that are still estimated, in a thousand, by version: II, SF, R1, R2, R3, RF.
  static let estimated = [60, 25, 10, 4, 1, 0]
  static let versions = 7

  init(_ plan: MarketPlan) {
    self.plan = plan
    noise = MarketChance(seed: plan.settings.seed, stream: 2)
    habits = MarketChance(seed: plan.settings.seed, stream: 3)
  }

  /// In a thousandth of the winter peak, by half-hour of the clock day.
  private static let shape: [Int64] = [
    560, 545, 535, 525, 520, 515, 515, 520, 530, 550, 580, 630, 690, 750, 790, 810, 815, 810, 800, 795, 790, 790, 795,
    800,
    800, 795, 785, 780, 780, 790, 810, 850, 910, 960, 990, 1_000, 990, 965, 930, 890, 850, 810, 770, 730, 690, 650, 610,
    580,
  ]
  static let season: [Int64] = [1_000, 980, 920, 840, 780, 750, 740, 750, 780, 840, 920, 980]
  /// kWh of a half-hour at the peak of 250 parties' market: 28 GW.
  private var peak: Int64 { 14_000_000 * Int64(plan.settings.parties) / 250 }

  private func level(_ day: SettlementDay) -> Int64 {
    peak * Self.season[day.date.civil.month - 1] / 1_000 * (day.date.weekday.isWeekend ? 930 : 1_000) / 1_000
  }

  func slot(_ day: SettlementDay, _ period: Int) -> Int { day.clockMinute(ofPeriod: period + 1) / 30 }

  // MARK: Intentions

  func intentions(_ day: SettlementDay, gone: Set<Int>) -> DayIntentions {
    let number = Int(day.date.dayNumber)
    let parties = plan.kinds.count
    var intentions = DayIntentions(
      day: day, planned: Array(repeating: [], count: plan.units.count),
      sales: Array(repeating: Array(repeating: 0, count: day.periodCount), count: parties),
      purchases: Array(repeating: Array(repeating: 0, count: day.periodCount), count: parties), wagers: [],
      assumed: assumed(day, gone: gone))
    takeDemand(day, number, gone, &intentions)
    placeGeneration(day, number, &intentions)
    wager(day, number, gone, &intentions)
    return intentions
  }

  private func weights(_ role: MarketUnit.Role, gone: Set<Int>) -> (sum: Int64, of: [Int64]) {
    let of = plan.units.map { $0.role == role && !gone.contains($0.party) ? Int64($0.weight) : 0 }
    return (max(1, of.reduce(0, +)), of)
  }

  private func takeDemand(_ day: SettlementDay, _ number: Int, _ gone: Set<Int>, _ intentions: inout DayIntentions) {
    let weights = weights(.demand, gone: gone)
    let level = level(day)
    for (place, unit) in plan.units.enumerated() {
      switch unit.role {
      case .demand:
        let hedge = 1_011 + Int64(bias(unit.party, number) * 6 / 10 + shortHedge(unit.party, number))
        var volumes: [Int64] = []
        volumes.reserveCapacity(day.periodCount)
        for period in 0..<day.periodCount {
          let slot = slot(day, period)
          let base = level * Self.shape[slot] / 1_000 * weights.of[place] / weights.sum
          volumes.append(-base)
          intentions.purchases[unit.party][period] +=
            base * (hedge + Int64(habits.around(6, unit.party, number, slot / 8))) / 1_000
        }
        intentions.planned[place] = volumes
      case .ownUse: intentions.planned[place] = Array(repeating: -Int64(unit.weight), count: day.periodCount)
      case .generation, .interconnector: break
      }
    }
  }

  /// How far a party's demand of a day is from what is usual, in a thousand.
  func bias(_ party: Int, _ number: Int) -> Int { habits.around(12, party, number) }

  /// A bad hedger buys a sixth too little for some weeks of the year.
  private func shortHedge(_ party: Int, _ number: Int) -> Int {
    guard plan.badHedgers.contains(party) else { return 0 }
    return isIn(spell: 40, of: party, number) ? -170 : 0
  }

  private func isIn(spell days: Int, of party: Int, _ number: Int) -> Bool {
    let first = Int(plan.settings.firstDate.dayNumber) + habits.below(max(1, plan.settings.days - days / 2), party, -1)
    return (first..<first + days).contains(number)
  }

  /// What was bought is generated and imported, each unit by its weight where it is there.
  private func placeGeneration(_ day: SettlementDay, _ number: Int, _ intentions: inout DayIntentions) {
    let places = plan.units.indices.filter {
      plan.units[$0].role == .generation && habits.below(30, $0, number, 1) != 0
        || plan.units[$0].role == .interconnector
    }
    let whole = max(1, places.reduce(Int64(0)) { $0 + Int64(plan.units[$1].weight) })
    for place in plan.units.indices where [.generation, .interconnector].contains(plan.units[place].role) {
      intentions.planned[place] = Array(repeating: 0, count: day.periodCount)
    }
    for period in 0..<day.periodCount {
      let bought = intentions.purchases.reduce(Int64(0)) { $0 + $1[period] }
      var (running, given): (Int64, Int64) = (0, 0)
      for place in places {
        running += Int64(plan.units[place].weight)
        let upTo = Int64(Int128(bought) * Int128(running) / Int128(whole))
        let sold = upTo - given
        given = upTo
        intentions.sales[plan.units[place].party][period] += sold
        // Delivered energy loses about one percent on its way to the balancing point; interconnectors lose nothing.
        intentions.planned[place][period] = plan.units[place].role == .generation ? sold * 1_009 / 1_000 : sold
      }
    }
  }

  /// Traders among themselves: small positions; a rogue sells what it does not have for some weeks.
  private func wager(_ day: SettlementDay, _ number: Int, _ gone: Set<Int>, _ intentions: inout DayIntentions) {
    let traders = plan.kinds.indices.filter {
      [.trader, .virtualLeadParty].contains(plan.kinds[$0]) && !gone.contains($0)
    }
    guard traders.count > 1 else { return }
    for (rank, trader) in traders.enumerated() {
      let partner = traders[(rank + 1 + habits.below(traders.count - 1, trader, number, 2)) % traders.count]
      let volumes = (0..<day.periodCount).map { period -> Int64 in
        if plan.rogueTraders.contains(trader), isIn(spell: 45, of: trader, number) { return 40_000 }
        return Int64(habits.around(3_000, trader, number, 10 + slot(day, period) / 6))
      }
      intentions.wagers.append((trader, partner, volumes))
    }
  }

  /// Capability x load factor; the load factors are the season's (CALF).
  private func assumed(_ day: SettlementDay, gone: Set<Int>) -> [Energy] {
    let factor = Self.season[day.date.civil.month - 1] * Self.shape.reduce(0, +) / Int64(Self.shape.count) * 10
    let demand = weights(.demand, gone: gone)
    let places = plan.units.indices.filter { [.generation, .interconnector].contains(plan.units[$0].role) }
    let supply = max(1, places.reduce(Int64(0)) { $0 + Int64(plan.units[$1].weight) })
    var energies = Array(repeating: Energy.zero, count: plan.kinds.count)
    for (place, unit) in plan.units.enumerated() {
      let share: Int64 =
        switch unit.role {
        case .demand: -peak * demand.of[place] / demand.sum
        case .generation, .interconnector: peak * Int64(unit.weight) / supply
        case .ownUse: -Int64(unit.weight)
        }
      let assessed = CreditAssessedUnit(capability: Power(watts: share * 2_000), loadFactor: factor)
      energies[unit.party] += assessed.energyPerPeriod
    }
    return energies
  }
}
