import Accounting
import MarketIdentifiers
import Quantities
import SettlementCalendar

/// Turns the cash of a run into ledger entries: each run posts only what it changes.
public enum RunPostings {
  /// The entry of one run of one settlement date, or `nil` when it moves nothing.
  ///
  /// - Parameters:
  ///   - dates: the run's rule and dates; II moves no money and gives no entry.
  ///   - rulebook: whose books the entry belongs to.
  ///   - moved: what each party's cash of the day changed by since the run before that moved money, positive to it.
  public static func entry(_ dates: RunDates, rulebook: String, moved: [ParticipantID: Money]) -> JournalEntry? {
    guard dates.rule.movesMoney else { return nil }
    var postings = moved.keys.sorted().map { Posting(party($0, rulebook), moved[$0] ?? .zero) }
    let sum = postings.reduce(Money.zero) { $0 + $1.amount }
    postings.append(Posting(market(rulebook), -sum))
    guard postings.contains(where: { $0.amount != .zero }) else { return nil }
    return try? JournalEntry(  // balanced by the line above
      id: entryID(dates.settlementDate, dates.run, rulebook), date: dates.paymentDate ?? dates.runDate,
      narrative: "imbalance of \(dates.settlementDate), run \(dates.run.rawValue)", postings: postings)
  }

  /// What each party's cash changed by between two runs; a party that only one of them has counts as nothing in the other.
  public static func moved(
    from before: [ParticipantID: Money], to after: [ParticipantID: Money]
  ) -> [ParticipantID: Money] {
    Set(before.keys).union(after.keys).reduce(into: [:]) {
      $0[$1] = (after[$1] ?? .zero) - (before[$1] ?? .zero)
    }
  }

  /// `settlement/may-2026/2026-03-29/SF`.
  public static func entryID(_ date: SettlementDate, _ run: RunType, _ rulebook: String) -> String {
    "settlement/\(rulebook)/\(date)/\(run.rawValue)"
  }

  /// The market under one rulebook: the same days settled by two rulebooks are two sets of books.
  public static func market(_ rulebook: String) -> Account { Account("market/\(rulebook)") }

  /// What the market owes a party under one rulebook (above zero), or the party owes it (below).
  public static func party(_ party: ParticipantID, _ rulebook: String) -> Account {
    Account("party/\(party)/\(rulebook)")
  }
}
