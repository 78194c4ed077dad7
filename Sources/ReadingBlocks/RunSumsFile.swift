import SettlementCalendar

/// The file of a run's sums; docs/reading-blocks.md has the bytes.
extension RunSums {
  static let magic: [UInt8] = Array("HHSUMS1\n".utf8)
  public static let headerLength = 96

  /// Hands over what follows the header, in pieces that lie one after another in the file.
  public func withParts(_ body: (UnsafeRawBufferPointer) -> Void) {
    switch content {
    case .whole(let columns): body(columns.bytes)
    case .changes(let changes, _, _): changes.withParts(body)
    }
  }

  /// What comes before the sums: the header and the checksums of the blocks.
  public var header: [UInt8] {
    var out = Self.magic
    out.append(contentsOf: repeatElement(0, count: Self.headerLength - 8))
    for block in subject.blocks { out.append(number: block) }
    out.pad(to: 8)
    out.put(UInt16(2), at: 8)
    out.put(UInt16(Self.headerLength), at: 10)
    out.put(subject.date.dayNumber, at: 16)
    out.put(UInt32(subject.periods), at: 20)
    var length = out.count
    var checksum = out.checksum(Self.headerLength..<out.count)
    withParts {
      length += $0.count
      checksum = blockChecksum($0, after: checksum)
    }
    out.put(UInt64(length), at: 24)
    for (place, value) in [subject.mpans, subject.buckets, subject.blocks.count, subject.run].enumerated() {
      out.put(UInt32(value), at: 32 + 4 * place)
    }
    out.put(subject.standing, at: 48)
    if case .changes(let changes, let run, let checksum) = content {
      out.put(UInt32(1), at: 12)
      let values = [checksum, UInt32(run), UInt32(changes.rowCount), UInt32(changes.asideCount)]
      for (place, value) in values.enumerated() { out.put(value, at: 52 + 4 * place) }
    }
    out.put(subject.readings, at: 72)
    out.put(checksum, at: 88)
    out.put(out.checksum(0..<Self.headerLength - 4), at: Self.headerLength - 4)
    return out
  }

  /// What a file says of itself before its sums, its header verified and nothing else.
  public struct Head {
    public let subject: Subject
    /// Of the header.
    public let checksum: UInt32
    let base: (run: Int, checksum: UInt32)?
    let changedRows: Int
    let asideRows: Int
    let start: Int

    /// The run whose sums are to be changed, where the file holds only changes.
    public var baseRun: Int? { base?.run }

    /// How many bytes of a file it may take up: with the checksums of as many blocks as there are runs, and more.
    public static let most = headerLength + 4 * 64

    /// - Parameters:
    ///   - bytes: a whole file, or its front: nothing beyond the checksums of the blocks is looked at.
    ///   - fileLength: of the whole file, where these are not all of its bytes.
    public init(_ bytes: UnsafeRawBufferPointer, fileLength: Int? = nil) throws(BlockDamage) {
      let whole = fileLength ?? bytes.count
      func damage(_ reason: String) -> BlockDamage { BlockDamage(.fileHeader, reason) }
      guard bytes.count >= headerLength, bytes.prefix(8).elementsEqual(magic) else {
        throw damage("these are not a run's sums")
      }
      checksum = bytes.number(headerLength - 4)
      guard bytes.checksum(0..<headerLength - 4) == checksum else { throw damage("its checksum differs") }
      let words = (0..<12).map { Int(bytes.number(32 + 4 * $0, as: UInt32.self)) }
      let flags = bytes.number(12, as: UInt32.self)
      guard bytes.number(8, as: UInt16.self) == 2, bytes.number(10, as: UInt16.self) == UInt16(headerLength),
        flags <= 1, let date = SettlementDate(dayNumber: Int(bytes.number(16, as: Int32.self))),
        words[1] < 65_535, words[2] <= 65_535, words[3] <= 6, words[6] < max(1, words[3] + 1),
        words[7] <= words[1], words[8] <= words[1]
      else { throw damage("a version or counts that this reader lacks") }
      start = (RunSums.headerLength + 4 * words[2] + 7) / 8 * 8
      (changedRows, asideRows) = (words[7], words[8])
      base = flags == 1 ? (words[6], UInt32(words[5])) : nil
      let periods = SettlementDay(date).periodCount
      let length =
        flags == 1
        ? SumChanges.length(rows: changedRows, asideRows: asideRows, periods: periods) : 32 * words[1] * periods
      guard whole == start + length, bytes.number(24, as: UInt64.self) == UInt64(whole), start <= bytes.count else {
        throw damage("the length differs")
      }
      subject = Subject(
        date: date, run: words[3], mpans: words[0], buckets: words[1], standing: UInt32(words[4]),
        blocks: (0..<words[2]).map { bytes.number(RunSums.headerLength + 4 * $0) }, readings: bytes.number(72))
    }
  }

  /// - Parameter bytes: a whole file at an address that is a multiple of 8.
  public init(_ bytes: UnsafeRawBufferPointer) throws(BlockDamage) {
    let head = try Head(bytes)
    guard bytes.checksum(Self.headerLength..<bytes.count) == bytes.number(88, as: UInt32.self) else {
      throw BlockDamage(.sums, "their checksum differs")
    }
    let rest = UnsafeRawBufferPointer(rebasing: bytes[head.start...])
    let subject = head.subject
    if let base = head.base {
      let changes = try SumChanges(
        rest, rows: head.changedRows, asideRows: head.asideRows, buckets: subject.buckets, periods: subject.periods)
      self.init(subject, .changes(changes, run: base.run, checksum: base.checksum), readAs: head.checksum)
    } else {
      let columns = SumColumns(buckets: subject.buckets, periods: subject.periods)
      columns.fill(rest)
      self.init(subject, .whole(columns), readAs: head.checksum)
    }
  }
}
