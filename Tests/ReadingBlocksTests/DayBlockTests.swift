import ReadingBlocks
import SettlementCalendar
import Testing

/// The oracle for a chunk: one bit at a time, nothing shared with the fast way but the format.
enum PlainChunk {
  struct Content: Equatable {
    var cells: [Int32]
    var runs: [QualityRun]
    var buckets: [UInt16]
  }

  static func read(_ bytes: [UInt8]) -> Content {
    func word(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
    let (rows, periods) = (word(4) & 0xffff, word(4) >> 16)
    let segments = 64 + (periods + 3) / 4 * 4
    let outliers = segments + 4 * word(8)
    let runs = outliers + 4 * word(12)
    let wide = runs + 4 * word(16)
    var plane = bytes.count - 64 * word(24)
    var content = Content(cells: Array(repeating: 0, count: rows * periods), runs: [], buckets: [])
    for period in 0..<periods {
      for bit in 0..<Int(bytes[64 + period]) {
        for row in 0..<rows where bytes[plane + row / 8] >> UInt8(row % 8) & 1 == 1 {
          content.cells[row * periods + period] += 1 << Int32(bit)
        }
        plane += 64
      }
    }
    for place in 0..<word(12) {
      let outlier = word(outliers + 4 * place)
      let period = outlier / 1024 % 64
      content.cells[outlier % 1024 * periods + period] += Int32(outlier / 65536) << Int32(bytes[64 + period])
    }
    for place in 0..<word(20) {
      let at = word(wide + 4 * place)
      content.cells[at % 1024 * periods + at / 1024] += Int32(
        truncatingIfNeeded: word(wide + 4 * word(20) + 4 * place))
    }
    for place in 0..<word(16) {
      let run = word(runs + 4 * place)
      if let quality = CellQuality(rawValue: UInt32(run >> 22)) {
        content.runs.append(
          QualityRun(row: run % 1024, firstPeriod: run / 1024 % 64, count: run / 65536 % 64 + 1, quality: quality))
      }
    }
    for place in 0..<word(8) {
      let segment = word(segments + 4 * place)
      while content.buckets.count < segment >> 16 { content.buckets.append(UInt16(segment & 0xffff)) }
    }
    return content
  }
}

/// A day block in memory, and what its rows say.
struct DayFile {
  var bytes: [UInt8]
  var chunks: [Range<Int>]
  /// Cells, runs and bucket of each row, by number.
  var rows: [(cells: [Int32], runs: [QualityRun], bucket: UInt16)]

