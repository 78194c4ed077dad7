import Findings
import MarketIdentifiers
import Readings
import SettlementCalendar

/// Finds the lines of archived sources on which readings stand, by reading the sources again.
public final class ReadingLocator {
  /// Where one reading stands.
  public struct Place: Hashable, Sendable {
    public let part: String
    /// Zero where the format has no lines.
    public let line: Int
  }

  /// Which reading is looked for.
  public struct Wanted: Hashable, Sendable {
    public let key: SeriesKey
    public let halfHour: HalfHour
    public let wattHours: Int64

    public init(key: SeriesKey, halfHour: HalfHour, wattHours: Int64) {
      self.key = key
      self.halfHour = halfHour
      self.wattHours = wattHours
    }
  }

  private let archive: any SourceArchive
  private var found: [String: [Wanted: Place]] = [:]

  public init(_ archive: any SourceArchive) { self.archive = archive }

  /// The places of readings in one source; a reading that cannot be found is left out. One pass over the source.
  public func places(of wanted: Set<Wanted>, in source: SourceRecord) throws -> [Wanted: Place] {
    let known = found[source.hash] ?? [:]
    let missing = wanted.filter { known[$0] == nil }
    guard !missing.isEmpty else { return known }
    var places = known
    var reading: PartBeingRead?
    try archive.read(source.hash) { part, bytes in
      if reading?.name != part {
        try reading?.finish()
        reading = PartBeingRead(
          name: part, fallback: Self.seriesName(source), prefix: IngestSettings(text: source.settings).namePrefix
        ) { wanted, line in
          if missing.contains(wanted), places[wanted] == nil { places[wanted] = Place(part: part, line: line) }
        }
      }
      try reading?.consume(bytes)
    }
    try reading?.finish()
    found[source.hash] = places
    return places
  }

  /// The series name that the source was given when it was taken in.
  private static func seriesName(_ source: SourceRecord) -> String {
    IngestRequest(
      hash: source.hash, name: source.name, byteCount: 0, receivedAt: source.receivedAt,
      receipt: .moment(source.receivedAt), seriesName: IngestSettings(text: source.settings).seriesName, settings: ""
    ).fallbackSeries
  }
}

/// One part of a source on its second reading.
private final class PartBeingRead {
  let name: String
  private let fallback: String
  private let prefix: String
  private let take: (ReadingLocator.Wanted, Int) -> Void
  private var head: [UInt8] = []
  private var part: (any SourcePart)?
  private var isOther = false
  private var keys: [Int32: SeriesKey] = [:]

  init(name: String, fallback: String, prefix: String, _ take: @escaping (ReadingLocator.Wanted, Int) -> Void) {
    self.name = name
    self.fallback = fallback
    self.prefix = prefix
    self.take = take
  }

  func consume(_ bytes: UnsafeRawBufferPointer) throws {
    if let part { return try part.consume(bytes) }
    guard !isOther else { return }
    head.append(contentsOf: bytes)
    if head.count >= SourceFormat.bytesForDetection { try open() }
  }

  func finish() throws {
    if part == nil, !isOther { try open() }
    try part?.finish()
  }

  private func open() throws {
    let firstBytes = Array(head.prefix(SourceFormat.bytesForDetection))
    guard let format = SourceFormat.detect(firstBytes: firstBytes, fileName: name),
      let part = makeReadingsPart(format, fileName: name, { [unowned self] in self.take($0) })
    else {
      isOther = true
      head = []
      return
    }
    self.part = part
    try head.withUnsafeBytes { try part.consume($0) }
    head = []
  }

  private func take(_ event: ReadingEvent) {
    switch event {
    case .series(let local, let name, let quantity):
      keys[local] = SeriesKey(name: name.map { prefix + $0 } ?? fallback, quantity: quantity)
    case .reading(let row):
      guard let key = keys[row.series] else { return }
      take(
        ReadingLocator.Wanted(key: key, halfHour: row.halfHour, wattHours: row.energy.wattHours), Int(row.line))
    case .quarantined, .noted: break
    }
  }
}
