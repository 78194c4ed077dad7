import ReadingArrivals
import ReadingBlockStore
import ReadingBlocks
import SettlementCalendar

/// The bucket of each metering point of a date as it is known before a run: that of the standing data, or where an earlier
/// run's corrections state another, that one.
struct BucketFile {
  private let file: MappedFile
  private let index: UnsafeBufferPointer<UInt16>
  private var moved: [UInt32: UInt16] = [:]
  /// Of the standing data.
  let checksum: UInt32
  let standing: StandingDay

  /// - Parameter layers: The blocks before the run.
  init(_ folder: NationalFolder, _ date: SettlementDate, _ layers: [BlockFile]) throws {
    let path = folder.standing(date)
    file = try MappedFile(path)
    do {
      standing = try StandingDay(file.bytes)
      index = try standing.index()
      checksum = standing.checksum
    } catch { throw BlockStoreError.damaged(error, path: path) }
    let rows = index.count
    guard layers.allSatisfy({ Int($0.block.header.mpans) == rows }) else {
      throw BlockStoreError.mismatch("the date's blocks have another number of metering points", path: path)
    }
    for layer in layers {
      try layer.eachStatedBucket { row, bucket in
        moved[row] = index[Int(row)] == bucket ? nil : bucket
      }
    }
  }

  var count: Int { index.count }

  subscript(row: UInt32) -> UInt16 { moved[row] ?? index[Int(row)] }
}

/// Writes a block, group after group. Rows of a group rise, or where they name their buckets rise by bucket and number.
final class BlockWriter {
  let periods: Int
  private let encoder: GroupEncoder
  private let file: NewFile
  private let date: SettlementDate
  private let run: RunType
  private let mpans: Int
  private var offsets: [Int] = []
  private var checksums: [UInt32] = []
  private var end = BlockHeader.length
  private var bytes: [UInt8] = []
  private var flushed = BlockHeader.length

  /// The checksum of the standing data, where rows name their buckets.
  private let standing: UInt32?

  init(_ path: String, date: SettlementDate, run: RunType, mpans: Int, standing: UInt32? = nil) throws {
    encoder = GroupEncoder(date)
    periods = encoder.periods
    file = try NewFile(path)
    self.date = date
    self.run = run
    self.mpans = mpans
    self.standing = standing
  }

  /// - Parameter buckets: of each row, in a block of corrections; rows then rise by bucket and number.
  func append(_ rows: [UInt32], _ states: [RowState], buckets: [UInt16]? = nil, withdrawn: Bool = false) throws {
    let start = bytes.count
    for (place, state) in states.enumerated() {
      for period in 0..<periods { encoder.cells[place * encoder.lanes + period] = state.cells[period] }
    }
    encoder.append(
      rowCount: rows.count, firstRow: rows[0], rowNumbers: buckets == nil ? nil : rows, buckets: buckets,
      runs: states.enumerated().flatMap { $1.runs(place: $0) }.map(\.wordValue), withdrawn: withdrawn, to: &bytes)
    offsets.append(end)
    checksums.append(ReadingBlock.groupChecksum(bytes, at: start))
    end += bytes.count - start
    if bytes.count > 8 << 20 { try flush() }
  }

  private func flush() throws {
    try file.write(bytes, at: flushed)
    flushed += bytes.count
    bytes.removeAll(keepingCapacity: true)
  }

  /// - Returns: the file's length.
  func finish() throws -> Int {
    try flush()
    let directory = ReadingBlock.directory(offsets: offsets, checksums: checksums)
    let header = BlockHeader(
      date: date, isCorrection: run != .ii, run: RunType.allCases.firstIndex(of: run) ?? 0, mpans: UInt32(mpans),
      groups: offsets.count, directoryOffset: end, directoryChecksum: directory.withUnsafeBytes { blockChecksum($0) },
      standing: standing)
    try file.write(directory, at: end)
    try file.write(header.bytes, at: 0)
    try file.finish()
    return end + directory.count
  }
}
