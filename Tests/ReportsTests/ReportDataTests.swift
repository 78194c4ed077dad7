import Accounting
import Billing
import Findings
import MarketIdentifiers
import Operations
import PortfolioFiles
import Quantities
import Settlement
import SettlementCalendar
import Testing

@Suite("Report data")
struct ReportDataTests {
  /// Saves the household's bill as the billing run does.
  static func save(_ bill: Bill, in store: MemoryStore, entries: [JournalEntry]) throws {
    let bytes = BillDocument.write(bill)
    try store.save([
      (DocumentRecord(kind: DocumentKind.bill, id: bill.id, hash: testHash(bytes), bytes: bytes), entries)
    ])
  }

  @Test("The worked household's figures are those of its run results")
  func figures() throws {
    let household = try workedHousehold()
    let data = try ReportData.gather(store: household.store, rulebook: mayRulebook)
    #expect(data.days.count == 30)
    #expect(data.points.count == 1_440)
    #expect(data.runs.map(\.run) == [.ii, .sf, .r1, .r2, .r3, .rf])
    #expect(data.runs.allSatisfy { $0.days == 30 })
    let sf = try #require(data.runs.first { $0.run == .sf })
    #expect(sf.volume.netMetered == (household.runs[.sf] ?? []).reduce(.zero) { $0 + $1.sums.total().metered })
    #expect(sf.quality.expected == 1_440)
    #expect(sf.quality.validAtFirstPass == 1_436)
    #expect(sf.quality.estimated == 4)
    #expect(data.groups.map(\.group) == [.c])
    #expect(data.intake.seriesCount == 1)
    #expect(data.lastQuality.estimated == 0)
  }

  @Test("What the runs move adds up to the cash of the last run")
  func moved() throws {
    let data = try ReportData.gather(store: try workedHousehold().store, rulebook: mayRulebook)
    let moved = data.runs.flatMap(\.moved.values).reduce(Money.zero, +)
    let last = try #require(data.runs.last)
    #expect(moved == last.cash.values.reduce(.zero, +))
    #expect(moved == data.parties.reduce(.zero) { $0 + $1.cash })
    #expect(data.runs.first { $0.run == .ii }?.moved.isEmpty == true)
    #expect(data.runs.first { $0.run == .r1 }?.energyChange != .zero)
    #expect(data.runs.first { $0.run == .r3 }?.energyChange == .zero)
  }

  @Test("Energy in is energy out, and the ledger balances")
  func checksHold() throws {
    let data = try ReportData.gather(store: try workedHousehold().store, rulebook: mayRulebook)
    #expect(data.checks.count >= 7)
    for check in data.checks { #expect(check.verdict == .holds, "\(check.title): \(check.before), \(check.after)") }
  }

  @Test("Bill, collection and bounce are found in the ledger")
  func payments() throws {
    let household = try workedHousehold()
    let bill = household.bill
    let day = try #require(SettlementDate("2027-01-20"))
    try Self.save(
      bill, in: household.store,
      entries: [
        BillLedger.issued(bill), BillLedger.collected(bill.total, for: bill, on: day),
        BillLedger.bounced(bill.total, for: bill, reason: "refer to payer", on: day),
        BillLedger.collected(Money(pence: 10_000), for: bill, attempt: 2, on: day),
      ])
    let data = try ReportData.gather(store: household.store, rulebook: mayRulebook)
    #expect(data.bills.count == 1)
    #expect(data.bills.total == Money(pence: 35_003))
    #expect(data.ledger.collected == Money(pence: 45_003))
    #expect(data.ledger.bounced == Money(pence: 35_003))
    #expect(data.ledger.owed == Money(pence: 25_003))
    #expect(data.ledger.sum == 0)
    #expect(data.holds)
  }

  @Test("A bill that was never posted breaks the check of stage 6")
  func unposted() throws {
    let household = try workedHousehold()
    try Self.save(household.bill, in: household.store, entries: [])
    let data = try ReportData.gather(store: household.store, rulebook: mayRulebook)
    #expect(!data.holds)
    #expect(data.checks.filter { $0.verdict == .broken }.map(\.stage) == [6])
  }

  @Test("A settlement entry that no run made breaks the check of stage 5")
  func strayEntry() throws {
    let store = try workedHousehold().store
    let stray = try JournalEntry(
      id: "settlement/may-2026/2026-12-01/DF", date: try #require(SettlementDate("2026-12-01")), narrative: "stray",
      postings: [
        Posting(RunPostings.party(try #require(ParticipantID("EXAM")), "may-2026"), Money(pence: 1)),
        Posting(RunPostings.market("may-2026"), Money(pence: -1)),
      ])
    try store.save([(DocumentRecord(kind: "other", id: "x", hash: testHash([]), bytes: []), [stray])])
    let data = try ReportData.gather(store: store, rulebook: mayRulebook)
    #expect(data.checks.filter { $0.verdict == .broken }.map(\.stage) == [5])
  }

  @Test("An empty store gives an empty report")
  func empty() throws {
    let data = try ReportData.gather(store: MemoryStore(), rulebook: mayRulebook)
    #expect(data.days.isEmpty && data.runs.isEmpty && data.intake.sources.isEmpty)
    #expect(data.span == nil)
    #expect(data.holds)
  }

  @Test("Findings are counted by rule over all sources, kept or only counted")
  func findings() throws {
    let store = MemoryStore()
    for (number, count) in [3, 40].enumerated() {
      try store.append(
        FactBatch(
          source: SourceRecord(
            hash: testHash([UInt8(number)]), name: "\(number).csv", format: "x", byteCount: 1,
            receivedAt: UTCInstant(secondsSince1970: 0), settings: "",
            reckoning: Reckoning(accepted: 1, quarantined: count),
            findings: [Finding("AAA-01", .error, "The first.", remedy: "Do.", detail: "1200023305967")],
            findingCounts: ["AAA-01": count])))
    }
    let data = try ReportData.gather(store: store, rulebook: mayRulebook)
    #expect(data.intake.findings.map(\.count) == [43])
    #expect(data.intake.findings.first?.message == "The first.")
    #expect(data.intake.total.rowsRead == 45)
  }
}
