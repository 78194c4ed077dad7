import Foundation
import ReadingBlocks
import SettlementCalendar

/// Settles a date from blocks: sums by bucket and period, at the meters and at the Grid Supply Point.
///
/// A run that follows an earlier one adds only what the blocks since then withdraw and state; the result is that of the
/// run in full, to the byte. Every group is verified before it counts.
public struct NationalRun: Sendable {
  public let folder: NationalFolder
  public let date: SettlementDate
  public let run: RunType
  public let threads: Int

  public struct Outcome: Sendable {
    public var sums: RunSums
    /// Readings in the result.
    public var readings: Int64
    /// Readings that were looked at for it: all of them in a full run, later only what was withdrawn and what stands.
    public var changedReadings: Int64
    /// Opening, verifying, adding up, loss factors.
    public var seconds: Double
    public var isIncremental: Bool
  }

  public init(_ folder: NationalFolder, date: SettlementDate, run: RunType, threads: Int) {
    self.folder = folder
    self.date = date
    self.run = run
    self.threads = max(1, threads)
  }

  /// - Parameter full: adds everything up, whatever was added up before.
  public func settle(full: Bool = false) throws -> Outcome {
    let start = ContinuousClock.now
    let standingFile = try MappedFile(folder.standing(date))
    let standing = try reading(standingFile.path) { () throws(BlockDamage) in try StandingDay(standingFile.bytes) }
    guard standing.date == date else {
      throw BlockStoreError.mismatch("the standing data is of another date", path: standingFile.path)
    }
    let layers = try folder.blocks(date, upTo: run).map { try Layer($0, date, mpans: standing.index.count) }
    guard let base = layers.first, !base.block.header.isCorrection,
      layers.dropFirst().allSatisfy({ $0.block.header.isCorrection })
    else { throw BlockStoreError.missing("there is no full block of this date", path: folder.day(date)) }
    let earlier = full ? nil : try earlierSums(standing, layers)
    let fresh = layers.dropFirst(earlier?.blocks.count ?? 0)

    var parts: [Part] = []
    for layer in fresh { parts += try sums(of: layer, standing) }
    let total = parts.first?.stated ?? BucketSums(buckets: standing.bucketCount, periods: standing.periods)
    for part in parts.dropFirst() { total.merge(part.stated) }
    for part in parts { if let withdrawn = part.withdrawn { total.merge(withdrawn, sign: -1) } }
    let added = parts.reduce(0) { $0 + $1.readings }
    let sums = try reading(standingFile.path) { () throws(BlockDamage) in
      try RunSums(
        total, adding: earlier, standing: standing, run: RunType.allCases.firstIndex(of: run) ?? 0,
        mpans: standing.index.count, blocks: layers.map(\.checksum))
    }
    return Outcome(
      sums: sums, readings: sums.readings, changedReadings: added, seconds: (ContinuousClock.now - start).seconds,
      isIncremental: earlier != nil)
  }

  /// Keeps a run's sums for later runs.
  public func keep(_ sums: RunSums) throws {
    let file = try NewFile(folder.sums(date, run))
    try file.write(sums.bytes, at: 0)
    try file.finish()
  }

  /// The latest kept sums that are a beginning of this run: same standing data, and their blocks begin these.
  private func earlierSums(_ standing: StandingDay, _ layers: [Layer]) throws -> RunSums? {
    for earlier in RunType.allCases.filter({ $0 < run }).reversed() {
      let path = folder.sums(date, earlier)
      guard FileManager.default.fileExists(atPath: path) else { continue }
      let file = try MappedFile(path)
      let sums = try reading(path) { () throws(BlockDamage) in try RunSums(file.bytes) }
      if sums.standing == standing.checksum, sums.date == date, sums.mpans == standing.index.count,
        sums.buckets == standing.bucketCount, layers.map(\.checksum).starts(with: sums.blocks), !sums.blocks.isEmpty
      {
        return sums
      }
    }
    return nil
  }

  private static let chunk = 64

  /// The sums of a layer's groups, in parts as threads made them.
  private func sums(of layer: Layer, _ standing: StandingDay) throws -> [Part] {
    let groups = layer.block.header.groups
    let queue = WorkQueue((groups + Self.chunk - 1) / Self.chunk)
    let index = SharedIndex(standing.index)
    let (buckets, periods) = (standing.bucketCount, standing.periods)
    // Tables cost as much as some ten chunks: few groups are not worth a second thread's.
    return try onThreads(min(threads, max(1, queue.count / 8))) { _ in
      let stated = BucketSums(buckets: buckets, periods: periods)
      let withdrawn = layer.block.header.isCorrection ? BucketSums(buckets: buckets, periods: periods) : nil
      var readings: Int64 = 0
      while let number = queue.take() {
        let range = number * Self.chunk..<min((number + 1) * Self.chunk, groups)
        let ahead = min(range.upperBound + Self.chunk * 2, groups)
        if range.upperBound < ahead { layer.file.prefetch(layer.block.extent(of: range.upperBound..<ahead)) }
        for place in range {
          let group = try reading(layer.file.path) { () throws(BlockDamage) in try layer.block.group(place) }
          (group.isWithdrawn ? withdrawn ?? stated : stated).add(group, index: index.entries)
          readings += Int64(group.rowCount * periods - group.missingCells)
        }
      }
      return Part(stated: stated, withdrawn: withdrawn, readings: readings)
    }
  }
}

private struct Part: @unchecked Sendable {  // handed from the thread that made it
  let stated: BucketSums
  let withdrawn: BucketSums?
  let readings: Int64
}

private struct SharedIndex: @unchecked Sendable {  // mapped for reading only
  let entries: UnsafeBufferPointer<UInt16>
  init(_ entries: UnsafeBufferPointer<UInt16>) { self.entries = entries }
}

/// A block and the file that it lies in.
private struct Layer: @unchecked Sendable {  // mapped for reading only
  let file: MappedFile
  let block: ReadingBlock
  /// Of the header; with those of directory and groups it stands for the content.
  let checksum: UInt32

  init(_ path: String, _ date: SettlementDate, mpans: Int) throws {
    let file = try MappedFile(path)
    let block = try reading(path) { () throws(BlockDamage) in try ReadingBlock(file.bytes) }
    guard block.header.date == date, Int(block.header.mpans) == mpans else {
      throw BlockStoreError.mismatch("date or number of metering points differ from the standing data", path: path)
    }
    self.file = file
    self.block = block
    checksum = file.bytes.loadUnaligned(fromByteOffset: 60, as: UInt32.self)
  }
}

/// Adds the path to what is wrong with a file's bytes.
private func reading<Value>(_ path: String, _ body: () throws(BlockDamage) -> Value) throws -> Value {
  do { return try body() } catch { throw BlockStoreError.damaged(error, path: path) }
}
