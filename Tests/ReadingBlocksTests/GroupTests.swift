import ReadingBlocks
import SettlementCalendar
import Testing

/// SplitMix64, so that each test draws the same every time.
struct Draw: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Days of 48, 46 and 50 periods.
let days = ["2026-01-14", "2026-03-29", "2026-10-25"].compactMap { SettlementDate($0) }

/// Rows of every kind: small, with peaks, at the edges of the planes, negative, extreme, void, with runs of each quality.
func drawnGroup(_ date: SettlementDate, rows: Int, firstRow: UInt32 = 0, sparse: Bool = false, _ draw: inout Draw)
  -> RowGroup
{
  let periods = SettlementDay(date).periodCount
  var group = RowGroup(periods: periods, rows: [], cells: [], runs: [])
  var next = firstRow
  for row in 0..<rows {
    group.rows.append(next)
    next += sparse ? UInt32.random(in: 1...40, using: &draw) : 1
    let kind = Int.random(in: 0..<12, using: &draw)
    let top: Int32 = [0, 1, 200, 900, 4_000, 65_535, 511, 512, 70_000, 1_000_000_000, 900, 900][kind]
    for _ in 0..<periods {
      var cell = Int32.random(in: 0...top, using: &draw)
      if kind == 9, Bool.random(using: &draw) { cell = -cell }
      if kind == 10, Int.random(in: 0..<12, using: &draw) == 0 { cell = 65_535 }
      group.cells.append(cell)
    }
    if kind == 9 { group.cells[row * periods] = -1_000_000_000 }
    var period = Int.random(in: 0..<periods * 3, using: &draw)
    while period < periods {
      let count = Int.random(in: 1...(periods - period), using: &draw)
      let quality = CellQuality.allCases[Int.random(in: 0..<3, using: &draw)]
      group.runs.append(QualityRun(row: row, firstPeriod: period, count: count, quality: quality))
      if quality == .missing {
        for place in period..<period + count { group.cells[row * periods + place] = 0 }
      }
      period += count + Int.random(in: 0..<9, using: &draw)
    }
  }
  return group
}

/// A block of one file in memory.
func blockFile(
  _ date: SettlementDate, _ groups: [(RowGroup, withdrawn: Bool)], correction: Bool, mpans: UInt32,
  portable: Bool = false
)
  throws -> [UInt8]
{
  let encoder = GroupEncoder(date, portable: portable)
  var body: [UInt8] = []
  var offsets: [Int] = []
  for (group, withdrawn) in groups {
    offsets.append(64 + body.count)
    try encoder.append(group, explicit: correction, withdrawn: withdrawn, to: &body)
  }
  let directory = ReadingBlock.directory(
    offsets: offsets, checksums: offsets.map { ReadingBlock.groupChecksum(body, at: $0 - 64) })
  let header = BlockHeader(
    date: date, isCorrection: correction, run: correction ? 1 : 0, mpans: mpans, groups: groups.count,
    directoryOffset: 64 + body.count, directoryChecksum: directory.withUnsafeBytes { blockChecksum($0) })
  return header.bytes + body + directory
}

/// Hands over a block from aligned memory.
func withBlock<Value>(_ bytes: [UInt8], _ body: (ReadingBlock) throws -> Value) throws -> Value {
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
  defer { memory.deallocate() }
  memory.copyBytes(from: bytes)
  return try body(ReadingBlock(UnsafeRawBufferPointer(memory)))
}

/// Every group of a block.
func unpackAll(_ bytes: [UInt8], way: SumWay = .best) throws -> [RowGroup] {
  try withBlock(bytes) { block in
    try (0..<block.header.groups).map { try block.group($0).unpacked(way: way) }
  }
}

