import ReadingBlocks

/// Any row of a date as its blocks say in the end, by number: the full block's, or the latest correction's.
///
/// Opening verifies every group.
struct RowSource: @unchecked Sendable {  // mapped for reading only, and filled before it is shared
  private let layers: DayLayers
  private let groups: [GroupRows]
  private let index: SharedIndex
  /// One bit a row: whether a correction states it.
  private var isCorrected: [UInt64]
  private var corrected: [UInt32: (group: Int, row: Int, bucket: UInt16)] = [:]
  private var correcting: [GroupRows] = []

  init(_ layers: DayLayers, threads: Int) throws {
    self.layers = layers
    index = try layers.standing.index()
    guard let full = layers.rows.first else {
      throw BlockStoreError.missing(
        "the block of rows of run II is not there; load or simulate the date again", path: layers.standing.path)
    }
    let count = full.block.header.groups
    let queue = WorkQueue(count)
    let parts = try onThreads(threads) { _ in
      var mine: [(Int, GroupRows)] = []
      while let number = queue.take() { mine.append((number, GroupRows(try full.group(number)))) }
      return Opened(groups: mine)
    }
    groups = parts.flatMap(\.groups).sorted { $0.0 < $1.0 }.map(\.1)
    isCorrected = Array(repeating: 0, count: (layers.standing.day.mpans + 63) / 64)
    for layer in layers.rows.dropFirst() {
      for number in 0..<layer.block.header.groups {
        let group = try layer.group(number)
        guard !group.isWithdrawn else { continue }
        let rows = group.rowNumbers
        let buckets = group.buckets ?? rows.map { index.entries[Int($0)] }
        for (place, row) in rows.enumerated() {
          isCorrected[Int(row / 64)] |= 1 << UInt64(row % 64)
          corrected[row] = (correcting.count, place, buckets[place])
        }
        correcting.append(GroupRows(group))
      }
    }
  }

  private func correction(_ row: UInt32) -> (group: Int, row: Int, bucket: UInt16)? {
    isCorrected[Int(row / 64)] >> UInt64(row % 64) & 1 == 1 ? corrected[row] : nil
  }

  /// The bucket of a row in the end.
  func bucket(_ row: UInt32) -> UInt16 { correction(row)?.bucket ?? index.entries[Int(row)] }

  /// All rows by bucket, within one as they are numbered.
  func inOrderOfBuckets() throws -> [UInt32] {
    let count = layers.standing.day.mpans
    var next = [Int](repeating: 0, count: 65_537)
    for row in 0..<count { next[Int(bucket(UInt32(row))) + 1] += 1 }
    for bucket in 1..<next.count { next[bucket] += next[bucket - 1] }
    return [UInt32](unsafeUninitializedCapacity: count) { order, filled in
      for row in 0..<count {
        let bucket = Int(bucket(UInt32(row)))
        order[next[bucket]] = UInt32(row)
        next[bucket] += 1
      }
      filled = count
    }
  }

  /// Unpacks rows to an encoder's cells. - Returns: their quality runs.
  func fill(_ encoder: DayChunkEncoder, _ rows: [UInt32]) -> WindowRuns {
    var runs = WindowRuns()
    guard let cells = encoder.cells.baseAddress else { return runs }
    for (place, row) in rows.enumerated() {
      let to = cells + place * encoder.lanes
      let words =
        if let found = correction(row) {
          correcting[found.group].unpack(found.row, to: to)
        } else {
          groups[Int(row) / RowGroup.capacity].unpack(Int(row) % RowGroup.capacity, to: to)
        }
      runs.append(words)
    }
    return runs
  }
}

/// The words of quality runs of rows that follow one another.
struct WindowRuns {
  private var all: [UInt32] = []
  private var ends: [Int] = []

  mutating func append(_ words: UnsafeBufferPointer<UInt32>) {
    all.append(contentsOf: words)
    ends.append(all.count)
  }

  func words(of row: Int) -> ArraySlice<UInt32> { all[(row == 0 ? 0 : ends[row - 1])..<ends[row]] }
}

private struct Opened: @unchecked Sendable {  // handed from the thread that made them
  let groups: [(Int, GroupRows)]
}
