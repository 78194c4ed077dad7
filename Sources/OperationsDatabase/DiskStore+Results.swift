import Accounting
import GRDB
import Operations
import Quantities
import ReadingsStore
import SettlementCalendar

extension DiskStore: ResultsRepository {
  public func save(_ run: RunRecord, entries: [JournalEntry]) throws { try save([(run: run, entries: entries)]) }

  public func save(_ runs: [(run: RunRecord, entries: [JournalEntry])]) throws {
    try writing { db in
      let insert = try Insertion(
        db, "run",
        ["rulebook", "date", "run", "cut_off", "run_date", "payment_date", "input_hash", "result_hash", "result"],
        blob: "result")
      let saved = try db.cachedStatement(
        sql: "SELECT result_hash FROM run WHERE rulebook = ? AND date = ? AND run = ?")
      let ledger = try LedgerWriter(db, path: path)
      for (run, entries) in runs {
        let key: [DatabaseValue] = [.text(run.rulebook), .date(run.date), .text(run.run.rawValue)]
        if let hash = try String.fetchOne(saved, arguments: StatementArguments(key)) {
          let name = SavedName.run(run.date, run.run, rulebook: run.rulebook)
          try refuseUnlessEqual(name, hash, run.resultHash)
          continue
        }
        try insert(
          key + [
            .moment(run.cutOff), .date(run.runDate), run.paymentDate.map { .date($0) } ?? .null, .text(run.inputHash),
            .text(run.resultHash), .bytes(run.result),
          ])
        for entry in entries { try ledger.post(entry) }
      }
    }
  }

  public func save(_ documents: [(document: DocumentRecord, entries: [JournalEntry])]) throws {
    try writing { db in
      let insert = try Insertion(db, "document", ["kind", "id", "hash", "bytes"], blob: "bytes")
      let saved = try db.cachedStatement(sql: "SELECT hash FROM document WHERE kind = ? AND id = ?")
      let ledger = try LedgerWriter(db, path: path)
      for (document, entries) in documents {
        if let hash = try String.fetchOne(saved, arguments: [document.kind, document.id]) {
          try refuseUnlessEqual(SavedName.document(document), hash, document.hash)
          continue
        }
        try insert([.text(document.kind), .text(document.id), .text(document.hash), .bytes(document.bytes)])
        for entry in entries { try ledger.post(entry) }
      }
    }
  }

  private func refuseUnlessEqual(_ name: String, _ saved: String, _ new: String) throws {
    guard saved == new else { throw ResultConflict(name: name, savedHash: saved, newHash: new) }
  }

  public func run(_ date: SettlementDate, _ run: RunType, rulebook: String) throws -> RunRecord? {
    try runs(
      "result", "AND date = ? AND run = ?", [.text(rulebook), .date(date), .text(run.rawValue)], rulebook: rulebook
    ).first
  }

  public func runs(rulebook: String, withResults: Bool) throws -> [RunRecord] {
    try runs(withResults ? "result" : "x''", "", [.text(rulebook)], rulebook: rulebook)
      .sorted { ($0.date, $0.run) < ($1.date, $1.run) }
  }

  private func runs(
    _ result: String, _ condition: String, _ arguments: [DatabaseValue], rulebook: String
  ) throws -> [RunRecord] {
    let query = """
      SELECT date, run, cut_off, run_date, payment_date, input_hash, result_hash, \(result) FROM run
      WHERE rulebook = ? \(condition) ORDER BY date
      """
    return try rows("run", query, arguments) { row in
      let date = try row.date()
      let run = try row.code(RunType.self)
      let cutOff = try row.moment()
      return RunRecord(
        date: date, run: run, rulebook: rulebook, cutOff: cutOff, runDate: try row.date(),
        paymentDate: try row.dateIfAny(), inputHash: try row.text(), resultHash: try row.text(), result: try row.bytes()
      )
    }
  }

  public func document(kind: String, id: String) throws -> DocumentRecord? {
    let query = "SELECT hash, bytes FROM document WHERE kind = ? AND id = ?"
    return try rows("document", query, [.text(kind), .text(id)]) { row in
      DocumentRecord(kind: kind, id: id, hash: try row.text(), bytes: try row.bytes())
    }.first
  }

  public func documents(kind: String) throws -> [(id: String, hash: String)] {
    try rows("document", "SELECT id, hash FROM document WHERE kind = ?", [.text(kind)]) { row in
      (id: try row.text(), hash: try row.text())
    }.sorted { $0.id < $1.id }
  }

