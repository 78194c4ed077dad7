import SettlementCalendar

/// What is to be said of a cell's reading beyond its value.
public enum CellQuality: UInt32, Hashable, Sendable, CaseIterable {
  case estimated = 1
  case corrected = 2
  /// There is no reading: the cell is not zero, it is unknown.
  case missing = 3
}

/// Periods that follow one another in one row and share a quality other than measured.
public struct QualityRun: Hashable, Sendable {
  /// From 0, within the row group.
  public var row: Int
  /// From 0.
  public var firstPeriod: Int
  public var count: Int
  public var quality: CellQuality

  public init(row: Int, firstPeriod: Int, count: Int, quality: CellQuality) {
    self.row = row
    self.firstPeriod = firstPeriod
    self.count = count
    self.quality = quality
  }

  /// From its four bytes in a block.
  public init?(wordValue word: UInt32) {
    guard let quality = CellQuality(rawValue: word >> 22) else { return nil }
    self.init(
      row: Int(word & 1023), firstPeriod: Int(word >> 10 & 63), count: Int(word >> 16 & 63) + 1, quality: quality)
  }

  /// Its four bytes in a block.
  public var wordValue: UInt32 {
    UInt32(row) | UInt32(firstPeriod) << 10 | UInt32(count - 1) << 16 | quality.rawValue << 22
  }
}

/// Up to 1,024 rows of one settlement date, unpacked: what a group of a block says.
public struct RowGroup: Hashable, Sendable {
  /// The most rows of a group.
  public static let capacity = 1024
  /// The largest reading either side of zero, in Wh: `Energy.readingLimit`.
  public static let readingLimit: Int32 = 1_000_000_000

  public let periods: Int
  /// Dense MPAN indexes, rising.
  public var rows: [UInt32]
  /// Whole Wh, row after row; 0 where a run says missing.
  public var cells: [Int32]
  /// Rising by row and period, without overlap.
  public var runs: [QualityRun]

  public init(periods: Int, rows: [UInt32], cells: [Int32], runs: [QualityRun]) {
    self.periods = periods
    self.rows = rows
    self.cells = cells
    self.runs = runs
  }

  /// Whether an encoder can take it; every decoded group is sound.
  public var fault: String? {
    if !(1...Self.capacity).contains(rows.count) { return "a group has 1 to 1024 rows" }
    if ![46, 48, 50].contains(periods) { return "a settlement day has 46, 48 or 50 periods" }
    if cells.count != rows.count * periods { return "a cell for each row and period" }
    if zip(rows, rows.dropFirst()).contains(where: { $0 >= $1 }) { return "row numbers rise" }
    if cells.contains(where: { $0 < -Self.readingLimit || $0 > Self.readingLimit }) {
      return "a reading is out of range"
    }
    var last = -1
    for run in runs {
      let place = run.row * 64 + run.firstPeriod
      guard (0..<rows.count).contains(run.row), run.firstPeriod >= 0, run.count >= 1,
        run.firstPeriod < periods, run.count <= periods - run.firstPeriod, place > last
      else { return "quality runs rise within their rows" }
      last = place + run.count - 1
      let first = run.row * periods + run.firstPeriod
      if run.quality == .missing, cells[first..<first + run.count].contains(where: { $0 != 0 }) {
        return "a missing cell is 0"
      }
    }
    return nil
  }
}
