import FundsAdministration
import MarketIdentifiers
import Quantities
import SettlementCalendar
import TradingCharges

/// Settles one date run by run.
struct RunMaker: Sendable {
  let plan: MarketPlan
  let rules: TradingRules

  /// The charges of a run from what is known at its version.
  func charges(_ facts: DayFacts, sold: [[SettlementVolume]], version: Int) throws -> DailyCharges {
    var charges = DailyCharges(plan.roster)
    let volumes = facts.volumes(at: version)
    for period in volumes.indices {
      let input = TradingPeriod(
        prices: ImbalancePrices(facts.prices[period]), metered: volumes[period], sold: sold[period],
        acceptances: facts.acceptances(of: period), notified: facts.notifications(of: period))
      charges.add(try TradingPeriodResult(input, plan.roster, rules))
    }
    return charges
  }

  /// The same as funds administration takes it: positive is paid to the party.
  func runCharges(_ charges: DailyCharges, _ date: SettlementDate, _ run: RunType) throws -> RunCharges {
    var list: [Charge] = []
    list.reserveCapacity(charges.parties.count * 3 + 1)
    for (place, party) in charges.parties.enumerated() {
      let id = plan.roster.parties[place]
      list.append(Charge(id, .energyImbalance, -party.imbalance))
      list.append(Charge(id, .residualCashflow, party.residual))
      if party.balancing != .zero { list.append(Charge(id, .balancingMechanism, party.balancing)) }
      if party.nonDelivery != .zero { list.append(Charge(id, .nonDelivery, -party.nonDelivery)) }
      if party.information != .zero { list.append(Charge(id, .informationImbalance, -party.information)) }
    }
    list.append(Charge(plan.systemOperator, .systemOperator, -charges.systemOperator))
    return try RunCharges(date, run, list)
  }
}
