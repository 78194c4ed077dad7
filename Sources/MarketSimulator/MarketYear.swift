import BalancingMechanism
import CreditCover
import FundsAdministration
import MarketIdentifiers
import Quantities
import Rulebooks
import SettlementCalendar
import TradingCharges
import TradingDisputes

/// Simulates a market day by day: trades, credit checks, metering, every run, and then the cash of every payment date.
///
/// A function of its settings and rulebook: the same in, the same bytes out, in whatever order the facts arrive.
public struct MarketYear {
  /// Why a market cannot be simulated.
  public enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
    case settings
    case noRules(String)

    public var description: String {
      switch self {
      case .settings: "a market has 10 to 1,000 parties and 1 to 366 days"
      case .noRules(let what): "the rulebook does not reach: \(what)"
      }
    }
  }

  private let plan: MarketPlan
  private let rulebook: Rulebook
  private let maker: DayMaker
  private var report: MarketReport
  private var digest = ResultDigest()
  private var office: CreditOffice
  private var desk: DisputeDesk
  private var creditRules: CreditRules
  private var runs: [RunCharges] = []
  private var summaries: [RunType: RunSummary] = [:]
  /// Net receipts by party of dates whose II run becomes known on a date.
  private var actuals: [SettlementDate: [(date: SettlementDate, net: [Money])]] = [:]
  /// What each party was short by on the day before, by meters: by period, then party.
  private var shortfalls: [[Energy]] = []
  private var shares: [SettlementDate: [ParticipantID: Int64]] = [:]

  /// - Throws: ``Fault``.
  public init(_ settings: MarketSettings, _ rulebook: Rulebook) throws {
    guard let plan = MarketPlan(settings) else { throw Fault.settings }
    self.plan = plan
    self.rulebook = rulebook
    maker = DayMaker(plan)
    creditRules = try CreditRules(rulebook, on: settings.firstDate)
    let first = maker.intentions(SettlementDay(settings.firstDate), gone: [])
    office = CreditOffice(plan, creditRules, assumed: first.assumed)
    desk = DisputeDesk(plan, DisputeRules(rulebook))
    report = MarketReport(
      settings: settings, rulebook: rulebook.id,
      parties: PartyKind.allCases.map { kind in (kind, plan.kinds.count { $0 == kind }) }, units: plan.units.count)
  }

  /// Runs the market. - Parameter progress: is told how many days are done.
  public mutating func simulate(_ progress: (Int) -> Void = { _ in }) throws -> MarketReport {
    guard let last = plan.settings.firstDate.advanced(by: plan.settings.days - 1) else { throw Fault.settings }
    for (number, date) in settlementDates(plan.settings.firstDate, through: last).enumerated() {
      progress(number)
      try live(SettlementDay(date))
    }
    try finish()
    return report
  }

  // MARK: One day

  private mutating func live(_ day: SettlementDay) throws {
    guard let dates = rulebook.timetable.runs(of: day.date, rulebook.calendar), !dates.isEmpty else {
      throw Fault.noRules("the runs of \(day.date)")
    }
    let gone = Set(office.insolvent.filter { $0.value <= day.date }.keys)
    let intentions = maker.intentions(day, gone: gone)
    if day.date == plan.settings.firstDate || day.date.civil.day == 1 { share(intentions) }
    try learn(day)
    var contracts = ContractDay(intentions, plan, MarketChance(seed: plan.settings.seed, stream: 7))
    for period in 0..<day.periodCount {
      let net = contracts.settle(period, refused: office.refused)
      office.assess(day, period, netSold: net, assumed: intentions.assumed)
    }
    report.rejectedSales += Energy(wattHours: contracts.rejected * 1_000)
    let faults = desk.faults(of: intentions, dates, prices: maker.prices(of: day))
    let facts = gather(maker.facts(intentions, gone: gone, faults: faults), day)
    noteMetered(facts, contracts, day)
    try settle(facts, contracts.sold, dates)
    if day.date == plan.settings.firstDate.advanced(by: plan.settings.days - 1) { notePositions() }
  }

  /// Funding shares of a month: the energy that each party is assumed to deliver or take.
  private mutating func share(_ intentions: DayIntentions) {
    let weights = intentions.assumed.enumerated().map {
      (plan.roster.parties[$0.offset], Int64($0.element.wattHours.magnitude / 1_000))
    }
    shares[intentions.day.date] = Dictionary(weights, uniquingKeysWith: { first, _ in first })
  }

  /// What credit administration hears in the morning: another price, the meters of yesterday, the runs that were made.
  private mutating func learn(_ day: SettlementDay) throws {
    let rules = try CreditRules(rulebook, on: day.date)
    if rules.price != creditRules.price { office.adopt(rules) }
    creditRules = rules
    if let yesterday = day.date.advanced(by: -1), !shortfalls.isEmpty {
      for party in plan.kinds.indices where plan.kinds[party] != .supplier {
        office.learn(party, yesterday, .metered, shortfalls.reduce(.zero) { $0 + $1[party] }, day)
      }
    }
    for known in actuals.removeValue(forKey: day.date) ?? [] {
      for party in known.net.indices {
        let energy = CreditEnergy.energy(of: -known.net[party], at: creditRules.price)
        office.learn(party, known.date, .actual, energy, day)
      }
    }
  }

  /// The facts as they arrive, in whatever order.
  private mutating func gather(_ facts: [MarketFact], _ day: SettlementDay) -> DayFacts {
    var gathered = DayFacts(periods: day.periodCount, units: plan.units.count, versions: DayMaker.versions)
    var facts = facts
    if plan.settings.shuffle != 0 {
      var shuffler = Shuffler(plan.settings.shuffle, Int(day.date.dayNumber))
      facts.shuffle(using: &shuffler)
    }
    for fact in facts { gathered.take(fact) }
    report.facts += facts.count
    return gathered
  }

  /// Metered indebtedness of the day: net sales less meters, what was accepted taken out again.
  private mutating func noteMetered(_ facts: DayFacts, _ contracts: ContractDay, _ day: SettlementDay) {
    let volumes = facts.volumes(at: 0)
    shortfalls = (0..<day.periodCount).map { period in
      var owed = Array(repeating: Int64(0), count: plan.kinds.count)
      for (place, volume) in contracts.sold[period].enumerated() { owed[place / 2] += volume.kilowattHours }
      for (place, volume) in volumes[period].enumerated() {
        let unit = plan.units[place]
        owed[unit.party] -= volume.kilowattHours * Self.estimatedLosses(unit.role) / 1_000
      }
      for row in facts.acceptances(of: period) {
        let kilowattHours = Int64(row.volume.units / (BalancingEnergy.unitsPerMWh / 1_000))
        owed[plan.units[row.unit].party] += kilowattHours * Self.estimatedLosses(.generation) / 1_000
      }
      return owed.map { Energy(wattHours: $0 * 1_000) }
    }
  }

  /// The estimated loss multiplier of a unit, in a thousandth; interconnectors lose nothing.
  private static func estimatedLosses(_ role: MarketUnit.Role) -> Int64 {
    switch role {
    case .generation: 991
    case .interconnector: 1_000
    case .demand, .ownUse: 1_011
    }
  }

  private mutating func settle(_ facts: DayFacts, _ sold: [[SettlementVolume]], _ dates: [RunDates]) throws {
    guard let date = dates.first?.settlementDate, let rules = TradingRuleBook.shipped.rules(on: date) else {
      throw Fault.noRules("trading charges")
    }
    let runMaker = RunMaker(plan: plan, rules: rules)
    var before: DailyCharges?
    for run in dates {
      guard let version = RunType.allCases.firstIndex(of: run.run) else { continue }
      let isChanged = before == nil || facts.changes(at: version)
      if run.run == .df, !isChanged { continue }
      let charges =
        try isChanged ? runMaker.charges(facts, sold: sold, version: version) : before ?? DailyCharges(plan.roster)
      if isChanged { report.periodsSettled += sold.count }
      note(charges, since: before, run, isChanged: isChanged)
      if run.rule.movesMoney { runs.append(try runMaker.runCharges(charges, date, run.run)) }
      if run.run == .ii, let known = run.runDate.advanced(by: 1) {
        actuals[known, default: []].append((date, charges.parties.map(\.netReceipt)))
      }
      desk.note(run.run, of: date, on: run.runDate)
      before = charges
    }
  }

  private mutating func note(_ charges: DailyCharges, since before: DailyCharges?, _ run: RunDates, isChanged: Bool) {
    var summary = summaries[run.run] ?? RunSummary(run: run.run)
    summary.dates += 1
    if !isChanged { summary.unchanged += 1 }
    summary.leftOver += charges.clearingDifference
    digest.add(Int64(run.settlementDate.dayNumber))
    digest.add(run.run.rawValue)
    for (place, party) in charges.parties.enumerated() {
      let net = party.netReceipt
      if net < .zero { summary.paid -= net }
      let change = net - (before?.parties[place].netReceipt ?? .zero)
      summary.moved += change < .zero ? -change : change
      for amount in [party.imbalance, party.residual, party.balancing, party.nonDelivery] { digest.add(amount) }
    }
    digest.add(charges.systemOperator)
    summaries[run.run] = summary
  }

  // MARK: The end

  /// Where credit stands in the end, with what the meters of the last day were short by as what is to be expected.
  private mutating func notePositions() {
    for party in plan.kinds.indices {
      let credit = office.credits[party]
      report.positions.append(
        CreditPosition(
          party: plan.roster.parties[party], cover: credit.cover, indebtedness: credit.window.total,
          shortfalls: shortfalls.map { $0[party] }))
    }
  }

  private mutating func finish() throws {
    report.creditChecks = office.checks
    report.credit = office.records
    report.insolvent = office.insolvent.sorted { $0.key < $1.key }.map { (plan.roster.parties[$0.key], $0.value) }
    report.disputes = desk.book.disputes
    report.runs = RunType.allCases.compactMap { summaries[$0] }
    for record in report.credit { digest.add(record.description) }
    for dispute in report.disputes { digest.add(dispute.description) }
    var lodged: [SettlementDate: [(party: ParticipantID, amount: Money)]] = [:]
    for row in office.lodged { lodged[row.date, default: []].append((plan.roster.parties[row.party], row.amount)) }
    if plan.settings.shuffle != 0 {
      var shuffler = Shuffler(plan.settings.shuffle, -2)
      runs.shuffle(using: &shuffler)
    }
    var funds = MarketFunds(
      plan, try FundsRules(rulebook, from: plan.settings.firstDate),
      insolvent: Dictionary(report.insolvent.map { ($0.party, $0.date) }, uniquingKeysWith: { first, _ in first }))
    funds.run(runs, lodged: lodged, shares: shares, digest: &digest)
    report.funds = funds.summary
    report.notes = funds.watched
    report.digest = digest.text
  }
}
