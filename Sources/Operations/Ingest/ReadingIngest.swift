import Findings
import MarketIdentifiers
import Quantities
import Readings
import SettlementCalendar

/// When the readings of a source are held to have been received.
public enum ReceiptRule: Sendable {
  /// All at one moment: when the file came.
  case moment(UTCInstant)
  /// Each at its own: for files of history that say nothing about it.
  case arrivals(ArrivalBook)
}

/// Takes the readings of one source: decides for each whether it is new, a repeat or a contradiction, and lays the new
/// ones down as layers by settlement date.
///
/// Rule ING-1: a reading is a duplicate when it repeats, in value and quality, the one of its kind (measured or
/// estimated) that counts for its series and half-hour among those received no later, in the store or in earlier rows of
/// the same source. A reading that repeats an older one, corrected since, is no duplicate: it takes the correction back.
/// Rule ING-2: another value is kept beside the old one; which counts is decided by rule READ-1 whenever a day is
/// resolved.
///
/// Memory is bounded: after ``rowsInMemory`` readings, or as many as the maker says, the layers so far are staged, and
/// later rows are compared with them.
public final class ReadingIngest {
  /// Rows held before they are staged.
  public static let rowsInMemory = 4_000_000

  private let repository: any ReadingsRepository
  private let source: String
  private let fileName: String
  /// The series name for files that name none.
  private let fallbackName: String
  /// Put before every name that the source gives.
  private let namePrefix: String
  private let receipt: ReceiptRule
  private let rowsInMemory: Int

  private var keys: [SeriesKey?] = []
  private var indices: [SeriesIndex?] = []
  /// For each local number the first local number of the same series: a file may announce a series twice.
  private var canonical: [Int32] = []
  private var localOfKey: [SeriesKey: Int32] = [:]
  private var cursors: [ArrivalCursor?] = []
  private var buffers: [SettlementDate: [PendingReading]] = [:]
  private var buffered = 0
  private var lastDay: SettlementDay?
  private var nextSequence: [LayerKey: Int32] = [:]

  public private(set) var reckoning = Reckoning()
  public private(set) var findings = FindingLog()
  public private(set) var staged: [StagedLayer] = []
  private var stagedByDate: [SettlementDate: [StagedLayer]] = [:]
  /// First and last settlement date seen.
  public private(set) var dates: ClosedRange<SettlementDate>?

  struct PendingReading {
    let series: Int32
    let period: Int32
    let value: Int32
    let quality: ReadingQuality
    let line: Int32
    let receivedAt: UTCInstant
  }

  struct LayerKey: Hashable {
    let date: SettlementDate
    let receivedAt: UTCInstant
  }

  public init(
    repository: any ReadingsRepository, source: String, fileName: String, fallbackName: String, namePrefix: String = "",
    receipt: ReceiptRule,
    rowsInMemory: Int = ReadingIngest.rowsInMemory
  ) {
    self.rowsInMemory = max(rowsInMemory, 1)
    self.repository = repository
    self.source = source
    self.fileName = fileName
    self.fallbackName = fallbackName
    self.namePrefix = namePrefix
    self.receipt = receipt
  }

  /// Takes one event of a reader. - Throws: what the repository throws.
  public func take(_ event: ReadingEvent) throws {
    switch event {
    case .series(let local, let name, let quantity): announce(local, name, quantity)
    case .reading(let row): try take(row)
    case .quarantined(let finding, let rows):
      reckoning.quarantined += rows
      findings.append(finding, times: max(rows, 1))
    case .noted(let finding): findings.append(finding)
    }
  }

  /// Stages what is still in memory. Call once, at the end.
  public func finish() throws {
    try flush()
    warnOfForeignNames()
  }

  private func announce(_ local: Int32, _ name: String?, _ quantity: MeasurementQuantity) {
    while keys.count <= Int(local) {
      keys.append(nil)
      indices.append(nil)
      canonical.append(Int32(canonical.count))
      cursors.append(nil)
    }
    guard let key = SeriesKey(name: name.map { namePrefix + $0 } ?? fallbackName, quantity: quantity) else { return }
    keys[Int(local)] = key
    canonical[Int(local)] = localOfKey[key] ?? local
    if localOfKey[key] == nil { localOfKey[key] = local }
    if case .arrivals(let book) = receipt { cursors[Int(local)] = book.cursor(forSeries: key.name) }
  }

