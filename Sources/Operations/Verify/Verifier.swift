import Accounting
import Billing
import PaymentFiles
import PortfolioFiles
import Quantities
import Rulebooks
import Settlement
import SettlementCalendar

/// Derives everything in a store again from its facts and compares the bytes.
///
/// "Same facts, same rulebook, same bytes out" is held here: runs, bills and the whole ledger are computed anew with
/// what each knew when it was made.
public final class Verifier {
  private let store: any Store
  private let hash: ContentHash
  private let rulebooks: (String) -> Rulebook?

  /// What was derived again.
  public struct Outcome: Hashable, Sendable {
    public var runs = 0
    public var bills = 0
    public var payments = 0
    public var journalEntries = 0
    /// Metered energy of all last runs, so that a reader sees what was summed.
    public var readings: Int64 = 0
    /// What did not come out the same; empty when all did.
    public var differences: [String] = []

    public var isIdentical: Bool { differences.isEmpty }
    public init() {}
  }

  /// - Parameter rulebooks: finds a rulebook by its name.
  public init(store: any Store, hash: @escaping ContentHash, rulebooks: @escaping (String) -> Rulebook?) {
    self.store = store
    self.hash = hash
    self.rulebooks = rulebooks
  }

  /// - Parameters:
  ///   - names: the rulebooks whose runs to derive again.
  ///   - progress: called with how many runs are done of how many.
  public func verify(rulebooks names: [String], progress: (Int, Int) -> Void = { _, _ in }) throws -> Outcome {
    var outcome = Outcome()
    var entries: [String: JournalEntry] = [:]
    for name in names {
      guard let rulebook = rulebooks(name) else {
        outcome.differences.append("rulebook \(name) is not there")
        continue
      }
      try verifyRuns(rulebook, &outcome, &entries, progress)
    }
    let bills = try verifyBills(&outcome, &entries)
    try verifyPayments(bills, &outcome, &entries)
    try verifyJournal(entries, &outcome)
    return outcome
  }

  private func verifyRuns(
    _ rulebook: Rulebook, _ outcome: inout Outcome, _ entries: inout [String: JournalEntry],
    _ progress: (Int, Int) -> Void
  ) throws {
    var snapshots = RecentCache<Int, FactSnapshot>(capacity: 2)
    let saved = try store.runs(rulebook: rulebook.id, withResults: true)
    var cash: [SettlementDate: RunResult] = [:]
    for (number, record) in saved.enumerated() {
      progress(number, saved.count)
      outcome.runs += 1
      guard hash(record.result) == record.resultHash, let result = try? RunResultCodec.decode(record.result),
        let dates = rulebook.timetable.runs(of: record.date, rulebook.calendar)?.first(where: { $0.run == record.run })
      else {
        outcome.differences.append("run \(record.run.rawValue) of \(record.date): its saved bytes are damaged")
        continue
      }
      let count = result.knowledge.sourceCount
      let snapshot = try snapshots[count] ?? FactSnapshot(store, sourceCount: count)
      snapshots[count] = snapshot
      let again = try RunEngine(snapshot: snapshot, rulebook: rulebook, settings: result.settings).compute(dates)
      if RunResultCodec.encode(again) != record.result {
        outcome.differences.append("run \(record.run.rawValue) of \(record.date): \(Self.difference(result, again))")
      } else if Settler.record(
        again, runDate: dates.runDate,
        // A run that an earlier version saved has none on record.
        paymentDate: record.paymentDate == nil ? nil : dates.paymentDate, hash: hash) != record
      {
        outcome.differences.append(
          "run \(record.run.rawValue) of \(record.date): its record names another run or payment date, cut-off or inputs"
        )
      }
      outcome.readings += Int64(again.quality.expected)
      let before = cash[record.date]?.cash ?? [:]
      if let entry = RunPostings.entry(
        dates, rulebook: rulebook.id, moved: RunPostings.moved(from: before, to: again.cash))
      {
        entries[entry.id] = entry
      }
      if dates.rule.movesMoney { cash[record.date] = again }
    }
    progress(saved.count, saved.count)
  }

  /// Which part of two results is the first to differ.
  private static func difference(_ saved: RunResult, _ again: RunResult) -> String {
    if saved.rulebookEdition != again.rulebookEdition {
      return "the rulebook has another edition than when it was made"
    }
    if saved.lineage != again.lineage { return "it was computed from other facts" }
    if saved.quality != again.quality { return "other quality counts" }
    if saved.sums != again.sums { return "other volumes" }
    if saved.positions != again.positions { return "other cash" }
    return "other bytes"
  }

  private func verifyBills(_ outcome: inout Outcome, _ entries: inout [String: JournalEntry]) throws -> [Bill] {
    var byBasis: [BillBasis: [String]] = [:]
    for entry in try store.documents(kind: DocumentKind.bill) {
      outcome.bills += 1
      guard let basis = try store.document(kind: DocumentKind.billBasis, id: entry.id),
        let read = BillBasis(text: String(decoding: basis.bytes, as: UTF8.self))
      else {
        outcome.differences.append("bill \(outcome.bills): what it was made from is missing")
        continue
      }
      byBasis[read, default: []].append(entry.id)
    }
    var bills: [Bill] = []
    for (basis, ids) in byBasis.sorted(by: { $0.key.text < $1.key.text }) {
      guard let rulebook = rulebooks(basis.rulebook) else {
        outcome.differences.append("rulebook \(basis.rulebook) is not there")
        continue
      }
      let again = try BillRun.compute(basis, store: store, rulebook: rulebook).bills
      let byID = Dictionary(uniqueKeysWithValues: again.map { ($0.id, $0) })
      for id in ids {
        guard let bill = byID[id],
          try store.document(kind: DocumentKind.bill, id: id)?.bytes == BillDocument.write(bill)
        else {
          outcome.differences.append("a bill of \(basis.through) comes out differently")
          continue
        }
        bills.append(bill)
        let entry = try BillLedger.issued(bill)
        entries[entry.id] = entry
      }
    }
    return bills
  }

  private func verifyPayments(
    _ bills: [Bill], _ outcome: inout Outcome, _ entries: inout [String: JournalEntry]
  ) throws {
    let outcomes = try CollectionRun.savedOutcomes(store)
    outcome.payments = outcomes.count
    for made in OutcomePosting.entries(outcomes, bills: bills).value { entries[made.id] = made }
  }

  private func verifyJournal(_ entries: [String: JournalEntry], _ outcome: inout Outcome) throws {
    let saved = try store.journal()
    outcome.journalEntries = saved.count
    var total: Int128 = 0
    for entry in saved {
      total += entry.postings.reduce(Int128(0)) { $0 + Int128($1.amount.micropounds) }
      if entries[entry.id] != entry {
        outcome.differences.append("journal entry \(entry.id.prefix(40)) comes out differently")
      }
    }
    if saved.count != entries.count {
      outcome.differences.append("the ledger has \(saved.count) entries, the facts make \(entries.count)")
    }
    if total != 0 { outcome.differences.append("the postings of the ledger do not add up to nothing") }
  }
}
