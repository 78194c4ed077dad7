import MarketIdentifiers
import Quantities
import ReadingBlocks
import SettlementCalendar
import Testing

@Suite("What a later run changes") struct ChangeTests {
  /// A group of corrections as drawn: rows with the bucket of each, in the order of buckets.
  struct Drawn {
    var group: RowGroup
    var buckets: [UInt16]
    var isWithdrawn: Bool
  }

  func drawn(_ date: SettlementDate, _ buckets: Int, isWithdrawn: Bool, rows: Int, _ draw: inout Draw) -> Drawn {
    let group = drawnGroup(date, rows: rows, firstRow: 5, sparse: true, &draw)
    // Some rows turn out to be in no bucket: those come last.
    let of = (0..<rows).map { _ in
      Int.random(in: 0..<9, using: &draw) == 0 ? UInt16.max : UInt16.random(in: 0..<UInt16(buckets), using: &draw)
    }
    return Drawn(group: group, buckets: of.sorted(), isWithdrawn: isWithdrawn)
  }

  func file(_ date: SettlementDate, _ groups: [Drawn], mpans: UInt32) -> [UInt8] {
    let encoder = GroupEncoder(date)
    var body: [UInt8] = []
    var offsets: [Int] = []
    for drawn in groups {
      offsets.append(BlockHeader.length + body.count)
      for row in drawn.group.rows.indices {
        for period in 0..<encoder.periods {
          encoder.cells[row * encoder.lanes + period] = drawn.group.cells[row * encoder.periods + period]
        }
      }
      encoder.append(
        rowCount: drawn.group.rows.count, firstRow: drawn.group.rows[0], rowNumbers: drawn.group.rows,
        buckets: drawn.buckets, runs: drawn.group.runs.map(\.wordValue), withdrawn: drawn.isWithdrawn, to: &body)
    }
    let directory = ReadingBlock.directory(
      offsets: offsets, checksums: offsets.map { ReadingBlock.groupChecksum(body, at: $0 - BlockHeader.length) })
    let header = BlockHeader(
      date: date, isCorrection: true, run: 1, mpans: mpans, groups: groups.count,
      directoryOffset: BlockHeader.length + body.count,
      directoryChecksum: directory.withUnsafeBytes { blockChecksum($0) }, standing: 7)
    return header.bytes + body + directory
  }

  /// The oracle: cell by cell.
  func plain(_ groups: [Drawn], buckets: Int, periods: Int) -> [[BucketCell]] {
    var sums = Array(repeating: Array(repeating: BucketCell(), count: periods), count: buckets)
    for drawn in groups {
      let sign: Int64 = drawn.isWithdrawn ? -1 : 1
      var qualities = Array(repeating: CellQuality?.none, count: drawn.group.cells.count)
      for run in drawn.group.runs {
        for period in run.firstPeriod..<run.firstPeriod + run.count {
          qualities[run.row * periods + period] = run.quality
        }
      }
      for (row, bucket) in drawn.buckets.enumerated() where Int(bucket) < buckets {
        for period in 0..<periods {
          let value = sign * Int64(drawn.group.cells[row * periods + period])
          let quality = qualities[row * periods + period]
          sums[Int(bucket)][period].metered += value
          sums[Int(bucket)][period].count += quality == .missing ? 0 : sign
          sums[Int(bucket)][period].estimated += quality == .estimated ? value : 0
          sums[Int(bucket)][period].estimatedCount += quality == .estimated ? sign : 0
        }
      }
    }
    return sums
  }

