import TradingCharges

/// The contract notifications of one settlement date: who sells to whom, settled period by period, because the sales
/// of a party in Level 2 credit default are rejected from the next period on.
struct ContractDay: Sendable {
  private let intentions: DayIntentions
  private let sellers: [Int]
  private let buyers: [Int]
  /// QABC of every account by period, sold less bought.
  private(set) var sold: [[SettlementVolume]]
  /// Sales that were rejected, in kWh.
  private(set) var rejected: Int64 = 0
  private let accounts: [Int]

  init(_ intentions: DayIntentions, _ plan: MarketPlan, _ chance: MarketChance) {
    self.intentions = intentions
    let number = Int(intentions.day.date.dayNumber)
    let parties = plan.kinds.indices
    // Partners change from day to day.
    sellers = parties.filter { intentions.sales[$0].contains { $0 > 0 } }
      .sorted { (chance.bits($0, number), $0) < (chance.bits($1, number), $1) }
    buyers = parties.filter { intentions.purchases[$0].contains { $0 > 0 } }
      .sorted { (chance.bits($0, number, 1), $0) < (chance.bits($1, number, 1), $1) }
    accounts = parties.map {
      AccountIndex(party: $0, [.generator, .interconnector].contains(plan.kinds[$0]) ? .production : .consumption).place
    }
    sold = Array(
      repeating: Array(repeating: SettlementVolume.zero, count: plan.roster.accountCount),
      count: intentions.day.periodCount)
  }

  /// Notes the trades of one period; sales of refused parties do not count.
  ///
  /// - Returns: net sales of each party in kWh.
  mutating func settle(_ period: Int, refused: [Bool]) -> [Int64] {
    var net = Array(repeating: Int64(0), count: refused.count)
    var buyer = 0
    var wanted = buyers.isEmpty ? 0 : intentions.purchases[buyers[0]][period]
    for seller in sellers {
      var left = intentions.sales[seller][period]
      while left > 0, buyer < buyers.count {
        let volume = min(left, wanted)
        if refused[seller] {
          rejected += volume
        } else {
          net[seller] += volume
          net[buyers[buyer]] -= volume
        }
        left -= volume
        wanted -= volume
        if wanted == 0 {
          buyer += 1
          wanted = buyer < buyers.count ? intentions.purchases[buyers[buyer]][period] : 0
        }
      }
    }
    for wager in intentions.wagers {
      let volume = wager.volumes[period]
      if refused[volume > 0 ? wager.seller : wager.buyer] {
        rejected += abs(volume)
      } else {
        net[wager.seller] += volume
        net[wager.buyer] -= volume
      }
    }
    for (party, volume) in net.enumerated() where volume != 0 {
      sold[period][accounts[party]] = SettlementVolume(kilowattHours: volume)
    }
    return net
  }
}
