import Accounting
import Billing
import Findings
import MarketIdentifiers
import MarketRegistration
import PortfolioFiles
import Quantities
import Rulebooks
import SettlementCalendar

/// Makes the bills of a span for every metering point with a tariff, and posts them.
public final class BillRun {
  private let store: any Store
  private let hash: ContentHash

  /// The tariff books of the store cannot be used.
  public struct NoTariffs: Error, Hashable, Sendable, CustomStringConvertible {
    public let reason: String
    public var description: String { reason }
  }

  public struct Outcome: Sendable {
    public let bills: [Bill]
    /// Findings of bills that were made and of those that could not be.
    public let findings: [Finding]
    /// Bills that were there before, unchanged.
    public let alreadyMade: Int
    /// Spans of days of metering points that were not billed, each with the first rule that forbade it.
    public let notBilled: [NotBilled]
  }

  /// A span that a rule kept from being billed.
  public struct NotBilled: Hashable, Sendable {
    public let supplier: ParticipantID
    public let rule: RuleID
  }

  /// What a basis gives, before anything is saved.
  struct Computed {
    /// Rising by metering point, then by day.
    var entries: [(registration: Registration, bill: Checked<Bill?>)]
    var bills: [Bill] { entries.compactMap(\.bill.value) }
  }

  public init(store: any Store, hash: @escaping ContentHash) {
    self.store = store
    self.hash = hash
  }

  /// Makes and posts the bills of a basis.
  ///
  /// A bill of the same span that was made before stays as it is. `BILL-10` error: a span that shares days with another
  /// bill of its metering point is not billed, for its days would be charged twice.
  /// - Parameter basis: what to bill, from what.
  public func make(_ basis: BillBasis, rulebook: Rulebook, only mpans: Set<MPAN>? = nil) throws -> Outcome {
    let made = try Self.compute(basis, store: store, rulebook: rulebook, only: mpans)
    var billed = BilledDays(try store.documents(kind: DocumentKind.bill).map(\.id))
    var documents: [(document: DocumentRecord, entries: [JournalEntry])] = []
    var bills: [Bill] = []
    var findings: [Finding] = []
    var notBilled: [NotBilled] = []
    var alreadyMade = 0
    for entry in made.entries {
      if let id = entry.bill.value?.id, billed.ids.contains(id) {
        alreadyMade += 1
        continue
      }
      let checked = billed.admit(entry.bill)
      findings += checked.findings
      guard let bill = checked.value else {
        let rule = checked.findings.first { $0.severity == .error }?.rule ?? "BILL"
        notBilled.append(NotBilled(supplier: entry.registration.supplier, rule: rule))
        continue
      }
      bills.append(bill)
      documents.append((document(DocumentKind.bill, bill.id, BillDocument.write(bill)), [try BillLedger.issued(bill)]))
      documents.append((document(DocumentKind.billBasis, bill.id, Array(basis.text.utf8)), []))
    }
    try store.save(documents)
    return Outcome(bills: bills, findings: findings, alreadyMade: alreadyMade, notBilled: notBilled)
  }

  /// The bills that a basis gives, without saving anything: what verification compares with.
  static func compute(
    _ basis: BillBasis, store: any Store, rulebook: Rulebook, only mpans: Set<MPAN>? = nil,
    snapshot: FactSnapshot? = nil
  ) throws -> Computed {
    let snapshot = try snapshot ?? FactSnapshot(store, sourceCount: basis.knowledge.sourceCount)
    let engine = RunEngine(snapshot: snapshot, rulebook: rulebook, settings: basis.settings)
    let biller = Biller(engine: engine, book: try tariffBook(store))
    return Computed(
      entries: try biller.bills(
        from: basis.from, through: basis.through, issued: basis.issued, known: basis.knowledge.cutOff, only: mpans))
  }

  private func document(_ kind: String, _ id: String, _ bytes: [UInt8]) -> DocumentRecord {
    DocumentRecord(kind: kind, id: id, hash: hash(bytes), bytes: bytes)
  }

  /// All tariffs of the store; of two of one name the one taken in later counts.
  public static func tariffBook(_ store: any Store) throws -> TariffBook {
    var tariffs: [String: Tariff] = [:]
    for bytes in try store.tariffBooks() {
      let checked = TariffBookFile.read(bytes, file: "tariff book")
      for tariff in checked.value.tariffs { tariffs["\(tariff.supplier)/\(tariff.name)"] = tariff }
    }
    guard !tariffs.isEmpty else {
      throw NoTariffs(reason: "the store holds no tariff: ingest a tariff book (JSON) first")
    }
    return try TariffBook(tariffs.keys.sorted().compactMap { tariffs[$0] })
  }
}
