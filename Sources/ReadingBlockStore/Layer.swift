import ReadingBlocks
import SettlementCalendar

/// A file of a block, opened: its header and directory are verified.
struct Layer: @unchecked Sendable {  // mapped for reading only
  let file: MappedFile
  let block: ReadingBlock
  /// Of the header; with those of directory and groups it stands for the content.
  let checksum: UInt32

  init(_ path: String, _ standing: StandingLayer) throws {
    let file = try MappedFile(path)
    let block = try reading(path) { () throws(BlockDamage) in try ReadingBlock(file.bytes) }
    guard block.header.date == standing.day.date, Int(block.header.mpans) == standing.day.mpans else {
      throw BlockStoreError.mismatch("date or number of metering points differ from the standing data", path: path)
    }
    guard !block.header.hasBuckets || block.header.standing == standing.day.checksum else {
      throw BlockStoreError.mismatch("the buckets in it are those of other standing data", path: path)
    }
    self.file = file
    self.block = block
    checksum = block.header.checksum
  }

  /// The header of a block, verified; nothing else is looked at.
  static func header(_ path: String) throws -> BlockHeader {
    try MappedFile.front(path, BlockHeader.length) { bytes, length in
      try reading(path) { () throws(BlockDamage) in try BlockHeader(bytes, fileLength: length) }
    }
  }

  func group(_ number: Int) throws -> PackedGroup {
    try reading(file.path) { () throws(BlockDamage) in try block.group(number) }
  }

  /// The same from a copy, which is made in `buffer`: it is valid until the next one is.
  func group(_ number: Int, copiedTo buffer: GroupBuffer) throws -> PackedGroup {
    let extent = block.extent(of: number..<number + 1)
    let copy = buffer.room(extent.count)
    try file.read(extent, to: copy)
    return try reading(file.path) { () throws(BlockDamage) in
      try block.group(number, copy: UnsafeRawBufferPointer(copy))
    }
  }
}

/// Memory that grows to what is copied into it, one thread's.
final class GroupBuffer {
  private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 64)

  /// The first `count` bytes of it.
  func room(_ count: Int) -> UnsafeMutableRawBufferPointer {
    if count > memory.count {
      memory.deallocate()
      memory = .allocate(byteCount: 2 * count, alignment: 64)
    }
    return UnsafeMutableRawBufferPointer(rebasing: memory[0..<count])
  }

  deinit { memory.deallocate() }
}

/// The standing data of a date, opened.
struct StandingLayer: @unchecked Sendable {  // mapped for reading only
  let file: MappedFile
  let day: StandingDay

  init(_ folder: NationalFolder, _ date: SettlementDate) throws {
    let file = try MappedFile(folder.standing(date))
    self.file = file
    day = try reading(file.path) { () throws(BlockDamage) in try StandingDay(file.bytes) }
    guard day.date == date else {
      throw BlockStoreError.mismatch("the standing data is of another date", path: file.path)
    }
  }

  /// The bucket of each metering point, verified.
  func index() throws -> SharedIndex {
    SharedIndex(try reading(file.path) { () throws(BlockDamage) in try day.index() })
  }
}

struct SharedIndex: @unchecked Sendable {  // mapped for reading only
  let entries: UnsafeBufferPointer<UInt16>
  init(_ entries: UnsafeBufferPointer<UInt16>) { self.entries = entries }
}

/// A day block, opened.
struct DayLayer: @unchecked Sendable {  // mapped for reading only
  let file: MappedFile
  let block: DayBlock

  init(_ path: String, _ standing: StandingLayer) throws {
    let file = try MappedFile(path)
    let block = try reading(path) { () throws(BlockDamage) in try DayBlock(file.bytes) }
    guard block.header.date == standing.day.date, block.header.mpans == standing.day.mpans,
      block.standing == standing.day.checksum
    else { throw BlockStoreError.mismatch("it was made with other standing data", path: path) }
    self.file = file
    self.block = block
  }
}

/// What there is of a date up to a run: readings in the order of buckets or as they came, then corrections.
struct DayLayers {
  let standing: StandingLayer
  let day: DayLayer?
  /// Blocks of rows that are not in `day`: with none, the full one first.
  let rows: [Layer]
  /// The checksums of all blocks of rows, those within `day` too.
  let lineage: [UInt32]

  /// - Parameter usesDay: Where false, blocks of rows only, as they came.
  init(_ folder: NationalFolder, _ date: SettlementDate, upTo run: RunType, usesDay: Bool = true) throws {
    standing = try StandingLayer(folder, date)
    var layers: [Layer] = []
    for path in folder.blocks(date, upTo: run) { layers.append(try Layer(path, standing)) }
    var day: DayLayer?
    if usesDay, let path = folder.latestDay(date, upTo: run) {
      let found = try DayLayer(path, standing)
      // Kept alone, it stands for the full block; with it, only where it was made of these very blocks.
      let hasFull = layers.first.map { !$0.block.header.isCorrection } ?? false
      let checksums = layers.map(\.checksum)
      if hasFull ? checksums.starts(with: found.block.sources) : true { day = found }
    }
    self.day = day
    let within = Set(day?.block.sources ?? [])
    rows = layers.filter { !within.contains($0.checksum) }
    lineage = (day?.block.sources ?? []) + rows.map(\.checksum)
    let corrections = day == nil ? rows.dropFirst() : rows[...]
    guard day != nil || rows.first.map({ !$0.block.header.isCorrection }) ?? false,
      corrections.allSatisfy({ $0.block.header.isCorrection })
    else { throw BlockStoreError.missing("there is no full block of this date", path: folder.day(date)) }
  }
}

/// Adds the path to what is wrong with a file's bytes.
func reading<Value>(_ path: String, _ body: () throws(BlockDamage) -> Value) throws -> Value {
  do { return try body() } catch { throw BlockStoreError.damaged(error, path: path) }
}
