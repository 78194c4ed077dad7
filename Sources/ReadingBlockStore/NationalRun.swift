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

  public struct Outcome {
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

  /// - Parameters:
  ///   - full: adds everything up, whatever was added up before.
  ///   - rowsOnly: leaves day blocks aside and adds up rows as they came.
  public func settle(full: Bool = false, rowsOnly: Bool = false) throws -> Outcome {
    let start = ContinuousClock.now
    let outcome =
      if let later = full ? nil : try laterRun() {
        later
      } else {
        try whole(DayLayers(folder, date, upTo: run, usesDay: !rowsOnly))
      }
    return Outcome(
      sums: outcome.sums, readings: outcome.sums.subject.readings, changedReadings: outcome.changed,
      seconds: (ContinuousClock.now - start).seconds, isIncremental: outcome.sums.columns == nil)
  }

  private func subject(_ standing: StandingLayer, _ lineage: [UInt32], readings: Int64) -> RunSums.Subject {
    let day = standing.day
    return RunSums.Subject(
      date: date, run: RunType.allCases.firstIndex(of: run) ?? 0, mpans: day.mpans, buckets: day.bucketCount,
      standing: day.checksum, blocks: lineage, readings: readings)
  }

  // MARK: In full

  private func whole(_ layers: DayLayers) throws -> (sums: RunSums, changed: Int64) {
    let day = layers.standing.day
    let columns = SumColumns(buckets: day.bucketCount, periods: day.periods)
    var readings: Int64 = 0
    if let block = layers.day {
      readings += try add(block, to: columns)
    } else if let full = layers.rows.first {
      readings += try add(full, layers.standing, to: columns)
    }
    let looked = readings
    var changed: Int64 = 0
    let corrections = Array(layers.day == nil ? layers.rows.dropFirst() : layers.rows[...])
    if !corrections.isEmpty {
      let (changes, seen) = try self.changes(of: corrections, layers.standing)
      changes.add(to: columns)
      readings += changes.readings
      changed = seen
    }
    try adjust(columns, layers.standing)
    return (RunSums(subject(layers.standing, layers.lineage, readings: readings), .whole(columns)), looked + changed)
  }

  private static let piece = 64
  /// Chunks that are copied out of the page cache together: they stay in the processor's cache while they are used.
  private static let copied = 16

  /// Adds a day block's chunks in pieces, each one's middle at once and the buckets at its ends afterwards.
  private func add(_ layer: DayLayer, to columns: SumColumns) throws -> Int64 {
    let chunks = layer.block.header.chunks
    let queue = WorkQueue((chunks + Self.piece - 1) / Self.piece)
    let shared = SharedColumns(columns: columns)
    let parts = try onThreads(min(threads, max(1, queue.count))) { _ in
      var mine: [DayPart] = []
      var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 19, alignment: 64)
      defer { buffer.deallocate() }
      while let number = queue.take() {
        let range = number * Self.piece..<min((number + 1) * Self.piece, chunks)
        let ahead = min(range.upperBound + Self.piece * 4, chunks)
        if range.upperBound < ahead { layer.prefetch(range.upperBound..<ahead) }
        let part = layer.block.part(range)
        var next = range.lowerBound
        while next < range.upperBound {
          let some = next..<min(next + Self.copied, range.upperBound)
          let extent = layer.block.extent(of: some)
          if extent.count > buffer.count {
            buffer.deallocate()
            buffer = .allocate(byteCount: extent.count, alignment: 64)
          }
          try layer.file.read(extent, to: buffer)
          let copy = UnsafeRawBufferPointer(rebasing: buffer[0..<extent.count])
          try reading(layer.file.path) { () throws(BlockDamage) in
            try layer.block.add(some, to: part, columns: shared.columns, copy: copy)
          }
          next = some.upperBound
        }
        mine.append(part)
      }
      return Parts(parts: mine)
    }
    var readings: Int64 = 0
    for part in parts.flatMap(\.parts) {
      columns.add(part)
      readings += part.readings
    }
    return readings
  }

  /// Adds a full block's groups, in which rows lie as they came: each thread to tables of its own.
  private func add(_ layer: Layer, _ standing: StandingLayer, to columns: SumColumns) throws -> Int64 {
    let groups = layer.block.header.groups
    let queue = WorkQueue((groups + Self.piece - 1) / Self.piece)
    let index = try standing.index()
    let (buckets, periods) = (columns.buckets, columns.periods)
    // Tables cost as much as some ten pieces: few groups are not worth a second thread's.
    let parts = try onThreads(min(threads, max(1, queue.count / 8))) { _ in
      let sums = BucketSums(buckets: buckets, periods: periods)
      var readings: Int64 = 0
      while let number = queue.take() {
        let range = number * Self.piece..<min((number + 1) * Self.piece, groups)
        let ahead = min(range.upperBound + Self.piece * 2, groups)
        if range.upperBound < ahead { layer.prefetch(range.upperBound..<ahead) }
        for place in range {
          let group = try layer.group(place)
          sums.add(group, index: index.entries)
          readings += Int64(group.rowCount * periods - group.missingCells)
        }
      }
      return RowPart(sums: sums, readings: readings)
    }
    guard let first = parts.first else { return 0 }
    for part in parts.dropFirst() { first.sums.merge(part.sums) }
    first.sums.fill(columns)
    return parts.reduce(0) { $0 + $1.readings }
  }

  private func adjust(_ columns: SumColumns, _ standing: StandingLayer) throws {
    let queue = WorkQueue(min(16, max(1, columns.buckets / 64)))
    let shared = SharedColumns(columns: columns)
    let buckets = columns.buckets
    _ = try onThreads(min(threads, queue.count)) { _ in
      while let number = queue.take() {
        let range = buckets * number / queue.count..<buckets * (number + 1) / queue.count
        try reading(standing.path) { () throws(BlockDamage) in
          try shared.columns.adjust(standing.day, buckets: range)
        }
      }
    }
  }

  // MARK: Changes

  /// The run as changes of kept sums, where there are such: opens nothing that those are made of.
  private func laterRun() throws -> (sums: RunSums, changed: Int64)? {
    let standing = try StandingLayer(folder, date)
    let paths = folder.blocks(date, upTo: run)
    var heads = try paths.map(Layer.header)
    var lineage = heads.map(\.checksum)
    if heads.first?.isCorrection ?? true {
      // The full block is gone: the day block that stands for it says what is within.
      let layers = try DayLayers(folder, date, upTo: run)
      lineage = layers.lineage
      heads.insert(
        contentsOf: repeatElement(heads.first, count: max(0, lineage.count - heads.count)).compactMap(\.self), at: 0)
    }
    guard let earlier = try earlierSums(standing, lineage) else { return nil }
    let count = lineage.count - earlier.subject.blocks.count
    guard count <= paths.count, heads.suffix(count).allSatisfy({ $0.isCorrection && $0.hasBuckets }) else { return nil }
    let fresh = try paths.suffix(count).map { try Layer(unmapped: $0, standing) }
    guard fresh.map(\.checksum).elementsEqual(lineage.suffix(count)) else { return nil }
    let (changes, looked) = try self.changes(of: fresh, standing)
    let subject = subject(standing, lineage, readings: earlier.subject.readings + changes.readings)
    return (RunSums(subject, .changes(changes, run: earlier.subject.run, checksum: earlier.checksum)), looked)
  }

  /// What blocks of corrections withdraw and state, by bucket; and how many readings those are.
  private func changes(of layers: [Layer], _ standing: StandingLayer) throws -> (SumChanges, Int64) {
    let pieces = layers.flatMap { layer in (0..<layer.block.header.groups).map { (layer, $0) } }
    let (buckets, periods) = (standing.day.bucketCount, standing.day.periods)
    // Groups are in the order of buckets: a thread that takes neighbours has few buckets in common with another.
    let count = min(threads, max(1, pieces.count / 4))
    let shares = TwoEndedRange.shares(of: pieces.count, threads: count)
    let tables = try onThreads(count) { thread in
      let share = shares[thread / 2]
      let buffer = GroupBuffer()
      let tables = ChangeTables(buckets: buckets, periods: periods, rows: share.count * RowGroup.capacity)
      var taken = 0
      while let place = share.take(taken, fromBack: thread % 2 == 1) {
        taken += 1
        let (layer, number) = pieces[place]
        let group = try layer.group(number, copiedTo: buffer)
        guard group.hasBuckets else {
          throw BlockStoreError.mismatch("its corrections do not name their buckets", path: layer.file.path)
        }
        tables.add(group)
      }
      try reading(standing.path) { () throws(BlockDamage) in try tables.finish(standing.day) }
      return Tables(tables: tables)
    }
    let changes = try reading(standing.path) { () throws(BlockDamage) in try SumChanges(tables.map(\.tables)) }
    return (changes, tables.reduce(0) { $0 + $1.tables.readings })
  }

  private struct Earlier {
    let subject: RunSums.Subject
    let checksum: UInt32
  }

  /// The latest kept sums that are a beginning of this run: same standing data, and their blocks begin these.
  private func earlierSums(_ standing: StandingLayer, _ lineage: [UInt32]) throws -> Earlier? {
    let day = standing.day
    for earlier in RunType.allCases.filter({ $0 < run }).reversed() {
      let path = folder.sums(date, earlier)
      guard FileManager.default.fileExists(atPath: path) else { continue }
      let head = try ReadableFile(path).front(RunSums.Head.most) { bytes, length in
        try reading(path) { () throws(BlockDamage) in try RunSums.Head(bytes, fileLength: length) }
      }
      let subject = head.subject
      if subject.standing == day.checksum, subject.date == date, subject.mpans == day.mpans,
        lineage.starts(with: subject.blocks), !subject.blocks.isEmpty
      {
        return Earlier(subject: subject, checksum: head.checksum)
      }
    }
    return nil
  }
}

private struct SharedColumns: @unchecked Sendable {  // threads write to buckets that no other thread has
  let columns: SumColumns
}

private struct Parts: @unchecked Sendable {  // handed from the thread that made them
  let parts: [DayPart]
}

private struct RowPart: @unchecked Sendable {  // handed from the thread that made it
  let sums: BucketSums
  let readings: Int64
}

private struct Tables: @unchecked Sendable {  // handed from the thread that made them
  let tables: ChangeTables
}
