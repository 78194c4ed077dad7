import EstateSimulator
import Foundation
import ReadingBlocks
import SettlementCalendar

/// Writes a simulated country to blocks: groups are made by any number of threads and laid down in their order.
public struct NationalSimulation: Sendable {
  public let estate: NationalEstate
  public let folder: NationalFolder
  public let threads: Int
  /// Rows in a million whose readings arrive before SF.
  public let latePerMillion: Int

  public struct Outcome: Sendable {
    public var readings = 0
    public var bytes = 0
    public var corrected = 0
    /// Making and writing the blocks of readings, without waiting for the disk to keep them.
    public var makingSeconds = 0.0
    /// With it, and with corrections and standing data.
    public var seconds = 0.0
  }

  public init(_ estate: NationalEstate, folder: NationalFolder, threads: Int, latePerMillion: Int = 3_000) {
    self.estate = estate
    self.folder = folder
    self.threads = max(1, threads)
    self.latePerMillion = latePerMillion
  }

  public func write(_ date: SettlementDate) throws -> Outcome {
    let start = ContinuousClock.now
    try folder.make(date)
    var outcome = Outcome()
    try writeFull(date, &outcome)
    try writeStanding(date)
    try writeLate(date, &outcome)
    outcome.seconds = (ContinuousClock.now - start).seconds
    return outcome
  }

  private static let chunk = 32

  private func writeFull(_ date: SettlementDate, _ outcome: inout Outcome) throws {
    let start = ContinuousClock.now
    let file = try NewFile(folder.block(date, .ii))
    let line = FileLine(first: BlockHeader.length)
    let queue = WorkQueue((estate.groupCount + Self.chunk - 1) / Self.chunk)
    let counts = try onThreads(threads) { _ in
      let day = NationalDay(estate, date)
      var bytes: [UInt8] = []
      var readings = 0
      while let number = queue.take() {
        bytes.removeAll(keepingCapacity: true)
        var starts: [Int] = []
        for group in number * Self.chunk..<min((number + 1) * Self.chunk, estate.groupCount) {
          starts.append(bytes.count)
          readings += day.append(group: group, to: &bytes)
        }
        try file.write(bytes, at: line.place(number, bytes, starts: starts))
      }
      return readings
    }
    try finish(file, line, date, run: .ii)
    outcome.makingSeconds = (ContinuousClock.now - start).seconds
    try file.finish()
    outcome.readings = counts.reduce(0, +)
    outcome.bytes = line.end + BlockHeader.entryLength * line.offsets.count
  }

  private func writeLate(_ date: SettlementDate, _ outcome: inout Outcome) throws {
    let day = NationalDay(estate, date)
    let standing = try StandingLayer(folder, date)
    let index = try standing.index()
    // What is withdrawn lies in the order of the buckets that the first run took; what is stated instead in its own.
    let late = day.late(1, perMillion: latePerMillion, rows: 0..<estate.mpans)
    let before = late.map { BucketRow(bucket: index.entries[Int($0)], row: $0) }.sorted()
    let after = late.map { BucketRow(bucket: day.bucket(late: $0, known: index.entries[Int($0)]), row: $0) }.sorted()
    let file = try NewFile(folder.block(date, .sf))
    let line = FileLine(first: BlockHeader.length)
    for (number, first) in stride(from: 0, to: late.count, by: RowGroup.capacity).enumerated() {
      var bytes: [UInt8] = []
      let range = first..<min(first + RowGroup.capacity, late.count)
      day.append(withdrawn: before[range], to: &bytes)
      let second = bytes.count
      day.append(stated: after[range], run: 1, to: &bytes)
      try file.write(bytes, at: line.place(number, bytes, starts: [0, second]))
    }
    try finish(file, line, date, run: .sf, standing: standing.day.checksum)
    try file.finish()
    outcome.corrected = late.count * SettlementDay(date).periodCount
  }

  private func finish(
    _ file: NewFile, _ line: FileLine, _ date: SettlementDate, run: RunType, standing: UInt32? = nil
  ) throws {
    let directory = ReadingBlock.directory(offsets: line.offsets, checksums: line.checksums)
    let header = BlockHeader(
      date: date, isCorrection: run != .ii, run: run == .ii ? 0 : 1, mpans: UInt32(estate.mpans),
      groups: line.offsets.count, directoryOffset: line.end,
      directoryChecksum: directory.withUnsafeBytes { blockChecksum($0) }, standing: standing)
    try file.write(directory, at: line.end)
    try file.write(header.bytes, at: 0)
  }

  private func writeStanding(_ date: SettlementDate) throws {
    let parts = 64
    let queue = WorkQueue(parts)
    let made = try onThreads(threads) { _ in
      var mine: [(Int, [UInt16])] = []
      while let part = queue.take() {
        mine.append((part, estate.index(date, rows: estate.mpans * part / parts..<estate.mpans * (part + 1) / parts)))
      }
      return mine
    }
    let index = made.flatMap { $0 }.sorted { $0.0 < $1.0 }.flatMap { $0.1 }
    let file = try NewFile(folder.standing(date))
    try file.write(
      StandingDay.file(date: date, buckets: estate.buckets(), lossFactors: estate.lossFactors(date), index: index),
      at: 0)
    try file.finish()
  }
}

/// Gives pieces of a file their places in the order of their numbers, whichever is made first.
final class FileLine: @unchecked Sendable {  // behind a condition
  private let condition = NSCondition()
  private var next = 0
  private(set) var end: Int
  private(set) var offsets: [Int] = []
  private(set) var checksums: [UInt32] = []

  init(first: Int) { end = first }

  func place(_ number: Int, _ bytes: [UInt8], starts: [Int]) -> Int {
    condition.lock()
    defer { condition.unlock() }
    while next != number { condition.wait() }
    let place = end
    offsets += starts.map { place + $0 }
    checksums += starts.map { ReadingBlock.groupChecksum(bytes, at: $0) }
    end += bytes.count
    next += 1
    condition.broadcast()
    return place
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
