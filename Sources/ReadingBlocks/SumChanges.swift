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
    let memory: UnsafeMutableRawPointer = creading_memory(16 * periods * rows.count)
    sums = .init(
      start: memory.bindMemory(to: Int64.self, capacity: 2 * periods * rows.count), count: 2 * periods * rows.count)
    asides = .init(start: creading_memory(16 * periods * asideRows.count), count: 16 * periods * asideRows.count)
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
    var asideRows: [UInt16] = []
    let rows = [UInt16](unsafeUninitializedCapacity: buckets + 1) { buffer, filled in
      asideRows = [UInt16](unsafeUninitializedCapacity: buckets + 1) { asides, asidesFilled in
        guard let start = buffer.baseAddress, let asideStart = asides.baseAddress, count > 0 else { return }
        var asideCount: UInt32 = 0
        filled = Int(creading_touched(&views, count, start, asideStart, &asideCount))
        asidesFilled = Int(asideCount)
      }
    }
    self.init(buckets: buckets, periods: periods, rows: rows, asideRows: asideRows)
    guard !asideRows.isEmpty, let estimated = estimated.baseAddress, let counts = counts.baseAddress,
      let estimatedCounts = estimatedCounts.baseAddress
    else { return }
    asideRows.withUnsafeBufferPointer { rows in
      guard let start = rows.baseAddress else { return }
      creading_change_asides(
        &views, count, start, UInt32(rows.count), UInt32(periods), estimated, counts, estimatedCounts)
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
  public var readings: Int64 {
    var sum: Int64 = 0
    for count in counts { sum &+= Int64(count) }
    return sum
  }

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
