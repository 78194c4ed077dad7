import ReadingArrivals
import ReadingBlockStore
import ReadingBlocks
import SettlementCalendar

/// Writes a block, group after group.
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

  init(_ path: String, date: SettlementDate, run: RunType, mpans: Int) throws {
    encoder = GroupEncoder(date)
    periods = encoder.periods
    file = try NewFile(path)
    self.date = date
    self.run = run
    self.mpans = mpans
  }

  func append(_ rows: [UInt32], _ states: [RowState], explicit: Bool, withdrawn: Bool = false) throws {
    let start = bytes.count
    let group = RowGroup(
      periods: periods, rows: rows, cells: states.flatMap(\.cells),
      runs: states.enumerated().flatMap { $1.runs(place: $0) })
    try encoder.append(group, explicit: explicit, withdrawn: withdrawn, to: &bytes)
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
      groups: offsets.count, directoryOffset: end, directoryChecksum: directory.withUnsafeBytes { blockChecksum($0) })
    try file.write(directory, at: end)
    try file.write(header.bytes, at: 0)
    try file.finish()
    return end + directory.count
  }
}
