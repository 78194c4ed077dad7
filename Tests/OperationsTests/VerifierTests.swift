import Accounting
import Operations
import Quantities
import Rulebooks
import Settlement
import SettlementCalendar
import Testing

@Suite struct VerifierTests {
  static let issued = date("2026-12-01")

  static func basis(_ estate: Estate, _ desk: Desk) throws -> BillBasis {
    BillBasis(
      rulebook: "may-2026", settings: RunSettings(),
      knowledge: Knowledge(cutOff: SettlementDay(issued).start, sourceCount: try desk.store.sources().count),
      from: estate.date, through: estate.date, issued: issued)
  }

  /// Settled and billed.
  static func worked(_ seed: Int) throws -> (estate: Estate, desk: Desk) {
    let estate = SettlerTests.estate(seed)
    let desk = try estate.desk()
    _ = try desk.settle(estate.date, asOf: SettlerTests.end)
    _ = try BillRun(store: desk.store, hash: testHash).make(try basis(estate, desk), rulebook: .default)
    return (estate, desk)
  }

  @Test(arguments: 0..<6)
  func whatWasMadeComesOutTheSameAgain(seed: Int) throws {
    let (_, desk) = try Self.worked(seed)
    let outcome = try desk.verify()
    #expect(outcome.differences == [])
    #expect(outcome.runs == 6)
    #expect(outcome.bills == (try desk.store.documents(kind: DocumentKind.bill).count))
    #expect(outcome.journalEntries == (try desk.store.journal().count))
  }

  @Test func theWorkedHouseholdComesOutTheSameAgain() throws {
    let household = try WorkedHousehold(rulebook: .default, hash: testHash)
    let outcome = try Verifier(store: household.store, hash: testHash, rulebooks: Rulebook.named)
      .verify(rulebooks: ["may-2026"])
    #expect(outcome.isIdentical && outcome.runs == 30 * 6)
  }

  /// A store with the same facts in which one run is saved otherwise than it was made.
  private func saving(_ change: (inout RunRecord) throws -> Void) throws -> [String] {
    let (estate, made) = try Self.worked(1)
    let desk = try estate.desk()
    for record in try made.store.runs(rulebook: "may-2026", withResults: true) {
      var record = record
      if record.run == .r1 { try change(&record) }
      let entry = try made.store.journal().filter {
        $0.id == RunPostings.entryID(record.date, record.run, record.rulebook)
      }
      try desk.store.save(record, entries: entry)
    }
    return try desk.verify().differences
  }

