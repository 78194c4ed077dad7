import Accounting
import MarketIdentifiers
import Quantities
import SettlementCalendar

/// What a party failed to pay on a payment date, who bears it meanwhile, and what became of it.
public struct Debt: Hashable, Sendable {
  public let debtor: ParticipantID
  /// The payment date that was missed.
  public let since: SettlementDate
  /// The shortfall of that day, before anything was drawn.
  public let shortfall: Money
  /// Taken from the debtor's own credit cover.
  public let coverDrawn: Money
  /// Borrowed and not yet repaid.
  public internal(set) var borrowed: Money
  /// Parties that bear the rest, and how much each still does: first those whose receipts were cut on the day,
  /// after mutualisation all others by funding share.
  public internal(set) var bearers: [ParticipantID: Money]
  /// The day on which it was shared out over the other parties.
  public internal(set) var mutualisedOn: SettlementDate?
  /// Of ``coverDrawn``, what the debtor has paid back.
  public internal(set) var coverRestored: Money = .zero
  /// Paid after the day to those who bore the debt.
  public internal(set) var recovered: Money = .zero

  /// Still owed by the debtor.
  public var outstanding: Money { shortfall - coverDrawn - recovered }
}

extension Debt: CustomStringConvertible {
  /// The debt in a sentence.
  public var description: String {
    var parts = ["\(debtor) left \(shortfall) unpaid on \(since)"]
    if coverDrawn > .zero { parts.append("\(coverDrawn) came from its credit cover") }
    if borrowed > .zero { parts.append("\(borrowed) is borrowed") }
    if let mutualisedOn { parts.append("the rest was shared out over the other parties on \(mutualisedOn)") }
    if coverRestored > .zero { parts.append("\(coverRestored) of the cover was put back") }
    if recovered > .zero { parts.append("\(recovered) was paid later") }
    parts.append(outstanding == .zero ? "nothing is open" : "\(outstanding) is open")
    return parts.joined(separator: "; ") + "."
  }
}

/// Something that funds administration does or says; the caller carries it out.
public enum FundsEffect: Hashable, Sendable {
  /// A run's cash will be due then.
  case due(date: SettlementDate, run: RunType, paymentDate: SettlementDate)
  /// An input was not taken, and why.
  case refused(String)
  case adviceNote(AdviceNote)
  /// An entry of the ledger.
  case posted(JournalEntry)
  /// Send money to a party.
  case pay(ParticipantID, Money)
  /// A party paid more than was due, or without a note: send it back.
  case giveBack(ParticipantID, Money)
  /// Rule FUND-05: a party's payment is late or missing; what was drawn to fill the gap.
  case paymentDefault(Debt)
  /// Rule FUND-06: a debt was shared out over the other parties.
  case mutualised(Debt)
  /// Rule FUND-07: money of an old debt came in and went to those who bore it.
  case recovered(Debt, Money)
}
