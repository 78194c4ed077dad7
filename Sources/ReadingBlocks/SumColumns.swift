import CReadingKernels

/// Five columns of sums in one piece of memory, all zero at first: buckets one after another, in each its periods.
///
/// Metered Wh, loss-adjusted 10⁻⁵ Wh, estimated Wh (64 bits each), readings, estimated readings (32 bits each).
public final class SumColumns {
  public let buckets: Int
  public let periods: Int
  private let memory: UnsafeMutableRawPointer

  /// - Parameter buckets: fewer than 65,535.
  public init(buckets: Int, periods: Int) {
    precondition((0..<65_535).contains(buckets) && (1...50).contains(periods))
    self.buckets = buckets
    self.periods = periods
    memory = creading_zeros(buckets * periods * 32, 1)
  }

  deinit { creading_free(memory) }

  private var count: Int { buckets * periods }

  /// As they lie in a file.
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory, count: count * 32) }

  func fill(_ bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == count * 32)
    UnsafeMutableRawBufferPointer(start: memory, count: bytes.count).copyMemory(from: bytes)
  }

  private func column<Number>(_ at: Int, _ type: Number.Type = Number.self) -> UnsafeMutableBufferPointer<Number> {
    let start = (memory + at * count).bindMemory(to: Number.self, capacity: count)
    return UnsafeMutableBufferPointer(start: start, count: count)
  }

  public var metered: UnsafeMutableBufferPointer<Int64> { column(0) }
  public var lossAdjusted: UnsafeMutableBufferPointer<Int64> { column(8) }
  public var estimated: UnsafeMutableBufferPointer<Int64> { column(16) }
  public var counts: UnsafeMutableBufferPointer<Int32> { column(24) }
  public var estimatedCounts: UnsafeMutableBufferPointer<Int32> { column(28) }

  var tables: creading_columns {
    func start<Number>(_ buffer: UnsafeMutableBufferPointer<Number>) -> UnsafeMutablePointer<Number> {
      // Columns are cut from memory that was allocated here, whatever the input: this cannot happen.
      guard let start = buffer.baseAddress else { preconditionFailure("memory has an address") }
      return start
    }
    return creading_columns(
      buckets: UInt32(buckets), periods: UInt32(periods), metered: start(metered), lossAdjusted: start(lossAdjusted),
      estimated: start(estimated), counts: start(counts), estimated_counts: start(estimatedCounts))
  }

  /// Adds the buckets at the ends of a part. Not at the same time as anything else.
  public func add(_ part: DayPart) {
    var tables = tables
    creading_edge_add(&tables, UInt32(part.first), part.edges)
    if part.last != part.first { creading_edge_add(&tables, UInt32(part.last), part.edges + 1) }
  }

  /// Multiplies the sums of some buckets by their loss factors: exact, once for each bucket and period.
  ///
  /// - Throws: where a product leaves 64 bits, which would take 92 TWh in one half-hour.
  public func adjust(_ day: StandingDay, buckets range: Range<Int>) throws(BlockDamage) {
    precondition(range.upperBound <= buckets && day.bucketCount == buckets && day.periods == periods)
    guard !range.isEmpty else { return }
    var tables = tables
    let overflows = creading_adjust(
      &tables, day.factorRowWords, 4, day.factorNumbers, UInt32(range.lowerBound), UInt32(range.upperBound))
    if overflows != 0 { throw BlockDamage(.sums, "a sum is beyond what energy can be") }
  }

  /// Adds columns of the same shape, each number to its like.
  public func add(_ other: SumColumns) {
    precondition(buckets == other.buckets && periods == other.periods, "columns of one shape add up")
    func add<Number: FixedWidthInteger>(
      _ into: UnsafeMutableBufferPointer<Number>, _ from: UnsafeMutableBufferPointer<Number>
    ) {
      for place in into.indices { into[place] &+= from[place] }
    }
    add(metered, other.metered)
    add(lossAdjusted, other.lossAdjusted)
    add(estimated, other.estimated)
    add(counts, other.counts)
    add(estimatedCounts, other.estimatedCounts)
  }
}
