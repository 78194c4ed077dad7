import CReadingKernels

/// What a later run changes of an earlier one's sums: a row of numbers for each bucket that it touches, and where
/// estimates or counts change, which few do, a row of those aside.
public final class SumChanges {
  public let buckets: Int
  public let periods: Int
  /// The buckets whose energy changes, rising.
  public let rows: [UInt16]
  /// The buckets whose estimates or counts change, rising.
  public let asideRows: [UInt16]
  // For each of `rows`: metered, then loss-adjusted; for each of `asideRows`: estimated Wh, counts, estimated counts.
  private let sums: UnsafeMutableBufferPointer<Int64>
  private let asides: UnsafeMutableRawBufferPointer

  private init(buckets: Int, periods: Int, rows: [UInt16], asideRows: [UInt16]) {
    (self.buckets, self.periods, self.rows, self.asideRows) = (buckets, periods, rows, asideRows)
    let memory: UnsafeMutableRawPointer = creading_zeros(16 * periods * rows.count, 1)
    sums = .init(
      start: memory.bindMemory(to: Int64.self, capacity: 2 * periods * rows.count), count: 2 * periods * rows.count)
    asides = .init(start: creading_zeros(16 * periods * asideRows.count, 0), count: 16 * periods * asideRows.count)
  }

  deinit {
    if let start = sums.baseAddress { creading_free(start) }
    if let start = asides.baseAddress { creading_free(start) }
  }

  /// Finds what tables, at least one, have between them; the numbers are to be filled in.
  public convenience init(_ tables: [ChangeTables]) {
    let (buckets, periods) = (tables.first?.buckets ?? 0, tables.first?.periods ?? 48)
    precondition(tables.allSatisfy { $0.buckets == buckets && $0.periods == periods }, "tables of one shape")
    var views = tables.map(\.tables)
    let count = UInt32(views.count)
    func list(_ fill: (UnsafeMutablePointer<UInt16>) -> UInt32) -> [UInt16] {
      [UInt16](unsafeUninitializedCapacity: buckets + 1) { buffer, filled in
        filled = buffer.baseAddress.map { Int(fill($0)) } ?? 0
      }
    }
    let rows = tables.isEmpty ? [] : list { creading_touched(&views, count, $0) }
    let asideRows = tables.isEmpty ? [] : list { creading_aside(&views, count, $0) }
    self.init(buckets: buckets, periods: periods, rows: rows, asideRows: asideRows)
    let (counts, estimated, estimatedCounts) = (counts, estimated, estimatedCounts)
    for (place, bucket) in asideRows.enumerated() {
      for table in tables {
        let rowCount = table.tables.rows[Int(bucket)]
        for period in 0..<periods { counts[place * periods + period] &+= rowCount }
        let aside = Int(table.tables.aside_of[Int(bucket)])
        guard aside > 0 else { continue }
        let from = (aside - 1) * table.lanes
        for period in 0..<periods {
          estimated[place * periods + period] &+= table.tables.estimated[from + period]
          counts[place * periods + period] &-= table.tables.missing[from + period]
          estimatedCounts[place * periods + period] &+= table.tables.estimated_counts[from + period]
        }
      }
    }
  }

  /// Puts together the energy of some of ``rows``. Several threads may each do some.
  ///
  /// - Throws: where a loss-adjusted sum leaves 64 bits.
  public func fill(_ range: Range<Int>, from tables: [ChangeTables], standing day: StandingDay) throws(BlockDamage) {
    precondition(range.upperBound <= rows.count && day.bucketCount == buckets && day.periods == periods)
    guard !range.isEmpty, let start = sums.baseAddress else { return }
    var views = tables.map(\.tables)
    let count = UInt32(views.count)
    let metered = start + range.lowerBound * periods
    let overflows = rows[range].withUnsafeBufferPointer { rows in
      rows.baseAddress.map {
        creading_change_sums(
          &views, count, $0, UInt32(rows.count), UInt32(periods), day.factorRowWords, 4,
          day.factorNumbers, metered, metered + self.rows.count * periods)
      } ?? 0
    }
    if overflows != 0 { throw BlockDamage(.sums, "a sum is beyond what energy can be") }
  }

  private func aside<Number>(_ at: Int, _ type: Number.Type = Number.self) -> UnsafeMutableBufferPointer<Number> {
    let count = asideRows.count * periods
    let start = asides.baseAddress.map { ($0 + at * count).bindMemory(to: Number.self, capacity: count) }
    return UnsafeMutableBufferPointer(start: start, count: count)
  }

  private var estimated: UnsafeMutableBufferPointer<Int64> { aside(0) }
  private var counts: UnsafeMutableBufferPointer<Int32> { aside(8) }
  private var estimatedCounts: UnsafeMutableBufferPointer<Int32> { aside(12) }

  /// What the counts of readings change by, on the whole.
  public var readings: Int64 { counts.reduce(0) { $0 + Int64($1) } }

