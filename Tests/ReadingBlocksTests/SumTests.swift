import ReadingBlocks
import SettlementCalendar
import Testing

@Suite("Sums by bucket") struct SumTests {
  /// The oracle: cell by cell from unpacked rows.
  func plainSums(_ groups: [RowGroup], _ index: [UInt16], buckets: Int, periods: Int) -> [[BucketCell]] {
    var sums = Array(repeating: Array(repeating: BucketCell(), count: periods), count: buckets + 1)
    for group in groups {
      var qualities = Array(repeating: CellQuality?.none, count: group.cells.count)
      for run in group.runs {
        for period in run.firstPeriod..<run.firstPeriod + run.count {
          qualities[run.row * periods + period] = run.quality
        }
      }
      for (row, number) in group.rows.enumerated() {
        let bucket = min(Int(index[Int(number)]), buckets)
        for period in 0..<periods {
          let value = Int64(group.cells[row * periods + period])
          let quality = qualities[row * periods + period]
          sums[bucket][period].metered += value
          sums[bucket][period].count += quality == .missing ? 0 : 1
          sums[bucket][period].estimated += quality == .estimated ? value : 0
          sums[bucket][period].estimatedCount += quality == .estimated ? 1 : 0
        }
      }
    }
    return sums
  }

  func all(_ sums: BucketSums) -> [[BucketCell]] {
    (0...sums.buckets).map { bucket in (0..<sums.periods).map { sums.cell(bucket, $0) } }
  }

  @Test("each way is the oracle's", arguments: days, [1, 5, 300])
  func oracle(_ date: SettlementDate, _ buckets: Int) throws {
    var draw = Draw(state: UInt64(buckets))
    let periods = SettlementDay(date).periodCount
    let groups = (0..<3).map { drawnGroup(date, rows: $0 == 2 ? 99 : 1024, firstRow: UInt32($0) * 1024, &draw) }
    // Some rows are in no bucket.
    let index = (0..<2_147).map { _ in
      Int.random(in: 0..<9, using: &draw) == 0 ? UInt16.max : UInt16.random(in: 0..<UInt16(buckets), using: &draw)
    }
    let expected = plainSums(groups, index, buckets: buckets, periods: periods)
    let file = try blockFile(date, groups.map { ($0, false) }, correction: false, mpans: 2_147)
    for way in SumWay.allCases {
      let sums = BucketSums(buckets: buckets, periods: periods)
      let (left, right) = (
        BucketSums(buckets: buckets, periods: periods), BucketSums(buckets: buckets, periods: periods)
      )
      try withBlock(file) { block in
        try index.withUnsafeBufferPointer { index in
          for number in 0..<3 {
            sums.add(try block.group(number), index: index, way: way)
            (number == 1 ? left : right).add(try block.group(number), index: index, way: way)
          }
        }
      }
      #expect(all(sums) == expected)
      left.merge(right)
      #expect(all(left) == expected)
      left.merge(right, sign: -1)
      #expect(all(left) == plainSums([groups[1]], index, buckets: buckets, periods: periods))
    }
  }

  @Test("sums go beyond 32 bits")
  func large() throws {
    let cells = Array(repeating: Int32(65_535), count: 1024 * 48)
    let group = RowGroup(periods: 48, rows: Array(0..<1024), cells: cells, runs: [])
    let file = try blockFile(days[0], [(group, false)], correction: false, mpans: 1024)
    let index = Array(repeating: UInt16(0), count: 1024)
    let sums = BucketSums(buckets: 1, periods: 48)
    try withBlock(file) { block in
      try index.withUnsafeBufferPointer { index in
        for _ in 0..<200 { sums.add(try block.group(0), index: index) }
      }
    }
    #expect(sums.cell(0, 47) == BucketCell(metered: 200 * 1024 * 65_535, count: 200 * 1024))
  }
}
