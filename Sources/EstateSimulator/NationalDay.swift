import CReadingKernels
import ReadingBlocks
import SettlementCalendar

/// Makes the packed groups of one date of a ``NationalEstate``. One for each thread: it holds working memory.
public final class NationalDay {
  public let estate: NationalEstate
  public let date: SettlementDate
  private let encoder: GroupEncoder
  private var day: creading_estate_day

  public init(_ estate: NationalEstate, _ date: SettlementDate) {
    self.estate = estate
    self.date = date
    encoder = GroupEncoder(date)
    day = estate.day(date)
  }

  private func hash(_ row: UInt32, _ salt: UInt64) -> UInt64 {
    creading_estate_hash(estate.seed, UInt64(row), 5 + salt + UInt64(date.dayNumber) << 16)
  }

  /// What is estimated or missing at the first run: about 1 in 100 rows all day, 1 in 130 in part, some without reading.
  private func runs(_ row: UInt32, place: Int) -> UInt32? {
    let draw = hash(row, 0)
    let kind = draw & 0xffff
    guard kind < 1_240 else { return nil }
    let periods = encoder.periods
    let first = Int(draw >> 16 & 31)
    let count = 1 + Int(draw >> 32 & 0xff) % (periods - first)
    let run =
      switch kind {
      case ..<655: QualityRun(row: place, firstPeriod: 0, count: periods, quality: .estimated)
      case ..<1_100: QualityRun(row: place, firstPeriod: first, count: count, quality: .estimated)
      case ..<1_200: QualityRun(row: place, firstPeriod: first, count: count, quality: .missing)
      default: QualityRun(row: place, firstPeriod: 0, count: periods, quality: .missing)
      }
    return run.wordValue
  }

  /// The runs of the rows, missing cells cleared.
  private func qualities(_ rows: Int, _ number: (Int) -> UInt32) -> [UInt32] {
    var words: [UInt32] = []
    for place in 0..<rows {
      guard let word = runs(number(place), place: place) else { continue }
      words.append(word)
      if let run = QualityRun(wordValue: word), run.quality == .missing {
        for period in run.firstPeriod..<run.firstPeriod + run.count {
          encoder.cells[place * encoder.lanes + period] = 0
        }
      }
    }
    return words
  }

  /// Appends a row group as it is known at the first run. - Returns: its readings.
  public func append(group: Int, to bytes: inout [UInt8]) -> Int {
    let first = group * RowGroup.capacity
    let rows = min(RowGroup.capacity, estate.mpans - first)
    creading_estate_rows(&day, UInt32(first), nil, UInt32(rows), 0, encoder.cells.baseAddress)
    let words = qualities(rows) { UInt32(first + $0) }
    encoder.append(rowCount: rows, firstRow: UInt32(first), rowNumbers: nil, runs: words, to: &bytes)
    return rows * encoder.periods - missing(words)
  }

  private func missing(_ words: [UInt32]) -> Int {
    words.reduce(0) { sum, word in
      guard let run = QualityRun(wordValue: word), run.quality == .missing else { return sum }
      return sum + run.count
    }
  }

  /// The rows whose actual readings arrive before a later run, 1 (SF) to 6, within a range: about `perMillion` of them.
  public func late(_ run: Int, perMillion: Int, rows: Range<Int>) -> [UInt32] {
    let share = UInt64(perMillion) << 32 / 1_000_000
    // Each row has one run at most at which it changes, so what is withdrawn is always what the first run knew.
    return rows.compactMap { number in
      let draw = hash(UInt32(number), 1) & 0xffff_ffff
      return draw >= share * UInt64(run - 1) && draw < share * UInt64(run) ? UInt32(number) : nil
    }
  }

  /// The bucket of a late row as it is known at SF: one in sixteen turns out to be another supplier's.
  public func bucket(late row: UInt32, known: UInt16) -> UInt16 {
    hash(row, 2) & 15 == 0 ? estate.neighbour(of: known) : known
  }

  /// Appends a group of up to 1,024 late rows as the first run knew them.
  public func append(withdrawn rows: ArraySlice<BucketRow>, to bytes: inout [UInt8]) {
    append(late: rows, salt: 0, isWithdrawn: true, to: &bytes)
  }

  /// Appends a group of up to 1,024 late rows with the readings that stand from a run on, 1 (SF) to 6.
  public func append(stated rows: ArraySlice<BucketRow>, run: Int, to bytes: inout [UInt8]) {
    append(late: rows, salt: UInt32(run), isWithdrawn: false, to: &bytes)
  }

  private func append(late: ArraySlice<BucketRow>, salt: UInt32, isWithdrawn: Bool, to bytes: inout [UInt8]) {
    precondition((1...RowGroup.capacity).contains(late.count))
    let rows = late.map(\.row)
    creading_estate_rows(&day, 0, rows, UInt32(rows.count), salt, encoder.cells.baseAddress)
    encoder.append(
      rowCount: rows.count, firstRow: rows[0], rowNumbers: rows, buckets: late.map(\.bucket),
      runs: isWithdrawn ? qualities(rows.count) { rows[$0] } : [], withdrawn: isWithdrawn, to: &bytes)
  }
}

/// A row with its bucket, ordered by bucket.
public struct BucketRow: Hashable, Comparable, Sendable {
  public let bucket: UInt16
  public let row: UInt32

  public init(bucket: UInt16, row: UInt32) {
    self.bucket = bucket
    self.row = row
  }

  public static func < (left: BucketRow, right: BucketRow) -> Bool {
    (left.bucket, left.row) < (right.bucket, right.row)
  }
}