  public func journal() throws -> [JournalEntry] {
    let query = """
      SELECT journal_entry.number, id, date, narrative, path, amount FROM journal_entry
      LEFT JOIN posting ON posting.entry = journal_entry.number
      LEFT JOIN account ON account.number = posting.account
      ORDER BY journal_entry.number, ordinal
      """
    return try JournalRows.entries(
      try rows("posting", query) { row in try JournalRows.Line(&row) }, path: path
    ).sorted { $0.id < $1.id }
  }

  public func balances() throws -> [(account: Account, balance: Int128)] {
    // Two halves, each far from 64 bits: no sum of postings overflows SQLite's integers.
    let query = """
      SELECT path, sum(amount >> 32), sum(amount & 4294967295) FROM posting
      JOIN account ON account.number = posting.account GROUP BY posting.account
      """
    return try rows("posting", query) { row in
      (Account(try row.text()), Int128(try row.integer()) << 32 + Int128(try row.integer()))
    }.sorted { $0.0 < $1.0 }.map { (account: $0.0, balance: $0.1) }
  }
}

/// Journal entries from the rows of a join of entries and postings.
private enum JournalRows {
  struct Line {
    var number: Int64
    var id: String
    var date: SettlementDate
    var narrative: String
    /// `nil` for an entry without postings.
    var posting: Posting?

    init(_ row: inout RowReader) throws {
      number = try row.integer()
      id = try row.text()
      date = try row.date()
      narrative = try row.text()
      let account = try row.textIfAny()
      let amount = try row.integerIfAny()
      posting = try account.map { Posting(Account($0), Money(micropounds: try row.require(amount))) }
    }
  }

  static func entries(_ lines: [Line], path: String) throws -> [JournalEntry] {
    var entries: [JournalEntry] = []
    var index = 0
    while index < lines.count {
      let first = lines[index]
      var postings: [Posting] = []
      while index < lines.count, lines[index].number == first.number {
        if let posting = lines[index].posting { postings.append(posting) }
        index += 1
      }
      // Every partial sum is tried in 128 bits first: what a damaged database holds must not trap.
      var sum: Int128 = 0
      let fits = postings.allSatisfy {
        sum += Int128($0.amount.micropounds)
        return Int64(exactly: sum) != nil
      }
      guard fits,
        let entry = try? JournalEntry(id: first.id, date: first.date, narrative: first.narrative, postings: postings)
      else { throw StoreError.damagedRow("posting", "amount", path: path) }
      entries.append(entry)
    }
    return entries
  }
}

/// Posts entries within a transaction.
private struct LedgerWriter {
  let db: Database
  let path: String
  let insertEntry: Insertion
  let insertPosting: Insertion
  let insertAccount: Insertion

  init(_ db: Database, path: String) throws {
    self.db = db
    self.path = path
    insertEntry = try Insertion(db, "journal_entry", ["id", "date", "narrative"])
    insertPosting = try Insertion(db, "posting", ["entry", "ordinal", "account", "amount"])
    insertAccount = try Insertion(db, "account", ["path"])
  }

  /// - Throws: `JournalEntry.Fault` when unbalanced, `JournalConflict` when the id was posted with other content.
  func post(_ entry: JournalEntry) throws {
    try JournalCheck.balanced(entry)
    if let posted = try posted(entry.id) {
      guard posted == entry else { throw JournalConflict(id: entry.id) }
      return
    }
    try insertEntry([.text(entry.id), .date(entry.date), .text(entry.narrative)])
    let number = DatabaseValue.integer(db.lastInsertedRowID)
    for (ordinal, posting) in entry.postings.enumerated() {
      try insertPosting([
        number, .integer(ordinal), .integer(try account(posting.account)), .integer(posting.amount.micropounds),
      ])
    }
  }

  private func account(_ account: Account) throws -> Int64 {
    let known = try db.cachedStatement(sql: "SELECT number FROM account WHERE path = ?")
    if let number = try Int64.fetchOne(known, arguments: [account.path]) { return number }
    try insertAccount([.text(account.path)])
    return db.lastInsertedRowID
  }

  private func posted(_ id: String) throws -> JournalEntry? {
    let known = try db.cachedStatement(sql: "SELECT 1 FROM journal_entry WHERE id = ?")
    guard try Int.fetchOne(known, arguments: [id]) != nil else { return nil }
    let query = """
      SELECT journal_entry.number, id, date, narrative, path, amount FROM journal_entry
      LEFT JOIN posting ON posting.entry = journal_entry.number
      LEFT JOIN account ON account.number = posting.account
      WHERE id = ? ORDER BY ordinal
      """
    let lines = try Row.fetchAll(try db.cachedStatement(sql: query), arguments: [id]).map { row in
      var reader = RowReader(row, of: "posting", path: path)
      return try JournalRows.Line(&reader)
    }
    return try JournalRows.entries(lines, path: path).first
  }
}
