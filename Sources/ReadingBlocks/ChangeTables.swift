import CReadingKernels

/// Changes as one thread finds them. What it costs follows from the buckets that change, not from how many there are.
public final class ChangeTables {
  let buckets: Int
  let periods: Int
  let lanes: Int
  var tables: creading_changes
  /// Cells with a reading, withdrawn or stated.
  public private(set) var readings: Int64 = 0
  private var rowsTaken = 0
  private(set) var isFinished = false

  /// - Parameters:
  ///   - buckets: fewer than 65,535.
  ///   - rows: the most rows that will be added.
  public init(buckets: Int, periods: Int, rows: Int) {
    precondition((0..<65_535).contains(buckets) && (1...50).contains(periods) && rows >= 0)
    (self.buckets, self.periods) = (buckets, periods)
    lanes = Int(creading_lanes(UInt32(periods)))
    func table<Number: FixedWidthInteger>(_ count: Int) -> UnsafeMutablePointer<Number> {
      // Memory that nobody writes to costs nothing: the system hands the pages out when they are touched.
      let memory: UnsafeMutableRawPointer = creading_memory(count * MemoryLayout<Number>.size)
      return memory.bindMemory(to: Number.self, capacity: count)
    }
    func zeros(_ count: Int) -> UnsafeMutablePointer<UInt32> {
      let memory: UnsafeMutableRawPointer = creading_zeros(count * 4, 0)
      return memory.bindMemory(to: UInt32.self, capacity: count)
    }
    let capacity = min(buckets, rows)
    let cells = capacity * lanes
    tables = creading_changes(
      buckets: UInt32(buckets), periods: UInt32(periods), lanes: UInt32(lanes), capacity: UInt32(capacity),
      row_count: 0, aside_count: 0, joined: 0, readings: 0, row_of: zeros(buckets), bucket_of: table(capacity),
      rows: table(capacity), sums: table(2 * cells), aside_of: zeros(buckets), aside_bucket_of: table(capacity),
      estimated: table(cells), counts: table(cells), estimated_counts: table(cells),
      touched: creading_memory(capacity * MemoryLayout<creading_touch>.stride)
        .bindMemory(to: creading_touch.self, capacity: capacity))
  }

  deinit {
    for memory: UnsafeMutableRawPointer in [
      .init(tables.row_of), .init(tables.bucket_of), .init(tables.rows), .init(tables.sums), .init(tables.aside_of),
      .init(tables.aside_bucket_of), .init(tables.estimated), .init(tables.counts), .init(tables.estimated_counts),
      .init(tables.touched),
    ] { creading_free(memory) }
  }

  /// Takes a group's rows off the buckets that it names, where it is of withdrawn ones, or adds them.
  ///
  /// - Precondition: the group names the buckets of its rows, no more rows are added than were said, and the tables are not
  ///   finished.
  public func add(_ group: PackedGroup, way: SumWay = .best) {
    precondition(group.hasBuckets && !isFinished, "a group that names its rows' buckets")
    rowsTaken += group.rowCount
    precondition(min(rowsTaken, buckets) <= Int(tables.capacity), "no more rows than were said")
    var view = group.view
    readings += creading_change(&view, group.isWithdrawn ? -1 : 1, &tables, way.rawValue)
  }

  /// Ends the adding: multiplies by loss factors what was added. Without effect when it was done.
  ///
  /// - Throws: where a loss-adjusted sum leaves 64 bits.
  public func finish(_ day: StandingDay) throws(BlockDamage) {
    precondition(day.bucketCount == buckets && day.periods == periods, "the standing data of the buckets")
    guard !isFinished else { return }
    isFinished = true
    guard creading_changes_finish(&tables, day.factorRowWords, 4, day.factorNumbers) == 0 else {
      throw SumChanges.beyond
    }
  }
}
