import DTCFlows
import Findings
import PortfolioFiles
import PublicData
import Readings
import SettlementCalendar

/// Takes one file in: knows its parts by their first bytes, reads them as they come, and commits everything at once.
///
/// Call ``begin(part:)``, ``consume(_:)`` and ``end()`` for each part (a plain file has one, a zip one a member), then
/// ``commit()``. Nothing is visible before the commit, and a failure before it leaves nothing.
public final class SourceIntake {
  private let store: any Store
  let request: IngestRequest
  private let readings: ReadingIngest
  let facts: FactIntake
  private let recordedAt: UTCInstant

  private(set) var partName = ""
  private var head: [UInt8] = []
  private var part: (any SourcePart)?
  private var isRefused = false
  private var formats: [String] = []
  private var refusals = FindingLog()
  private var refusedRows = 0

  public init(store: any Store, request: IngestRequest) throws {
    self.store = store
    self.request = request
    readings = ReadingIngest(
      repository: store, source: request.hash, fileName: request.name, fallbackName: request.fallbackSeries,
      namePrefix: request.namePrefix, receipt: request.receipt)
    facts = FactIntake(store: store, fileName: request.name)
    recordedAt = try Self.nextRegistrationMoment(store, request.receivedAt)
  }

  /// What a portfolio file says is recorded later than anything recorded before, so that no two editions tie.
  private static func nextRegistrationMoment(_ store: any Store, _ receivedAt: UTCInstant) throws -> UTCInstant {
    let last = try store.sources().filter { PortfolioFormats.holdsRegistrations($0) }.map(\.receivedAt).max()
    return max(receivedAt, last?.advanced(bySeconds: 1) ?? receivedAt)
  }

  public func begin(part name: String) {
    partName = name
    head = []
    part = nil
    isRefused = false
  }

  public func consume(_ bytes: UnsafeRawBufferPointer) throws {
    if let part { return try part.consume(bytes) }
    guard !isRefused else { return }
    head.append(contentsOf: bytes)
    if head.count >= SourceFormat.bytesForDetection { try open() }
  }

  public func end() throws {
    if part == nil, !isRefused { try open() }
    try part?.finish()
    part = nil
  }

  private func open() throws {
    let firstBytes = Array(head.prefix(SourceFormat.bytesForDetection))
    guard let format = SourceFormat.detect(firstBytes: firstBytes, fileName: partName) else { return refuse() }
    if !formats.contains(format.name) { formats.append(format.name) }
    let opened =
      makeReadingsPart(format, fileName: partName) { [readings] in try readings.take($0) } ?? makeFactsPart(format)
    guard let part = opened else { return refuse() }
    self.part = part
    try head.withUnsafeBytes { try part.consume($0) }
    head = []
  }

  private func refuse() {
    isRefused = true
    let isEmpty = head.isEmpty
    head = []
    refusedRows += 1
    refusals.append(
      Finding(
        "ING-7", .error, at: SourcePosition(file: partName),
        isEmpty
          ? "the file is empty."
          : "no reader knows this content: it begins like none of the meter data, D-flow, Elexon, GOV.UK or portfolio files.",
        remedy: "Check that it is the file you meant; `halfhour ingest --help` lists the kinds that can be read."))
  }

  /// The reader of a part that holds other facts than readings. - Returns: `nil` for a format of readings.
  private func makeFactsPart(_ format: SourceFormat) -> (any SourcePart)? {
    switch format {
    case .portfolio(let file): portfolioPart(file)
    case .flow(.d0010):
      EventPart(D0010Reader(file: partName, receivedAt: request.receivedAt)) { [facts] event in
        switch event {
        case .read(let read): try facts.take(read, line: nil)
        case .quarantined(let finding, let rows): facts.quarantined(finding, rows: rows)
        case .noted(let finding): facts.noted(finding)
        }
      }
    case .flow:
      EventPart(D0265Reader(file: partName, source: request.hash, receivedAt: request.receivedAt)) { [facts] event in
        switch event {
        case .schedule(let schedule, _): try facts.take(schedule)
        case .quarantined(let finding, let rows): facts.quarantined(finding, rows: rows)
        case .noted(let finding): facts.noted(finding)
        }
      }
    case .publicData(let dataset): publicPart(dataset)
    case .tariffs: tariffPart()
    case .meterData: nil
    }
  }

  private func portfolioPart(_ file: PortfolioFile) -> (any SourcePart)? {
    switch file {
    case .registrations:
      EventPart(
        RegistrationReader(file: partName, recordedAt: recordedAt),
        portfolio { [facts] in try facts.take($0, line: $1) })
    case .contracts:
      EventPart(
        ContractReader(file: partName, source: request.hash, receivedAt: request.receivedAt),
        portfolio { [facts] in try facts.take($0, line: $1) })
    case .groupTakes:
      EventPart(
        GroupTakeReader(file: partName, source: request.hash, receivedAt: request.receivedAt),
        portfolio { [facts] in try facts.take($0, line: $1) })
    case .arrivals:
      EventPart(ArrivalReader(file: partName), portfolio { [facts] (_: Arrival, _) in facts.keptWithFile(rows: 1) })
    case .readings, .meterMessages: nil
    }
  }

  private func portfolio<Value>(
    _ take: @escaping (Value, Int) throws -> Void
  ) -> (PortfolioEvent<Value>) throws -> Void {
    { [facts] event in
      switch event {
      case .value(let value, let line): try take(value, line)
      case .quarantined(let finding, let rows): facts.quarantined(finding, rows: rows)
      case .noted(let finding): facts.noted(finding)
      }
    }
  }

  /// Stages what is left and makes everything known at once.
  ///
  /// A file of which nothing could be used is reported and not recorded: mend it and ingest it again.
  public func commit() throws -> IngestReport {
    try readings.finish()
    var findings = readings.findings
    findings.append(contentsOf: facts.findings)
    findings.append(contentsOf: refusals)
    let reckoning = readings.reckoning + facts.reckoning + Reckoning(quarantined: refusedRows)
    let format = formats.isEmpty ? "unknown" : formats.joined(separator: "+")
    let isUsable = reckoning.quarantined < reckoning.rowsRead
    if isUsable {
      let record = SourceRecord(
        hash: request.hash, name: request.name, format: format, byteCount: request.byteCount,
        receivedAt: facts.registrations.isEmpty ? request.receivedAt : recordedAt, settings: request.settings,
        reckoning: reckoning, findings: findings.kept, findingCounts: findings.counts)
      try store.append(
        FactBatch(
          source: record, layers: readings.staged, registrations: facts.registrations,
          registerReads: facts.registerReads, lossFactors: facts.lossFactors, systemPrices: facts.systemPrices,
          contractVolumes: facts.contractVolumes, groupTakes: facts.groupTakes,
          tariffBooks: facts.tariffBooks))
    }
    return IngestReport(
      name: request.name, hash: request.hash, format: format, reckoning: reckoning, findings: findings.kept,
      findingCounts: findings.counts, dates: readings.dates, wasKnown: false)
  }
}