  func standing(_ date: SettlementDate, buckets: Int, periods: Int) throws -> [UInt8] {
    let bucket = SettlementBucket(
      group: try #require(GSPGroupID(rawValue: "_C")), supplier: try #require(ParticipantID("XALF")),
      lossClass: try #require(LineLossFactorClassID("1")), isExport: false, factorRow: 0)
    return StandingDay.file(
      date: date, buckets: Array(repeating: bucket, count: buckets),
      lossFactors: Array(repeating: try #require(LossFactor(hundredThousandths: 107_000)), count: periods), index: [0])
  }

  @Test(
    "is the oracle's, in however many tables it is found, by each way",
    arguments: days, [1, 7, 900])
  func oracle(_ date: SettlementDate, _ buckets: Int) throws {
    var draw = Draw(state: UInt64(buckets) &+ 99)
    let periods = SettlementDay(date).periodCount
    let groups = (0..<5).map {
      drawn(date, buckets, isWithdrawn: $0 % 2 == 0, rows: $0 == 4 ? 3 : 700, &draw)
    }
    let expected = plain(groups, buckets: buckets, periods: periods)
    let bytes = file(date, groups, mpans: 1_000_000)
    let standing = try standing(date, buckets: buckets, periods: periods)
    try standing.withUnsafeBytes { raw in
      let day = try StandingDay(raw)
      for (way, tableCount) in [(SumWay.best, 1), (.plain, 1), (.lesser, 1), (.best, 2), (.best, 5), (.plain, 3)] {
        let columns = SumColumns(buckets: buckets, periods: periods)
        let readings = try withBlock(bytes) { block in
          let tables = (0..<tableCount).map { _ in ChangeTables(buckets: buckets, periods: periods, rows: 5 * 700) }
          for number in groups.indices { tables[number % tableCount].add(try block.group(number), way: way) }
          for table in tables { try table.finish(day) }
          let changes = try SumChanges(tables)
          changes.add(to: columns)
          return changes.readings
        }
        let found = (0..<buckets).map { bucket in
          (0..<periods).map { period in
            let at = bucket * periods + period
            return BucketCell(
              metered: columns.metered[at], estimated: columns.estimated[at], count: Int64(columns.counts[at]),
              estimatedCount: Int64(columns.estimatedCounts[at]))
          }
        }
        #expect(found == expected)
        #expect(readings == expected.joined().reduce(0) { $0 + $1.count })
        #expect(columns.lossAdjusted.elementsEqual(expected.joined().map { $0.metered * 107_000 }))
      }
    }
  }

  /// What a later run reads of the standing data, and of a block: the front, and the directory.
  @Test func frontsDoWithoutTheRest() throws {
    let date = try #require(SettlementDate("2026-01-14"))
    let standing = try standing(date, buckets: 5, periods: 48)
    try standing.withUnsafeBytes { raw in
      let whole = try StandingDay(raw)
      let length = try StandingDay.frontLength(raw, fileLength: raw.count)
      let front = try StandingDay(UnsafeRawBufferPointer(rebasing: raw[..<length]), fileLength: raw.count)
      #expect(length == 64 + 16 * 5 + 4 * 48 && front.checksum == whole.checksum && front.bucket(4) == whole.bucket(4))
      for (cut, said) in [(length - 1, raw.count), (63, raw.count), (length, raw.count + 8), (length, length - 1)] {
        let part = UnsafeRawBufferPointer(rebasing: raw[..<cut])
        #expect(throws: BlockDamage.self) {
          _ = try StandingDay.frontLength(part, fileLength: said)
          _ = try StandingDay(part, fileLength: said)
        }
      }
    }
    // Counts beyond all sense, with their checksum.
    var huge = Array(standing[..<64])
    for place in [20, 36, 40] { huge.replaceSubrange(place..<place + 4, with: [255, 255, 255, 255]) }
    let checksum = huge[..<60].withUnsafeBytes { blockChecksum($0) }
    huge.replaceSubrange(60..<64, with: (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (8 * UInt32($0))) })
    huge.withUnsafeBytes { raw in
      #expect(throws: BlockDamage.self) { try StandingDay.frontLength(raw, fileLength: .max) }
    }
    var draw = Draw(state: 3)
    let bytes = file(date, [drawn(date, 5, isWithdrawn: false, rows: 40, &draw)], mpans: 1_000)
    try bytes.withUnsafeBytes { raw in
      let header = try BlockHeader(raw)
      let directory = UnsafeRawBufferPointer(rebasing: raw[header.directoryOffset...])
      let block = try ReadingBlock(header, directory: directory)
      let part = UnsafeRawBufferPointer(rebasing: raw[block.extent(of: 0..<1)])
      #expect(try block.group(0, copy: part).rowNumbers == ReadingBlock(raw).group(0).rowNumbers)
      #expect(throws: BlockDamage.self) {
        try ReadingBlock(header, directory: UnsafeRawBufferPointer(rebasing: directory.dropLast(16)))
      }
    }
  }
}
