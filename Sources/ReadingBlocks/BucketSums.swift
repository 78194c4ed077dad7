import CReadingKernels

/// Sums by bucket and settlement period, filled group by group. They merge: any split of the groups gives the same.
///
/// Not shared between threads: each fills its own, and they are merged.
public final class BucketSums {
  public let buckets: Int
  public let periods: Int
  let lanes: Int
  private var tables: creading_sums

  /// - Parameter buckets: fewer than 65,535; the number itself, and all above it, stands for rows in no bucket.
  public init(buckets: Int, periods: Int) {
    precondition((0..<65_535).contains(buckets) && (1...50).contains(periods))
    self.buckets = buckets
    self.periods = periods
    lanes = Int(creading_lanes(UInt32(periods)))
    let cells = (buckets + 1) * lanes
    func zeros<Number: FixedWidthInteger>(
      _ count: Int, isDense: Bool = false, _ type: Number.Type = Number.self
    ) -> UnsafeMutablePointer<Number> {
      // Zeros that nobody writes to cost nothing: the system hands the pages out when they are touched.
      let memory: UnsafeMutableRawPointer = creading_zeros(count * MemoryLayout<Number>.size, isDense ? 1 : 0)
      return memory.bindMemory(to: Number.self, capacity: count)
    }
    tables = creading_sums(
      buckets: UInt32(buckets), lanes: UInt32(lanes), small_bound: 0, small: zeros(cells, isDense: true),
      metered: zeros(cells, isDense: true),
      estimated: zeros(cells), missing: zeros(cells), estimated_count: zeros(cells), rows: zeros(buckets + 1))
  }

  deinit {
    for memory: UnsafeMutableRawPointer in [
      .init(tables.small), .init(tables.metered), .init(tables.estimated), .init(tables.missing),
      .init(tables.estimated_count), .init(tables.rows),
    ] { creading_free(memory) }
  }

  /// Adds a group's rows to the buckets that `index` names by dense MPAN index.
  ///
  /// - Precondition: the index has an entry for every row of the group.
  public func add(_ group: PackedGroup, index: UnsafeBufferPointer<UInt16>, way: SumWay = .best) {
    precondition(Int(group.lastRow) < index.count, "an index entry for each row")
    var view = group.view
    guard let start = index.baseAddress else { return }
    creading_add(&view, group.isExplicit ? start : start + Int(group.firstRow), &tables, way.rawValue)
  }

  /// Adds (`sign` 1) or takes off (−1) other sums of the same shape.
  public func merge(_ other: BucketSums, sign: Int32 = 1) {
    precondition(buckets == other.buckets && periods == other.periods, "sums of one shape merge")
    creading_settle(&tables)
    creading_settle(&other.tables)
    creading_merge(&tables, &other.tables, sign)
  }

  /// Puts all sums into columns, without the rows of no bucket and before loss factors.
  public func fill(_ columns: SumColumns) {
    precondition(columns.buckets == buckets && columns.periods == periods)
    creading_settle(&tables)
    for bucket in 0..<buckets {
      for period in 0..<periods {
        let (from, to) = (bucket * lanes + period, bucket * periods + period)
        columns.metered[to] = tables.metered[from]
        columns.estimated[to] = tables.estimated[from]
        columns.counts[to] = Int32(truncatingIfNeeded: tables.rows[bucket] &- Int64(tables.missing[from]))
        columns.estimatedCounts[to] = tables.estimated_count[from]
      }
    }
  }

  /// One bucket's period, both from 0; the bucket may be ``buckets``.
  public func cell(_ bucket: Int, _ period: Int) -> BucketCell {
    precondition((0...buckets).contains(bucket) && (0..<periods).contains(period))
    creading_settle(&tables)
    let at = bucket * lanes + period
    return BucketCell(
      metered: tables.metered[at], estimated: tables.estimated[at],
      count: tables.rows[bucket] - Int64(tables.missing[at]), estimatedCount: Int64(tables.estimated_count[at]))
  }
}

/// What a bucket's period adds up to.
public struct BucketCell: Hashable, Sendable {
  /// Wh.
  public var metered: Int64
  /// Of those, Wh of estimated readings.
  public var estimated: Int64
  /// Readings.
  public var count: Int64
  /// Of those, estimated ones.
  public var estimatedCount: Int64

  public init(metered: Int64 = 0, estimated: Int64 = 0, count: Int64 = 0, estimatedCount: Int64 = 0) {
    self.metered = metered
    self.estimated = estimated
    self.count = count
    self.estimatedCount = estimatedCount
  }
}
