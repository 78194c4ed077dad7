import Findings
import MarketIdentifiers
import MarketRegistration
import PortfolioFiles
import Readings
import SettlementCalendar

/// Reads every archived source again, in the order in which they were taken in, and holds the store's facts against what
/// they say: readings, registrations, reads, factors, prices, contracts, group takes, reckonings.
public final class SourceReplay {
  private let store: any Store
  private let archive: any SourceArchive

  /// What was read again.
  public struct Outcome: Hashable, Sendable {
    public var sources = 0
    public var rows = 0
    /// What the store says otherwise than the sources; empty when all agrees.
    public var differences: [String] = []
    public init() {}
  }

  public init(store: any Store, archive: any SourceArchive) {
    self.store = store
    self.archive = archive
  }

  /// - Parameter progress: called with how many sources are done of how many.
  public func replay(progress: (Int, Int) -> Void = { _, _ in }) throws -> Outcome {
    var outcome = Outcome()
    let memory = MemoryStore()
    let sources = try store.sources()
    for (number, source) in sources.enumerated() {
      progress(number, sources.count)
      outcome.sources += 1
      do {
        let report = try read(source, into: memory)
        outcome.rows += report.reckoning.rowsRead
        if report.reckoning != source.reckoning || report.findingCounts != source.findingCounts {
          outcome.differences.append("\(source.name): its reckoning comes out differently when it is read again")
        }
      } catch {
        outcome.differences.append("\(source.name) cannot be read again: \(error)")
      }
    }
    progress(sources.count, sources.count)
    if outcome.differences.isEmpty { try compare(memory, &outcome) }
    return outcome
  }

  private func read(_ source: SourceRecord, into memory: MemoryStore) throws -> IngestReport {
    let settings = IngestSettings(text: source.settings)
    guard let receipt = try settings.receiptRule(receivedAt: source.receivedAt, arrivals: arrivals) else {
      throw Unreadable(reason: "the store does not say by which rule its rows were received")
    }
    let request = IngestRequest(
      hash: source.hash, name: source.name, byteCount: source.byteCount, receivedAt: source.receivedAt,
      receipt: receipt, seriesName: settings.seriesName, settings: source.settings)
    let intake = try SourceIntake(store: memory, request: request)
    var open: String?
    try archive.read(source.hash) { part, bytes in
      if open != part {
        if open != nil { try intake.end() }
        intake.begin(part: part)
        open = part
      }
      try intake.consume(bytes)
    }
    if open != nil { try intake.end() }
    return try intake.commit()
  }

  /// A source that cannot be taken in again.
  struct Unreadable: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
  }

  /// The statements of an archived arrivals file.
  private func arrivals(_ hash: String) throws -> [Arrival] {
    var arrivals: [Arrival] = []
    var reader = ArrivalReader(file: String(hash.prefix(12)))
    let take: (PortfolioEvent<Arrival>) -> Void = { if case .value(let arrival, _) = $0 { arrivals.append(arrival) } }
    try archive.read(hash) { _, bytes in reader.consume(bytes, take) }
    reader.finish(take)
    return arrivals
  }

  private func compare(_ memory: MemoryStore, _ outcome: inout Outcome) throws {
    func hold(_ what: String, _ agrees: Bool) {
      if !agrees { outcome.differences.append("\(what) in the store are not those that the sources say") }
    }
    hold("registrations", Set(try store.registrations()) == Set(try memory.registrations()))
    hold("register reads", Set(try store.registerReads()) == Set(try memory.registerReads()))
    let span = SettlementDate.earliest...SettlementDate.latest
    hold("system prices", Set(try store.systemPrices(span)) == Set(try memory.systemPrices(span)))
    hold("contract volumes", Set(try store.contractVolumes(span)) == Set(try memory.contractVolumes(span)))
    hold("group takes", Set(try store.groupTakes(span)) == Set(try memory.groupTakes(span)))
    hold("tariff books", try store.tariffBooks() == memory.tariffBooks())
    for registration in Set(try memory.registrations().map(LossClass.init)) {
      let (mine, theirs) = (
        try store.lossFactors(distributor: registration.distributor, lossClass: registration.lossClass),
        try memory.lossFactors(distributor: registration.distributor, lossClass: registration.lossClass)
      )
      hold("line loss factors of \(registration.distributor)/\(registration.lossClass)", Set(mine) == Set(theirs))
    }
    try compareReadings(memory, &outcome)
  }

  /// Layers are compared by their series' names: the dense numbers differ where a killed ingest had given some out.
  private func compareReadings(_ memory: MemoryStore, _ outcome: inout Outcome) throws {
    let mine = Dictionary(uniqueKeysWithValues: try store.allSeries().map { ($0.index, $0.key) })
    let theirs = Dictionary(uniqueKeysWithValues: try memory.allSeries().map { ($0.index, $0.key) })
    for date in Set(try store.dates()).union(try memory.dates()).sorted() {
      let stored = Set(try store.layers(on: date).map { NamedLayer($0, mine) })
      let read = Set(try memory.layers(on: date).map { NamedLayer($0, theirs) })
      if stored != read {
        outcome.differences.append("readings of \(date) in the store are not those that the sources say")
      }
    }
  }
}

private struct LossClass: Hashable {
  let distributor: Int
  let lossClass: LineLossFactorClassID

  init(_ registration: Registration) {
    distributor = registration.distributor
    lossClass = registration.lossClass
  }
}

/// A layer with the names of its series, rows in the order of the names.
private struct NamedLayer: Hashable {
  let receivedAt: UTCInstant
  let source: String
  let sequence: Int32
  let names: [SeriesKey?]
  let cells: [Int32]
  let qualities: [ReadingQuality]

  init(_ layer: ReadingLayer, _ keys: [SeriesIndex: SeriesKey]) {
    receivedAt = layer.receivedAt
    source = layer.source
    sequence = layer.sequence
    let periods = layer.periodCount
    let order = layer.series.indices.sorted { a, b in
      guard let first = keys[layer.series[a]], let second = keys[layer.series[b]] else { return a < b }
      return first < second
    }
    names = order.map { keys[layer.series[$0]] }
    cells = order.flatMap { layer.cells[$0 * periods..<($0 + 1) * periods] }
    // The quality of a missing cell says nothing, and a store need not keep it.
    qualities = order.flatMap { row in
      (row * periods..<(row + 1) * periods).map {
        layer.cells[$0] == ReadingLayer.missing ? .actual : layer.qualities[$0]
      }
    }
  }
}
