import Accounting
import MarketIdentifiers
import Operations
import Quantities
import Rulebooks
import Settlement
import SettlementCalendar
import Testing

/// What holds of the runs of a date taken together.
@Suite struct SettlerTests {
  static let dates = [date("2026-03-29"), date("2026-04-15"), date("2026-10-25")]
  static let end = date("2028-01-31")

  static func estate(_ seed: Int) -> Estate { Estate(seed, on: dates[seed % 3]) }

  /// Nothing is posted on top of a saved run whose bytes are no longer those of its hash.
  @Test func aDamagedRunStopsTheLaterOnes() throws {
    let estate = Self.estate(0)
    let whole = try estate.desk()
    var run = try #require(try whole.settle(estate.date, asOf: Self.end).first).record
    run.result[run.result.count - 1] ^= 1
    let desk = try estate.desk()
    try desk.store.save(run, entries: [])
    #expect(throws: Settler.Refusal.damaged(.ii, estate.date)) { try desk.settle(estate.date, asOf: Self.end) }
    #expect(try desk.store.journal().isEmpty)
  }

  @Test(arguments: 0..<12)
  func whatRunsMoveAddsUpToTheLastCash(seed: Int) throws {
    let estate = Self.estate(seed)
    let desk = try estate.desk()
    let outcomes = try desk.settle(estate.date, asOf: Self.end)
    #expect(outcomes.map(\.dates.run) == [.ii, .sf, .r1, .r2, .r3, .rf])
    #expect(outcomes[0].moved.isEmpty)
    var moved: [ParticipantID: Int64] = [:]
    for outcome in outcomes {
      for (party, amount) in outcome.moved { moved[party, default: 0] += amount.micropounds }
      // An entry stands exactly where something moved.
      let id = RunPostings.entryID(estate.date, outcome.dates.run, "may-2026")
      let entry = try desk.store.journal().first { $0.id == id }
      #expect((entry != nil) == outcome.moved.values.contains { $0 != .zero })
      #expect((entry?.postings ?? []).reduce(Int64(0)) { $0 + $1.amount.micropounds } == 0)
    }
    let last = try #require(outcomes.last)
    #expect(moved == last.result.cash.mapValues(\.micropounds))
    #expect(outcomes[1].moved == outcomes[1].result.cash)
    // The readings of the last file come before R3, so R3 moves and RF does not.
    #expect(outcomes[4].moved.values.contains { $0 != .zero })
    #expect(outcomes[5].moved.values.allSatisfy { $0 == .zero })
    let balances = Dictionary(uniqueKeysWithValues: try desk.store.balances().map { ($0.account, $0.balance) })
    for (party, cash) in last.result.cash {
      #expect(balances[RunPostings.party(party, "may-2026"), default: 0] == Int128(cash.micropounds))
    }
    #expect(balances.values.reduce(0, +) == 0)
  }

  /// Known by the volumes of the points alone: the sum over all keys is what validation counted.
  @Test(arguments: 0..<6)
  func noHalfHourIsLost(seed: Int) throws {
    let estate = Self.estate(seed)
    for outcome in try estate.desk().settle(estate.date, asOf: Self.end) {
      let result = outcome.result
      #expect(result.quality.expected == estate.count * SettlementDay(estate.date).periodCount)
      #expect(result.sums.total().count == Int64(result.quality.expected))
      #expect(result.sums.total().estimatedCount == Int64(result.quality.estimated))
      #expect(result.sums.total().estimated == result.quality.estimatedEnergy)
    }
  }

  @Test(arguments: 0..<6)
  func settlingTwiceIsSettlingOnce(seed: Int) throws {
    let estate = Self.estate(seed)
    let desk = try estate.desk()
    let first = try desk.settle(estate.date, asOf: Self.end)
    let journal = try desk.store.journal()
    let second = try desk.settle(estate.date, asOf: Self.end)
    #expect(first.allSatisfy(\.isNew) && second.allSatisfy { !$0.isNew })
    #expect(second.map(\.record) == first.map(\.record))
    #expect(second.map(\.moved) == first.map(\.moved))
    #expect(try desk.store.journal() == journal)
    // One run after the other comes to the same as all at once.
    let stepwise = try estate.desk()
    for run in first.map(\.dates.run) { _ = try stepwise.settle(estate.date, asOf: Self.end, only: [run]) }
    #expect(try stepwise.store.journal() == journal)
    #expect(try stepwise.store.runs(rulebook: "may-2026", withResults: true) == first.map(\.record))
  }

