import Accounting
import FundsAdministration
import MarketIdentifiers
import Quantities
import SettlementCalendar

/// The cash of the simulated market, from the first payment date to the last.
struct MarketFunds {
  private var administrator: FundsAdministrator
  private var balances: [Account: Money] = [:]
  private var inTransit: [SettlementDate: [(party: ParticipantID, amount: Money)]] = [:]
  private(set) var summary = FundsSummary()
  private(set) var watched: [AdviceNote] = []
  private let plan: MarketPlan
  private let chance: MarketChance
  private let insolvent: [ParticipantID: SettlementDate]

  init(_ plan: MarketPlan, _ rules: FundsRules, insolvent: [ParticipantID: SettlementDate]) {
    self.plan = plan
    self.insolvent = insolvent
    administrator = FundsAdministrator(rules)
    chance = MarketChance(seed: plan.settings.seed, stream: 6)
  }

  /// Takes the runs in any order, then goes through the days.
  mutating func run(
    _ runs: [RunCharges], lodged: [SettlementDate: [(party: ParticipantID, amount: Money)]],
    shares: [SettlementDate: [ParticipantID: Int64]], digest: inout ResultDigest
  ) {
    for run in runs { send(.runSettled(run), plan.settings.firstDate) }
    let due = Set(administrator.book.openPaymentDates)
    guard let last = due.max(), let end = last.advanced(by: 90) else { return }
    for date in settlementDates(plan.settings.firstDate, through: end) {
      if let weights = shares[date] { send(.fundingShares(weights), date) }
      for cover in lodged[date] ?? [] {
        send(.coverLodged(cover.party, cover.amount), date)
        summary.coverLodged += cover.amount
      }
      for payment in inTransit[date] ?? [] { receive(payment.party, payment.amount, date) }
      payDividends(date)
      let isLast = date > last && date.days(to: end) % 30 == 0
      if due.contains(date) || isLast { payDay(date, &digest) }
    }
    summary.debts = administrator.debts
    summary.coverDrawn = summary.debts.reduce(.zero) { $0 + $1.coverDrawn }
    for debt in summary.debts { digest.add(debt.description) }
  }

  private mutating func payDay(_ date: SettlementDate, _ digest: inout ResultDigest) {
    var notes: [AdviceNote] = []
    for case .adviceNote(let note) in send(.notesDue, date) { notes.append(note) }
    summary.paymentDates += 1
    summary.notes += notes.count
    let sum = notes.reduce(Money.zero) { $0 + $1.amount }
    summary.sum += sum
    if sum != .zero { summary.unbalancedDates += 1 }
    digest.add(Int64(date.dayNumber))
    for note in notes {
      digest.add(note.party.code)
      digest.add(note.amount)
      digest.add(note.carriedForward)
      if note.party == plan.settings.watched { watched.append(note) }
    }
    var payers = notes.filter { $0.amount < .zero }
    if plan.settings.shuffle != 0 {
      var shuffler = Shuffler(plan.settings.shuffle, Int(date.dayNumber))
      payers.shuffle(using: &shuffler)
    }
    for note in payers { pay(note, date) }
    send(.closeOfBusiness, date)
    let sums = balances.values.reduce(Money.zero, +)
    if balances[FundsAccounts.clearing] ?? .zero != .zero || sums != .zero { summary.unbalancedEvenings += 1 }
  }

  /// Most pay on the day; some two working days late; the insolvent not at all.
  private mutating func pay(_ note: AdviceNote, _ date: SettlementDate) {
    if let end = insolvent[note.party], end <= date { return }
    let place = plan.roster.place(of: note.party) ?? -1
    if chance.below(300, place, Int(date.dayNumber)) == 0,
      let later = administrator.rules.rulebook.calendar.date(2, workingDaysAfter: date)
    {
      summary.latePayments += 1
      inTransit[later, default: []].append((note.party, -note.amount))
    } else {
      receive(note.party, -note.amount, date)
    }
  }

  /// Two hundred days after a party's end its administrator pays twelve pence in the pound.
  private mutating func payDividends(_ date: SettlementDate) {
    for (party, end) in insolvent.sorted(by: { $0.key < $1.key }) where end.days(to: date) == 200 {
      let owed = administrator.debts.filter { $0.debtor == party }.reduce(Money.zero) { $0 + $1.outstanding }
      let dividend = Proportion(billionths: 120_000_000).of(owed, to: .penny, .down)
      if dividend > .zero { receive(party, dividend, date) }
    }
  }

  private mutating func receive(_ party: ParticipantID, _ amount: Money, _ date: SettlementDate) {
    summary.cashIn += amount
    send(.received(party, amount), date)
  }

  @discardableResult
  private mutating func send(_ event: FundsAdministrator.Event, _ date: SettlementDate) -> [FundsEffect] {
    let effects = administrator.receive(event, on: date)
    for effect in effects {
      switch effect {
      case .posted(let entry):
        for posting in entry.postings { balances[posting.account, default: .zero] += posting.amount }
      case .pay(_, let amount), .giveBack(_, let amount): summary.cashOut += amount
      case .refused(let reason): summary.refusals.append(reason)
      default: break
      }
    }
    return effects
  }
}
