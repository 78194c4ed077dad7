import ReadingBlocks
import SettlementCalendar
import Synchronization

/// A file of a block, opened: its header and directory are verified.
struct Layer: @unchecked Sendable {  // its memory is read only, and kept by `owner`
  let file: ReadableFile
  let block: ReadingBlock
  /// Of the header; with those of directory and groups it stands for the content.
  let checksum: UInt32
  /// Where the block's bytes are, or its directory's: what keeps them.
  private let owner: AnyObject

  /// With the whole file mapped.
  init(_ path: String, _ standing: StandingLayer) throws {
    let file = try ReadableFile(path)
    let mapped = try MappedFile(file)
    let block = try reading(path) { () throws(BlockDamage) in try ReadingBlock(mapped.bytes) }
    try self.init(file, block, owner: mapped, standing)
  }

  /// Without: its groups can only be had as copies. For blocks that are gone through once, a mapping costs more than they do.
  init(unmapped path: String, _ standing: StandingLayer) throws {
    let file = try ReadableFile(path)
    let header = try Self.header(file)
    let directory = try file.copy(header.directoryOffset..<file.length)
    let block = try reading(path) { () throws(BlockDamage) in try ReadingBlock(header, directory: directory.bytes) }
    try self.init(file, block, owner: directory, standing)
  }

  private init(_ file: ReadableFile, _ block: ReadingBlock, owner: AnyObject, _ standing: StandingLayer) throws {
    guard block.header.date == standing.day.date, Int(block.header.mpans) == standing.day.mpans else {
      throw BlockStoreError.mismatch(
        "date or number of metering points differ from the standing data", path: file.path)
    }
    guard !block.header.hasBuckets || block.header.standing == standing.day.checksum else {
      throw BlockStoreError.mismatch("the buckets in it are those of other standing data", path: file.path)
    }
    (self.file, self.block, self.owner) = (file, block, owner)
    checksum = block.header.checksum
  }

  /// The header of a block, verified; nothing else is looked at.
  static func header(_ file: ReadableFile) throws -> BlockHeader {
    try file.front(BlockHeader.length) { bytes, length in
      try reading(file.path) { () throws(BlockDamage) in try BlockHeader(bytes, fileLength: length) }
    }
  }

  static func header(_ path: String) throws -> BlockHeader { try header(ReadableFile(path)) }

  /// Has the disk begin to read groups that are wanted next.
  func prefetch(_ groups: Range<Int>) { (owner as? MappedFile)?.prefetch(block.extent(of: groups)) }

  /// - Precondition: the file is mapped.
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

/// The standing data of a date, opened: buckets and loss factors copied and verified.
struct StandingLayer: @unchecked Sendable {  // its memory is read only, and kept by `front`
  let path: String
  let day: StandingDay
  private let front: OwnedBytes
  private let whole: WholeStanding

  init(_ folder: NationalFolder, _ date: SettlementDate) throws {
    let file = try ReadableFile(folder.standing(date))
    path = file.path
    let length = try file.front(StandingDay.headerLength) { bytes, length in
      try reading(file.path) { () throws(BlockDamage) in try StandingDay.frontLength(bytes, fileLength: length) }
    }
    let front = try file.copy(0..<length)
    day = try reading(file.path) { () throws(BlockDamage) in
      try StandingDay(front.bytes, fileLength: file.length)
    }
    guard day.date == date else {
      throw BlockStoreError.mismatch("the standing data is of another date", path: path)
    }
    self.front = front
    whole = WholeStanding(file)
  }

  /// The bucket of each metering point, verified.
  func index() throws -> SharedIndex { try whole.index(of: day) }
}

/// The bucket of each metering point, as long as this lives.
struct SharedIndex: @unchecked Sendable {  // mapped for reading only
  let entries: UnsafeBufferPointer<UInt16>
  fileprivate let owner: MappedFile
}

/// Standing data as a whole, mapped when it is first wanted.
private final class WholeStanding: Sendable {
  private let file: ReadableFile
  private let mapped = Mutex<MappedFile?>(nil)

  init(_ file: ReadableFile) { self.file = file }

  func index(of day: StandingDay) throws -> SharedIndex {
    try mapped.withLock { mapped in
      let there = try mapped ?? MappedFile(file)
      mapped = there
      return try reading(file.path) { () throws(BlockDamage) -> SharedIndex in
        let whole = try StandingDay(there.bytes)
        guard whole.checksum == day.checksum else {
          throw BlockDamage(.fileHeader, "it was changed while it was open")
        }
        return SharedIndex(entries: try whole.index(), owner: there)
      }
    }
  }
}

/// A day block, opened.
struct DayLayer: @unchecked Sendable {  // mapped for reading only
  let file: ReadableFile
  let block: DayBlock
  private let mapped: MappedFile

  init(_ path: String, _ standing: StandingLayer) throws {
    let file = try ReadableFile(path)
    let mapped = try MappedFile(file)
    let block = try reading(path) { () throws(BlockDamage) in try DayBlock(mapped.bytes) }
    guard block.header.date == standing.day.date, block.header.mpans == standing.day.mpans,
      block.standing == standing.day.checksum
    else { throw BlockStoreError.mismatch("it was made with other standing data", path: path) }
    (self.file, self.mapped, self.block) = (file, mapped, block)
  }

  /// Has the disk begin to read chunks that are wanted next.
  func prefetch(_ chunks: Range<Int>) { mapped.prefetch(block.extent(of: chunks)) }
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
