import CReadingKernels
import SettlementCalendar

/// All readings of one settlement date in chunks of 512 rows, rows in the order of their buckets: a file in memory.
///
/// Opening verifies header and directory, a chunk is verified when it is used, its row numbers when they are asked for.
/// docs/reading-blocks.md has the bytes.
public struct DayBlock {
  public let header: DayBlockHeader
  /// The checksum of the header: stands for the content.
  public let checksum: UInt32
  /// The checksum of the standing data whose buckets the rows are in.
  public let standing: UInt32
  /// The checksums of the blocks of rows that it was made from: first the full one, then corrections.
  public let sources: [UInt32]
  private let bytes: UnsafeRawBufferPointer
  private let start: UnsafePointer<UInt8>
  private let periods: Int

  /// - Parameter bytes: a whole file at an address that is a multiple of 8, which stays where it is.
  public init(_ bytes: UnsafeRawBufferPointer) throws(BlockDamage) {
    header = try DayBlockHeader(bytes)
    checksum = bytes.number(60)
    guard let start = bytes.bindMemory(to: UInt8.self).baseAddress, Int(bitPattern: start) % 8 == 0 else {
      throw BlockDamage(.fileHeader, "it is not aligned")
    }
    (self.bytes, self.start) = (bytes, start)
    periods = SettlementDay(header.date).periodCount
    guard bytes.checksum(header.directoryOffset..<bytes.count) == header.directoryChecksum else {
      throw BlockDamage(.directory, "its checksum differs")
    }
    let tail = header.directoryOffset + DayBlockHeader.entryLength * header.chunks
    standing = bytes.number(tail)
    sources = (0..<header.sources).map { bytes.number(tail + 4 + 4 * $0) }
    var last = UInt64(DayBlockHeader.length)
    for chunk in 0..<header.chunks {
      let offset = bytes.number(header.directoryOffset + DayBlockHeader.entryLength * chunk, as: UInt64.self)
      guard offset % 64 == 0, chunk == 0 ? offset == last : offset > last, offset <= UInt64(header.rowsOffset) else {
        throw BlockDamage(.directory, "offsets do not rise")
      }
      last = offset
    }
  }

  private func entry(_ chunk: Int) -> Int {
    precondition((0..<header.chunks).contains(chunk), "a chunk of this block")
    return header.directoryOffset + DayBlockHeader.entryLength * chunk
  }

  private func offset(_ chunk: Int) -> Int {
    chunk == header.chunks ? header.rowsOffset : Int(bytes.number(entry(chunk), as: UInt64.self))
  }

  /// Where the bytes of chunks lie in the file.
  public func extent(of chunks: Range<Int>) -> Range<Int> { offset(chunks.lowerBound)..<offset(chunks.upperBound) }

  /// The buckets of a chunk's first and last row.
  public func buckets(of chunk: Int) -> ClosedRange<Int> {
    let (first, last) = (
      Int(bytes.number(entry(chunk) + 16, as: UInt16.self)), Int(bytes.number(entry(chunk) + 18, as: UInt16.self))
    )
    return first...max(first, last)
  }

  private static let sections: [BlockDamage.Section] = [
    .groupHeader, .groupHeader, .asides, .planes, .widths, .segments, .outliers, .runs, .wideRows,
  ]

  /// - Parameter base: where the file's first byte is, or would be.
  private func open(
    _ number: Int, _ chunk: inout creading_chunk, base: UnsafePointer<UInt8>
  ) throws(BlockDamage) {
    let range = offset(number)..<offset(number + 1)
    let fault = creading_chunk_open(
      base + range.lowerBound, range.count, UInt32(number * DayChunk.capacity), header.date.dayNumber,
      UInt32(periods), bytes.number(entry(number) + 8), &chunk)
    let rows = min(DayChunk.capacity, header.mpans - number * DayChunk.capacity)
    guard fault.rawValue == 0 else {
      let section = Self.sections[min(Int(fault.rawValue), Self.sections.count - 1)]
      throw BlockDamage(section, group: number, fault.rawValue <= 3 ? "its checksum differs" : "its content cannot be")
    }
    guard Int(chunk.rows) == rows, chunk.segments[0] & 0xffff == UInt32(buckets(of: number).lowerBound),
      chunk.segments[Int(chunk.segment_count) - 1] & 0xffff == UInt32(buckets(of: number).upperBound)
    else { throw BlockDamage(.groupHeader, group: number, "it is not the chunk that the directory names") }
  }

