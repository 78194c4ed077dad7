import ReadingBlocks
import SettlementCalendar

/// Readings that were accepted together: a file in memory, written once, whole or not there. docs/ingest.md has the bytes.
///
/// ```
/// header, 64 bytes │ a block of each date │ ... │ signatures │ directory
/// ```
/// The header's checksum covers the directory's, that the blocks' and the signatures': four bytes stand for the file.
public struct ArrivalsFile {
  static let magic: [UInt8] = Array("HHARRIV\n".utf8)
  static let headerLength = 64
  static let blockEntryLength = 24
  /// The key under which pieces have their names, a store's own.
  public static let pieceKeyLength = 16
  static let version: UInt16 = 2
  /// In front of the directory's pieces; version 1 had no key.
  private static func directoryHead(_ version: UInt16) -> Int { version == 1 ? 16 : 16 + pieceKeyLength }

  /// From 1, without gaps: a missing file is noticed.
  public let sequence: Int
  /// Seconds since 1970-01-01, UTC.
  public let acceptedAt: Int
  public let pieces: [PieceRecord]
  /// `nil` in a file of version 1.
  public let pieceKey: [UInt8]?
  /// The blocks of readings, each verified up to its directory; their groups are verified when they are taken.
  public let blocks: [(date: SettlementDate, block: ReadingBlock)]
  private let bytes: UnsafeRawBufferPointer
  private let signaturesAt: Range<Int>

  /// - Parameter bytes: a whole file, aligned to 8 bytes, which stays where it is while its blocks are used.
  public init(_ bytes: UnsafeRawBufferPointer) throws(ArrivalDamage) {
    func damage(_ reason: String) -> ArrivalDamage { ArrivalDamage("header", reason) }
    guard bytes.count >= Self.headerLength else { throw damage("the file ends within it") }
    guard bytes.prefix(8).elementsEqual(Self.magic) else { throw damage("this is not a file of arrivals") }
    guard bytes.checksum(0..<60) == bytes.number(60, as: UInt32.self) else { throw damage("its checksum differs") }
    let directory = bytes.number(32, as: UInt64.self)
    let pieceCount = Int(bytes.number(48, as: UInt32.self))
    let blockCount = Int(bytes.number(52, as: UInt32.self))
    let version = bytes.number(8, as: UInt16.self)
    guard version == 1 || version == Self.version else {
      throw damage("its version is \(version), and this program reads up to \(Self.version)")
    }
    let head = Self.directoryHead(version)
    guard bytes.number(10, as: UInt16.self) == 64, bytes.number(12, as: UInt32.self) == 0,
      bytes.number(24, as: UInt64.self) == UInt64(bytes.count), directory >= 64,
      directory <= UInt64(bytes.count) - UInt64(min(head, bytes.count)),
      Int(directory) + head + pieceCount * PieceRecord.length + blockCount * Self.blockEntryLength == bytes.count,
      let sequence = Int(exactly: bytes.number(16, as: UInt64.self)),
      let moment = Int(exactly: bytes.number(40, as: Int64.self))
    else { throw damage("its counts do not fit the file") }
    let start = Int(directory)
    guard bytes.checksum(start..<bytes.count) == bytes.number(56, as: UInt32.self) else {
      throw ArrivalDamage("directory", "its checksum differs")
    }
    self.sequence = sequence
    acceptedAt = moment
    pieceKey = version == 1 ? nil : Array(bytes[start + 16..<start + head])
    let first = start + head
    pieces = try Self.pieces(
      bytes, at: first, count: pieceCount, nameLength: version == 1 ? PieceRecord.nameRoom : PieceRecord.nameLength)
    var at = Self.headerLength
    var found: [(SettlementDate, ReadingBlock)] = []
    for place in 0..<blockCount {
      let entry = first + pieceCount * PieceRecord.length + place * Self.blockEntryLength
      found.append(try Self.block(bytes, entry: entry, at: &at, directory: start))
    }
    blocks = found
    self.bytes = bytes
    signaturesAt = try Self.signatures(bytes, at: at, directory: start)
  }

  public var signatureCount: Int { signaturesAt.count / SignatureFact.length }

  /// Unpacked each time they are asked for: of a nation's messages there are many.
  public var signatures: [SignatureFact] {
    stride(from: signaturesAt.lowerBound, to: signaturesAt.upperBound, by: SignatureFact.length).compactMap {
      SignatureFact(bytes.part($0..<$0 + SignatureFact.length))
    }
  }

  private static func pieces(
    _ bytes: UnsafeRawBufferPointer, at start: Int, count: Int, nameLength: Int
  ) throws(ArrivalDamage) -> [PieceRecord] {
    var found: [PieceRecord] = []
    for place in 0..<count {
      let at = start + place * PieceRecord.length
      guard let piece = PieceRecord(bytes.part(at..<at + PieceRecord.length), nameLength: nameLength) else {
        throw ArrivalDamage("directory", "the counts of a piece cannot be")
      }
      found.append(piece)
    }
    return found
  }

