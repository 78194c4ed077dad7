import FundsAdministration
import MarketIdentifiers
import Quantities
import Rulebooks
import SettlementCalendar
import Testing

@Suite("Late payers and debts") struct ShortfallTests {
  /// On 3 February 2026 AAAA owes 1,000, BBBB is to get 600, CCCC 400; D and E have nothing to do with it.
  func office(cover: String? = nil, facility: String? = nil) throws -> Office {
    var packs = RulebookPacks.shipped
    if let facility {
      let name = "parameters-bsc.csv"
      let text = String(decoding: try #require(packs.files[name]), as: UTF8.self)
      packs.files[name] = Array(
        text.replacing("funds.credit-facility-pounds,0,", with: "funds.credit-facility-pounds,\(facility),").utf8)
    }
    var office = try Office(try Rulebook.load("bsc", from: packs))
    if let cover { office.send(.coverLodged(party("AAAA"), pounds(cover)), day("2026-01-02")) }
    office.send(
      .fundingShares([party("AAAA"): 7, party("BBBB"): 2, party("DDDD"): 1, party("EEEE"): 1]), day("2026-01-02"))
    office.send(
      try run(
        "2026-01-05", .sf,
        [("AAAA", .energyImbalance, "-1000"), ("BBBB", .energyImbalance, "600"), ("CCCC", .energyImbalance, "400")]),
      day("2026-01-27"))
    return office
  }

  func debts(_ office: Office) -> [Debt] { office.administrator.debts }

  @Test("enough credit cover fills the gap")
  func covered() throws {
    var office = try office(cover: "1500")
    _ = office.payDay(day("2026-02-03"), failing: [party("AAAA"): .zero])
    #expect(office.cash[day("2026-02-03")] == pounds("1000"), "all creditors were paid, out of the cover")
    #expect(office.balance(FundsAccounts.cover(party("AAAA"))) == pounds("500"))
    #expect(office.balance(FundsAccounts.reserve) == pounds("-500"))
    #expect(debts(office).map(\.outstanding) == [.zero])
    let late = office.send(.received(party("AAAA"), pounds("1200")), day("2026-02-05"))
    #expect(late.last == .giveBack(party("AAAA"), pounds("200")))
    #expect(office.balance(FundsAccounts.cover(party("AAAA"))) == pounds("1500"))
    #expect(
      debts(office)[0].description
        == "AAAA left £1000.00 unpaid on 2026-02-03; £1000.00 came from its credit cover; £1000.00 of the cover was put back; nothing is open."
    )
  }

