import SettlementCalendar

/// The 64 bytes at the front of a block.
public struct BlockHeader: Hashable, Sendable {
  public static let length = 64
  /// Of a directory entry: a group's offset (8 bytes), the checksum of its header (4), zero (4). Since a group's header
  /// has the checksums of its sections and this header that of the directory, this header's stands for the whole file.
  public static let entryLength = 16
  /// `HHBLOCK` and a line feed, which shows a transfer in text mode.
  static let magic: [UInt8] = Array("HHBLOCK\n".utf8)
  static let version: UInt16 = 1

  public let date: SettlementDate
  /// A block on top of a full one: pairs of groups, what is withdrawn and what is stated instead.
  public let isCorrection: Bool
  /// The settlement run from which the block counts, 0 (II) to 6 (DF).
  public let run: Int
  /// Metering points in the estate: every row number is below.
  public let mpans: UInt32
  public let groups: Int
  public let directoryOffset: Int
  public let directoryChecksum: UInt32
  /// In a block of corrections that names the bucket of each row: the checksum of the standing data that has the buckets.
  public let standing: UInt32
  /// Whether its groups name the bucket of each row.
  public let hasBuckets: Bool

  public init(
    date: SettlementDate, isCorrection: Bool, run: Int, mpans: UInt32, groups: Int, directoryOffset: Int,
    directoryChecksum: UInt32, standing: UInt32? = nil
  ) {
    precondition(isCorrection || standing == nil, "rows of a full block take their buckets from the standing data")
    self.standing = standing ?? 0
    hasBuckets = standing != nil
    self.date = date
    self.isCorrection = isCorrection
    self.run = run
    self.mpans = mpans
    self.groups = groups
    self.directoryOffset = directoryOffset
    self.directoryChecksum = directoryChecksum
  }

  /// Of the header's bytes: with those of directory and groups it stands for the content.
  public var checksum: UInt32 { bytes.withUnsafeBytes { $0.number(60) } }

  public var fileLength: Int { directoryOffset + Self.entryLength * groups }

  public var bytes: [UInt8] {
    var out = Self.magic
    out.append(number: Self.version)
    out.append(number: UInt16(Self.length))
    out.append(number: UInt32((isCorrection ? 1 : 0) | (hasBuckets ? 2 : 0)))
    out.append(number: date.dayNumber)
    out.append(number: UInt32(SettlementDay(date).periodCount))
    out.append(number: UInt64(fileLength))
    out.append(number: mpans)
    out.append(number: UInt32(groups))
    out.append(number: UInt64(directoryOffset))
    out.append(number: directoryChecksum)
    out.append(number: UInt32(run))
    out.append(number: standing)
    out.append(number: out.checksum(0..<60))
    return out
  }

  /// - Parameters:
  ///   - bytes: a whole file, or its front: only the header is looked at.
  ///   - fileLength: of the whole file, where these are not all of its bytes.
  public init(_ bytes: UnsafeRawBufferPointer, fileLength: Int? = nil) throws(BlockDamage) {
    let length = UInt64(fileLength ?? bytes.count)
    func damage(_ reason: String) -> BlockDamage { BlockDamage(.fileHeader, reason) }
    guard bytes.count >= Self.length else { throw damage("the file ends within it") }
    guard bytes.prefix(8).elementsEqual(Self.magic) else { throw damage("this is not a block of readings") }
    guard bytes.checksum(0..<60) == bytes.number(60, as: UInt32.self) else { throw damage("its checksum differs") }
    guard bytes.number(8, as: UInt16.self) == Self.version else { throw damage("a version that this reader lacks") }
    let flags = bytes.number(12, as: UInt32.self)
    let directory = bytes.number(40, as: UInt64.self)
    let groupCount = bytes.number(36, as: UInt32.self)
    guard let date = SettlementDate(dayNumber: Int(bytes.number(16, as: Int32.self))),
      bytes.number(20, as: UInt32.self) == UInt32(SettlementDay(date).periodCount),
      bytes.number(10, as: UInt16.self) == 64, [0, 1, 3].contains(flags),
      bytes.number(52, as: UInt32.self) <= 6, flags == 3 || bytes.number(56, as: UInt32.self) == 0, directory >= 64,
      directory <= length, bytes.number(24, as: UInt64.self) == length,
      directory + UInt64(Self.entryLength) * UInt64(groupCount) == length
    else { throw damage("its counts do not fit the file") }
    self.init(
      date: date, isCorrection: flags & 1 == 1, run: Int(bytes.number(52, as: UInt32.self)), mpans: bytes.number(32),
      groups: Int(groupCount), directoryOffset: Int(directory), directoryChecksum: bytes.number(48),
      standing: flags == 3 ? bytes.number(56, as: UInt32.self) : nil)
  }
}