  private func take(_ row: ReadingRow) throws {
    guard row.series >= 0, Int(row.series) < keys.count, keys[Int(row.series)] != nil else {
      quarantine("ING-3", row, "the series name is empty, longer than 64 bytes or has control characters.")
      return
    }
    guard let day = day(of: row.halfHour), let period = day.period(of: row.halfHour) else {
      quarantine("ING-4", row, "the half-hour lies outside the years that the settlement calendar knows.")
      return
    }
    guard let value = Int32(exactly: row.energy.wattHours), value != ReadingLayer.missing else {
      quarantine("ING-5", row, "the energy is larger than any supply could carry in half an hour.")
      return
    }
    let receivedAt = receivedAt(row)
    buffers[day.date, default: []].append(
      PendingReading(
        series: canonical[Int(row.series)], period: Int32(period.number - 1), value: value, quality: row.quality,
        line: row.line,
        receivedAt: receivedAt))
    buffered += 1
    if buffered >= rowsInMemory { try flush() }
  }

  private func receivedAt(_ row: ReadingRow) -> UTCInstant {
    switch receipt {
    case .moment(let moment): return moment
    case .arrivals: return cursors[Int(row.series)]?.receivedAt(row.halfHour) ?? .distantFuture
    }
  }

  private func quarantine(_ rule: RuleID, _ row: ReadingRow, _ message: String) {
    reckoning.quarantined += 1
    let position = SourcePosition(file: fileName, line: row.line > 0 ? Int(row.line) : nil)
    findings.append(
      Finding(rule, .error, at: position, message, remedy: "Correct the row and ingest the corrected file."))
  }

  private func day(of halfHour: HalfHour) -> SettlementDay? {
    if let lastDay, lastDay.halfHours.contains(halfHour.index) { return lastDay }
    lastDay = SettlementDay(containing: halfHour)
    return lastDay
  }

  private func flush() throws {
    try assignIndices()
    for date in buffers.keys.sorted() {
      guard let rows = buffers[date] else { continue }
      try lay(rows, on: date)
      dates = dates.map { min($0.lowerBound, date)...max($0.upperBound, date) } ?? date...date
    }
    buffers.removeAll(keepingCapacity: true)
    buffered = 0
  }

  private func assignIndices() throws {
    let open = keys.indices.filter { indices[$0] == nil && keys[$0] != nil }
    let given = try repository.indices(of: open.compactMap { keys[$0] })
    for (local, index) in zip(open, given) { indices[local] = index }
  }

  /// Compares the rows of one date with what is there and stages the rest as layers.
  private func lay(_ rows: [PendingReading], on date: SettlementDate) throws {
    let day = SettlementDay(date)
    var existing = try repository.layers(on: date)
    for layer in stagedByDate[date] ?? [] { existing.append(try repository.staged(layer)) }
    var drafts = LayerDrafts(date: date, source: source, existing: existing, seriesCount: keys.count)
    for row in rows {
      guard let index = indices[Int(row.series)] else { continue }  // every buffered row has a key, so an index
      switch drafts.place(row, index) {
      case .new: reckoning.accepted += 1
      case .duplicate:
        reckoning.duplicate += 1
        note("ING-1", row, day, "the same reading is already there", "nothing was stored again.", .note)
      case .conflict:
        reckoning.conflicting += 1
        note(
          "ING-2", row, day, "another value is already there",
          "both are kept, and a measured one counts before an estimate, then the later received (READ-1).", .warning)
      }
    }
    for draft in drafts.finished() {
      let key = LayerKey(date: date, receivedAt: draft.receivedAt)
      let sequence = nextSequence[key, default: 0]
      nextSequence[key] = sequence + 1
      let layer = ReadingLayer(
        date: date, receivedAt: draft.receivedAt, source: source, sequence: sequence, series: draft.series,
        cells: draft.cells, qualities: draft.qualities)
      let token = try repository.stage(layer)
      staged.append(token)
      stagedByDate[date, default: []].append(token)
    }
  }

  private func note(
    _ rule: RuleID, _ row: PendingReading, _ day: SettlementDay, _ what: String, _ then: String, _ severity: Severity
  ) {
    let position = SourcePosition(file: fileName, line: row.line > 0 ? Int(row.line) : nil)
    let halfHour = "\(day.date) period \(row.period + 1)"
    let name = keys[Int(row.series)]?.description ?? ""
    findings.append(
      Finding(
        rule, severity, at: position, "\(what) for \(halfHour); \(then)",
        remedy: rule == "ING-1" ? "Nothing to do." : "Check with the sender which value holds.", detail: name))
  }

  /// Rule ING-9: nearly every row contradicts what is there, as when two data sets use the same names for other homes.
  private func warnOfForeignNames() {
    guard reckoning.conflicting > 100, reckoning.conflicting > reckoning.rowsRead / 2 else { return }
    findings.append(
      Finding(
        "ING-9", .warning, at: SourcePosition(file: fileName),
        "more than half of the rows contradict readings under the same series names; the file may be about other homes.",
        remedy: "If so, take it into a fresh store with --series-prefix, so that its series have names of their own."))
  }
}