  /// Where the rulebook says when a run's cash is due, the run's record says it too, and `verify` holds it to that.
  @Test func paymentDatesAreOnRecord() throws {
    let estate = Self.estate(1)
    let desk = try estate.desk()
    let rulebook = try #require(Rulebook.named("bsc"))
    let outcomes = try desk.settle(estate.date, asOf: Self.end, rulebook: rulebook)
    #expect(outcomes.map(\.record.paymentDate) == outcomes.map(\.dates.paymentDate))
    #expect(outcomes.contains { $0.record.paymentDate != nil } && outcomes[0].record.paymentDate == nil)
    let verifier = Verifier(store: desk.store, hash: testHash, rulebooks: Rulebook.named)
    #expect(try verifier.verify(rulebooks: ["bsc"]).differences == [])
  }

  @Test func afterTheLastRunNothingMoves() throws {
    let estate = Self.estate(1)
    let desk = try estate.desk()
    let before = try desk.settle(estate.date, asOf: Self.end).map(\.record)
    let journal = try desk.store.journal()
    let start = Estate.start(estate.date, 1).start
    let text = "series,quantity,start,kwh,quality\n\(Estate.mpan(0)),AI,\(start),11.111,C\n"
    #expect(try desk.ingest("late.csv", text, at: moment("2028-01-15T00:00:00Z")).reckoning.rowsRead == 1)
    #expect(try desk.settle(estate.date, asOf: date("2028-12-01")).map(\.record) == before)
    #expect(try desk.store.journal() == journal)
    #expect(try desk.verify().isIdentical)
  }

  @Test func runsOutOfOrderOrTooEarlyAreRefused() throws {
    let estate = Self.estate(1)
    let day = estate.date
    let desk = try estate.desk()
    #expect(throws: Settler.Refusal.earlierRunMissing(.r1, needs: .ii, day)) {
      try desk.settle(day, asOf: Self.end, only: [.r1])
    }
    #expect(throws: Settler.Refusal.noSuchRun(.df, day, rulebook: "may-2026")) {
      try desk.settle(day, asOf: Self.end, only: [.df])
    }
    let runDate = date("2026-05-06")
    #expect(throws: Settler.Refusal.notBefore(.sf, day, runDate: runDate, asOf: date("2026-05-05"))) {
      try desk.settle(day, asOf: date("2026-05-05"), only: [.ii, .sf])
    }
    #expect(try desk.store.runs(rulebook: "may-2026", withResults: false).isEmpty)
    #expect(try desk.store.journal().isEmpty)
    #expect(try desk.settle(day, asOf: runDate).map(\.dates.run) == [.ii, .sf])
    let shifted = try Settler(
      store: desk.store, rulebook: .default, settings: RunSettings(priceShiftDays: 7), hash: testHash)
    #expect(throws: Settler.Refusal.otherSettings(.ii, day)) { try shifted.settle(day, only: nil, asOf: runDate) }
  }

  /// The same files taken in another order give the same bytes: nothing in a result depends on the order, since which
  /// reading counts goes by receipt and source hash, and there is one file of registrations.
  @Test(arguments: 0..<6)
  func theOrderOfIngestDoesNotMatter(seed: Int) throws {
    let estate = Self.estate(seed)
    var dice = Dice(seed)
    let records = try estate.desk().settle(estate.date, asOf: Self.end).map(\.record)
    for _ in 0..<3 {
      let desk = try estate.desk(order: estate.files.indices.shuffled(using: &dice))
      let other = try desk.settle(estate.date, asOf: Self.end).map(\.record)
      for (one, two) in zip(records, other) {
        let (first, second) = (try RunResultCodec.decode(one.result), try RunResultCodec.decode(two.result))
        #expect(first.sums == second.sums)
        #expect(first.positions == second.positions)
        #expect(first.quality == second.quality)
        #expect(one == two)
      }
    }
  }

  /// The largest contracts and prices that any file may hold: refused with a sentence, never a stop.
  @Test func amountsBeyondAnyLedgerAreRefused() throws {
    let day = date("2026-04-15")
    let desk = Desk()
    let prices =
      "Settlement Date,Settlement Period,System Sell Price(GBP/MWh),System Buy Price(GBP/MWh)\n"
      + (1...48).map { "\(day),\($0),100000,100000\n" }.joined()
    try desk.ingest("prices.csv", prices, at: moment("2026-04-16T00:00:00Z"))
    var contracts = "party,date,period,bought_kwh\n"
    for party in 0..<4 { for period in 1...48 { contracts += "P\(party),\(day),\(period),1000000000\n" } }
    #expect(try desk.ingest("contracts.csv", contracts, at: moment("2026-04-14T00:00:00Z")).reckoning.accepted == 192)
    let thrown = #expect(throws: Imbalance.OutOfRange.self) { try desk.settle(day, asOf: Self.end) }
    #expect(thrown?.description.contains("2026-04-15") == true)
    #expect(try desk.store.journal().isEmpty)
  }
}