/// The readings of one settlement date in columns of bit planes, or corrections to them: a file in memory.
///
/// Opening verifies header and directory; ``group(_:)`` verifies a group whole. docs/reading-blocks.md has the bytes.
public struct ReadingBlock {
  public let header: BlockHeader
  private let directory: UnsafeRawBufferPointer
  /// The whole file, where that is in memory.
  private let bytes: UnsafeRawBufferPointer?

  /// - Parameter bytes: a whole file, which stays where it is while the block and its groups are used.
  public init(_ bytes: UnsafeRawBufferPointer) throws(BlockDamage) {
    let header = try BlockHeader(bytes)
    try self.init(header, directory: UnsafeRawBufferPointer(rebasing: bytes[header.directoryOffset...]), bytes: bytes)
  }

  /// A block whose groups are handed over when they are asked for.
  ///
  /// - Parameter directory: what follows the groups in the file, which stays where it is while the block is used.
  public init(_ header: BlockHeader, directory: UnsafeRawBufferPointer) throws(BlockDamage) {
    try self.init(header, directory: directory, bytes: nil)
  }

  private init(_ header: BlockHeader, directory: UnsafeRawBufferPointer, bytes: UnsafeRawBufferPointer?)
    throws(BlockDamage)
  {
    (self.header, self.directory, self.bytes) = (header, directory, bytes)
    guard directory.count == header.fileLength - header.directoryOffset,
      blockChecksum(directory) == header.directoryChecksum
    else { throw BlockDamage(.directory, "its checksum differs") }
    var last = BlockHeader.length
    for group in 0..<header.groups {
      let offset = directory.number(BlockHeader.entryLength * group, as: UInt64.self)
      guard offset <= UInt64(header.directoryOffset), Int(offset) % 8 == 0,
        group == 0 ? Int(offset) == last : Int(offset) > last
      else { throw BlockDamage(.directory, "offsets do not rise") }
      last = Int(offset)
    }
    guard header.groups > 0 || header.directoryOffset == last else {
      throw BlockDamage(.directory, "there are bytes that belong to no group")
    }
  }

  private func offset(_ group: Int) -> Int {
    group == header.groups
      ? header.directoryOffset
      : Int(directory.number(BlockHeader.entryLength * group, as: UInt64.self))
  }

  /// The directory of groups that begin at `offsets` of a file and whose headers have `checksums`.
  public static func directory(offsets: [Int], checksums: [UInt32]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(offsets.count * BlockHeader.entryLength)
    for (offset, checksum) in zip(offsets, checksums) {
      out.append(number: UInt64(offset))
      out.append(number: checksum)
      out.append(number: UInt32(0))
    }
    return out
  }

  /// The checksum of a group's header, for the directory.
  public static func groupChecksum(_ bytes: [UInt8], at start: Int) -> UInt32 {
    bytes.withUnsafeBytes { $0.number(start + 60) }
  }

  /// Where the bytes of groups lie in the file.
  public func extent(of groups: Range<Int>) -> Range<Int> { offset(groups.lowerBound)..<offset(groups.upperBound) }

  /// A group, verified.
  ///
  /// - Parameter copy: the group's bytes, at ``extent(of:)`` of the file; where it is nil they are taken from there.
  /// - Precondition: the number is below `header.groups`; without a copy the block was made of the whole file.
  public func group(_ number: Int, copy: UnsafeRawBufferPointer? = nil) throws(BlockDamage) -> PackedGroup {
    precondition(number >= 0 && number < header.groups, "a group of this block")
    let extent = offset(number)..<offset(number + 1)
    precondition(copy.map { $0.count == extent.count } ?? true, "the group and nothing else")
    guard let part = copy ?? bytes.map({ UnsafeRawBufferPointer(rebasing: $0[extent]) }) else {
      // The caller's mistake, whatever the file holds: a block made of its directory was asked for a group of the file.
      preconditionFailure("a copy of the group, since the file is not there")
    }
    let group = try PackedGroup(part, group: number)
    func damage(_ reason: String) -> BlockDamage { BlockDamage(.groupHeader, group: number, reason) }
    guard
      group.header.checksum
        == directory.number(BlockHeader.entryLength * number + 8, as: UInt32.self)
    else { throw damage("it is not the group that the directory names") }
    guard group.header.date == header.date.dayNumber else { throw damage("it belongs to another date") }
    guard group.isExplicit == header.isCorrection, group.hasBuckets == header.hasBuckets,
      !group.isWithdrawn || header.isCorrection
    else {
      throw damage("it is of another kind than the block")
    }
    let first = UInt64(group.firstRow)
    guard group.header.isExplicit || first == UInt64(number) * UInt64(RowGroup.capacity),
      group.isExplicit || number == header.groups - 1 || group.rowCount == RowGroup.capacity
    else { throw damage("rows are not where they belong") }
    guard group.lastRow < header.mpans else { throw BlockDamage(.rowNumbers, group: number, "beyond the estate") }
    if !header.isCorrection, number == header.groups - 1, UInt64(group.lastRow) + 1 != UInt64(header.mpans) {
      throw damage("the block ends before the estate does")
    }
    return group
  }
}
