import CReadingKernels

/// What a later run changes of an earlier one's sums: a row of numbers for each bucket that it touches, and where
/// estimates or counts change, which few do, a row of those aside.
///
/// The numbers stay in the tables where they were added up; here is only the order of buckets.
public final class SumChanges {
  public let buckets: Int
  public let periods: Int
  /// What the counts of readings change by, on the whole.
  public let readings: Int64
  /// Of the buckets whose energy changes, rising.
  private let rows: [creading_place]
  /// Of the buckets whose estimates or counts change, rising.
  private let asideRows: [creading_place]
  private let tables: [ChangeTables]

  static var beyond: BlockDamage { BlockDamage(.sums, "a sum is beyond what energy can be") }

  /// Puts together what tables, at least one, have between them. They are used up by it.
  ///
  /// - Precondition: the tables are of one shape and finished.
  /// - Throws: where a loss-adjusted sum leaves 64 bits.
  public init(_ tables: [ChangeTables]) throws(BlockDamage) {
    let (buckets, periods) = (tables.first?.buckets ?? 0, tables.first?.periods ?? 48)
    precondition(
      tables.count < 65_535 && tables.allSatisfy { $0.buckets == buckets && $0.periods == periods && $0.isFinished },
      "finished tables of one shape")
    var views = tables.map(\.tables)
    let count = UInt32(views.count)
    var overflows: Int32 = 0
    var asideRows: [creading_place] = []
    rows = [creading_place](unsafeUninitializedCapacity: buckets + 1) { rows, filled in
      asideRows = [creading_place](unsafeUninitializedCapacity: buckets + 1) { asides, asidesFilled in
        guard let start = rows.baseAddress, let asideStart = asides.baseAddress, count > 0 else { return }
        var asideCount: UInt32 = 0
        filled = Int(creading_changes_join(&views, count, start, asideStart, &asideCount, &overflows))
        asidesFilled = Int(asideCount)
      }
    }
    (self.buckets, self.periods, self.tables, self.asideRows) = (buckets, periods, tables, asideRows)
    readings = views.reduce(0) { $0 + $1.readings }
    guard overflows == 0 else { throw Self.beyond }
  }

  private init(_ table: ChangeTables, rows: [creading_place], asideRows: [creading_place], readings: Int64) {
    (buckets, periods, tables) = (table.buckets, table.periods, [table])
    (self.rows, self.asideRows, self.readings) = (rows, asideRows, readings)
  }

  /// How many buckets are touched, and how many of them have something aside or other counts.
  public var rowCount: Int { rows.count }
  public var asideCount: Int { asideRows.count }

  // MARK: Numbers of a row, `periods` each

  private func metered(_ place: creading_place) -> UnsafeMutablePointer<Int64> {
    let table = tables[Int(place.table)]
    return table.tables.sums + 2 * table.lanes * Int(place.row)
  }

  private func lossAdjusted(_ place: creading_place) -> UnsafeMutablePointer<Int64> {
    metered(place) + tables[Int(place.table)].lanes
  }

  private func estimated(_ place: creading_place) -> UnsafeMutablePointer<Int64> {
    let table = tables[Int(place.table)]
    return table.tables.estimated + table.lanes * Int(place.row)
  }

  private func counts(_ place: creading_place) -> UnsafeMutablePointer<Int32> {
    let table = tables[Int(place.table)]
    return table.tables.counts + table.lanes * Int(place.row)
  }

  private func estimatedCounts(_ place: creading_place) -> UnsafeMutablePointer<Int32> {
    let table = tables[Int(place.table)]
    return table.tables.estimated_counts + table.lanes * Int(place.row)
  }

