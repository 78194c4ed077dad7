import Accounting
import MarketIdentifiers
import Quantities
import SettlementCalendar

extension FundsAdministrator {
  /// Rule FUND-07: money of a party in debt goes to its oldest debt first: to the bank, then to those who bear the debt, in
  /// proportion to what each does. They get it on the day, and interest with the next notes.
  ///
  /// - Parameter isCash: whether it came into the clearing account today; else it is a receipt that is held back.
  /// - Returns: what to do, and what is left after all debts.
  mutating func recover(
    _ amount: Money, from debtor: ParticipantID, on date: SettlementDate, isCash: Bool
  ) -> (effects: [FundsEffect], rest: Money) {
    var effects: [FundsEffect] = []
    var left = amount
    for place in debts.indices where debts[place].debtor == debtor && debts[place].outstanding > .zero {
      let part = min(left, debts[place].outstanding)
      guard part > .zero else { break }
      left -= part
      effects += pass(part, toBearersOf: place, on: date, isCash: isCash)
    }
    return (effects, left)
  }

  /// What is left after the debts puts back the credit cover that was drawn for them.
  mutating func restoreCover(
    _ amount: Money, of debtor: ParticipantID, on date: SettlementDate
  ) -> (effects: [FundsEffect], rest: Money) {
    var effects: [FundsEffect] = []
    var left = amount
    for place in debts.indices where debts[place].debtor == debtor {
      let part = min(left, debts[place].coverDrawn - debts[place].coverRestored)
      guard part > .zero else { continue }
      left -= part
      debts[place].coverRestored += part
      cover[debtor, default: .zero] += part
      effects += post(
        date, "credit cover of \(debtor) put back",
        [Posting(FundsAccounts.cover(debtor), part), Posting(FundsAccounts.reserve, -part)])
    }
    return (effects, left)
  }

  private mutating func pass(
    _ part: Money, toBearersOf place: Int, on date: SettlementDate, isCash: Bool
  ) -> [FundsEffect] {
    var debt = debts[place]
    let toBank = min(part, debt.borrowed)
    let bearers = debt.bearers.keys.sorted()
    let weights = bearers.map { (debt.bearers[$0] ?? .zero).micropounds }
    let parts = LargestRemainder.share(part - toBank, by: weights, step: Money(pence: 1)) ?? []
    debt.borrowed -= toBank
    borrowed -= toBank
    debt.recovered += part
    for (bearer, share) in zip(bearers, parts) { debt.bearers[bearer, default: .zero] -= share }
    debts[place] = debt
    var effects = post(date, "recovered from \(debt.debtor)", postings(part, toBank, zip(bearers, parts), debt, isCash))
    chargeInterest(on: part - toBank, of: debt, bearers: Array(zip(bearers, parts)), on: date)
    effects.append(.recovered(debt, part))
    for (bearer, share) in zip(bearers, parts) where share > .zero { effects.append(.pay(bearer, share)) }
    return effects
  }

  /// In and out of the clearing account in one entry. Before mutualisation the bearers' accounts hold what they are
  /// owed; after it the claim is kept beside the accounts.
  private func postings(
    _ part: Money, _ toBank: Money, _ shares: some Sequence<(ParticipantID, Money)>, _ debt: Debt, _ isCash: Bool
  ) -> [Posting] {
    if debt.mutualisedOn != nil {
      let source =
        isCash ? [] : [Posting(FundsAccounts.party(debt.debtor), -part), Posting(FundsAccounts.clearing, part)]
      return source + [
        Posting(FundsAccounts.defaulted(debt.debtor), part), Posting(FundsAccounts.contributors(debt.debtor), -part),
      ]
    }
    let source =
      isCash
      ? [Posting(FundsAccounts.party(debt.debtor), part)] : [Posting(FundsAccounts.clearing, part)]
    return source + [Posting(FundsAccounts.borrowings, -toBank)]
      + shares.map { Posting(FundsAccounts.party($0.0), -$0.1) }
  }

  /// Interest at the base rate and the late payer's margin, on the next notes.
  private mutating func chargeInterest(
    on part: Money, of debt: Debt, bearers: [(ParticipantID, Money)], on date: SettlementDate
  ) {
    guard part > .zero, let rateDays = rules.rateDays(from: debt.since, to: date, margin: true),
      let year = rules.daysPerYear(on: debt.since)
    else { return }
    let step = rules.interestRounding.step.size
    let units = rules.interestRounding.rounding.quotient(
      Int128(part.micropounds) * rateDays, by: year * 1_000_000_000 * Int128(step))
    let interest = Money(micropounds: Int64(units) * step)
    let shares = LargestRemainder.share(interest, by: bearers.map(\.1.micropounds), step: Money(micropounds: step))
    guard interest > .zero, let shares else { return }
    let reason = AdviceNoteLine.Reason.lateInterest(debtor: debt.debtor, since: debt.since, paid: date)
    adjust(debt.debtor, AdviceNoteLine(reason, -interest))
    for (bearer, share) in zip(bearers, shares) where share != .zero { adjust(bearer.0, AdviceNoteLine(reason, share)) }
  }
}
