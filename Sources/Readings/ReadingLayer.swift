import Quantities
import SettlementCalendar

/// Readings of one settlement date that became known together: the unit that is stored, and never changed.
///
/// Columns: `series` rising, and for each of them one cell per period of the day, row after row. A cell without a
/// reading holds ``missing``. A correction is a further layer; which one counts is decided when a day is resolved.
public struct ReadingLayer: Hashable, Sendable {
  public let date: SettlementDate
  /// When the readings became known. Runs whose cut-off is not after it do not see the layer.
  public let receivedAt: UTCInstant
  /// The content hash (64 hexadecimal digits) of the source that said so.
  public let source: String
  /// Order among layers of one source and moment, from 0.
  public let sequence: Int32
  /// Rising, no repeats.
  public let series: [SeriesIndex]
  /// `series.count × periodCount` cells of whole Wh, or ``missing``.
  public let cells: [Int32]
  /// One for each cell; meaningless where the cell is missing.
  public let qualities: [ReadingQuality]

  /// The value of a cell that holds no reading.
  public static let missing = Int32.min

  /// - Precondition: shapes agree and `series` rises: writers build layers from sorted rows.
  public init(
    date: SettlementDate, receivedAt: UTCInstant, source: String, sequence: Int32, series: [SeriesIndex],
    cells: [Int32], qualities: [ReadingQuality]
  ) {
    let count = series.count * SettlementDay(date).periodCount
    precondition(cells.count == count && qualities.count == count, "a layer has one cell per series and period")
    precondition(zip(series, series.dropFirst()).allSatisfy { $0 < $1 }, "the series of a layer rise")
    self.date = date
    self.receivedAt = receivedAt
    self.source = source
    self.sequence = sequence
    self.series = series
    self.cells = cells
    self.qualities = qualities
  }

  public var periodCount: Int { SettlementDay(date).periodCount }
  /// How many cells hold a reading.
  public var readingCount: Int { cells.count { $0 != Self.missing } }
}
