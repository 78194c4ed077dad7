import Accounting
import Aggregation
import MarketIdentifiers
import MarketRegistration
import Metering
import Readings
import Settlement
import SettlementCalendar

/// Where readings are kept: immutable layers by settlement date.
///
/// Every adapter passes one contract suite (`ReadingsRepositoryContract`).
public protocol ReadingsRepository: AnyObject {
  /// The dense numbers of series, given out where new; a number is never reused and survives a restart.
  func indices(of keys: [SeriesKey]) throws -> [SeriesIndex]
  /// All series with their numbers, in any order.
  func allSeries() throws -> [(index: SeriesIndex, key: SeriesKey)]
  /// Writes a layer without making it visible; the batch that names it makes it durable.
  func stage(_ layer: ReadingLayer) throws -> StagedLayer
  /// A staged layer back, committed or not.
  func staged(_ layer: StagedLayer) throws -> ReadingLayer
  /// The committed layers of a date, in any order. Each was checked against its checksum.
  func layers(on date: SettlementDate) throws -> [ReadingLayer]
  /// The dates that have a committed layer, rising.
  func dates() throws -> [SettlementDate]
}

/// Where all facts but readings are kept, and where batches become visible.
public protocol FactsRepository: AnyObject {
  /// Makes a batch known: staged layers, facts and source record together, durably, or nothing at all.
  /// A batch whose source hash is known already changes nothing.
  func append(_ batch: FactBatch) throws
  /// The record of a source by its hash.
  func source(_ hash: String) throws -> SourceRecord?
  /// All sources in order of commitment.
  func sources() throws -> [SourceRecord]
  func registrations() throws -> [Registration]
  func registerReads() throws -> [RegisterRead]
  /// For the given classes only: a national file holds hundreds.
  func lossFactors(distributor: Int, lossClass: LineLossFactorClassID) throws -> [LossFactorSchedule]
  func systemPrices(_ dates: ClosedRange<SettlementDate>) throws -> [SystemPrice]
  func contractVolumes(_ dates: ClosedRange<SettlementDate>) throws -> [ContractVolume]
  func groupTakes(_ dates: ClosedRange<SettlementDate>) throws -> [GroupTake]
  /// In order of commitment.
  func tariffBooks() throws -> [[UInt8]]
}

/// What one run of one settlement date came to. Derived: it can be thrown away and computed again to the same bytes.
public struct RunRecord: Hashable, Sendable {
  public var date: SettlementDate
  public var run: RunType
  public var rulebook: String
  /// Facts received before this moment were known to the run.
  public var cutOff: UTCInstant
  public var runDate: SettlementDate
  /// When its cash is due; `nil` where the rulebook does not say, no cash is due, or an earlier version saved the run.
  public var paymentDate: SettlementDate?
  /// SHA-256 over the names and hashes of everything that went in.
  public var inputHash: String
  /// SHA-256 of `result`.
  public var resultHash: String
  /// The result in its canonical encoding (see `SettlementResultCodec`).
  public var result: [UInt8]

  public init(
    date: SettlementDate, run: RunType, rulebook: String, cutOff: UTCInstant, runDate: SettlementDate,
    paymentDate: SettlementDate? = nil, inputHash: String, resultHash: String, result: [UInt8]
  ) {
    self.date = date
    self.run = run
    self.rulebook = rulebook
    self.cutOff = cutOff
    self.runDate = runDate
    self.paymentDate = paymentDate
    self.inputHash = inputHash
    self.resultHash = resultHash
    self.result = result
  }
}

/// A derived document (a bill, a payment file) under its own name.
public struct DocumentRecord: Hashable, Sendable {
  /// `bill`, `collection`, ...
  public var kind: String
  /// Unique within its kind.
  public var id: String
  public var hash: String
  public var bytes: [UInt8]

  public init(kind: String, id: String, hash: String, bytes: [UInt8]) {
    self.kind = kind
    self.id = id
    self.hash = hash
    self.bytes = bytes
  }
}

/// Where derived results are kept: run records, the ledger, documents.
public protocol ResultsRepository: AnyObject {
  /// Saves a run with the journal entries that it posts, together or not at all. A record of the same date and run
  /// with the same result hash changes nothing; with another it is refused (``ResultConflict``).
  func save(_ run: RunRecord, entries: [JournalEntry]) throws
  /// Several runs with their entries in one commit.
  func save(_ runs: [(run: RunRecord, entries: [JournalEntry])]) throws
  func run(_ date: SettlementDate, _ run: RunType, rulebook: String) throws -> RunRecord?
  /// All runs by date, then run. `withResults` false leaves `result` empty.
  func runs(rulebook: String, withResults: Bool) throws -> [RunRecord]
  /// Saves a document with the entries that it posts, together or not at all; the same rules as for a run.
  func save(_ documents: [(document: DocumentRecord, entries: [JournalEntry])]) throws
  func document(kind: String, id: String) throws -> DocumentRecord?
  /// Ids and hashes of a kind, rising by id.
  func documents(kind: String) throws -> [(id: String, hash: String)]
  /// All entries, rising by id.
  func journal() throws -> [JournalEntry]
  /// The balance of each account.
  func balances() throws -> [(account: Account, balance: Int128)]
}

/// A derived result was saved before with other bytes: something under it changed that must not.
public struct ResultConflict: Error, Hashable, Sendable {
  public let name: String
  public let savedHash: String
  public let newHash: String

  public init(name: String, savedHash: String, newHash: String) {
    self.name = name
    self.savedHash = savedHash
    self.newHash = newHash
  }
}

/// The whole of what Halfhour keeps.
public typealias Store = FactsRepository & ReadingsRepository & ResultsRepository
