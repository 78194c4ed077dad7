import SettlementCalendar

/// The 64 bytes before each row group, and where its sections lie.
struct GroupHeader {
  static let length = 64

  let firstRow: UInt32
  let rows: Int
  let periods: Int
  let outliers: Int
  let runs: Int
  let wideRows: Int
  let planeBytes: Int
  let isExplicit: Bool
  let isWithdrawn: Bool
  let hasBuckets: Bool
  let date: Int32
  let checksum: UInt32
  /// Sections in file order with their ranges from the group's start.
  let sections: [(section: BlockDamage.Section, range: Range<Int>, checksum: UInt32)]
  let totalLength: Int

  static func flags(explicit: Bool, withdrawn: Bool, buckets: Bool) -> UInt32 {
    (explicit ? 1 : 0) | (withdrawn ? 2 : 0) | (buckets ? 4 : 0)
  }

  /// - Parameter bytes: the group and nothing else.
  init(_ bytes: UnsafeRawBufferPointer, group: Int) throws(BlockDamage) {
    func damage(_ reason: String) -> BlockDamage { BlockDamage(.groupHeader, group: group, reason) }
    guard bytes.count >= Self.length else { throw damage("the file ends within it") }
    guard bytes.checksum(0..<60) == bytes.number(60, as: UInt32.self) else { throw damage("its checksum differs") }
    firstRow = bytes.number(0)
    rows = Int(bytes.number(4, as: UInt16.self))
    periods = Int(bytes.number(6, as: UInt16.self))
    outliers = Int(bytes.number(8, as: UInt32.self))
    runs = Int(bytes.number(12, as: UInt32.self))
    wideRows = Int(bytes.number(16, as: UInt32.self))
    planeBytes = Int(bytes.number(20, as: UInt32.self))
    let flags = bytes.number(24, as: UInt32.self)
    date = bytes.number(52)
    checksum = bytes.number(60)
    guard (1...RowGroup.capacity).contains(rows), [46, 48, 50].contains(periods), [0, 1, 3, 5, 7].contains(flags),
      outliers <= rows * periods, runs <= rows * periods, wideRows <= rows, planeBytes <= rows * 16 * 7,
      bytes.number(56, as: UInt32.self) == 0
    else { throw damage("its counts cannot be") }
    isExplicit = flags & 1 != 0
    isWithdrawn = flags & 2 != 0
    hasBuckets = flags & 4 != 0
    var at = Self.length
    var found: [(section: BlockDamage.Section, range: Range<Int>, checksum: UInt32)] = []
    let lengths: [(BlockDamage.Section, Int)] = [
      (.rowNumbers, (isExplicit ? 4 * rows : 0) + (hasBuckets ? (2 * rows + 3) / 4 * 4 : 0)),
      (.widths, (rows + 3) / 4 * 4), (.outliers, 4 * outliers),
      (.runs, 4 * runs), (.wideRows, wideRows * 4 * (1 + periods)), (.planes, planeBytes + 8),
    ]
    for (place, (section, length)) in lengths.enumerated() {
      var end = at + length
      if section == .planes { end = (end + 7) / 8 * 8 }
      found.append((section, at..<end, bytes.number(28 + 4 * place)))
      at = end
    }
    sections = found
    totalLength = at
    guard totalLength == bytes.count else { throw damage("its sections do not fill the group") }
  }
}
