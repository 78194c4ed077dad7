import Accounting
import Operations
import Quantities
import SettlementCalendar
import Testing

@Suite("Contract of the results repository")
struct ResultsContractTests {
  @Test(arguments: StoreKind.allCases)
  func aRunAndItsEntriesAreSavedTogether(_ kind: StoreKind) throws {
    let test = try StoreUnderTest(kind)
    let date = try Sample.date("2009-03-29")
    let (sf, ii) = (Sample.run(date, .sf), Sample.run(date, .ii, result: []))
    let entry = try Sample.entry("sf/2009-03-29/MRCY")
    try test.store.save(sf, entries: [entry])
    try test.next().save([(run: ii, entries: [])])
    let store = try test.next()
    #expect(try store.run(date, .sf, rulebook: "may-2026") == sf)
    #expect(try store.run(date, .ii, rulebook: "may-2026") == ii)
    #expect(try store.run(date, .r1, rulebook: "may-2026") == nil)
    #expect(try store.run(date, .sf, rulebook: "bsc") == nil)
    #expect(try store.journal() == [entry])
    #expect(try store.runs(rulebook: "bsc", withResults: true).isEmpty)
  }

  @Test(arguments: StoreKind.allCases)
  func runsComeByDateAndThenInTheOrderOfRuns(_ kind: StoreKind) throws {
    let test = try StoreUnderTest(kind)
    let dates = try ["2009-03-30", "2009-03-29"].map(Sample.date)
    var runs: [(run: RunRecord, entries: [JournalEntry])] = []
    for date in dates { for run in [RunType.rf, .sf, .r2, .ii] { runs.append((Sample.run(date, run), [])) } }
    try test.store.save(runs)
    let all = try test.next().runs(rulebook: "may-2026", withResults: true)
    #expect(all.map(\.date) == Array(repeating: dates[1], count: 4) + Array(repeating: dates[0], count: 4))
    #expect(all.map(\.run) == [.ii, .sf, .r2, .rf, .ii, .sf, .r2, .rf])
    #expect(all.allSatisfy { $0.result == [1, 2, 3] })
    let bare = try test.store.runs(rulebook: "may-2026", withResults: false)
    #expect(bare.allSatisfy { $0.result.isEmpty && $0.resultHash == Sample.hash(1) })
    #expect(bare.count == 8)
  }

  @Test(arguments: StoreKind.allCases)
  func savingTheSameAgainChangesNothingAndAnotherResultIsRefused(_ kind: StoreKind) throws {
    let test = try StoreUnderTest(kind)
    let date = try Sample.date("2009-03-29")
    let next = try Sample.date("2009-03-30")
    try test.store.save(Sample.run(date, .sf), entries: [try Sample.entry("a")])
    try test.next().save(Sample.run(date, .sf), entries: [try Sample.entry("a"), try Sample.entry("not posted")])
    #expect(try test.next().journal().map(\.id) == ["a"])

    let name = "run 2009-03-29 SF under may-2026"
    #expect(throws: ResultConflict(name: name, savedHash: Sample.hash(1), newHash: Sample.hash(2))) {
      // The first of the two is new and good; it must not stay when the second is refused.
      try test.store.save([
        (run: Sample.run(next, .sf), entries: [try Sample.entry("b")]),
        (run: Sample.run(date, .sf, result: [9], hash: 2), entries: []),
      ])
    }
    #expect(try test.next().run(next, .sf, rulebook: "may-2026") == nil)
    #expect(try test.store.journal().map(\.id) == ["a"])
    #expect(try test.store.run(date, .sf, rulebook: "may-2026")?.result == [1, 2, 3])
  }

  @Test(arguments: StoreKind.allCases)
  func anEntryIsPostedOnceAndNeverOtherwise(_ kind: StoreKind) throws {
    let test = try StoreUnderTest(kind)
    let date = try Sample.date("2009-03-29")
    try test.store.save(Sample.run(date, .sf), entries: [try Sample.entry("a"), try Sample.entry("a")])
    #expect(throws: JournalConflict(id: "a")) {
      try test.next().save(Sample.run(date, .r1), entries: [try Sample.entry("z"), try Sample.entry("a", 5)])
    }
    #expect(try test.next().run(date, .r1, rulebook: "may-2026") == nil)
    // Posted alike before: nothing is posted twice, and the run is saved.
    try test.store.save(Sample.run(date, .r1), entries: [try Sample.entry("a")])
    #expect(try test.next().journal() == [try Sample.entry("a")])
    #expect(try test.store.run(date, .r1, rulebook: "may-2026") != nil)
  }

  @Test(arguments: StoreKind.allCases)
  func documentsFollowTheSameRules(_ kind: StoreKind) throws {
    let test = try StoreUnderTest(kind)
    let bill = DocumentRecord(kind: "bill", id: "2026-05/2", hash: Sample.hash(1), bytes: Array("bill".utf8))
    let other = DocumentRecord(kind: "bill", id: "2026-05/10", hash: Sample.hash(2), bytes: [])
    let file = DocumentRecord(kind: "collection", id: "2026-05/2", hash: Sample.hash(3), bytes: [0, 255])
    try test.store.save([(document: bill, entries: [try Sample.entry("bill/2")]), (document: other, entries: [])])
    try test.next().save([(document: file, entries: []), (document: bill, entries: [try Sample.entry("again")])])
    let store = try test.next()
    #expect(try store.document(kind: "bill", id: "2026-05/2") == bill)
    #expect(try store.document(kind: "bill", id: "2026-05/10") == other)
    #expect(try store.document(kind: "collection", id: "2026-05/2") == file)
    #expect(try store.document(kind: "bill", id: "2026-05/3") == nil)
    #expect(try store.documents(kind: "bill").map(\.id) == ["2026-05/10", "2026-05/2"])
    #expect(try store.documents(kind: "bill").map(\.hash) == [other.hash, bill.hash])
    #expect(try store.journal().map(\.id) == ["bill/2"])
    var changed = bill
    changed.hash = Sample.hash(9)
    let conflict = ResultConflict(name: "bill 2026-05/2", savedHash: bill.hash, newHash: changed.hash)
    #expect(throws: conflict) { try store.save([(document: changed, entries: [])]) }
  }

  @Test(arguments: StoreKind.allCases)
  func balancesAreTheExactSumsOfAllPostings(_ kind: StoreKind) throws {
    let test = try StoreUnderTest(kind)
    let date = try Sample.date("2009-03-29")
    // Three entries of nearly the largest amount: the sums need more than 64 bits.
    let huge = Int64.max - 7
    var entries = try (0..<3).map { try Sample.entry("huge/\($0)", huge) }
    entries.append(try Sample.entry("small", -1))
    entries.append(try JournalEntry(id: "empty", date: date, narrative: "Nothing moved.", postings: []))
    try test.store.save(Sample.run(date, .sf), entries: entries)
    let balances = try test.next().balances()
    let sum = Int128(huge) * 3 - 1
    #expect(balances.map(\.account) == [Account("market"), Account("party/MRCY")])
    #expect(balances.map(\.balance) == [sum, -sum])
    #expect(try test.store.journal() == entries.sorted { $0.id < $1.id })
  }
}
