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
    let entry = RunPostings.entry(try Self.dates(movesMoney: true), moved: moved)
    guard moved.values.contains(where: { $0 != .zero }) else {
      #expect(entry == nil)
      return
    }
    let made = try #require(entry)
    #expect(made.id == "settlement/2026-03-28/SF")
    #expect(made.date == SettlementDate("2026-04-06"))
    #expect(made.postings.reduce(Int64(0)) { $0 + $1.amount.micropounds } == 0)
    for (party, amount) in moved {
      #expect((made.postings.first { $0.account == .party(party.code) }?.amount ?? .zero) == amount)
    }
  }

  @Test func anInterimRunMovesNoMoney() throws {
    let party = try #require(ParticipantID("SUPA"))
    #expect(RunPostings.entry(try Self.dates(movesMoney: false, run: .ii), moved: [party: Money(pence: 5)]) == nil)
  }
}
