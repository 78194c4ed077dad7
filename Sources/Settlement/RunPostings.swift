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
  ///   - moved: what each party's cash of the day changed by since the run before that moved money, positive to it.
  public static func entry(_ dates: RunDates, moved: [ParticipantID: Money]) -> JournalEntry? {
    guard dates.rule.movesMoney else { return nil }
    var postings = moved.keys.sorted().map { Posting(.party($0.code), moved[$0] ?? .zero) }
    let sum = postings.reduce(Money.zero) { $0 + $1.amount }
    postings.append(Posting(.market, -sum))
    guard postings.contains(where: { $0.amount != .zero }) else { return nil }
    return try? JournalEntry(  // balanced by the line above
      id: entryID(dates.settlementDate, dates.run), date: dates.paymentDate ?? dates.runDate,
      narrative: "imbalance of \(dates.settlementDate), run \(dates.run.rawValue)", postings: postings)
  }

  /// `settlement/2026-03-29/SF`.
  public static func entryID(_ date: SettlementDate, _ run: RunType) -> String {
    "settlement/\(date)/\(run.rawValue)"
  }
}