@Suite("Row groups") struct GroupTests {
  @Test("what is packed comes out again, by each way, on days of each length", arguments: days, [1, 2, 7, 1023, 1024])
  func roundTrip(_ date: SettlementDate, _ rows: Int) throws {
    var draw = Draw(state: UInt64(rows))
    for round in 0..<3 {
      let group = drawnGroup(date, rows: rows, firstRow: 0, sparse: round == 2, &draw)
      let mpans = (group.rows.last ?? 0) + 1
      let isSparse = round == 2
      let fast = try blockFile(date, [(group, false)], correction: isSparse, mpans: mpans)
      let plain = try blockFile(date, [(group, false)], correction: isSparse, mpans: mpans, portable: true)
      #expect(fast == plain)
      for way in SumWay.allCases { #expect(try unpackAll(fast, way: way) == [group]) }
      #expect(PlainReader.rows(of: Array(fast[64..<fast.count - 16])) == group)
    }
  }

  @Test("groups that are not sound are refused, not packed", arguments: [0, 1, 2, 3, 4, 5, 6, 7])
  func refused(_ kind: Int) {
    var draw = Draw(state: 1)
    var group = drawnGroup(days[0], rows: 10, &draw)
    group.runs = []
    switch kind {
    case 0: group.cells[0] = 1_000_000_001
    case 1: group.cells[0] = .min
    case 2: group.rows[3] = group.rows[2]
    case 3: group.cells.removeLast()
    case 4: group.runs = [QualityRun(row: 10, firstPeriod: 0, count: 1, quality: .estimated)]
    case 5: group.runs = [QualityRun(row: 0, firstPeriod: 47, count: 2, quality: .estimated)]
    case 6:
      group.runs = [
        QualityRun(row: 0, firstPeriod: 0, count: 3, quality: .estimated),
        QualityRun(row: 0, firstPeriod: 2, count: 3, quality: .estimated),
      ]
    default:
      group.cells[0] = 5
      group.runs = [QualityRun(row: 0, firstPeriod: 0, count: 1, quality: .missing)]
    }
    #expect(throws: BlockDamage.self) { try blockFile(days[0], [(group, false)], correction: false, mpans: 10) }
  }

  @Test("checksums are those of zlib, both ways, at every length")
  func checksums() {
    let known = Array("123456789".utf8)
    #expect(known.withUnsafeBytes { blockChecksum($0) } == 0xCBF4_3926)
    var draw = Draw(state: 3)
    let bytes = (0..<5_000).map { _ in UInt8.random(in: 0...255, using: &draw) }
    for length in Array(0...600) + [1_023, 1_024, 4_999, 5_000] {
      bytes.withUnsafeBytes {
        let part = UnsafeRawBufferPointer(rebasing: $0[0..<length])
        #expect(blockChecksum(part) == blockChecksum(part, portable: true))
      }
    }
  }

  @Test("a flipped bit is found wherever it is, and its section named")
  func flippedBits() throws {
    var draw = Draw(state: 9)
    let groups = (0..<3).map { drawnGroup(days[0], rows: $0 == 2 ? 40 : 1024, firstRow: UInt32($0) * 1024, &draw) }
    let sound = try blockFile(days[0], groups.map { ($0, false) }, correction: false, mpans: 2088)
    #expect(try unpackAll(sound) == groups)
    var sections: Set<BlockDamage.Section> = []
    for _ in 0..<2_000 {
      var bytes = sound
      let bit = Int.random(in: 0..<bytes.count * 8, using: &draw)
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      do {
        _ = try unpackAll(bytes)
        Issue.record("bit \(bit) was not found")
      } catch let damage as BlockDamage {
        sections.insert(damage.section)
      }
    }
    #expect(sections.isSuperset(of: [.planes, .widths, .outliers, .runs, .wideRows]))
    for byte in Array(0..<128) + Array(sound.count - 24..<sound.count) {
      var bytes = sound
      bytes[byte] ^= 0x10
      #expect(throws: BlockDamage.self) { try unpackAll(bytes) }
    }
  }

  @Test("a file cut short anywhere is refused")
  func cuts() throws {
    var draw = Draw(state: 10)
    let sound = try blockFile(days[0], [(drawnGroup(days[0], rows: 20, &draw), false)], correction: false, mpans: 20)
    for length in 0..<sound.count {
      #expect(throws: BlockDamage.self) { try unpackAll(Array(sound[0..<length])) }
    }
  }
}
