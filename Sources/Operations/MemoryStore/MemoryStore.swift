import Accounting
import Aggregation
import Billing
import MarketIdentifiers
import MarketRegistration
import Metering
import Quantities
import Readings
import Settlement
import SettlementCalendar

/// A store that forgets everything when it is let go: for worked examples, for tests, and for re-deriving results
/// beside a real store.
///
/// It passes the same contract suite as the store on disk. It belongs to one thread of execution at a time.
public final class MemoryStore {
  var indexOfKey: [SeriesKey: SeriesIndex] = [:]
  var keys: [SeriesKey] = []

  /// Layers by token, committed or not.
  var layersByToken: [String: ReadingLayer] = [:]
  var tokensByDate: [SettlementDate: [String]] = [:]
  var committedTokens: Set<String> = []

  var sourceRecords: [SourceRecord] = []
  var sourceByHash: [String: Int] = [:]
  var registrationFacts: [Registration] = []
  var registerReadFacts: [RegisterRead] = []
  var lossSchedules: [LossClassKey: [LossFactorSchedule]] = [:]
  var prices: [SettlementDate: [SystemPrice]] = [:]
  var contracts: [SettlementDate: [ContractVolume]] = [:]
  var takes: [SettlementDate: [GroupTake]] = [:]
  var tariffBookTexts: [[UInt8]] = []

  var runRecords: [RunKey: RunRecord] = [:]
  var documentRecords: [DocumentKey: DocumentRecord] = [:]
  var entries: [String: JournalEntry] = [:]

  public init() {}

  struct LossClassKey: Hashable {
    var distributor: Int
    var lossClass: LineLossFactorClassID
  }

  struct RunKey: Hashable {
    var date: SettlementDate
    var run: RunType
    var rulebook: String
  }

  struct DocumentKey: Hashable {
    var kind: String
    var id: String
  }
}

extension MemoryStore: ReadingsRepository {
  public func indices(of keys: [SeriesKey]) throws -> [SeriesIndex] {
    keys.map { key in
      if let known = indexOfKey[key] { return known }
      let index = SeriesIndex(UInt32(self.keys.count))
      indexOfKey[key] = index
      self.keys.append(key)
      return index
    }
  }

  public func allSeries() throws -> [(index: SeriesIndex, key: SeriesKey)] {
    keys.enumerated().map { (SeriesIndex(UInt32($0.offset)), $0.element) }
  }

  public func stage(_ given: ReadingLayer) throws -> StagedLayer {
    try given.checkKeepable()
    let layer = given.withoutQualitiesOfMissingCells
    let identity = "\(layer.date)/\(layer.receivedAt.secondsSince1970)/\(layer.source)/\(layer.sequence)"
    // The same layer staged twice is one; another layer under the same identity is another.
    var token = identity
    var attempt = 0
    while let other = layersByToken[token], other != layer {
      attempt += 1
      token = "\(identity)/\(attempt)"
    }
    layersByToken[token] = layer
    return StagedLayer(token: token)
  }

  public func staged(_ layer: StagedLayer) throws -> ReadingLayer {
    guard let found = layersByToken[layer.token] else { throw UnknownStagedLayer(token: layer.token) }
    return found
  }

  public func layers(on date: SettlementDate) throws -> [ReadingLayer] {
    (tokensByDate[date] ?? []).compactMap { layersByToken[$0] }
  }

  public func dates() throws -> [SettlementDate] { tokensByDate.keys.sorted() }
}

extension MemoryStore: FactsRepository {
  public func append(_ batch: FactBatch) throws {
    try batch.checkKeepable()
    guard sourceByHash[batch.source.hash] == nil else { return }
    // Everything that can fail comes before the first change.
    let layers = try batch.layers.map { (token: $0.token, layer: try staged($0)) }
    for (token, layer) in layers where committedTokens.insert(token).inserted {
      tokensByDate[layer.date, default: []].append(token)
    }
    sourceByHash[batch.source.hash] = sourceRecords.count
    sourceRecords.append(batch.source)
    registrationFacts += batch.registrations
    registerReadFacts += batch.registerReads
    for schedule in batch.lossFactors {
      let key = LossClassKey(distributor: schedule.distributor, lossClass: schedule.lossClass)
      lossSchedules[key, default: []].append(schedule)
    }
    for price in batch.systemPrices { prices[price.date, default: []].append(price) }
    for contract in batch.contractVolumes { contracts[contract.date, default: []].append(contract) }
    for take in batch.groupTakes { takes[take.date, default: []].append(take) }
    tariffBookTexts += batch.tariffBooks
  }

  public func source(_ hash: String) throws -> SourceRecord? { sourceByHash[hash].map { sourceRecords[$0] } }
  public func sources() throws -> [SourceRecord] { sourceRecords }
  public func registrations() throws -> [Registration] { registrationFacts }
  public func registerReads() throws -> [RegisterRead] { registerReadFacts }