  private static func block(_ bytes: UnsafeRawBufferPointer, entry: Int, at: inout Int, directory: Int)
    throws(ArrivalDamage) -> (SettlementDate, ReadingBlock)
  {
    let length = bytes.number(entry, as: UInt64.self)
    guard let date = SettlementDate(dayNumber: Int(bytes.number(entry + 8, as: Int32.self))), length >= 64,
      length <= UInt64(directory - at)
    else { throw ArrivalDamage("directory", "a block lies outside of the file") }
    let part = bytes.part(at..<at + Int(length))
    guard part.number(60, as: UInt32.self) == bytes.number(entry + 12, as: UInt32.self) else {
      throw ArrivalDamage("block of \(date)", "it is not the block that the directory names")
    }
    at += Int(length)
    let block: ReadingBlock
    do { block = try ReadingBlock(part) } catch { throw ArrivalDamage("block of \(date)", error.description) }
    guard block.header.date == date else { throw ArrivalDamage("block of \(date)", "it is of another date") }
    return (date, block)
  }

  /// Where they are, verified.
  private static func signatures(
    _ bytes: UnsafeRawBufferPointer, at start: Int, directory: Int
  ) throws(ArrivalDamage) -> Range<Int> {
    guard bytes.number(directory, as: UInt64.self) == UInt64(start), (directory - start) % SignatureFact.length == 0
    else { throw ArrivalDamage("signatures", "they do not fill their part of the file") }
    guard bytes.checksum(start..<directory) == bytes.number(directory + 8, as: UInt32.self),
      bytes.number(directory + 12, as: UInt32.self) == 0
    else { throw ArrivalDamage("signatures", "their checksum differs") }
    for at in stride(from: start, to: directory, by: SignatureFact.length)
    where SignatureFact.date(bytes, at: at) == nil {
      throw ArrivalDamage("signatures", "one has no settlement date")
    }
    return start..<directory
  }

  /// A group of a block, verified whole, with its rows unpacked.
  public func group(_ number: Int, of block: Int) throws(ArrivalDamage) -> RowGroup {
    let (date, block) = blocks[block]
    let group: PackedGroup
    do { group = try block.group(number) } catch { throw ArrivalDamage("block of \(date)", error.description) }
    guard !group.isWithdrawn else { throw ArrivalDamage("block of \(date)", "group \(number) withdraws readings") }
    return group.unpacked()
  }

  /// The bytes of a file. Groups of one date are kept in their order.
  ///
  /// - Parameters:
  ///   - mpans: metering points of the store's register.
  ///   - pieceKey: ``pieceKeyLength`` bytes.
  public static func bytes(
    sequence: Int, acceptedAt: Int, mpans: Int, pieceKey: [UInt8], pieces: [PieceRecord], groups: [ArrivalGroup],
    signatures: [SignatureFact]
  ) -> [UInt8] {
    precondition(pieceKey.count == pieceKeyLength, "a key of pieces")
    var out = magic
    out.append(number: version)
    out.append(number: UInt16(headerLength))
    out.append(number: UInt32(0))
    out.append(number: UInt64(sequence))
    out += [UInt8](repeating: 0, count: headerLength - out.count)
    var entries: [UInt8] = []
    let dates = Set(groups.map(\.date)).sorted()
    for date in dates {
      let start = out.count
      appendBlock(date, mpans: mpans, groups.filter { $0.date == date }, to: &out)
      entries.append(number: UInt64(out.count - start))
      entries.append(number: date.dayNumber)
      entries += out[start + 60..<start + 64]
      entries.append(number: UInt64(0))
    }
    let facts = out.count
    for fact in signatures { fact.append(to: &out) }
    let directory = out.count
    out.append(number: UInt64(facts))
    out.append(number: out.checksum(facts..<directory))
    out.append(number: UInt32(0))
    out += pieceKey
    for piece in pieces { piece.append(to: &out) }
    out += entries
    out.put(UInt64(out.count), at: 24)
    out.put(UInt64(directory), at: 32)
    out.put(Int64(acceptedAt), at: 40)
    out.put(UInt32(pieces.count), at: 48)
    out.put(UInt32(dates.count), at: 52)
    out.put(out.checksum(directory..<out.count), at: 56)
    out.put(out.checksum(0..<60), at: 60)
    return out
  }

  private static func appendBlock(_ date: SettlementDate, mpans: Int, _ groups: [ArrivalGroup], to out: inout [UInt8]) {
    let start = out.count
    out += [UInt8](repeating: 0, count: BlockHeader.length)
    var offsets: [Int] = []
    for group in groups {
      offsets.append(out.count - start)
      out += group.bytes
    }
    let end = out.count - start
    let directory = ReadingBlock.directory(
      offsets: offsets, checksums: offsets.map { ReadingBlock.groupChecksum(out, at: start + $0) })
    let header = BlockHeader(
      date: date, isCorrection: true, run: 0, mpans: UInt32(mpans), groups: groups.count, directoryOffset: end,
      directoryChecksum: directory.withUnsafeBytes { blockChecksum($0) })
    out += directory
    out.replaceSubrange(start..<start + BlockHeader.length, with: header.bytes)
  }
}
