import Accounting
import Quantities
import SettlementCalendar
import Testing

@Suite struct JournalTests {
  @Test(arguments: 0..<50)
  func anEntryIsBuiltExactlyWhenItsPostingsAddUpToNothing(seed: Int) throws {
    var dice = Dice(seed)
    let date = try #require(SettlementDate("2026-04-20"))
    var postings = (0..<(1 + dice.pick(6))).map {
      Posting(Account("party/P\($0)"), Money(micropounds: Int64(dice.pick(2_000_001) - 1_000_000)))
    }
    let rest = postings.reduce(Int64(0)) { $0 + $1.amount.micropounds }
    let off: Int64 = dice.pick([0, 0, 1, -7])
    postings.append(Posting(Account("market"), Money(micropounds: off - rest)))
    if off == 0 {
      let entry = try JournalEntry(id: "e", date: date, narrative: "n", postings: postings.shuffled(using: &dice))
      #expect(entry.postings.reduce(Int64(0)) { $0 + $1.amount.micropounds } == 0)
      #expect(entry.postings.allSatisfy { $0.amount != .zero })
      #expect(entry == (try JournalEntry(id: "e", date: date, narrative: "n", postings: postings)))
    } else {
      #expect(throws: JournalEntry.Fault.unbalanced(id: "e", by: Money(micropounds: off))) {
        try JournalEntry(id: "e", date: date, narrative: "n", postings: postings)
      }
    }
  }
}
