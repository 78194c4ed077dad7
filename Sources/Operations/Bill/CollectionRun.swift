import Accounting
import Billing
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

  public init(store: any Store, rulebook: Rulebook, hash: @escaping ContentHash) {
    self.store = store
    self.rulebook = rulebook
    self.hash = hash
  }

  /// One file per supplier for all direct debit bills that were not collected yet and are above zero.
  ///
  /// Bank accounts are plainly invented (sort code 00-00-00, the account number the MPAN's last eight digits): Halfhour
  /// holds no customer's bank details.
  public func collect(created: SettlementDate) throws -> [(supplier: ParticipantID, file: CollectionFile, id: String)] {
    let collected = try collectedBills()
    var instructions: [ParticipantID: [(Bill, PaymentInstruction)]] = [:]
    for bill in try bills() where !collected.contains(bill.id) {
      guard bill.request.paymentMethod == "direct-debit", bill.total > .zero else { continue }
      instructions[bill.supplier, default: []].append((bill, try instruction(bill, created)))
    }
    var files: [(ParticipantID, CollectionFile, String)] = []
    var documents: [(document: DocumentRecord, entries: [JournalEntry])] = []
    for (number, supplier) in instructions.keys.sorted().enumerated() {
      guard let originator = BankAccount(sortCode: "000000", number: "00000000", name: "\(supplier) ENERGY") else {
        continue
      }
      let file = try CollectionFile(
        serial: Self.sixDigits(number + 1), serviceUser: "000000", originator: originator, created: created,
        instructions: (instructions[supplier] ?? []).map(\.1), calendar: rulebook.calendar)
      let id = "\(supplier)-\(created.compactText)"
      let bytes = file.write()
      documents.append((DocumentRecord(kind: DocumentKind.collection, id: id, hash: hash(bytes), bytes: bytes), []))
      files.append((supplier, file, id))
    }
    try store.save(documents)
    return files
  }

  private func instruction(_ bill: Bill, _ created: SettlementDate) throws -> PaymentInstruction {
    let mpan = bill.request.mpan
    let notice = rulebook.wholeNumber("payment.advance-notice-working-days", on: created) ?? 10
    guard
      let day = CollectionFile.processingDay(noticeOn: created, notice: notice, calendar: rulebook.calendar),
      let account = BankAccount(
        sortCode: "000000", number: String(mpan.description.suffix(8)),
        name: "CUSTOMER \(mpan.description.suffix(4))"),
      let reference = PaymentReference(mpan: mpan, through: bill.request.through),
      let instruction = PaymentInstruction(
        code: .regularCollection, account: account, amount: bill.total, reference: reference, processingDay: day)
    else {
      throw Refusal(reason: "a bill of \(bill.request.through) cannot be collected on \(created): check holidays and amount")
    }
    return instruction
  }

  /// Takes outcomes: what was paid and what came back. An outcome that was taken before changes nothing.
  public func take(_ outcomes: [PaymentOutcome]) throws -> (posted: Int, unknown: [PaymentReference]) {
    let bills = Dictionary(
      try self.bills().compactMap { bill in
        PaymentReference(mpan: bill.request.mpan, through: bill.request.through).map { ($0, bill) }
      }, uniquingKeysWith: { first, _ in first })
    var documents: [(document: DocumentRecord, entries: [JournalEntry])] = []
    var unknown: [PaymentReference] = []
    for outcome in outcomes {
      guard let bill = bills[outcome.reference] else {
        unknown.append(outcome.reference)
        continue
      }
      let bytes = PaymentOutcomeReader.write([outcome])
      let document = DocumentRecord(
        kind: DocumentKind.payment, id: "\(bill.id)-\(outcome.date.compactText)-\(outcome.result.rawValue)",
        hash: hash(bytes), bytes: bytes)
      documents.append((document, try Self.entries(outcome, bill)))
    }
    try store.save(documents)
    return (documents.count, unknown)
  }

  /// A collection that was paid; or one that was collected and came back.
  static func entries(_ outcome: PaymentOutcome, _ bill: Bill) throws -> [JournalEntry] {
    let collected = try BillLedger.collected(outcome.amount, for: bill, on: outcome.date)
    guard outcome.result == .bounced else { return [collected] }
    return [
      collected, try BillLedger.bounced(outcome.amount, for: bill, reason: outcome.reason, on: outcome.date),
    ]
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
        PaymentReference(mpan: bill.request.mpan, through: bill.request.through).map(references.contains) ?? false
      }.map(\.id))
  }

  private static func sixDigits(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }
}
