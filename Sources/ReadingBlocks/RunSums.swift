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
  /// Bucket after bucket, period after period.
  public private(set) var cells: [BucketCell]
  /// 10⁻⁵ Wh, in the order of ``cells``.
  public private(set) var lossAdjusted: [Int64]

  public var periods: Int { SettlementDay(date).periodCount }

  /// Multiplies each bucket's sums by its loss factors: exact, once for each bucket and period.
  ///
  /// - Throws: where a sum leaves 64 bits, which would take 92 TWh in one half-hour.
  public init(
    _ sums: BucketSums, adding earlier: RunSums? = nil, standing day: StandingDay, run: Int, mpans: Int,
    blocks: [UInt32]
  ) throws(BlockDamage) {
    precondition(sums.buckets == day.buckets.count && sums.periods == day.periods)
    date = day.date
    self.run = run
    self.mpans = mpans
    buckets = sums.buckets
    standing = day.checksum
    self.blocks = blocks
    let periods = day.periods
    cells = []
    lossAdjusted = []
    cells.reserveCapacity(buckets * periods)
    lossAdjusted.reserveCapacity(buckets * periods)
    for (number, bucket) in day.buckets.enumerated() {
      for period in 0..<periods {
        var cell = sums.cell(number, period)
        if let before = earlier?.cells[number * periods + period] {
          cell.metered += before.metered
          cell.estimated += before.estimated
          cell.count += before.count
          cell.estimatedCount += before.estimatedCount
        }
        let factor = day.lossFactors[bucket.factorRow * periods + period]
        let adjusted = cell.metered.multipliedReportingOverflow(by: Int64(factor.hundredThousandths))
        guard !adjusted.overflow else { throw BlockDamage(.sums, "a sum is beyond what energy can be") }
        cells.append(cell)
        lossAdjusted.append(adjusted.partialValue)
      }
    }
  }

  public var readings: Int64 { cells.reduce(0) { $0 + $1.count } }

  /// The file: header of 64 bytes, checksums of blocks, then the columns.
  public var bytes: [UInt8] {
    var out = Self.magic
    out.reserveCapacity(64 + 4 * blocks.count + cells.count * 32 + 4)
    out.append(contentsOf: repeatElement(0, count: 56))
    for block in blocks { out.append(number: block) }
    out.pad(to: 8)
    for cell in cells { out.append(number: cell.metered) }
    for energy in lossAdjusted { out.append(number: energy) }
    for cell in cells { out.append(number: cell.estimated) }
    for cell in cells { out.append(number: Int32(truncatingIfNeeded: cell.count)) }
    for cell in cells { out.append(number: Int32(truncatingIfNeeded: cell.estimatedCount)) }
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
    guard bytes.count >= 64, bytes.prefix(8).elementsEqual(Self.magic) else { throw damage("these are not a run's sums") }
    guard bytes.checksum(0..<60) == bytes.number(60, as: UInt32.self) else { throw damage("its checksum differs") }
    guard bytes.checksum(64..<bytes.count) == bytes.number(56, as: UInt32.self) else {
      throw BlockDamage(.sums, "their checksum differs")
    }
    let counts = (0..<5).map { bytes.number(32 + 4 * $0, as: UInt32.self) }
    guard bytes.number(8, as: UInt16.self) == 1, let date = SettlementDate(dayNumber: Int(bytes.number(16, as: Int32.self))),
      counts[1] < 65_535, counts[2] <= 65_535, counts[3] <= 6
    else { throw damage("a version or counts that this reader lacks") }
    let count = Int(counts[1]) * SettlementDay(date).periodCount
    let start = (64 + 4 * Int(counts[2]) + 7) / 8 * 8
    guard bytes.count == start + 32 * count else { throw damage("the length differs") }
    self.date = date
    (mpans, buckets, run, standing) = (Int(counts[0]), Int(counts[1]), Int(counts[3]), counts[4])
    blocks = (0..<Int(counts[2])).map { bytes.number(64 + 4 * $0) }
    cells = (0..<count).map { place in
      BucketCell(
        metered: bytes.number(start + 8 * place), estimated: bytes.number(start + 16 * count + 8 * place),
        count: Int64(bytes.number(start + 24 * count + 4 * place, as: Int32.self)),
        estimatedCount: Int64(bytes.number(start + 28 * count + 4 * place, as: Int32.self)))
    }
    lossAdjusted = (0..<count).map { bytes.number(start + 8 * count + 8 * $0) }
  }
}
