import CReadingKernels
import SettlementCalendar

/// Packs chunks of a day block. Keeps its working memory from chunk to chunk: one for each thread.
public final class DayChunkEncoder {
  /// Rows that are put in order together: within a bucket the small ones first.
  public static let window = 8 * DayChunk.capacity

  public let date: SettlementDate
  public let periods: Int
  /// Readings a row has room for: 48, or 64 on a day of 50 periods.
  public let lanes: Int
  /// Rows to be packed: ``window`` × ``lanes`` cells; lanes beyond the periods stay zero.
  public let cells: UnsafeMutableBufferPointer<Int32>
  private let levels: UnsafeMutablePointer<UInt32>
  private var parts: creading_packed
  private let portable: Bool

  public init(_ date: SettlementDate, portable: Bool = false) {
    self.date = date
    self.portable = portable
    periods = SettlementDay(date).periodCount
    lanes = Int(creading_lanes(UInt32(periods)))
    cells = .allocate(capacity: Self.window * lanes)
    cells.initialize(repeating: 0)
    levels = .allocate(capacity: Self.window)
    let most = DayChunk.capacity * periods
    parts = creading_packed(
      widths: .allocate(capacity: lanes), outliers: .allocate(capacity: most), wide_places: .allocate(capacity: most),
      wide_values: .allocate(capacity: most), planes: .allocate(capacity: 64 * 16 * periods), outlier_count: 0,
      wide_count: 0, plane_count: 0)
  }

  deinit {
    cells.deallocate()
    levels.deallocate()
    parts.widths.deallocate()
    parts.outliers.deallocate()
    parts.wide_places.deallocate()
    parts.wide_values.deallocate()
    parts.planes.deallocate()
  }

  /// The order in which rows of ``cells`` are to lie: by bucket, then by size, then as they came.
  ///
  /// - Parameter buckets: of each row, rising.
  public func order(buckets: [UInt16]) -> [UInt32] {
    precondition((1...Self.window).contains(buckets.count))
    guard let start = cells.baseAddress else { return [] }
    creading_levels(start, UInt32(buckets.count), UInt32(periods), levels)
    var keys = buckets.indices.map { UInt64(buckets[$0]) << 48 | UInt64(levels[$0]) << 16 | UInt64($0) }
    keys.sort()
    return keys.map { UInt32($0 & 0xffff) }
  }

  /// Packs rows of ``cells`` and appends the chunk.
  ///
  /// - Parameters:
  ///   - first: The place of the first row in the order of the block.
  ///   - rows: Which rows of ``cells``, in their order; missing cells are 0, all within ±1,000,000,000.
  ///   - buckets: The bucket of each of them, rising.
  ///   - runs: Words of quality runs, rows numbered as in the chunk, rising.
  public func append(first: Int, rows: ArraySlice<UInt32>, buckets: [UInt16], runs: [UInt32], to bytes: inout [UInt8]) {
    precondition((1...DayChunk.capacity).contains(rows.count) && buckets.count == rows.count)
    precondition(rows.allSatisfy { $0 < UInt32(Self.window) })
    rows.withUnsafeBufferPointer { order in
      guard let cells = cells.baseAddress, let order = order.baseAddress else { return }
      creading_chunk_pack(cells, order, UInt32(rows.count), UInt32(periods), &parts, portable ? 1 : 0)
    }
    var segments: [UInt32] = []
    for place in buckets.indices where place + 1 == buckets.count || buckets[place + 1] != buckets[place] {
      segments.append(UInt32(buckets[place]) | UInt32(place + 1) << 16)
    }
    let start = bytes.count
    bytes.append(number: UInt32(first))
    bytes.append(number: UInt16(rows.count))
    bytes.append(number: UInt16(periods))
    for count in [
      UInt32(segments.count), parts.outlier_count, UInt32(runs.count), parts.wide_count, parts.plane_count,
    ] { bytes.append(number: count) }
    bytes.append(contentsOf: repeatElement(0, count: 36))
    let asides = bytes.count
    bytes.append(raw: UnsafeBufferPointer(start: parts.widths, count: (periods + 3) / 4 * 4))
    segments.withUnsafeBufferPointer { bytes.append(raw: $0) }
    bytes.append(raw: UnsafeBufferPointer(start: parts.outliers, count: Int(parts.outlier_count)))
    runs.withUnsafeBufferPointer { bytes.append(raw: $0) }
    bytes.append(raw: UnsafeBufferPointer(start: parts.wide_places, count: Int(parts.wide_count)))
    bytes.append(raw: UnsafeBufferPointer(start: parts.wide_values, count: Int(parts.wide_count)))
    while (bytes.count - start) % 64 != 0 { bytes.append(0) }
    let planes = bytes.count
    bytes.append(raw: UnsafeBufferPointer(start: parts.planes, count: 64 * Int(parts.plane_count)))
    bytes.put(bytes.checksum(asides..<planes), at: start + 32)
    bytes.put(bytes.checksum(planes..<bytes.count), at: start + 36)
    bytes.put(date.dayNumber, at: start + 40)
    bytes.put(bytes.checksum(start..<start + 60), at: start + 60)
  }
}

/// Collects what the directory of a day block says of each chunk.
public struct DayDirectory {
  private var bytes: [UInt8] = []

  public init() {}

  /// - Parameter rowNumbers: of the chunk, packed.
  public mutating func append(
    offset: Int, headerChecksum: UInt32, rowNumbers: ArraySlice<UInt8>, firstBucket: UInt16, lastBucket: UInt16
  ) {
    bytes.append(number: UInt64(offset))
    bytes.append(number: headerChecksum)
    bytes.append(number: rowNumbers.withUnsafeBytes { blockChecksum($0) })
    bytes.append(number: firstBucket)
    bytes.append(number: lastBucket)
    bytes.append(number: UInt32(0))
  }

  /// The directory with what follows it.
  public func finished(standing: UInt32, sources: [UInt32]) -> [UInt8] {
    var out = bytes
    for checksum in [standing] + sources { out.append(number: checksum) }
    return out
  }
}
