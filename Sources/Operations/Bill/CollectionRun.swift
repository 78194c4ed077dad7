import Accounting
import Billing
import Findings
import MarketIdentifiers
import PaymentFiles
import PortfolioFiles
import Quantities
import Rulebooks
import SettlementCalendar

/// Collects bills by direct debit (seed 002, stage 7): instruction files out, outcomes in, both in the ledger.
public final class CollectionRun {
  private let store: any Store
  private let rulebook: Rulebook
  private let hash: ContentHash

  /// A collection cannot be made or an outcome cannot be taken.
  public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    public let reason: String
    public var description: String { reason }
  }

  /// What a collection takes and what it leaves.
  public struct Collection: Sendable {
    /// One for each supplier with something to collect.
    public var files: [(supplier: ParticipantID, file: CollectionFile, id: String)] = []
    /// Bills that stand in an earlier file.
    public var alreadyCollected = 0
    /// Bills that are paid in another way.
    public var notDirectDebit = 0
    /// Bills of nothing, or on which the supplier owes the customer.
    public var nothingOwed = 0

    /// All bills that were looked at and left.
    public var left: Int { alreadyCollected + notDirectDebit + nothingOwed }

    /// Why nothing is collected; `nil` when something is.
    public var reasonForNothing: String? {
      guard files.isEmpty else { return nil }
      guard left > 0 else { return "nothing to collect: the store holds no bill; `halfhour bill` makes them" }
      return
        "nothing to collect: of \(left) bills \(alreadyCollected) were collected already, \(notDirectDebit) are not "
        + "paid by direct debit, on \(nothingOwed) nothing is owed"
    }
  }

  public init(store: any Store, rulebook: Rulebook, hash: @escaping ContentHash) {
    self.store = store
    self.rulebook = rulebook
    self.hash = hash
  }

  /// One file per supplier for all direct debit bills that were not collected yet and are above zero.
  ///
  /// Bank accounts are plainly invented (sort code 00-00-00, the account number the MPAN's last eight digits): Halfhour
  /// holds no customer's bank details.
  public func collect(created: SettlementDate) throws -> Collection {
    var collection = Collection()
    let collected = try collectedBills()
    let taken = Set(try store.documents(kind: DocumentKind.collection).map(\.id))
    var instructions: [ParticipantID: [(Bill, PaymentInstruction)]] = [:]
    for bill in try bills() {
      if collected.contains(bill.id) {
        collection.alreadyCollected += 1
      } else if bill.request.paymentMethod != "direct-debit" {
        collection.notDirectDebit += 1
      } else if bill.total <= .zero {
        collection.nothingOwed += 1
      } else {
        instructions[bill.supplier, default: []].append((bill, try instruction(bill, created)))
      }
    }
    var documents: [(document: DocumentRecord, entries: [JournalEntry])] = []
    for (number, supplier) in instructions.keys.sorted().enumerated() {
      guard let originator = BankAccount(sortCode: "000000", number: "00000000", name: "\(supplier) ENERGY") else {
        continue
      }
      let file = try CollectionFile(
        serial: Self.sixDigits(number + 1), serviceUser: "000000", originator: originator, created: created,
        instructions: (instructions[supplier] ?? []).map(\.1), calendar: rulebook.calendar)
      let id = Self.fileID(supplier, created, known: taken)
      let bytes = file.write()
      documents.append((DocumentRecord(kind: DocumentKind.collection, id: id, hash: hash(bytes), bytes: bytes), []))
      collection.files.append((supplier, file, id))
    }
    try store.save(documents)
    return collection
  }

  private func instruction(_ bill: Bill, _ created: SettlementDate) throws -> PaymentInstruction {
    let mpan = bill.request.mpan
    let notice = rulebook.wholeNumber("payment.advance-notice-working-days", on: created) ?? 10
    guard
      let day = CollectionFile.processingDay(noticeOn: created, notice: notice, calendar: rulebook.calendar),
      let account = BankAccount(fictitiousFor: mpan),
      let instruction = PaymentInstruction(collecting: bill, from: account, processingDay: day)
    else {
      throw Refusal(
        reason: "a bill of \(bill.request.through) cannot be collected on \(created): check holidays and amount")
    }
    return instruction
  }

  /// Takes outcomes: what was paid and what came back. An outcome that was taken before changes nothing.
  ///
  /// - Returns: how many were new, and what is wrong with those that cannot be posted.
  public func take(_ outcomes: [PaymentOutcome]) throws -> (new: Int, findings: [Finding]) {
    let bills = try bills()
    let saved = try Self.savedOutcomes(store)
    let checked = OutcomePosting.entries(saved + outcomes, bills: bills)
    let postable = Self.postable(outcomes, after: saved, bills)
    let known = Set(try store.documents(kind: DocumentKind.payment).map(\.id))
    var documents: [(document: DocumentRecord, entries: [JournalEntry])] = []
    for outcome in postable {
      let bytes = PaymentOutcomeReader.write([outcome])
      let id = "\(outcome.reference)-\(outcome.date.compactText)-\(outcome.result.rawValue)-\(hash(bytes).prefix(8))"
      guard !known.contains(id) else { continue }
      documents.append((DocumentRecord(kind: DocumentKind.payment, id: id, hash: hash(bytes), bytes: bytes), []))
    }
    documents.sort { $0.document.id < $1.document.id }
    // The entries follow from all outcomes together, so they are posted with the first; those posted before are equal.
    if !documents.isEmpty { documents[0].entries = checked.value }
    try store.save(documents)
    return (documents.count, checked.findings)
  }

  /// The outcomes that can be posted: of a known bill, over its total, and not after it was paid. The others are told and
  /// not kept.
  private static func postable(
    _ outcomes: [PaymentOutcome], after saved: [PaymentOutcome], _ bills: [Bill]
  ) -> [PaymentOutcome] {
    let billOf = Dictionary(grouping: bills) { PaymentReference($0) }
    var kept = Dictionary(grouping: saved, by: \.reference)
    var postable: [PaymentOutcome] = []
    for outcome in Set(outcomes).sorted(by: { ($0.date, $0.result.rawValue) < ($1.date, $1.result.rawValue) }) {
      let together = kept[outcome.reference, default: []] + [outcome]
      let checked = OutcomePosting.entries(together, bills: billOf[outcome.reference] ?? [])
      guard !checked.findings.contains(where: { $0.severity == .error }) else { continue }
      kept[outcome.reference] = together
      postable.append(outcome)
    }
    return postable
  }

  /// The outcomes that a store holds.
  static func savedOutcomes(_ store: any Store) throws -> [PaymentOutcome] {
    var outcomes: [PaymentOutcome] = []
    for entry in try store.documents(kind: DocumentKind.payment) {
      guard let document = try store.document(kind: DocumentKind.payment, id: entry.id) else { continue }
      var reader = PaymentOutcomeReader(file: entry.id)
      let take: (PaymentOutcomeReader.Event) -> Void = {
        if case .outcome(let outcome, _) = $0 { outcomes.append(outcome) }
      }
      document.bytes.withUnsafeBytes { reader.consume($0, take) }
      reader.finish(take)
    }
    return outcomes
  }

  private func bills() throws -> [Bill] {
    try store.documents(kind: DocumentKind.bill).compactMap { entry in
      try store.document(kind: DocumentKind.bill, id: entry.id).map { try BillDocument.read($0.bytes) }
    }
  }

  /// Bills that stand in a collection file already.
  private func collectedBills() throws -> Set<String> {
    var references: Set<PaymentReference> = []
    for entry in try store.documents(kind: DocumentKind.collection) {
      guard let document = try store.document(kind: DocumentKind.collection, id: entry.id) else { continue }
      let file = CollectionFile.read(document.bytes, file: entry.id, calendar: rulebook.calendar).value
      references.formUnion((file?.instructions ?? []).map(\.reference))
    }
    return Set(
      try bills().filter { bill in
        PaymentReference(bill).map(references.contains) ?? false
      }.map(\.id))
  }

  /// `MRCY-20260417`, and `MRCY-20260417-2` for a second file of the day.
  private static func fileID(_ supplier: ParticipantID, _ created: SettlementDate, known: Set<String>) -> String {
    let base = "\(supplier)-\(created.compactText)"
    guard known.contains(base) else { return base }
    var number = 2
    while known.contains("\(base)-\(number)") { number += 1 }
    return "\(base)-\(number)"
  }

  private static func sixDigits(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }
}