  /// Adds the changes to the sums that they are of.
  public func add(to columns: SumColumns) {
    precondition(columns.buckets == buckets && columns.periods == periods)
    for place in rows {
      let (metered, adjusted) = (metered(place), lossAdjusted(place))
      for period in 0..<periods {
        let to = Int(place.bucket) * periods + period
        columns.metered[to] &+= metered[period]
        columns.lossAdjusted[to] &+= adjusted[period]
      }
    }
    for place in asideRows {
      let (estimated, counts, estimatedCounts) = (estimated(place), counts(place), estimatedCounts(place))
      for period in 0..<periods {
        let to = Int(place.bucket) * periods + period
        columns.estimated[to] &+= estimated[period]
        columns.counts[to] &+= counts[period]
        columns.estimatedCounts[to] &+= estimatedCounts[period]
      }
    }
  }
}

/// In a file: the buckets, then their numbers, each kind for itself.
extension SumChanges {
  private static func padded(_ rows: Int) -> Int { (2 * rows + 7) / 8 * 8 }

  static func length(rows: Int, asideRows: Int, periods: Int) -> Int {
    padded(rows) + padded(asideRows) + 16 * periods * (rows + asideRows)
  }

  func withParts(_ body: (UnsafeRawBufferPointer) -> Void) {
    var lists: [UInt8] = []
    for list in [rows, asideRows] {
      for place in list { lists.append(number: place.bucket) }
      lists.pad(to: 8)
    }
    lists.withUnsafeBytes(body)
    gathered(rows, metered, body)
    gathered(rows, lossAdjusted, body)
    gathered(asideRows, estimated, body)
    gathered(asideRows, counts, body)
    gathered(asideRows, estimatedCounts, body)
  }

  /// One kind of numbers, row after row.
  private func gathered<Number: FixedWidthInteger>(
    _ list: [creading_place], _ row: (creading_place) -> UnsafeMutablePointer<Number>,
    _ body: (UnsafeRawBufferPointer) -> Void
  ) {
    let length = periods * MemoryLayout<Number>.size
    withUnsafeTemporaryAllocation(byteCount: length * list.count, alignment: 8) { buffer in
      for (number, place) in list.enumerated() {
        let part = UnsafeMutableRawBufferPointer(rebasing: buffer[number * length..<(number + 1) * length])
        part.copyMemory(from: UnsafeRawBufferPointer(start: row(place), count: length))
      }
      body(UnsafeRawBufferPointer(buffer))
    }
  }

  /// - Parameter bytes: as ``withParts(_:)`` gives them, of the right length.
  convenience init(
    _ bytes: UnsafeRawBufferPointer, rows: Int, asideRows: Int, buckets: Int, periods: Int
  ) throws(BlockDamage) {
    func list(_ at: Int, _ count: Int) throws(BlockDamage) -> [UInt16] {
      let list = (0..<count).map { bytes.number(at + 2 * $0, as: UInt16.self) }
      guard zip(list, list.dropFirst()).allSatisfy({ $0 < $1 }), list.last.map({ Int($0) < buckets }) ?? true else {
        throw BlockDamage(.sums, "buckets do not rise")
      }
      return list
    }
    func places(_ list: [UInt16]) -> [creading_place] {
      list.enumerated().map { creading_place(row: UInt32($0), bucket: $1, table: 0) }
    }
    let first = places(try list(0, rows))
    let second = places(try list(Self.padded(rows), asideRows))
    var at = Self.padded(rows) + Self.padded(asideRows)
    let countsAt = at + 16 * periods * rows + 8 * periods * asideRows
    self.init(
      ChangeTables(buckets: buckets, periods: periods, rows: max(rows, asideRows)), rows: first, asideRows: second,
      readings: (0..<periods * asideRows).reduce(0) { $0 &+ Int64(bytes.number(countsAt + 4 * $1, as: Int32.self)) })
    func take<Number: FixedWidthInteger>(
      _ list: [creading_place], _ row: (creading_place) -> UnsafeMutablePointer<Number>
    ) {
      let length = periods * MemoryLayout<Number>.size
      for place in list {
        UnsafeMutableRawBufferPointer(start: row(place), count: length)
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[at..<at + length]))
        at += length
      }
    }
    take(first, metered)
    take(first, lossAdjusted)
    take(second, estimated)
    take(second, counts)
    take(second, estimatedCounts)
  }
}