  init(_ date: SettlementDate, rows count: Int, buckets: Int, portable: Bool = false, _ draw: inout Draw) {
    let periods = SettlementDay(date).periodCount
    (self.bytes, chunks, rows) = ([], [], [])
    for first in stride(from: 0, to: count, by: 1024) {
      let group = drawnGroup(date, rows: min(1024, count - first), firstRow: UInt32(first), &draw)
      for row in 0..<group.rows.count {
        let isNone = Int.random(in: 0..<40, using: &draw) == 0
        rows.append(
          (
            Array(group.cells[row * periods..<(row + 1) * periods]), group.runs.filter { $0.row == row },
            isNone ? .max : UInt16.random(in: 0..<UInt16(buckets), using: &draw)
          ))
      }
    }
    let order = rows.indices.sorted { (rows[$0].bucket, $0) < (rows[$1].bucket, $1) }
    let encoder = DayChunkEncoder(date, portable: portable)
    var bytes: [UInt8] = Array(repeating: 0, count: 64)
    var numbers: [UInt8] = []
    var directory = DayDirectory()
    for first in stride(from: 0, to: count, by: DayChunkEncoder.window) {
      let window = order[first..<min(first + DayChunkEncoder.window, count)].map { $0 }
      for (place, row) in window.enumerated() {
        for period in 0..<periods { encoder.cells[place * encoder.lanes + period] = rows[row].cells[period] }
      }
      let places = encoder.order(buckets: window.map { rows[$0].bucket })
      for start in stride(from: 0, to: places.count, by: 512) {
        let chunk = places[start..<min(start + 512, places.count)]
        let runs = chunk.enumerated().flatMap { place, from in
          rows[window[Int(from)]].runs.map { run in
            var run = run
            run.row = place
            return run.wordValue
          }
        }
        let at = bytes.count
        let buckets = chunk.map { rows[window[Int($0)]].bucket }
        encoder.append(first: first + start, rows: chunk, buckets: buckets, runs: runs, to: &bytes)
        chunks.append(at..<bytes.count)
        let packed = Self.packed(chunk.map { window[Int($0)] }, below: count)
        directory.append(
          offset: at, headerChecksum: ReadingBlock.groupChecksum(bytes, at: at), rowNumbers: packed[...],
          firstBucket: buckets[0], lastBucket: buckets[buckets.count - 1])
        numbers += packed
      }
    }
    bytes += numbers
    let tail = directory.finished(standing: 7, sources: [1, 2])
    let header = DayBlockHeader(
      date: date, run: 1, mpans: count, directoryOffset: bytes.count,
      directoryChecksum: tail.withUnsafeBytes { blockChecksum($0) }, sources: 2)
    bytes += tail
    bytes.replaceSubrange(0..<64, with: header.bytes)
    self.bytes = bytes
  }
}

extension DayFile {
  /// Numbers in as many bits as the highest below `count` has, one bit after another.
  static func packed(_ numbers: [Int], below count: Int) -> [UInt8] {
    var width = 1
    while (count - 1) >> width > 0 { width += 1 }
    let bits = numbers.flatMap { number in (0..<width).map { UInt8(number >> $0 & 1) } }
    var bytes = [UInt8](repeating: 0, count: (bits.count + 63) / 64 * 8)
    for (place, bit) in bits.enumerated() { bytes[place / 8] |= bit << UInt8(place % 8) }
    return bytes
  }
}

@Test(
  "row numbers take as many bits as the highest has, and come back", arguments: [1, 2, 3, 512, 513, 65_537, 1 << 30])
func rowNumbers(_ mpans: Int) {
  var draw = Draw(state: UInt64(mpans))
  for count in [0, 1, 2, 31, 63, 64, 65, 511, 512] {
    let numbers = (0..<count).map { _ in Int.random(in: 0..<mpans, using: &draw) }
    var bytes: [UInt8] = []
    PackedRows(mpans: mpans).append(numbers.map { UInt32($0) }[...], to: &bytes)
    #expect(bytes == DayFile.packed(numbers, below: mpans))
    #expect(bytes.count == PackedRows(mpans: mpans).length(count))
  }
}

func withDay<Value>(_ bytes: [UInt8], _ body: (DayBlock) throws -> Value) throws -> Value {
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
  defer { memory.deallocate() }
  memory.copyBytes(from: bytes)
  return try body(DayBlock(UnsafeRawBufferPointer(memory)))
}

/// Reads all there is in a day block.
func readAll(_ bytes: [UInt8]) throws -> Int {
  try withDay(bytes) { day in
    try (0..<day.header.chunks).reduce(0) { try $0 + day.chunk($1).rowCount + day.rows(of: $1).count }
  }
}

@Suite("Day blocks") struct DayBlockTests {
  @Test("what is packed comes out again, by each way", arguments: days, [1, 513, 4_700])
  func roundTrip(_ date: SettlementDate, _ count: Int) throws {
    for buckets in [1, 400] {
      var (draw, again) = (Draw(state: UInt64(count)), Draw(state: UInt64(count)))
      let file = DayFile(date, rows: count, buckets: buckets, &draw)
      #expect(DayFile(date, rows: count, buckets: buckets, portable: true, &again).bytes == file.bytes)
      try withDay(file.bytes) { day in
        #expect(day.sources == [1, 2] && day.standing == 7 && day.header.chunks == file.chunks.count)
        let periods = SettlementDay(date).periodCount
        var seen: Set<UInt32> = []
        var last: UInt16 = 0
        for number in 0..<day.header.chunks {
          let chunk = try day.chunk(number)
          let plain = PlainChunk.read(Array(file.bytes[file.chunks[number]]))
          #expect(chunk.cells == plain.cells && chunk.runs == plain.runs)
          for (place, row) in try day.rows(of: number).enumerated() {
            seen.insert(row)
            let said = file.rows[Int(row)]
            #expect(Array(plain.cells[place * periods..<(place + 1) * periods]) == said.cells)
            #expect(plain.buckets[place] == said.bucket && said.bucket >= last)
            last = plain.buckets[place]
            let runs = plain.runs.filter { $0.row == place }
            #expect(runs.map { [$0.firstPeriod, $0.count] } == said.runs.map { [$0.firstPeriod, $0.count] })
            #expect(runs.map(\.quality) == said.runs.map(\.quality))
          }
        }
        #expect(seen.count == count)
      }
    }
  }