  @Test func anUntouchedCopyIsIdentical() throws { #expect(try saving { _ in } == []) }

  @Test func anAlteredRunIsNamed() throws {
    func altered(_ change: (inout RunResult) -> Void) throws -> [String] {
      try saving { record in
        var result = try RunResultCodec.decode(record.result)
        change(&result)
        record = Settler.record(result, runDate: record.runDate, hash: testHash)
      }
    }
    let cash = try altered { result in
      let old = result.positions[0]
      result.positions[0] = ImbalancePosition(
        party: old.party, period: old.period, offtake: old.offtake, contracted: old.contracted,
        imbalance: old.imbalance, price: old.price, priceDate: old.priceDate, cash: old.cash + Money(micropounds: 1))
    }
    #expect(cash == ["run R1 of 2026-04-15: other cash"])
    #expect(try altered { $0.quality.expected += 1 } == ["run R1 of 2026-04-15: other quality counts"])
    #expect(try altered { $0.lineage.removeLast() } == ["run R1 of 2026-04-15: it was computed from other facts"])
  }

  @Test func aDamagedRunIsNamed() throws {
    let differences = try saving { $0.result[40] ^= 1 }
    #expect(differences.contains("run R1 of 2026-04-15: its saved bytes are damaged"))
  }

  /// What stands beside the result in its record is derived too.
  @Test func anAlteredRecordIsNamed() throws {
    #expect(try saving { $0.inputHash = testHash([1]) }.count == 1)
    #expect(try saving { $0.runDate = date("2026-05-21") }.count == 1)
    #expect(try saving { $0.cutOff = moment("2026-05-21T00:00:00Z") }.count == 1)
  }

  @Test func alteredFactsAreNamed() throws {
    let (estate, made) = try Self.worked(1)
    let desk = Desk()
    for file in estate.files {
      // One more digit in one reading: another file, another volume.
      let text = file.name == "readings0.csv" ? file.text.replacing("12.", with: "11.", maxReplacements: 1) : file.text
      try desk.ingest(file.name, text, at: file.at)
    }
    for record in try made.store.runs(rulebook: "may-2026", withResults: true) {
      let entry = try made.store.journal().filter {
        $0.id == RunPostings.entryID(record.date, record.run, record.rulebook)
      }
      try desk.store.save(record, entries: entry)
    }
    let differences = try desk.verify().differences
    #expect(differences.contains("run SF of 2026-04-15: it was computed from other facts"))
  }

  @Test func anAlteredBillIsNamed() throws {
    let (estate, made) = try Self.worked(1)
    let desk = try estate.desk()
    var isFirst = true
    for entry in try made.store.documents(kind: DocumentKind.bill) {
      var bill = try #require(try made.store.document(kind: DocumentKind.bill, id: entry.id))
      if isFirst { bill.bytes.append(UInt8(ascii: " ")) }
      isFirst = false
      bill.hash = testHash(bill.bytes)
      let basis = try #require(try made.store.document(kind: DocumentKind.billBasis, id: entry.id))
      try desk.store.save([(bill, []), (basis, [])])
    }
    let differences = try desk.verify().differences
    #expect(differences.contains("a bill of 2026-04-15 comes out differently"))
  }

  @Test func anEntryThatNothingMakesIsNamed() throws {
    let (_, desk) = try Self.worked(1)
    let entry = try JournalEntry(
      id: "gift", date: date("2026-05-01"), narrative: "",
      postings: [
        Posting(Account("party/SUPA"), Money(pence: 1)), Posting(Account("market"), Money(pence: -1)),
      ])
    try desk.store.save([(DocumentRecord(kind: "note", id: "1", hash: testHash([]), bytes: []), [entry])])
    #expect(try desk.verify().differences.contains("journal entry gift comes out differently"))
  }
}

@Suite struct BillRunTests {
  @Test(arguments: 0..<4)
  func billingTwiceIsBillingOnce(seed: Int) throws {
    let (estate, desk) = try VerifierTests.worked(seed)
    let (journal, bills) = (try desk.store.journal(), try desk.store.documents(kind: DocumentKind.bill))
    let again = try BillRun(store: desk.store, hash: testHash).make(
      try VerifierTests.basis(estate, desk), rulebook: .default)
    #expect(!bills.isEmpty)
    #expect(again.bills.isEmpty && again.alreadyMade == bills.count)
    #expect(try desk.store.journal() == journal)
    #expect(try desk.store.documents(kind: DocumentKind.bill).map(\.hash) == bills.map(\.hash))
  }

  @Test func aStoreWithoutTariffsIsRefused() throws {
    let estate = SettlerTests.estate(0)
    let desk = Desk()
    for file in estate.files where file.name != "tariffs.json" { try desk.ingest(file.name, file.text, at: file.at) }
    #expect(throws: BillRun.NoTariffs.self) {
      try BillRun(store: desk.store, hash: testHash).make(try VerifierTests.basis(estate, desk), rulebook: .default)
    }
  }

  @Test(arguments: 0..<30)
  func aBasisReadsBack(seed: Int) throws {
    var dice = Dice(seed)
    let basis = BillBasis(
      rulebook: dice.pick(["may-2026", "bsc"]),
      settings: RunSettings(
        priceShiftDays: dice.pick(20_000) - 10_000, lossFactorShiftDays: dice.pick(20) - 10,
        correctsGroups: dice.chance(1, of: 2)),
      knowledge: Knowledge(
        cutOff: UTCInstant(secondsSince1970: Int64(bitPattern: dice.next())), sourceCount: dice.pick(1_000)),
      from: date("2026-03-29"), through: date("2026-04-27"), issued: date("2099-12-31"))
    #expect(BillBasis(text: basis.text) == basis)
    let lines = basis.text.split(separator: "\n")
    for dropped in lines.indices {
      let text = lines.enumerated().filter { $0.offset != dropped }.map { $0.element }.joined(separator: "\n")
      #expect(BillBasis(text: text) == nil)
    }
  }
}