  @Test("what cover does not fill is cut from the day's creditors, and paid to them when it comes, with interest")
  func late() throws {
    var office = try office(cover: "100")
    _ = office.payDay(day("2026-02-03"), failing: [party("AAAA"): pounds("400")])
    // 1,000 - 400 - 100 = 500, cut 300 and 200.
    #expect(debts(office)[0].bearers == [party("BBBB"): pounds("300"), party("CCCC"): pounds("200")])
    #expect(office.balance(FundsAccounts.party(party("BBBB"))) == pounds("300"))
    #expect(office.balance(FundsAccounts.party(party("AAAA"))) == pounds("-500"))
    let effects = office.send(.received(party("AAAA"), pounds("510")), day("2026-02-06"))
    #expect(
      effects.contains(.pay(party("BBBB"), pounds("300"))) && effects.contains(.pay(party("CCCC"), pounds("200"))))
    #expect(office.balance(FundsAccounts.cover(party("AAAA"))) == pounds("10"), "the rest puts back what was drawn")
    #expect(office.cash[day("2026-02-06")] == pounds("-10"))
    #expect(office.balance(FundsAccounts.clearing) == .zero)
    #expect(office.balance(FundsAccounts.party(party("AAAA"))) == .zero)
    // Three days at 4 percent on 500: 16.4384 pence, on the next notes.
    let notes = office.payDay(day("2026-02-09"))
    #expect(notes.map(\.party) == [party("AAAA"), party("BBBB"), party("CCCC")])
    #expect(notes.map(\.amount) == [pounds("-0.17"), pounds("0.10"), pounds("0.07")])
    #expect(notes[0].lines.map(\.amount) == [pounds("-0.164384")])
    #expect(office.refusals == [])
  }

  @Test("an unpaid debt is shared out by funding share; what comes later goes to those who paid")
  func mutualised() throws {
    var office = try office()
    _ = office.payDay(day("2026-02-03"), failing: [party("AAAA"): .zero])
    #expect(office.cash[day("2026-02-03")] == nil, "nothing came, nothing went")
    _ = office.payDay(day("2026-03-02"))
    #expect(debts(office)[0].mutualisedOn == nil)
    let notes = office.payDay(day("2026-03-03"))
    // Twenty working days on: B, D and E have 2, 1 and 1 shares of 1,000; B and C get their 600 and 400 back.
    #expect(notes.map(\.party) == ["BBBB", "CCCC", "DDDD", "EEEE"].map(party))
    #expect(notes.map(\.amount) == ["100", "400", "-250", "-250"].map(pounds))
    #expect(office.balance(FundsAccounts.party(party("BBBB"))) == .zero)
    #expect(office.balance(FundsAccounts.party(party("AAAA"))) == .zero)
    #expect(office.balance(FundsAccounts.defaulted(party("AAAA"))) == pounds("-1000"))
    let effects = office.send(.received(party("AAAA"), pounds("200")), day("2026-04-01"))
    #expect(effects.contains(.pay(party("BBBB"), pounds("100"))) && effects.contains(.pay(party("EEEE"), pounds("50"))))
    #expect(office.balance(FundsAccounts.defaulted(party("AAAA"))) == pounds("-800"))
    #expect(office.balance(FundsAccounts.contributors(party("AAAA"))) == pounds("800"))
    #expect(debts(office)[0].outstanding == pounds("800"))
    #expect(debts(office)[0].description.contains("shared out over the other parties on 2026-03-03"))
    #expect(office.refusals == [])
  }

  @Test("what a party in default is to get goes to those who bear its debt")
  func setOff() throws {
    var office = try office()
    _ = office.payDay(day("2026-02-03"), failing: [party("AAAA"): .zero])
    office.send(
      try run("2026-01-07", .sf, [("AAAA", .energyImbalance, "300"), ("DDDD", .energyImbalance, "-300")]),
      day("2026-02-03"))
    let effects = office.payDay(day("2026-02-05"))
    #expect(effects.count == 2)
    #expect(debts(office)[0].recovered == pounds("300"))
    #expect(debts(office)[0].bearers == [party("BBBB"): pounds("420"), party("CCCC"): pounds("280")])
    #expect(office.cash[day("2026-02-05")] == .zero)
    #expect(office.balance(FundsAccounts.party(party("AAAA"))) == pounds("-700"))
  }

  @Test("a credit facility lends before creditors wait, and is repaid by the notes that share the debt out")
  func borrowed() throws {
    var office = try office(facility: "700")
    _ = office.payDay(day("2026-02-03"), failing: [party("AAAA"): .zero])
    #expect(office.balance(FundsAccounts.borrowings) == pounds("700"))
    #expect(debts(office)[0].bearers == [party("BBBB"): pounds("180"), party("CCCC"): pounds("120")])
    let notes = office.payDay(day("2026-03-03"))
    #expect(notes.reduce(Money.zero) { $0 + $1.amount } == pounds("-700"))
    #expect(office.balance(FundsAccounts.borrowings) == .zero)
    #expect(office.administrator.borrowed == .zero)
    #expect(office.balance(FundsAccounts.party(party("CCCC"))) == .zero)
    #expect(office.refusals == [])
  }

  @Test("when nobody pays at all, the bank waits too")
  func everybody() throws {
    var office = try office(facility: "700")
    _ = office.payDay(day("2026-02-03"), failing: [party("AAAA"): .zero])
    let failing = Dictionary(uniqueKeysWithValues: ["BBBB", "CCCC", "DDDD", "EEEE"].map { (party($0), Money.zero) })
    _ = office.payDay(day("2026-03-03"), failing: failing)
    #expect(office.refusals == [])
    #expect(office.balances.values.reduce(.zero, +) == .zero)
    #expect(office.balance(FundsAccounts.borrowings) == office.administrator.borrowed)
  }

  @Test("nonsense is refused and changes nothing")
  func refusals() throws {
    var office = try office()
    office.send(.coverLodged(party("AAAA"), pounds("0.001")), day("2026-02-01"))
    office.send(.coverReturned(party("AAAA"), pounds("1")), day("2026-02-01"))
    office.send(.received(party("AAAA"), .zero), day("2026-02-01"))
    office.send(.fundingShares([party("AAAA"): -1]), day("2026-02-01"))
    office.send(.closeOfBusiness, day("2026-02-01"))
    office.send(.coverLodged(party("AAAA"), Money(pence: .max / 10_000)), day("2026-02-01"))
    #expect(office.refusals.count == 6)
    #expect(
      office.send(.received(party("ZZZZ"), pounds("5")), day("2026-02-01")) == [.giveBack(party("ZZZZ"), pounds("5"))])
  }

  @Test(
    "LAW: with any payments, the books balance, the clearing account is empty each evening, no money is made",
    arguments: 0..<25)
  func law(_ seed: Int) throws {
    var dice = Dice(seed)
    var office = try office(cover: dice.chance(1, of: 2) ? "250" : nil, facility: dice.chance(1, of: 2) ? "300" : nil)
    let codes = ["AAAA", "BBBB", "CCCC", "DDDD", "EEEE"]
    for offset in 0..<25 {
      let date = try #require(day("2026-01-07").advanced(by: offset))
      let charges = codes.map {
        Charge(party($0), .energyImbalance, Money(micropounds: Int64(dice.pick(900_000_000)) - 450_000_000))
      }
      office.send(.runSettled(try RunCharges.closed(by: party("NGET"), date, .sf, charges)), day("2026-01-31"))
    }
    var cashOut = Money.zero
    while let due = office.administrator.book.openPaymentDates.first {
      let failing = Dictionary(
        uniqueKeysWithValues: codes.filter { _ in dice.chance(1, of: 3) }.map {
          (party($0), Money(pence: Int64(dice.pick(20_000))))
        })
      let before = office.balance(FundsAccounts.borrowings) + office.balance(FundsAccounts.reserve)
      _ = office.payDay(due, failing: failing)
      cashOut = office.cash[due] ?? .zero
      let after = office.balance(FundsAccounts.borrowings) + office.balance(FundsAccounts.reserve)
      #expect(cashOut == after - before, "what went out and had not come in came from the bank or from cover")
    }
    #expect(office.refusals == [])
    #expect(office.balance(FundsAccounts.borrowings) == office.administrator.borrowed)
    for debt in office.administrator.debts {
      #expect(debt.outstanding == debt.borrowed + debt.bearers.values.reduce(.zero, +), "\(debt)")
    }
  }
}
