import FundsAdministration
import MarketIdentifiers
import Quantities
import Rulebooks
import SettlementCalendar
import Testing

@Suite("Advice notes") struct AdviceNoteTests {
  /// The example of the domain notes: settlement date 1 September 2021, payment 29 days later, moved to a working day.
  @Test(
    "payment dates",
    arguments: [
      ("bsc", "2021-09-01", RunType.sf, "2021-09-30"), ("bsc", "2021-08-31", .sf, "2021-09-29"),
      ("bsc", "2026-05-28", .sf, "2026-06-26"), ("bsc", "2026-05-29", .sf, "2026-06-29"),
      ("bsc", "2026-05-28", .r1, "2026-07-22"), ("bsc", "2026-05-28", .rf, "2027-07-22"),
      ("may-2026", "2026-03-02", .sf, "2026-03-20"), ("may-2026", "2026-01-01", .rf, "2027-03-01"),
      ("may-2026", "2025-12-20", .rf, "2027-02-22"), ("mhhs", "2027-07-05", .rf, "2027-11-01"),
    ])
  func paymentDates(_ id: String, _ date: String, _ run: RunType, _ expected: String) throws {
    let rules = try FundsRules(try #require(Rulebook.named(id)), from: day("2021-01-01"))
    #expect(rules.paymentDate(of: day(date), run) == day(expected))
    #expect(rules.paymentDate(of: day(date), .ii) == nil)
  }

  @Test("a reconciliation run carries the difference, with interest from the first payment")
  func difference() throws {
    var office = try Office()
    office.send(
      try run("2026-01-05", .sf, [("AAAA", .energyImbalance, "-1000"), ("BBBB", .energyImbalance, "1000")]),
      day("2026-01-27"))
    let first = office.payDay(day("2026-02-03"))
    #expect(first.map(\.amount) == [pounds("-1000"), pounds("1000")])
    office.send(
      try run("2026-01-05", .r1, [("AAAA", .energyImbalance, "-1365"), ("BBBB", .energyImbalance, "1365")]),
      day("2026-02-23"))
    let due = try #require(office.administrator.book.openPaymentDates.first)
    #expect(due == day("2026-02-27"))
    let notes = office.payDay(due)
    // 24 days at 4 percent on 365 pounds: 365 x 0.04 x 24/365 = 0.96.
    #expect(
      notes[0].lines.map(\.amount) == [pounds("-365"), pounds("-0.96")])
    #expect(notes.map(\.amount) == [pounds("-365.96"), pounds("365.96")])
    #expect(
      notes[1].lines.map(\.description).last == "interest on the change of 2026-01-05 by run R1 since 2026-02-03: £0.96"
    )
    #expect(notes[1].sumsByKind.map(\.kind) == ["energy-imbalance", "interest"])
    #expect(office.refusals == [])
  }

  @Test("interest follows the base rate through its changes")
  func rates() throws {
    let rules = try FundsRules(try #require(Rulebook.named("bsc")), from: day("2025-01-01"))
    // Three days at 4.50 percent, two at 4.25: 135 + 85 million billionths.
    #expect(rules.rateDays(from: day("2025-05-05"), to: day("2025-05-10")) == 220_000_000)
    #expect(rules.rateDays(from: day("2025-05-05"), to: day("2025-05-05")) == 0)
    #expect(rules.rateDays(from: day("1999-01-01"), to: day("1999-01-03")) == nil)
  }

  @Test("several runs and dates are one note; the fraction of a penny goes forward, and nothing is lost")
  func netting() throws {
    var office = try Office()
    for date in ["2026-03-06", "2026-03-07"] {
      office.send(
        try run(
          date, .sf,
          [
            ("AAAA", .energyImbalance, "-0.333334"), ("BBBB", .energyImbalance, "0.166667"),
            ("CCCC", .residualCashflow, "0.166667"),
          ]), day("2026-04-02"))
    }
    let notes = office.payDay(day("2026-04-07"))
    #expect(notes.map(\.lines.count) == [2, 2, 2])
    #expect(notes.map(\.amount) == [pounds("-0.67"), pounds("0.34"), pounds("0.33")])
    #expect(notes.map(\.carriedForward) == [pounds("0.003332"), pounds("-0.006666"), pounds("0.003334")])
    office.send(
      try run("2026-03-08", .sf, [("AAAA", .energyImbalance, "-1"), ("BBBB", .energyImbalance, "1")]), day("2026-04-07")
    )
    let next = office.payDay(day("2026-04-08"))
    #expect(next.map(\.broughtForward) == [pounds("0.003332"), pounds("-0.006666")])
    #expect(next.map(\.amount).reduce(.zero, +) == .zero)
  }

  @Test("charges that leave something over are refused, or closed by the system operator")
  func balance() throws {
    let charges = [
      Charge(party("AAAA"), .energyImbalance, pounds("-3")), Charge(party("BBBB"), .energyImbalance, pounds("1")),
    ]
    #expect(throws: RunCharges.Fault.unbalanced(date: day("2026-01-05"), run: .sf, by: pounds("-2"))) {
      try RunCharges(day("2026-01-05"), .sf, charges)
    }
    let closed = try RunCharges.closed(by: party("NGET"), day("2026-01-05"), .sf, charges)
    #expect(closed.charges.last == Charge(party("NGET"), .systemOperator, pounds("2")))
    let huge = [
      Charge(party("AAAA"), .energyImbalance, Money(micropounds: .max)),
      Charge(party("AAAA"), .energyImbalance, Money(micropounds: .max)),
    ]
    #expect(throws: RunCharges.Fault.self) { try RunCharges(day("2026-01-05"), .sf, huge) }
  }

  @Test("a run twice is one; other charges for it, runs out of turn and unknown runs are refused; II moves nothing")
  func arrivals() throws {
    var office = try Office()
    let sf = try run("2026-01-05", .sf, [("AAAA", .energyImbalance, "-1"), ("BBBB", .energyImbalance, "1")])
    office.send(sf, day("2026-01-27"))
    #expect(office.send(sf, day("2026-01-27")) == [])
    #expect(office.send(try run("2026-01-05", .ii, []), day("2026-01-27")) == [])
    office.send(try run("2026-01-05", .sf, []), day("2026-01-27"))
    #expect(office.refusals == ["run SF of 2026-01-05 came a second time with other charges"])
    office.send(try run("2026-01-05", .r1, []), day("2026-01-27"))
    _ = office.payDay(day("2026-03-02"))
    office.send(.notesDue, day("2026-03-01"))
    office.send(.notesDue, day("2026-03-02"))
    #expect(
      office.refusals.suffix(2) == ["2026-03-01 is over: it is 2026-03-02", "the notes of 2026-03-02 were made before"])
  }

  @Test("a run that comes late is due on the next day that is open")
  func late() throws {
    var office = try Office()
    _ = office.payDay(day("2026-02-03"))
    let sf = try run("2026-01-05", .sf, [("AAAA", .energyImbalance, "-1"), ("BBBB", .energyImbalance, "1")])
    #expect(
      office.send(sf, day("2026-02-03")) == [.due(date: day("2026-01-05"), run: .sf, paymentDate: day("2026-02-04"))])
  }

  @Test(
    "LAW: whatever the order of arrival, the same notes; each day they add up to nothing; all runs to the last run's total",
    arguments: 0..<20)
  func laws(_ seed: Int) throws {
    var dice = Dice(seed)
    let codes = ["AAAA", "BBBB", "CCCC", "DDDD", "EEEE"]
    var events: [FundsAdministrator.Event] = []
    var finals: [ParticipantID: Money] = [:]
    for offset in 0..<4 {
      let date = try #require(day("2025-11-03").advanced(by: offset * 2))
      for runType in [RunType.sf, .r1, .r2, .r3, .rf] {
        var charges = codes.map {
          Charge(
            party($0), dice.pick(ChargeType.allCases),
            Money(micropounds: Int64(dice.pick(2_000_000_000)) - 1_000_000_000))
        }
        if dice.chance(1, of: 3) { charges.removeFirst() }
        let closed = try RunCharges.closed(by: party("NGET"), date, runType, charges)
        events.append(.runSettled(closed))
        if runType == .rf { for charge in closed.charges { finals[charge.party, default: .zero] += charge.amount } }
      }
    }
    var results: [[AdviceNote]] = []
    for _ in 0..<3 {
      var office = try Office()
      for event in events.shuffled(using: &dice) { office.send(event, day("2025-12-01")) }
      var all: [AdviceNote] = []
      while let due = office.administrator.book.openPaymentDates.first {
        let notes = office.payDay(due)
        #expect(notes.reduce(Money.zero) { $0 + $1.amount } == .zero)
        for note in notes {
          let lines = note.lines.reduce(Money.zero) { $0 + $1.amount }
          #expect(note.broughtForward + lines == note.amount + note.carriedForward)
          #expect(note.amount.wholePence != nil)
        }
        all += notes
      }
      #expect(office.refusals == [])
      results.append(all)
    }
    #expect(results[0] == results[1] && results[1] == results[2])
    var charged: [ParticipantID: Money] = [:]
    for line in results[0].flatMap({ note in note.lines.map { (note.party, $0) } }) {
      if case .charge = line.1.reason { charged[line.0, default: .zero] += line.1.amount }
    }
    #expect(charged.filter { $0.value != .zero } == finals.filter { $0.value != .zero })
  }
}

