import SettlementCalendar

/// The 64 bytes at the front of a day block: all readings of a date, rows in the order of their buckets.
public struct DayBlockHeader: Hashable, Sendable {
  public static let length = 64
  /// Of a directory entry: offset of a chunk (8 bytes), checksums of its header and of its row numbers (4 each), first
  /// and last bucket (2 each), zero (4).
  static let entryLength = 24
  static let version: UInt16 = 3

  public let date: SettlementDate
  /// The settlement run up to which corrections are within, 0 (II) to 6 (DF).
  public let run: Int
  /// Metering points; each has one row.
  public let mpans: Int
  public let directoryOffset: Int
  public let directoryChecksum: UInt32
  /// Blocks of rows that it was made from.
  public let sources: Int

  public init(
    date: SettlementDate, run: Int, mpans: Int, directoryOffset: Int, directoryChecksum: UInt32, sources: Int
  ) {
    self.date = date
    self.run = run
    self.mpans = mpans
    self.directoryOffset = directoryOffset
    self.directoryChecksum = directoryChecksum
    self.sources = sources
  }

  public var chunks: Int { (mpans + DayChunk.capacity - 1) / DayChunk.capacity }
  public var fileLength: Int { directoryOffset + Self.entryLength * chunks + 4 * (1 + sources) }
  /// Where the row numbers begin, and so the chunks end.
  public var rowsOffset: Int { directoryOffset - rowBytes }
  /// How row numbers are packed.
  var packing: PackedRows { PackedRows(mpans: mpans) }
  /// Bytes of all row numbers: each chunk's are filled up by themselves.
  private var rowBytes: Int {
    let (full, rest) = mpans.quotientAndRemainder(dividingBy: DayChunk.capacity)
    return full * packing.length(DayChunk.capacity) + packing.length(rest)
  }

  public var bytes: [UInt8] {
    var out = BlockHeader.magic
    out.append(number: Self.version)
    out.append(number: UInt16(Self.length))
    out.append(number: UInt32(0))
    out.append(number: date.dayNumber)
    out.append(number: UInt32(SettlementDay(date).periodCount))
    out.append(number: UInt64(fileLength))
    out.append(number: UInt32(mpans))
    out.append(number: UInt32(chunks))
    out.append(number: UInt64(directoryOffset))
    out.append(number: directoryChecksum)
    out.append(number: UInt32(run))
    out.append(number: UInt32(sources))
    out.append(number: out.checksum(0..<60))
    return out
  }

  init(_ bytes: UnsafeRawBufferPointer) throws(BlockDamage) {
    func damage(_ reason: String) -> BlockDamage { BlockDamage(.fileHeader, reason) }
    guard bytes.count >= Self.length else { throw damage("the file ends within it") }
    guard bytes.prefix(8).elementsEqual(BlockHeader.magic) else { throw damage("this is not a block of readings") }
    guard bytes.checksum(0..<60) == bytes.number(60, as: UInt32.self) else { throw damage("its checksum differs") }
    guard bytes.number(8, as: UInt16.self) == Self.version else {
      throw damage("a version that this reader lacks; where it is a day block, make it again (halfhour compact)")
    }
    let directory = bytes.number(40, as: UInt64.self)
    let sources = bytes.number(56, as: UInt32.self)
    guard let date = SettlementDate(dayNumber: Int(bytes.number(16, as: Int32.self))),
      bytes.number(20, as: UInt32.self) == UInt32(SettlementDay(date).periodCount),
      bytes.number(10, as: UInt16.self) == 64, bytes.number(12, as: UInt32.self) == 0,
      bytes.number(52, as: UInt32.self) <= 6, sources <= 65_535, directory <= UInt64(bytes.count),
      bytes.number(24, as: UInt64.self) == UInt64(bytes.count)
    else { throw damage("its counts do not fit the file") }
    self.init(
      date: date, run: Int(bytes.number(52, as: UInt32.self)), mpans: Int(bytes.number(32, as: UInt32.self)),
      directoryOffset: Int(directory), directoryChecksum: bytes.number(48), sources: Int(sources))
    guard fileLength == bytes.count, rowsOffset >= Self.length, bytes.number(36, as: UInt32.self) == UInt32(chunks)
    else { throw damage("its counts do not fit the file") }
  }
}
