import Accounting
import MarketIdentifiers
import Quantities
import SettlementCalendar

/// The Funds Administration Agent with the BSC Clearer: turns runs into advice notes, and keeps the cash of every
/// payment date in balance.
///
/// A value that receives an event with its day and returns what to do. Days never go back. On each payment date:
/// ``Event/notesDue``, then ``Event/received(_:_:)`` for each payment, then ``Event/closeOfBusiness``, which pays the
/// creditors out of what came in. Cash in equals cash out by construction: the clearing account is empty after it.
public struct FundsAdministrator: Sendable {
  public enum Event: Hashable, Sendable {
    /// The charges of a run of a settlement date.
    case runSettled(RunCharges)
    /// Credit cover in cash.
    case coverLodged(ParticipantID, Money)
    /// Credit cover given back, as credit administration allows.
    case coverReturned(ParticipantID, Money)
    /// How a debt is shared out: each party's weight, such as its credited energy. Holds until the next.
    case fundingShares([ParticipantID: Int64])
    /// It is a payment date: make its notes.
    case notesDue
    /// A party's payment has reached the clearing account.
    case received(ParticipantID, Money)
    /// The day's payments are closed.
    case closeOfBusiness
  }

  public let rules: FundsRules
  public private(set) var book: AdviceNoteBook
  /// Unpaid debts and those that were once, oldest first.
  public internal(set) var debts: [Debt] = []
  public internal(set) var cover: [ParticipantID: Money] = [:]
  public internal(set) var borrowed: Money = .zero
  var shares: [ParticipantID: Int64] = [:]
  /// Of the open payment date: what each party pays (above zero) and is to get.
  var payable: [ParticipantID: Money] = [:]
  var receivable: [ParticipantID: Money] = [:]
  var paid: [ParticipantID: Money] = [:]
  /// What the notes of the open payment date repay to the bank.
  var bankDue: Money = .zero
  /// The payment date whose notes are out and whose payments are not closed.
  public internal(set) var openDay: SettlementDate?
  private var today: SettlementDate?
  var entryCount = 0

  public init(_ rules: FundsRules) {
    self.rules = rules
    book = AdviceNoteBook(rules)
  }

  /// What an event of a day leads to, in order.
  public mutating func receive(_ event: Event, on date: SettlementDate) -> [FundsEffect] {
    if let today, date < today { return [.refused("\(date) is over: it is \(today)")] }
    if today != date { entryCount = 0 }
    today = date
    switch event {
    case .runSettled(let charges): return settle(charges)
    case .coverLodged(let party, let amount): return lodge(party, amount, on: date)
    case .coverReturned(let party, let amount): return giveBackCover(party, amount, on: date)
    case .fundingShares(let weights):
      guard weights.values.allSatisfy({ $0 >= 0 }) else { return [.refused("a funding share is below zero")] }
      shares = weights
      return []
    case .notesDue: return issueNotes(on: date)
    case .received(let party, let amount): return take(amount, from: party, on: date)
    case .closeOfBusiness: return close(date)
    }
  }

  private mutating func settle(_ charges: RunCharges) -> [FundsEffect] {
    switch book.add(charges) {
    case .due(let day): [.due(date: charges.date, run: charges.run, paymentDate: day)]
    case .alreadyKnown, .informationOnly: []
    case .refused(let reason): [.refused(reason)]
    }
  }

  private mutating func lodge(_ party: ParticipantID, _ amount: Money, on date: SettlementDate) -> [FundsEffect] {
    guard amount > .zero, amount.wholePence != nil else { return [.refused("credit cover is whole pence above zero")] }
    let before = cover[party] ?? .zero
    guard Int128(before.micropounds) + Int128(amount.micropounds) <= RunCharges.limit else {
      return [.refused("credit cover of \(party) would be too large to be true")]
    }
    cover[party] = before + amount
    return post(
      date, "credit cover of \(party)",
      [Posting(FundsAccounts.cover(party), amount), Posting(FundsAccounts.reserve, -amount)])
  }

  private mutating func giveBackCover(_ party: ParticipantID, _ amount: Money, on date: SettlementDate) -> [FundsEffect]
  {
    guard amount > .zero, amount.wholePence != nil, amount <= cover[party] ?? .zero else {
      return [.refused("\(party) has no such credit cover to give back")]
    }
    cover[party, default: .zero] -= amount
    return post(
      date, "credit cover given back to \(party)",
      [Posting(FundsAccounts.cover(party), -amount), Posting(FundsAccounts.reserve, amount)]) + [.pay(party, amount)]
  }

  private mutating func issueNotes(on date: SettlementDate) -> [FundsEffect] {
    guard openDay == nil else { return [.refused("the payments of an earlier date are not closed")] }
    var effects = mutualise(on: date)
    guard let notes = book.issue(on: date) else { return effects + [.refused("the notes of \(date) were made before")] }
    openDay = date
    payable = [:]
    receivable = [:]
    paid = [:]
    for note in notes {
      if note.amount < .zero { payable[note.party] = -note.amount }
      if note.amount > .zero { receivable[note.party] = note.amount }
    }
    // The notes add up to nothing, save for what repays the bank.
    let rest = notes.reduce(Money.zero) { $0 + $1.amount }
    guard rest == -bankDue else { return effects + [.refused("the notes of \(date) leave \(rest) over")] }
    effects += notes.map(FundsEffect.adviceNote)
    effects += post(
      date, "advice notes",
      notes.map { Posting(FundsAccounts.party($0.party), $0.amount) } + [Posting(FundsAccounts.borrowings, -rest)])
    return effects
  }

  private mutating func take(_ amount: Money, from party: ParticipantID, on date: SettlementDate) -> [FundsEffect] {
    guard amount > .zero, amount.wholePence != nil else { return [.refused("a payment is whole pence above zero")] }
    var effects: [FundsEffect] = []
    var left = amount
    if openDay == date {
      let due = min(left, (payable[party] ?? .zero) - (paid[party] ?? .zero))
      if due > .zero {
        paid[party, default: .zero] += due
        left -= due
        effects += post(
          date, "payment of \(party)",
          [Posting(FundsAccounts.party(party), due), Posting(FundsAccounts.clearing, -due)])
      }
    }
    let (recovery, rest) = recover(left, from: party, on: date, isCash: true)
    effects += recovery
    let (restoring, excess) = restoreCover(rest, of: party, on: date)
    effects += restoring
    if excess > .zero { effects.append(.giveBack(party, excess)) }
    return effects
  }

  mutating func adjust(_ party: ParticipantID, _ line: AdviceNoteLine) { book.adjust(party, line) }

  mutating func post(_ date: SettlementDate, _ narrative: String, _ postings: [Posting]) -> [FundsEffect] {
    entryCount += 1
    do {
      let entry = try JournalEntry(
        id: "funds/\(date)/\(entryCount)", date: date, narrative: narrative, postings: postings)
      return entry.postings.isEmpty ? [] : [.posted(entry)]
    } catch {
      return [.refused("an entry of \(narrative) does not balance: \(error)")]
    }
  }
}
