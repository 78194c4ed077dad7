import Quantities
import SettlementCalendar

/// What a settlement run adds up to: for each bucket and period the energy at the meters and at the Grid Supply Point,
/// the estimated part, and counts. Kept in a file, so that a later run begins where it ended.
public struct RunSums: Hashable, Sendable {
  static let magic: [UInt8] = Array("HHSUMS1\n".utf8)

  public let date: SettlementDate
  /// 0 (II) to 6 (DF).
  public let run: Int
  public let mpans: Int
  public let buckets: Int
  /// Of the standing data used.
  public let standing: UInt32
  /// The checksums of the blocks that are in the sums, first the full one, then corrections.
  public let blocks: [UInt32]
  /// Columns, bucket after bucket, in each period after period: Wh, 10⁻⁵ Wh, Wh, readings, readings.
  public let metered: [Int64]
  public let lossAdjusted: [Int64]
  public let estimated: [Int64]
  public let counts: [Int32]
  public let estimatedCounts: [Int32]

  /// The columns side by side.
  public var cells: [BucketCell] {
    metered.indices.map {
      BucketCell(
        metered: metered[$0], estimated: estimated[$0], count: Int64(counts[$0]),
        estimatedCount: Int64(estimatedCounts[$0]))
    }
  }

  public var periods: Int { SettlementDay(date).periodCount }

  /// Multiplies each bucket's sums by its loss factors: exact, once for each bucket and period.
  ///
  /// - Throws: where a sum leaves 64 bits, which would take 92 TWh in one half-hour.
  public init(
    _ sums: BucketSums, adding earlier: RunSums? = nil, standing day: StandingDay, run: Int, mpans: Int,
    blocks: [UInt32]
  ) throws(BlockDamage) {
    precondition(sums.buckets == day.bucketCount && sums.periods == day.periods)
    date = day.date
    self.run = run
    self.mpans = mpans
    buckets = sums.buckets
    standing = day.checksum
    self.blocks = blocks
    // No sum of readings leaves 64 bits: 2³² rows of at most 10⁹ Wh; nor do counts of a bucket's rows leave 32.
    let columns = sums.columns()
    func added<Number: FixedWidthInteger>(_ fresh: [Number], _ before: [Number]?) -> [Number] {
      guard let before else { return fresh }
      return fresh.indices.map { fresh[$0] &+ before[$0] }
    }
    metered = added(columns.metered, earlier?.metered)
    estimated = added(columns.estimated, earlier?.estimated)
    counts = added(columns.counts, earlier?.counts)
    estimatedCounts = added(columns.estimatedCounts, earlier?.estimatedCounts)
    lossAdjusted = try Self.adjusted(metered, day)
  }

  private static func adjusted(_ metered: [Int64], _ day: StandingDay) throws(BlockDamage) -> [Int64] {
    let periods = day.periods
    var overflows = false
    let adjusted = [Int64](unsafeUninitializedCapacity: metered.count) { out, count in
      for (bucket, row) in day.factorRows.enumerated() {
        for period in 0..<periods {
          let place = bucket * periods + period
          let factor = Int64(day.lossFactors[row * periods + period].hundredThousandths)
          let product = metered[place].multipliedReportingOverflow(by: factor)
          overflows = overflows || product.overflow
          out[place] = product.partialValue
        }
      }
      count = metered.count
    }
    if overflows { throw BlockDamage(.sums, "a sum is beyond what energy can be") }
    return adjusted
  }

  public var readings: Int64 { counts.reduce(0) { $0 + Int64($1) } }

  /// The file: header of 64 bytes, checksums of blocks, then the columns.
  public var bytes: [UInt8] {
    var out = Self.magic
    out.reserveCapacity(64 + 4 * blocks.count + metered.count * 32 + 4)
    out.append(contentsOf: repeatElement(0, count: 56))
    for block in blocks { out.append(number: block) }
    out.pad(to: 8)
    for column in [metered, lossAdjusted, estimated] { column.withUnsafeBufferPointer { out.append(raw: $0) } }
    for column in [counts, estimatedCounts] { column.withUnsafeBufferPointer { out.append(raw: $0) } }
    out.put(UInt16(1), at: 8)
    out.put(UInt16(64), at: 10)
    out.put(date.dayNumber, at: 16)
    out.put(UInt32(periods), at: 20)
    out.put(UInt64(out.count), at: 24)
    for (place, value) in [UInt32(mpans), UInt32(buckets), UInt32(blocks.count), UInt32(run), standing].enumerated() {
      out.put(value, at: 32 + 4 * place)
    }
    out.put(out.checksum(64..<out.count), at: 56)
    out.put(out.checksum(0..<60), at: 60)
    return out
  }

  public init(_ bytes: UnsafeRawBufferPointer) throws(BlockDamage) {
    func damage(_ reason: String) -> BlockDamage { BlockDamage(.fileHeader, reason) }
    guard bytes.count >= 64, bytes.prefix(8).elementsEqual(Self.magic) else {
      throw damage("these are not a run's sums")
    }
    guard bytes.checksum(0..<60) == bytes.number(60, as: UInt32.self) else { throw damage("its checksum differs") }
    guard bytes.checksum(64..<bytes.count) == bytes.number(56, as: UInt32.self) else {
      throw BlockDamage(.sums, "their checksum differs")
    }
    let counts = (0..<5).map { bytes.number(32 + 4 * $0, as: UInt32.self) }
    guard bytes.number(8, as: UInt16.self) == 1,
      let date = SettlementDate(dayNumber: Int(bytes.number(16, as: Int32.self))),
      counts[1] < 65_535, counts[2] <= 65_535, counts[3] <= 6
    else { throw damage("a version or counts that this reader lacks") }
    let count = Int(counts[1]) * SettlementDay(date).periodCount
    let start = (64 + 4 * Int(counts[2]) + 7) / 8 * 8
    guard bytes.count == start + 32 * count else { throw damage("the length differs") }
    self.date = date
    (mpans, buckets, run, standing) = (Int(counts[0]), Int(counts[1]), Int(counts[3]), counts[4])
    blocks = (0..<Int(counts[2])).map { bytes.number(64 + 4 * $0) }
    func column<Number: FixedWidthInteger>(_ at: Int, _ type: Number.Type = Number.self) -> [Number] {
      [Number](unsafeUninitializedCapacity: count) { out, filled in
        UnsafeMutableRawBufferPointer(out).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes[at..<at + count * MemoryLayout<Number>.size]))
        filled = count
      }
    }
    metered = column(start)
    lossAdjusted = column(start + 8 * count)
    estimated = column(start + 16 * count)
    self.counts = column(start + 24 * count)
    self.estimatedCounts = column(start + 28 * count)
  }
}
