import MarketIdentifiers
import Quantities
import SettlementCalendar
import TradingDisputes

/// Wrong meters of the simulated market, and the disputes that they lead to.
struct DisputeDesk: Sendable {
  private(set) var book: DisputeBook
  private let plan: MarketPlan
  private let chance: MarketChance
  private let runOrder: [RunType] = RunType.allCases

  init(_ plan: MarketPlan, _ rules: DisputeRules) {
    self.plan = plan
    book = DisputeBook(rules)
    chance = MarketChance(seed: plan.settings.seed, stream: 5)
  }

  /// How a party deals with its fault.
  private enum Conduct: Int {
    case prompt, slow, afterFinal, tooLate, withoutEvidence, denied
  }

  /// The faults of a settlement date, each with the run that puts it right.
  mutating func faults(of intentions: DayIntentions, _ runs: [RunDates], prices: [UnitRate]) -> [MeterFault] {
    let number = Int(intentions.day.date.dayNumber)
    guard chance.below(9, number) == 0 else { return [] }
    let demand = plan.units.indices.filter {
      plan.units[$0].role == .demand && intentions.planned[$0].contains { $0 != 0 }
    }
    guard !demand.isEmpty, let sf = runs.first(where: { $0.run == .sf }), let rf = runs.first(where: { $0.run == .rf })
    else { return [] }
    let unit = demand[chance.below(demand.count, number, 1)]
    let conduct = Conduct(rawValue: chance.below(6, number, 2)) ?? .prompt
    let raised: SettlementDate? =
      switch conduct {
      case .prompt, .withoutEvidence, .denied: sf.runDate.advanced(by: 10)
      case .slow: sf.runDate.advanced(by: 60)
      case .afterFinal: rf.runDate.advanced(by: 30)
      case .tooLate: rf.runDate.advanced(by: 150)
      }
    guard let raised, let decided = raised.advanced(by: 25) else { return [] }
    // A half too much was metered: the error at each period's price.
    let error = zip(intentions.planned[unit], prices).reduce(Money.zero) {
      $0 + $1.1.charge(for: Energy(wattHours: -$1.0 / 2 * 1_000), to: .penny, .halfAwayFromZero)
    }
    let id = "TD-\(intentions.day.date.compactText)"
    let evidence = [
      Dispute.Evidence(title: "readings of the check meter", hash: String(chance.bits(number, 3), radix: 16))
    ]
    _ = book.receive(
      .raised(
        id: id, by: plan.roster.parties[plan.units[unit].party], subject: .supplierVolume, date: intentions.day.date,
        run: conduct == .afterFinal || conduct == .tooLate ? .rf : .sf,
        evidence: conduct == .withoutEvidence ? [] : evidence,
        claimed: error), on: raised)
    if book[id]?.state == .open {
      _ = book.receive(.decided(id: id, error: conduct == .denied ? nil : error), on: decided)
    }
    // Where there is no error, the meter was right after all.
    if conduct == .denied { return [] }
    guard case .upheld(let run, _) = book[id]?.state else { return [MeterFault(unit: unit, rightFrom: nil)] }
    return [MeterFault(unit: unit, rightFrom: runOrder.firstIndex(of: run))]
  }

  mutating func note(_ run: RunType, of date: SettlementDate, on day: SettlementDate) {
    _ = book.receive(.runMade(date, run), on: day)
  }
}
