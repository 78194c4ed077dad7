import CreditCover
import FundsAdministration
import MarketIdentifiers
import MarketSimulator
import Quantities
import Rulebooks
import SettlementCalendar
import Testing
import TradingDisputes

/// Twenty days with 40 parties over a clock change, made once for all tests.
private let small: Result<MarketReport, any Error> = Result { try market() }

private func market(
  seed: UInt64 = 7, from: String = "2025-10-16", days: Int = 20, parties: Int = 40, shuffle: UInt64 = 0,
  rulebook: String = "bsc"
) throws -> MarketReport {
  let first = try #require(SettlementDate(from))
  let settings = MarketSettings(
    seed: seed, firstDate: first, days: days, parties: parties, shuffle: shuffle, watched: ParticipantID("S001"))
  var year = try MarketYear(settings, try #require(Rulebook.named(rulebook)))
  return try year.simulate()
}

@Suite("A small simulated market") struct SmallMarketTests {
  @Test("LAW: every run of every date leaves nothing over, every payment date nets to nothing, every evening is clear")
  func sums() throws {
    let report = try small.get()
    #expect(report.runs.map(\.run) == [.ii, .sf, .r1, .r2, .r3, .rf, .df])
    #expect(report.runs.prefix(6).allSatisfy { $0.dates == 20 })
    #expect(report.runs.allSatisfy { $0.leftOver == .zero && $0.paid > .zero })
    let funds = report.funds
    #expect(funds.sum == .zero && funds.unbalancedDates == 0 && funds.unbalancedEvenings == 0)
    #expect(funds.refusals == [])
    #expect(funds.notes > 1_000 && funds.paymentDates > 60)
    #expect(report.creditChecks == (20 * 48 + 2) * 40, "one day has 50 periods")
    #expect(report.periodsSettled == 20 * 48 * 6 + 12 + report.runs[6].dates * 48)
  }

  @Test("LAW: money that went out came in, or from credit cover")
  func cash() throws {
    let funds = try small.get().funds
    let restored = funds.debts.reduce(Money.zero) { $0 + $1.coverRestored }
    #expect(funds.cashOut - funds.cashIn == funds.coverDrawn - restored)
    #expect(funds.cashIn > .zero && funds.coverDrawn <= funds.coverLodged)
  }

  @Test("LAW: in whatever order facts, runs and payments arrive, the same bytes", arguments: [1, 2, 3])
  func shuffled(_ shuffle: UInt64) throws {
    let report = try small.get()
    let other = try market(shuffle: shuffle)
    #expect(other.digest == report.digest)
    #expect(other.credit == report.credit && other.disputes == report.disputes && other.notes == report.notes)
    #expect(other.funds.debts.map(\.description) == report.funds.debts.map(\.description))
    #expect(other.positions == report.positions)
  }

  @Test("another seed is another market")
  func seeds() throws {
    #expect(try market(seed: 8, days: 3, parties: 12).digest != market(seed: 9, days: 3, parties: 12).digest)
  }

  @Test("what runs move shrinks as estimates give way to readings")
  func shrinking() throws {
    let moved = Dictionary(uniqueKeysWithValues: try small.get().runs.map { ($0.run, $0.moved) })
    let steps = [RunType.ii, .sf, .r1, .r3, .rf].compactMap { moved[$0] }
    #expect(steps.count == 5 && zip(steps, steps.dropFirst()).allSatisfy { $0 > $1 }, "\(steps)")
  }

  @Test("defaults occur, and each has its query period before it")
  func defaults() throws {
    let report = try small.get()
    #expect(!report.defaults.isEmpty)
    for record in report.defaults {
      guard case .defaulted(let level, let percentage) = record.effect else { continue }
      #expect(percentage.hundredThousandths > 7_500_000)
      let before = report.credit.prefix { $0 != record }.last {
        if case .queryPeriodOpened(level, _, _) = $0.effect { $0.party == record.party } else { false }
      }
      #expect(before != nil, "\(record)")
      #expect(record.description.hasPrefix("\(record.party), ") && record.description.contains("credit default at"))
      #expect(record.reason.hasPrefix("Owed ") && record.reason.contains("AEI"))
    }
    #expect(report.rejectedSales > .zero, "Level 2 kept sales from counting")
  }

  @Test("parties that stop paying leave debts, which cover fills, others share, and a dividend lowers")
  func debts() throws {
    let report = try small.get()
    let ends = Set(report.insolvent.map(\.party))
    #expect(!ends.isEmpty)
    let debts = report.funds.debts
    #expect(debts.contains { $0.coverDrawn > .zero })
    let shared = debts.filter { $0.mutualisedOn != nil && ends.contains($0.debtor) }
    #expect(!shared.isEmpty)
    #expect(shared.contains { $0.recovered > .zero })
    for debt in debts {
      #expect(debt.outstanding == debt.borrowed + debt.bearers.values.reduce(.zero, +), "\(debt)")
      #expect(debt.outstanding >= .zero)
    }
  }

  @Test("disputes are raised and put right by the run that the rulebook has left")
  func disputes() throws {
    let report = try small.get()
    let right = report.disputes.compactMap { if case .putRight(let run) = $0.state { run } else { nil } }
    #expect(!right.isEmpty)
    #expect(right.contains(.df) == (report.runs.last?.run == .df))
    for dispute in report.disputes { #expect(dispute.description.hasPrefix(dispute.id)) }
  }

  @Test("each note is its lines and what goes over from note to note")
  func notes() throws {
    let notes = try small.get().notes
    #expect(notes.count > 40)
    var carried = Money.zero
    for note in notes {
      let lines = note.lines.reduce(Money.zero) { $0 + $1.amount }
      #expect(note.broughtForward == carried)
      #expect(note.broughtForward + lines == note.amount + note.carriedForward)
      #expect(note.carriedForward.micropounds.magnitude < 10_000)
      carried = note.carriedForward
    }
    #expect(notes.contains { $0.sumsByKind.contains { $0.kind == "interest" } })
  }

  @Test("in the source documents' world nothing comes after RF")
  func frozen() throws {
    let report = try market(from: "2026-01-05", days: 12, parties: 15, rulebook: "may-2026")
    #expect(report.runs.map(\.run) == [.ii, .sf, .r1, .r2, .r3, .rf])
    #expect(report.funds.sum == .zero && report.funds.unbalancedEvenings == 0 && report.funds.refusals == [])
  }

  @Test("what if: a higher price never makes fewer short parties default")
  func whatIf() throws {
    let report = try small.get()
    let rules = try CreditRules(try #require(Rulebook.named("bsc")), on: try #require(SettlementDate("2025-11-04")))
    #expect(report.positions.count == 40)
    let short = report.positions.filter { position in position.shortfalls.allSatisfy { $0 >= .zero } }
    var before = -1
    for pounds in [0, 500, 5_000, 50_000] {
      let price = UnitRate(micropencePerMWh: Int64(pounds) * 100_000_000)
      let count = CreditWhatIf(price: price, hours: 6, rules: rules).outcomes(short).count { $0.level1After != nil }
      #expect(count >= before)
      before = count
    }
    #expect(before > 0)
  }
}

@Suite("The mix of parties") struct MarketMixTests {
  @Test(
    "250 parties are the source document's six categories and four more",
    arguments: [
      (250, [85, 80, 50, 14, 3, 14, 4]), (500, [170, 160, 100, 28, 6, 28, 8]),
    ])
  func mix(_ parties: Int, _ expected: [Int]) throws {
    let first = try #require(SettlementDate("2026-01-05"))
    var year = try MarketYear(
      MarketSettings(seed: 1, firstDate: first, days: 1, parties: parties), try #require(Rulebook.named("bsc")))
    let report = try year.simulate()
    #expect(report.parties.map(\.count) == expected)
    #expect(report.funds.sum == .zero)
  }

  @Test("settings out of range are refused", arguments: [(9, 5), (1_001, 5), (10, 0), (10, 367)])
  func refused(_ parties: Int, _ days: Int) throws {
    let first = try #require(SettlementDate("2026-01-05"))
    #expect(throws: (any Error).self) {
      try MarketYear(MarketSettings(seed: 1, firstDate: first, days: days, parties: parties), Rulebook.default)
    }
  }

  @Test("where the rules do not reach, it says so")
  func beyond() throws {
    let first = try #require(SettlementDate("2028-06-05"))
    var year = try MarketYear(
      MarketSettings(seed: 1, firstDate: first, days: 2, parties: 10), try #require(Rulebook.named("bsc")))
    #expect(throws: MarketYear.Fault.self) { try year.simulate() }
  }
}
