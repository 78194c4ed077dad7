import Accounting
import MarketIdentifiers
import Quantities
import SettlementCalendar

/// What happens to payments that do not come (BSC Section N9; the order of measures below the credit facility and the
/// sharing out by funding share are background knowledge).
extension FundsAdministrator {
  /// Fills the gaps of the day and pays the creditors.
  mutating func close(_ date: SettlementDate) -> [FundsEffect] {
    guard openDay == date else { return [.refused("no notes of \(date) are out")] }
    var effects: [FundsEffect] = []
    for debtor in payable.keys.sorted() {
      let missing = (payable[debtor] ?? .zero) - (paid[debtor] ?? .zero)
      if missing > .zero { effects += fill(missing, of: debtor, on: date) }
    }
    var out: [Posting] = []
    for party in receivable.keys.sorted() {
      // A party in default gets nothing while it owes: its receipts go to those who bear its debt.
      let (recovery, rest) = recover(receivable[party] ?? .zero, from: party, on: date, isCash: false)
      effects += recovery
      guard rest > .zero else { continue }
      out.append(Posting(FundsAccounts.party(party), -rest))
      effects.append(.pay(party, rest))
    }
    if bankDue > .zero {
      out.append(Posting(FundsAccounts.borrowings, -bankDue))
      borrowed -= bankDue
      bankDue = .zero
    }
    let sum = out.reduce(Money.zero) { $0 + $1.amount }
    effects += post(date, "payments to creditors", out + [Posting(FundsAccounts.clearing, -sum)])
    openDay = nil
    return effects
  }

  /// Rule FUND-05: the debtor's credit cover first, then the credit facility, then less for the day's creditors in
  /// proportion to what they were to get.
  private mutating func fill(_ missing: Money, of debtor: ParticipantID, on date: SettlementDate) -> [FundsEffect] {
    var effects: [FundsEffect] = []
    let drawn = min(missing, cover[debtor] ?? .zero)
    if drawn > .zero {
      cover[debtor, default: .zero] -= drawn
      effects += post(
        date, "credit cover of \(debtor) drawn",
        [
          Posting(FundsAccounts.cover(debtor), -drawn), Posting(FundsAccounts.party(debtor), drawn),
          Posting(FundsAccounts.reserve, drawn), Posting(FundsAccounts.clearing, -drawn),
        ])
    }
    let loan = min(missing - drawn, max(rules.creditFacility(on: date) - borrowed, .zero))
    if loan > .zero {
      borrowed += loan
      effects += post(
        date, "borrowed for the shortfall of \(debtor)",
        [Posting(FundsAccounts.borrowings, loan), Posting(FundsAccounts.clearing, -loan)])
    }
    let toGet = receivable.values.reduce(Money.zero, +)
    let cut = min(missing - drawn - loan, toGet)
    // Where nobody is left to wait, the bank does.
    let extended = missing - drawn - loan - cut
    bankDue -= extended
    let creditors = receivable.filter { $0.value > .zero }.keys.sorted()
    let parts = LargestRemainder.share(
      cut, by: creditors.map { (receivable[$0] ?? .zero).micropounds }, step: Money(pence: 1))
    var bearers: [ParticipantID: Money] = [:]
    for (creditor, part) in zip(creditors, parts ?? []) where part > .zero {
      receivable[creditor, default: .zero] -= part
      bearers[creditor] = part
    }
    let debt = Debt(
      debtor: debtor, since: date, shortfall: missing, coverDrawn: drawn, borrowed: loan + extended, bearers: bearers)
    debts.append(debt)
    return effects + [.paymentDefault(debt)]
  }

  /// Rule FUND-06: debts that are due for it become lines of the notes: the others pay by funding share, and those who
  /// bore the debt so far get it back.
  mutating func mutualise(on date: SettlementDate) -> [FundsEffect] {
    var effects: [FundsEffect] = []
    for place in debts.indices where debts[place].mutualisedOn == nil && debts[place].outstanding > .zero {
      var debt = debts[place]
      guard let due = rules.mutualisationDate(ofDebtSince: debt.since), due <= date else { continue }
      let owing = Set(debts.filter { $0.outstanding > .zero }.map(\.debtor))
      let others = shares.keys.filter { !owing.contains($0) && (shares[$0] ?? 0) > 0 }.sorted()
      guard
        let parts = LargestRemainder.share(debt.outstanding, by: others.map { shares[$0] ?? 0 }, step: Money(pence: 1))
      else { continue }
      for (party, part) in zip(others, parts) where part > .zero {
        adjust(party, AdviceNoteLine(.mutualisation(debtor: debt.debtor, since: debt.since), -part))
      }
      for party in debt.bearers.keys.sorted() {
        let held = debt.bearers[party] ?? .zero
        adjust(party, AdviceNoteLine(.shortfallMadeGood(debtor: debt.debtor, since: debt.since), held))
        // On the ledger they were owed it all along; the note now says so again.
        effects += post(
          date, "held back for \(debt.debtor), now on a note",
          [Posting(FundsAccounts.party(party), -held), Posting(FundsAccounts.party(debt.debtor), held)])
      }
      if debt.borrowed > .zero {
        bankDue += debt.borrowed
        effects += post(
          date, "borrowed for \(debt.debtor), now on the notes",
          [Posting(FundsAccounts.borrowings, -debt.borrowed), Posting(FundsAccounts.party(debt.debtor), debt.borrowed)])
        debt.borrowed = .zero
      }
      effects += post(
        date, "debt of \(debt.debtor) taken over by the other parties",
        [
          Posting(FundsAccounts.defaulted(debt.debtor), -debt.outstanding),
          Posting(FundsAccounts.contributors(debt.debtor), debt.outstanding),
        ])
      debt.bearers = Dictionary(uniqueKeysWithValues: zip(others, parts).filter { $0.1 > .zero })
      debt.mutualisedOn = date
      debts[place] = debt
      effects.append(.mutualised(debt))
    }
    return effects
  }
}
