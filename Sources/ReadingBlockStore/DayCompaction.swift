import Foundation
import ReadingBlocks
import SettlementCalendar

/// Lays the readings of a date down in the order of buckets: what the blocks of rows up to a run say, corrections and
/// changes of supplier included, becomes one day block.
///
/// Written beside what there is and named when it is whole and on disk: who reads meanwhile reads what there was.
public struct DayCompaction: Sendable {
  public let folder: NationalFolder
  public let date: SettlementDate
  public let run: RunType
  public let threads: Int

  public struct Outcome: Sendable {
    public var rows = 0
    public var bytes = 0
    public var seconds = 0.0
  }

  public init(_ folder: NationalFolder, date: SettlementDate, run: RunType, threads: Int) {
    self.folder = folder
    self.date = date
    self.run = run
    self.threads = max(1, threads)
  }

  public func write() throws -> Outcome {
    let start = ContinuousClock.now
    let layers = try DayLayers(folder, date, upTo: run, usesDay: false)
    let rows = try RowSource(layers, threads: threads)
    var order = try rows.inOrderOfBuckets()
    let file = try NewFile(folder.dayBlock(date, run))
    let (directory, numbers, end) = try writeChunks(rows, &order, to: file)
    try file.write(numbers, at: end)
    let tail = directory.finished(standing: layers.standing.day.checksum, sources: layers.lineage)
    let header = DayBlockHeader(
      date: date, run: RunType.allCases.firstIndex(of: run) ?? 0, mpans: order.count,
      directoryOffset: end + numbers.count,
      directoryChecksum: tail.withUnsafeBytes { blockChecksum($0) }, sources: layers.lineage.count)
    try file.write(tail, at: header.directoryOffset)
    try file.write(header.bytes, at: 0)
    try file.finish()
    return Outcome(rows: order.count, bytes: header.fileLength, seconds: (ContinuousClock.now - start).seconds)
  }

  /// What the directory is to say of a window's chunks.
  private struct Window: Sendable {
    var number: Int
    var offsets: [Int]
    var headers: [UInt32]
    var buckets: [(first: UInt16, last: UInt16)]
  }

  /// Packs the rows window by window, and puts each window's part of `order` in the order in which its rows lie.
  ///
  /// - Returns: the directory, the packed row numbers, and where the chunks end.
  private func writeChunks(
    _ rows: RowSource, _ order: inout [UInt32], to file: NewFile
  ) throws -> (DayDirectory, [UInt8], Int) {
    let (window, capacity) = (DayChunkEncoder.window, DayChunk.capacity)
    let count = order.count
    let queue = WorkQueue((count + window - 1) / window)
    let line = FileLine(first: DayBlockHeader.length)
    let windows = try order.withUnsafeMutableBufferPointer { buffer in
      let shared = SharedOrder(rows: buffer)
      return try onThreads(threads) { _ in
        let encoder = DayChunkEncoder(date)
        var mine: [Window] = []
        while let number = queue.take() {
          let range = number * window..<min((number + 1) * window, count)
          let numbers = Array(shared.rows[range])
          let runs = rows.fill(encoder, numbers)
          let buckets = numbers.map(rows.bucket)
          let places = encoder.order(buckets: buckets)
          var bytes: [UInt8] = []
          var (starts, ends): ([Int], [(UInt16, UInt16)]) = ([], [])
          for first in stride(from: 0, to: places.count, by: capacity) {
            starts.append(bytes.count)
            let chunk = places[first..<min(first + capacity, places.count)]
            let ordered = chunk.map { buckets[Int($0)] }
            let words = chunk.enumerated().flatMap { row, place in
              runs.words(of: Int(place)).map { $0 & ~1023 | UInt32(row) }
            }
            encoder.append(
              first: range.lowerBound + first, rows: chunk, buckets: ordered, runs: words, to: &bytes)
            ends.append((ordered.first ?? 0, ordered.last ?? 0))
          }
          for (place, from) in places.enumerated() { shared.rows[range.lowerBound + place] = numbers[Int(from)] }
          let offset = line.place(number, bytes, starts: starts)
          try file.write(bytes, at: offset)
          mine.append(
            Window(
              number: number, offsets: starts.map { offset + $0 },
              headers: starts.map { ReadingBlock.groupChecksum(bytes, at: $0) }, buckets: ends))
        }
        return mine
      }
    }
    var directory = DayDirectory()
    let packing = PackedRows(mpans: count)
    var packed: [UInt8] = []
    packed.reserveCapacity(packing.length(count) + 8)
    for window in windows.flatMap({ $0 }).sorted(by: { $0.number < $1.number }) {
      for chunk in window.offsets.indices {
        let first = window.number * DayChunkEncoder.window + chunk * capacity
        let start = packed.count
        packing.append(order[first..<min(first + capacity, count)], to: &packed)
        directory.append(
          offset: window.offsets[chunk], headerChecksum: window.headers[chunk], rowNumbers: packed[start...],
          firstBucket: window.buckets[chunk].first, lastBucket: window.buckets[chunk].last)
      }
    }
    return (directory, packed, line.end)
  }
}

private struct SharedOrder: @unchecked Sendable {  // threads write to windows that no other thread has
  let rows: UnsafeMutableBufferPointer<UInt32>
}