  public func lossFactors(distributor: Int, lossClass: LineLossFactorClassID) throws -> [LossFactorSchedule] {
    lossSchedules[LossClassKey(distributor: distributor, lossClass: lossClass)] ?? []
  }

  public func systemPrices(_ dates: ClosedRange<SettlementDate>) throws -> [SystemPrice] {
    prices.keys.filter(dates.contains).sorted().flatMap { prices[$0] ?? [] }
  }

  public func contractVolumes(_ dates: ClosedRange<SettlementDate>) throws -> [ContractVolume] {
    contracts.keys.filter(dates.contains).sorted().flatMap { contracts[$0] ?? [] }
  }

  public func groupTakes(_ dates: ClosedRange<SettlementDate>) throws -> [GroupTake] {
    takes.keys.filter(dates.contains).sorted().flatMap { takes[$0] ?? [] }
  }

  public func tariffBooks() throws -> [[UInt8]] { tariffBookTexts }
}

extension MemoryStore: ResultsRepository {
  public func save(_ run: RunRecord, entries: [JournalEntry]) throws { try save([(run: run, entries: entries)]) }

  public func save(_ runs: [(run: RunRecord, entries: [JournalEntry])]) throws {
    var newRecords: [RunKey: RunRecord] = [:]
    var posted: [String: JournalEntry] = [:]
    for (run, entries) in runs {
      let key = RunKey(date: run.date, run: run.run, rulebook: run.rulebook)
      if let saved = newRecords[key] ?? runRecords[key] {
        let name = SavedName.run(run.date, run.run, rulebook: run.rulebook)
        try refuseUnlessEqual(name, saved.resultHash, run.resultHash)
      } else {
        try collect(entries, into: &posted)
        newRecords[key] = run
      }
    }
    // Nothing below can fail: all of it happens.
    for (key, record) in newRecords { runRecords[key] = record }
    for (id, entry) in posted { self.entries[id] = entry }
  }

  public func run(_ date: SettlementDate, _ run: RunType, rulebook: String) throws -> RunRecord? {
    runRecords[RunKey(date: date, run: run, rulebook: rulebook)]
  }

  public func runs(rulebook: String, withResults: Bool) throws -> [RunRecord] {
    runRecords.values.filter { $0.rulebook == rulebook }.sorted { ($0.date, $0.run) < ($1.date, $1.run) }.map {
      var record = $0
      if !withResults { record.result = [] }
      return record
    }
  }

  public func save(_ documents: [(document: DocumentRecord, entries: [JournalEntry])]) throws {
    var newRecords: [DocumentKey: DocumentRecord] = [:]
    var posted: [String: JournalEntry] = [:]
    for (document, entries) in documents {
      let key = DocumentKey(kind: document.kind, id: document.id)
      if let saved = newRecords[key] ?? documentRecords[key] {
        try refuseUnlessEqual(SavedName.document(document), saved.hash, document.hash)
      } else {
        try collect(entries, into: &posted)
        newRecords[key] = document
      }
    }
    for (key, record) in newRecords { documentRecords[key] = record }
    for (id, entry) in posted { self.entries[id] = entry }
  }

  public func document(kind: String, id: String) throws -> DocumentRecord? {
    documentRecords[DocumentKey(kind: kind, id: id)]
  }

  public func documents(kind: String) throws -> [(id: String, hash: String)] {
    documentRecords.values.filter { $0.kind == kind }.sorted { $0.id < $1.id }.map { ($0.id, $0.hash) }
  }

  public func journal() throws -> [JournalEntry] { entries.values.sorted { $0.id < $1.id } }

  public func balances() throws -> [(account: Account, balance: Int128)] {
    var sums: [Account: Int128] = [:]
    for posting in entries.values.lazy.flatMap(\.postings) {
      sums[posting.account, default: 0] += Int128(posting.amount.micropounds)
    }
    return sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private func refuseUnlessEqual(_ name: String, _ saved: String, _ new: String) throws {
    guard saved == new else { throw ResultConflict(name: name, savedHash: saved, newHash: new) }
  }

  /// The entries that are not posted yet; an entry that was posted alike before is left out.
  private func collect(_ new: [JournalEntry], into posted: inout [String: JournalEntry]) throws {
    for entry in new {
      try JournalCheck.balanced(entry)
      if let saved = posted[entry.id] ?? entries[entry.id] {
        guard saved == entry else { throw JournalConflict(id: entry.id) }
      } else {
        posted[entry.id] = entry
      }
    }
  }
}

extension ReadingLayer {
  /// A missing cell has no quality, so none is kept: it comes back as `actual` from every adapter.
  fileprivate var withoutQualitiesOfMissingCells: ReadingLayer {
    let kept = zip(cells, qualities).map { $0 == Self.missing ? .actual : $1 }
    guard kept != qualities else { return self }
    return ReadingLayer(
      date: date, receivedAt: receivedAt, source: source, sequence: sequence, series: series, cells: cells,
      qualities: kept)
  }
}