  @Test("sums are the oracle's, by each way and however the chunks are split", arguments: days, [1, 3, 400])
  func sums(_ date: SettlementDate, _ buckets: Int) throws {
    var draw = Draw(state: UInt64(buckets))
    let periods = SettlementDay(date).periodCount
    let file = DayFile(date, rows: 6_000, buckets: buckets, &draw)
    var expected = Array(repeating: BucketCell(), count: buckets * periods)
    var readings: Int64 = 0
    for row in file.rows {
      var qualities = Array(repeating: CellQuality?.none, count: periods)
      for run in row.runs {
        for period in run.firstPeriod..<run.firstPeriod + run.count { qualities[period] = run.quality }
      }
      for period in 0..<periods where qualities[period] != .missing {
        readings += 1
        guard Int(row.bucket) < buckets else { continue }
        let isEstimated = qualities[period] == .estimated
        let at = Int(row.bucket) * periods + period
        expected[at].metered += Int64(row.cells[period])
        expected[at].count += 1
        expected[at].estimated += isEstimated ? Int64(row.cells[period]) : 0
        expected[at].estimatedCount += isEstimated ? 1 : 0
      }
    }
    for way in SumWay.allCases {
      for piece in [1, 5, 100] {
        let columns = SumColumns(buckets: buckets, periods: periods)
        let found = try withDay(file.bytes) { day in
          let starts = Array(stride(from: 0, to: day.header.chunks, by: piece))
          // In any order, and the ends of the pieces last.
          let parts = try starts.reversed().map { start in
            let range = start..<min(start + piece, day.header.chunks)
            let part = day.part(range)
            // From the file's memory, or from a copy of some chunks at a time.
            if way == .plain { try day.add(range, to: part, columns: columns, way: way) }
            for number in way == .plain ? 0..<0 : range {
              let extent = day.extent(of: number..<number + 1)
              try withUnsafeTemporaryAllocation(byteCount: extent.count, alignment: 64) { copy in
                copy.copyBytes(from: file.bytes[extent])
                try day.add(
                  number..<number + 1, to: part, columns: columns, copy: UnsafeRawBufferPointer(copy), way: way)
              }
            }
            return part
          }
          for part in parts { columns.add(part) }
          return parts.reduce(0) { $0 + $1.readings }
        }
        #expect(found == readings)
        let cells = columns.metered.indices.map {
          BucketCell(
            metered: columns.metered[$0], estimated: columns.estimated[$0], count: Int64(columns.counts[$0]),
            estimatedCount: Int64(columns.estimatedCounts[$0]))
        }
        #expect(cells == expected, "\(way), pieces of \(piece)")
      }
    }
  }

  @Test("a flipped bit is found wherever it is")
  func flippedBits() throws {
    var draw = Draw(state: 9)
    let sound = DayFile(days[0], rows: 1_101, buckets: 30, &draw).bytes
    #expect(try readAll(sound) == 2_202)
    var sections: Set<BlockDamage.Section> = []
    for _ in 0..<600 {
      var bytes = sound
      let bit = Int.random(in: 0..<bytes.count * 8, using: &draw)
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      do {
        _ = try readAll(bytes)
        Issue.record("bit \(bit) was not found")
      } catch let damage as BlockDamage {
        sections.insert(damage.section)
      }
    }
    #expect(sections.isSuperset(of: [.planes, .asides, .rowNumbers]))
    for byte in Array(0..<128) + Array(sound.count - 96..<sound.count) {
      var bytes = sound
      bytes[byte] ^= 0x10
      #expect(throws: BlockDamage.self) { try readAll(bytes) }
    }
  }

  @Test("a file cut short anywhere is refused")
  func cuts() throws {
    var draw = Draw(state: 10)
    let sound = DayFile(days[0], rows: 20, buckets: 3, &draw).bytes
    for length in 0..<sound.count {
      #expect(throws: BlockDamage.self) { try readAll(Array(sound[0..<length])) }
    }
  }
}
