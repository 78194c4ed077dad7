import MarketIdentifiers
import Quantities
import Readings
import SettlementCalendar

/// Looks through files of readings without taking them in: which series there are, and what they add up to.
///
/// What a portfolio for an anonymous data set is made from. Of a half-hour that comes twice the last value counts.
public final class SeriesSurvey {
  /// Whole Wh by series, date and period; zero where there is no reading.
  public private(set) var energies: [SeriesKey: [SettlementDate: [Int32]]] = [:]
  private let fallbackName: String
  private var keys: [Int32: SeriesKey] = [:]
  private var part: (any SourcePart)?
  private var head: [UInt8] = []
  private var isOther = false
  private var lastDay: SettlementDay?

  /// - Parameter fallbackName: the series of files that name none.
  public init(fallbackName: String) { self.fallbackName = fallbackName }

  /// Starts a file or a member of one.
  public func begin() {
    keys = [:]
    part = nil
    head = []
    isOther = false
  }

  public func consume(_ bytes: UnsafeRawBufferPointer, name: String) throws {
    if let part { return try part.consume(bytes) }
    guard !isOther else { return }
    head.append(contentsOf: bytes)
    if head.count >= SourceFormat.bytesForDetection { try open(name) }
  }

  public func end(name: String) throws {
    if part == nil, !isOther { try open(name) }
    try part?.finish()
  }

  public var dates: ClosedRange<SettlementDate>? {
    let all = energies.values.flatMap(\.keys)
    guard let first = all.min(), let last = all.max() else { return nil }
    return first...last
  }

  private func open(_ name: String) throws {
    let firstBytes = Array(head.prefix(SourceFormat.bytesForDetection))
    guard let format = SourceFormat.detect(firstBytes: firstBytes, fileName: name),
      let part = makeReadingsPart(format, fileName: name, { [unowned self] in self.take($0) })
    else {
      isOther = true
      return
    }
    self.part = part
    try head.withUnsafeBytes { try part.consume($0) }
    head = []
  }

  private func take(_ event: ReadingEvent) {
    switch event {
    case .series(let local, let name, let quantity):
      keys[local] = SeriesKey(name: name ?? fallbackName, quantity: quantity)
    case .reading(let row):
      guard let key = keys[row.series], let day = day(of: row.halfHour), let period = day.period(of: row.halfHour)
      else { return }
      let blank = { Array(repeating: Int32(0), count: day.periodCount) }
      energies[key, default: [:]][day.date, default: blank()][period.number - 1] = Int32(
        clamping: row.energy.wattHours)
    case .quarantined, .noted: break
    }
  }

  private func day(of halfHour: HalfHour) -> SettlementDay? {
    if let lastDay, lastDay.halfHours.contains(halfHour.index) { return lastDay }
    lastDay = SettlementDay(containing: halfHour)
    return lastDay
  }
}
