import CreditCover
import MarketIdentifiers
import Quantities
import SettlementCalendar

/// Something that credit administration said about a party of the simulated market.
public struct CreditRecord: Hashable, Sendable, CustomStringConvertible {
  public let party: ParticipantID
  public let date: SettlementDate
  /// Counted from 1.
  public let period: Int
  public let effect: CreditEffect
  /// What is owed on which evidence, and the cover that it is held against.
  public let reason: String

  /// `S017, 2026-01-08 SP12: Level 2 credit default at 93.10%. Owed 1200.000 MWh: ...`
  public var description: String { "\(party), \(date) SP\(period): \(effect) \(reason)" }
}

/// Credit administration of the simulated market: checks every party at every half-hour, and lets parties react.
struct CreditOffice: Sendable {
  private struct TopUp: Sendable {
    let moment: UTCInstant
    let party: Int
    let amount: Money
  }

  private(set) var credits: [PartyCredit]
  private(set) var records: [CreditRecord] = []
  /// Cover lodged by date, for the ledger.
  private(set) var lodged: [(date: SettlementDate, party: Int, amount: Money)] = []
  /// Parties that stop paying and trading, from that date on.
  private(set) var insolvent: [Int: SettlementDate] = [:]
  private(set) var checks = 0
  private var topUps: [TopUp] = []
  private let plan: MarketPlan
  private let chance: MarketChance

  init(_ plan: MarketPlan, _ rules: CreditRules, assumed: [Energy]) {
    self.plan = plan
    chance = MarketChance(seed: plan.settings.seed, stream: 4)
    credits = Array(repeating: PartyCredit(rules), count: plan.kinds.count)
    for party in plan.kinds.indices {
      lodge(
        Self.cover(party, plan, rules, assumed[party], chance), party, plan.settings.firstDate,
        SettlementDay(plan.settings.firstDate).start)
    }
  }

  /// Each party lodges what it thinks it needs: some percent of a month's energy, traders a sum.
  private static func cover(
    _ party: Int, _ plan: MarketPlan, _ rules: CreditRules, _ assumed: Energy, _ chance: MarketChance
  ) -> Money {
    let month = Int64(assumed.wattHours.magnitude) / 1_000 * 48 * 29
    let perMille: Int64 = plan.kinds[party] == .supplier ? 45 : 30
    let energy = Energy(wattHours: month * (perMille + Int64(chance.around(12, party))))
    let pounds = rules.price.charge(for: energy, to: .pound, .up)
    return max(pounds, Money(pence: Int64(15_000_000 + chance.below(20_000_000, party, 1))))
  }

  var refused: [Bool] { credits.map(\.isRefusing) }

  mutating func adopt(_ rules: CreditRules) { for party in credits.indices { credits[party].adopt(rules) } }

  /// Metered or actual indebtedness of a past date becomes known.
  mutating func learn(
    _ party: Int, _ date: SettlementDate, _ basis: IndebtednessBasis, _ energy: Energy, _ now: SettlementDay
  ) {
    note(credits[party].receive(.dayKnown(date, basis, energy), at: now.start), party, now, 0)
  }

  /// One half-hour: every party's net sales against what it is assumed to deliver.
  mutating func assess(_ day: SettlementDay, _ period: Int, netSold: [Int64], assumed: [Energy]) {
    let moment = day.start.advanced(bySeconds: Int64(period) * 1_800)
    let due = topUps.filter { $0.moment <= moment }
    if !due.isEmpty {
      topUps.removeAll { $0.moment <= moment }
      for topUp in due { lodge(topUp.amount, topUp.party, day.date, moment, day, period) }
    }
    checks += credits.count
    for party in credits.indices {
      let change = CreditAssessment.indebtedness(
        netSold: Energy(wattHours: netSold[party] * 1_000), credited: assumed[party])
      let effects = credits[party].receive(.periodAssessed(day.date, change), at: moment)
      if !effects.isEmpty { note(effects, party, day, period) }
    }
  }

  private mutating func lodge(
    _ amount: Money, _ party: Int, _ date: SettlementDate, _ moment: UTCInstant, _ day: SettlementDay? = nil,
    _ period: Int = 0
  ) {
    lodged.append((date, party, amount))
    note(
      credits[party].receive(.coverSet(credits[party].cover + amount), at: moment), party, day ?? SettlementDay(date),
      period)
  }

  private mutating func note(_ effects: [CreditEffect], _ party: Int, _ day: SettlementDay, _ period: Int) {
    for effect in effects {
      records.append(
        CreditRecord(
          party: plan.roster.parties[party], date: day.date, period: period + 1, effect: effect,
          reason: credits[party].reason))
      let moment = day.start.advanced(bySeconds: Int64(period) * 1_800)
      switch effect {
      case .queryPeriodOpened(.one, _, _): react(party, moment, day.date)
      case .defaulted(.two, _): fail(party, moment, day.date)
      default: break
      }
    }
  }

  /// Most parties lodge more cover within the query period, some only in the cure period, some not at all.
  private mutating func react(_ party: Int, _ moment: UTCInstant, _ date: SettlementDate) {
    let temper = temper(party, date)
    guard temper < 8 else { return }
    let more = Money(micropounds: credits[party].cover.micropounds / 2).rounded(to: .pound, .up)
    topUps.append(TopUp(moment: moment.advanced(byHours: temper < 5 ? 20 : 30), party: party, amount: more))
  }

  private func temper(_ party: Int, _ date: SettlementDate) -> Int {
    plan.badHedgers.contains(party) || plan.rogueTraders.contains(party)
      ? 8 + chance.below(2, party, 5) : chance.below(9, party, Int(date.dayNumber), 2)
  }

  /// In Level 2 default a party lodges more after three days, or is at its end after two weeks.
  private mutating func fail(_ party: Int, _ moment: UTCInstant, _ date: SettlementDate) {
    if chance.below(10, party, 5, 5) < 4 || insolvent.count >= 5 || temper(party, date) < 8 {
      let more = credits[party].cover.rounded(to: .pound, .up)
      topUps.append(TopUp(moment: moment.advanced(byHours: 72), party: party, amount: more))
    } else if insolvent[party] == nil, let end = date.advanced(by: 14) {
      insolvent[party] = end
    }
  }
}
