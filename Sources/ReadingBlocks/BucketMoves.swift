import SettlementCalendar

/// Metering points that turn out to be in other buckets than was known: another supplier's, of another class, nobody's.
/// A file in memory.
///
/// It counts from a settlement run on, whose block withdraws the points' readings from one bucket and states them in the
/// other. docs/reading-blocks.md has the bytes.
public struct BucketMoves {
  static let magic: [UInt8] = Array("HHMOVES\n".utf8)
  static let headerLength = 64

  public let date: SettlementDate
  /// From which the moves count, 1 (SF) to 6 (DF).
  public let run: Int
  public let mpans: Int
  /// The checksum of the standing data that has the buckets.
  public let standing: UInt32
  public let count: Int
  private let bytes: UnsafeRawBufferPointer

  /// - Parameter bytes: a whole file, which stays where it is. Cost: reads it once.
  public init(_ bytes: UnsafeRawBufferPointer) throws(BlockDamage) {
    func damage(_ reason: String) -> BlockDamage { BlockDamage(.fileHeader, reason) }
    guard bytes.count >= Self.headerLength, bytes.prefix(8).elementsEqual(Self.magic) else {
      throw damage("these are not a date's moves between buckets")
    }
    guard bytes.checksum(0..<60) == bytes.number(60, as: UInt32.self) else { throw damage("its checksum differs") }
    count = Int(bytes.number(36, as: UInt32.self))
    run = Int(bytes.number(20, as: UInt32.self))
    mpans = Int(bytes.number(32, as: UInt32.self))
    standing = bytes.number(40)
    guard bytes.number(8, as: UInt16.self) == 1, bytes.number(10, as: UInt16.self) == 64, (1...6).contains(run),
      let date = SettlementDate(dayNumber: Int(bytes.number(16, as: Int32.self))),
      bytes.count == Self.length(count), bytes.number(24, as: UInt64.self) == UInt64(bytes.count)
    else { throw damage("a version or counts that this reader lacks") }
    self.date = date
    self.bytes = bytes
    guard bytes.checksum(Self.headerLength..<bytes.count) == bytes.number(44, as: UInt32.self) else {
      throw BlockDamage(.rowNumbers, "their checksum differs")
    }
    var last = -1
    for place in 0..<count {
      let row = Int(self.row(place))
      guard row > last, row < mpans else { throw BlockDamage(.rowNumbers, "they do not rise within the estate") }
      last = row
    }
  }

  private static func length(_ count: Int) -> Int { headerLength + (6 * count + 7) / 8 * 8 }

  /// The dense index of the metering point of a move; they rise.
  public func row(_ place: Int) -> UInt32 {
    precondition((0..<count).contains(place), "a move of this file")
    return bytes.number(Self.headerLength + 4 * place)
  }

  /// Where it is from the run on; beyond the buckets of the standing data: with nobody.
  public func bucket(_ place: Int) -> UInt16 {
    precondition((0..<count).contains(place), "a move of this file")
    return bytes.number(Self.headerLength + 4 * count + 2 * place)
  }

  /// The places of the moves of rows in a range. Cost: two binary searches.
  public func places(of rows: Range<UInt32>) -> Range<Int> {
    func first(from row: UInt32) -> Int {
      var (low, high) = (0, count)
      while low < high {
        let middle = (low + high) / 2
        if self.row(middle) < row { low = middle + 1 } else { high = middle }
      }
      return low
    }
    return first(from: rows.lowerBound)..<first(from: rows.upperBound)
  }

  /// The file of moves.
  ///
  /// - Precondition: rows rise and are below `mpans`.
  public static func file(
    date: SettlementDate, run: Int, mpans: Int, standing: UInt32, moves: [(row: UInt32, bucket: UInt16)]
  ) -> [UInt8] {
    precondition(zip(moves, moves.dropFirst()).allSatisfy { $0.row < $1.row })
    precondition(moves.last.map { Int($0.row) < mpans } ?? true)
    var out = magic
    out.reserveCapacity(length(moves.count))
    out.append(contentsOf: repeatElement(0, count: headerLength - out.count))
    for move in moves { out.append(number: move.row) }
    for move in moves { out.append(number: move.bucket) }
    out.pad(to: 8)
    out.put(UInt16(1), at: 8)
    out.put(UInt16(headerLength), at: 10)
    out.put(date.dayNumber, at: 16)
    out.put(UInt32(run), at: 20)
    out.put(UInt64(out.count), at: 24)
    out.put(UInt32(mpans), at: 32)
    out.put(UInt32(moves.count), at: 36)
    out.put(standing, at: 40)
    out.put(out.checksum(headerLength..<out.count), at: 44)
    out.put(out.checksum(0..<60), at: 60)
    return out
  }
}