  /// A chunk, verified. - Precondition: the number is below `header.chunks`.
  public func chunk(_ number: Int) throws(BlockDamage) -> DayChunk {
    var view = DayChunk.none
    try open(number, &view, base: start)
    return DayChunk(first: number * DayChunk.capacity, view: view)
  }

  /// The dense MPAN indexes of a chunk's rows, verified.
  public func rows(of number: Int) throws(BlockDamage) -> [UInt32] {
    let first = number * DayChunk.capacity
    let count = min(DayChunk.capacity, header.mpans - first)
    let start = header.rowsOffset + number * header.packing.length(DayChunk.capacity)
    let range = start..<start + header.packing.length(count)
    guard bytes.checksum(range) == bytes.number(entry(number) + 12, as: UInt32.self) else {
      throw BlockDamage(.rowNumbers, group: number, "their checksum differs")
    }
    let (rows, isClean) = header.packing.unpack(bytes, range, count: count)
    guard isClean, rows.allSatisfy({ $0 < UInt32(header.mpans) }) else {
      throw BlockDamage(.rowNumbers, group: number, "beyond the estate")
    }
    return rows
  }

  /// What is left over of adding up chunks that follow one another, to be filled by ``add(_:to:columns:copy:way:)``.
  public func part(_ chunks: Range<Int>) -> DayPart {
    guard let first = chunks.first, let last = chunks.last else { return DayPart(first: 0, last: 0) }
    return DayPart(first: buckets(of: first).lowerBound, last: buckets(of: last).upperBound)
  }

  /// Adds up chunks of a part. Buckets in its middle go to `columns` at once, since nobody else has rows of them; those at
  /// both ends go to the part, to be added when all is done.
  ///
  /// Several threads may work on the same columns with parts that do not overlap.
  ///
  /// - Parameter copy: The bytes of the chunks, where they were read to elsewhere, at an address that is a multiple of 8.
  public func add(
    _ chunks: Range<Int>, to part: DayPart, columns: SumColumns, copy: UnsafeRawBufferPointer? = nil,
    way: SumWay = .best
  ) throws(BlockDamage) {
    precondition(columns.periods == periods && (copy.map { $0.count == extent(of: chunks).count } ?? true))
    guard !chunks.isEmpty else { return }
    let base =
      copy?.bindMemory(to: UInt8.self).baseAddress.map { $0 - extent(of: chunks).lowerBound } ?? start
    var view = DayChunk.none
    var tables = columns.tables
    for number in chunks {
      try open(number, &view, base: base)
      part.readings += Int64(
        creading_chunk_add(&view, &tables, UInt32(part.first), UInt32(part.last), part.edges, way.rawValue))
    }
  }
}

/// By which instructions to unpack and add up: the best that there are, or for tests lesser ones.
public enum SumWay: Int32, Hashable, Sendable, CaseIterable {
  case best = 0
  case plain = 1
  case lesser = 2
}

/// What a range of chunks leaves over: its readings, and the sums of the buckets at its ends.
public final class DayPart {
  let first: Int
  let last: Int
  let edges: UnsafeMutablePointer<creading_edge>
  /// Cells that are not missing.
  public internal(set) var readings: Int64 = 0

  init(first: Int, last: Int) {
    (self.first, self.last) = (first, last)
    edges = .allocate(capacity: 2)
    edges.initialize(repeating: creading_edge(), count: 2)
  }

  deinit { edges.deallocate() }
}