  /// Adds the changes to the sums that they are of.
  public func add(to columns: SumColumns) {
    precondition(columns.buckets == buckets && columns.periods == periods)
    for (place, bucket) in rows.enumerated() {
      for period in 0..<periods {
        let to = Int(bucket) * periods + period
        columns.metered[to] &+= sums[place * periods + period]
        columns.lossAdjusted[to] &+= sums[(rows.count + place) * periods + period]
      }
    }
    for (place, bucket) in asideRows.enumerated() {
      for period in 0..<periods {
        let (to, from) = (Int(bucket) * periods + period, place * periods + period)
        columns.estimated[to] &+= estimated[from]
        columns.counts[to] &+= counts[from]
        columns.estimatedCounts[to] &+= estimatedCounts[from]
      }
    }
  }
}

/// In a file: the buckets, then their numbers.
extension SumChanges {
  private static func padded(_ rows: Int) -> Int { (2 * rows + 7) / 8 * 8 }

  static func length(rows: Int, asideRows: Int, periods: Int) -> Int {
    padded(rows) + padded(asideRows) + 16 * periods * (rows + asideRows)
  }

  /// The bytes of the lists of buckets.
  private var lists: [UInt8] {
    var out: [UInt8] = []
    for list in [rows, asideRows] {
      list.withUnsafeBufferPointer { out.append(raw: $0) }
      out.pad(to: 8)
    }
    return out
  }

  func withParts(_ body: (UnsafeRawBufferPointer) -> Void) {
    lists.withUnsafeBytes(body)
    body(UnsafeRawBufferPointer(sums))
    body(UnsafeRawBufferPointer(asides))
  }

  /// - Parameter bytes: as ``withParts(_:)`` gives them, of the right length.
  convenience init(
    _ bytes: UnsafeRawBufferPointer, rows: Int, asideRows: Int, buckets: Int, periods: Int
  ) throws(BlockDamage) {
    func list(_ at: Int, _ count: Int) -> [UInt16] { (0..<count).map { bytes.number(at + 2 * $0) } }
    let first = list(0, rows)
    let second = list(Self.padded(rows), asideRows)
    for list in [first, second] {
      guard zip(list, list.dropFirst()).allSatisfy({ $0 < $1 }), list.last.map({ Int($0) < buckets }) ?? true else {
        throw BlockDamage(.sums, "buckets do not rise")
      }
    }
    self.init(buckets: buckets, periods: periods, rows: first, asideRows: second)
    let at = Self.padded(rows) + Self.padded(asideRows)
    UnsafeMutableRawBufferPointer(sums).copyMemory(
      from: UnsafeRawBufferPointer(rebasing: bytes[at..<at + 16 * periods * rows]))
    asides.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[(at + 16 * periods * rows)...]))
  }
}

/// Changes as one thread finds them.
public final class ChangeTables {
  let buckets: Int
  let periods: Int
  let lanes: Int
  var tables: creading_changes
  /// Cells with a reading, withdrawn or stated.
  public private(set) var readings: Int64 = 0

  /// - Parameter buckets: fewer than 65,535.
  public init(buckets: Int, periods: Int) {
    precondition((0..<65_535).contains(buckets) && (1...50).contains(periods))
    (self.buckets, self.periods) = (buckets, periods)
    lanes = Int(creading_lanes(UInt32(periods)))
    func zeros<Number: FixedWidthInteger>(
      _ count: Int, isDense: Bool = false, _ type: Number.Type = Number.self
    ) -> UnsafeMutablePointer<Number> {
      let memory: UnsafeMutableRawPointer = creading_zeros(count * MemoryLayout<Number>.size, isDense ? 1 : 0)
      return memory.bindMemory(to: Number.self, capacity: count)
    }
    let cells = buckets * lanes
    tables = creading_changes(
      buckets: UInt32(buckets), lanes: UInt32(lanes), aside_count: 0, metered: zeros(cells, isDense: true),
      touched: zeros(buckets),
      rows: zeros(buckets), aside_of: zeros(buckets), estimated: zeros(cells), missing: zeros(cells),
      estimated_counts: zeros(cells))
  }

  deinit {
    for memory: UnsafeMutableRawPointer in [
      .init(tables.metered), .init(tables.touched), .init(tables.rows), .init(tables.aside_of),
      .init(tables.estimated), .init(tables.missing), .init(tables.estimated_counts),
    ] { creading_free(memory) }
  }

  /// Takes a group's rows off the buckets that it names, where it is of withdrawn ones, or adds them.
  ///
  /// - Precondition: the group names the buckets of its rows.
  public func add(_ group: PackedGroup, portable: Bool = false) {
    precondition(group.hasBuckets, "a group that names its rows' buckets")
    var view = group.view
    readings += creading_change(&view, group.isWithdrawn ? -1 : 1, &tables, portable ? 1 : 0)
  }
}
