import Accounting
import MarketIdentifiers
import Quantities
import Settlement
import SettlementCalendar
import Testing

@Suite struct RunPostingsTests {
  static func dates(movesMoney: Bool, run: RunType = .sf) throws -> RunDates {
    let date = try #require(SettlementDate("2026-03-28"))
    let rule = RunRule(
      run: run, cutOff: .calendarDays(5), runs: .calendarDays(6), payment: .calendarDays(9), movesMoney: movesMoney,
      purpose: "", source: "")
    return RunDates(
      rule: rule, settlementDate: date, cutOffDate: try #require(date.advanced(by: 5)),
      runDate: try #require(date.advanced(by: 6)), paymentDate: date.advanced(by: 9))
  }

  @Test(arguments: 0..<40)
  func whatPartiesGetTheMarketGives(seed: Int) throws {
    var dice = Dice(seed)
    var moved: [ParticipantID: Money] = [:]
    for number in 0..<dice.pick(6) {
      moved[try #require(ParticipantID("P\(number)"))] = Money(micropounds: Int64(dice.pick(7) - 3))
    }
    let entry = RunPostings.entry(try Self.dates(movesMoney: true), rulebook: "may-2026", moved: moved)
    guard moved.values.contains(where: { $0 != .zero }) else {
      #expect(entry == nil)
      return
    }
    let made = try #require(entry)
    #expect(made.id == "settlement/may-2026/2026-03-28/SF")
    #expect(made.date == SettlementDate("2026-04-06"))
    #expect(made.postings.reduce(Int64(0)) { $0 + $1.amount.micropounds } == 0)
    for (party, amount) in moved {
      #expect((made.postings.first { $0.account == RunPostings.party(party, "may-2026") }?.amount ?? .zero) == amount)
    }
  }

  /// The same day settled by two rulebooks is two sets of books.
  @Test func rulebooksKeepTheirOwnBooks() throws {
    let party = try #require(ParticipantID("SUPA"))
    let entries = try ["bsc", "may-2026"].map { rulebook in
      try #require(
        RunPostings.entry(try Self.dates(movesMoney: true), rulebook: rulebook, moved: [party: Money(pence: 5)]))
    }
    #expect(entries[0].id != entries[1].id)
    #expect(Set(entries[0].postings.map(\.account)).isDisjoint(with: entries[1].postings.map(\.account)))
  }

  @Test func anInterimRunMovesNoMoney() throws {
    let party = try #require(ParticipantID("SUPA"))
    let dates = try Self.dates(movesMoney: false, run: .ii)
    #expect(RunPostings.entry(dates, rulebook: "may-2026", moved: [party: Money(pence: 5)]) == nil)
  }
}