@Suite("Largest remainder") struct LargestRemainderTests {
  @Test(arguments: [
    ("100", [1, 1, 1], ["33.34", "33.33", "33.33"]), ("0.02", [1, 1, 1], ["0.01", "0.01", "0"]),
    ("10", [0, 3, 1], ["0", "7.50", "2.50"]), ("0", [0, 0], ["0", "0"]),
  ])
  func shares(_ total: String, _ weights: [Int64], _ expected: [String]) {
    #expect(LargestRemainder.share(pounds(total), by: weights, step: Money(pence: 1)) == expected.map(pounds))
  }

  @Test func refusals() {
    #expect(LargestRemainder.share(pounds("1"), by: [0], step: Money(pence: 1)) == nil)
    #expect(LargestRemainder.share(pounds("-1"), by: [1], step: Money(pence: 1)) == nil)
    #expect(LargestRemainder.share(pounds("0.001"), by: [1], step: Money(pence: 1)) == nil)
    #expect(LargestRemainder.round([1], by: 0, .down) == nil)
    #expect(LargestRemainder.round([.max, .max], by: 1, .down) == nil)
  }

  @Test("LAW: the parts add up, and each is within one unit of its exact value", arguments: 0..<50)
  func law(_ seed: Int) throws {
    var dice = Dice(seed)
    let denominator = Int128(dice.pick(10_000) + 1)
    let numerators = (0..<dice.pick(30) + 1).map { _ in Int128(dice.pick(2_000_000)) - 1_000_000 }
    let units = try #require(LargestRemainder.round(numerators, by: denominator, .halfToEven))
    #expect(units.reduce(0, +) == Rounding.halfToEven.quotient(numerators.reduce(0, +), by: denominator))
    for (unit, numerator) in zip(units, numerators) {
      #expect((unit * denominator - numerator).magnitude < denominator.magnitude)
    }
  }
}
