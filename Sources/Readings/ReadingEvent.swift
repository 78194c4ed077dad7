import Findings
import MarketIdentifiers
import Quantities
import SettlementCalendar

/// What a source says about one reading.
public enum ReadingQuality: UInt8, Hashable, Sendable, CaseIterable {
  /// Measured (indicator `A`).
  case actual = 0
  /// Estimated by whoever sent it (indicator `E`).
  case estimated = 1
  /// Measured but corrected by whoever sent it (indicator `C`).
  case corrected = 2

  /// Whether settlement treats it as measured.
  public var isActual: Bool { self != .estimated }
}

/// One half-hourly reading as a reader hands it on.
public struct ReadingRow: Hashable, Sendable {
  /// The reader's own number for the series, announced before by ``ReadingEvent/series(local:name:quantity:)``.
  public var series: Int32
  public var halfHour: HalfHour
  public var energy: Energy
  public var quality: ReadingQuality
  /// The line it stood on, counted from 1; zero where the format has no lines.
  public var line: Int32

  public init(series: Int32, halfHour: HalfHour, energy: Energy, quality: ReadingQuality = .actual, line: Int) {
    self.series = series
    self.halfHour = halfHour
    self.energy = energy
    self.quality = quality
    self.line = Int32(clamping: line)
  }
}

/// What a reader of meter data says while it reads.
public enum ReadingEvent: Sendable {
  /// From now on `local` (0, 1, 2, ...) stands for this series. `name` is `nil` where the file does not name one.
  case series(local: Int32, name: String?, quantity: MeasurementQuantity)
  case reading(ReadingRow)
  /// `rows` readings could not be used. They count as quarantined.
  case quarantined(Finding, rows: Int)
  /// Something to know about rows that are counted elsewhere.
  case noted(Finding)
}
