import Foundation
import ReadingBlocks
import SettlementCalendar

/// Reads every byte of the blocks of a store, those too that no run needs, and adds every kept run up anew from rows.
public struct NationalVerification: Sendable {
  public let folder: NationalFolder
  public let threads: Int

  public struct Outcome: Sendable {
    public var files = 0
    public var runs = 0
    /// What is damaged or differs: file and reason.
    public var differences: [String] = []
  }

  public init(_ folder: NationalFolder, threads: Int) {
    self.folder = folder
    self.threads = max(1, threads)
  }

  /// - Parameter progress: told how many dates are done, of how many.
  public func verify(progress: (Int, Int) -> Void = { _, _ in }) throws -> Outcome {
    var outcome = Outcome()
    let dates = try folder.dates()
    for (number, date) in dates.enumerated() {
      progress(number, dates.count)
      try verify(date, &outcome)
    }
    return outcome
  }

  private func verify(_ date: SettlementDate, _ outcome: inout Outcome) throws {
    let damaged = outcome.differences.count
    func check(_ path: String, _ body: () throws -> Void) {
      outcome.files += 1
      do { try body() } catch { outcome.differences.append("\(error)") }
    }
    var standing: StandingLayer?
    check(folder.standing(date)) {
      let layer = try StandingLayer(folder, date)
      _ = try layer.index()
      standing = layer
    }
    guard let standing else { return }
    for run in RunType.allCases {
      let (rows, day) = (folder.block(date, run), folder.dayBlock(date, run))
      if FileManager.default.fileExists(atPath: rows) { check(rows) { try verify(Layer(rows, standing)) } }
      if FileManager.default.fileExists(atPath: day) { check(day) { try verify(DayLayer(day, standing)) } }
    }
    guard outcome.differences.count == damaged else { return }
    for run in RunType.allCases where FileManager.default.fileExists(atPath: folder.sums(date, run)) {
      outcome.runs += 1
      check(folder.sums(date, run)) {
        let kept = try folder.keptSums(date, run)
        for rowsOnly in [false, true] {
          let anew = try NationalRun(folder, date: date, run: run, threads: threads)
            .settle(full: true, rowsOnly: rowsOnly)
          guard anew.sums == kept else {
            throw BlockStoreError.mismatch(
              "the kept sums are not what the blocks add up to", path: folder.sums(date, run))
          }
        }
      }
    }
  }

  private func verify(_ layer: Layer) throws {
    let queue = WorkQueue(layer.block.header.groups)
    _ = try onThreads(threads) { _ in while let number = queue.take() { _ = try layer.group(number) } }
  }

  private func verify(_ layer: DayLayer) throws {
    let queue = WorkQueue(layer.block.header.chunks)
    _ = try onThreads(threads) { _ in
      while let number = queue.take() {
        try reading(layer.file.path) { () throws(BlockDamage) in
          _ = try layer.block.chunk(number)
          _ = try layer.block.rows(of: number)
        }
      }
    }
  }
}

extension NationalFolder {
  /// Whether a store holds blocks and nothing else.
  public var isAlone: Bool {
    let parent = String(path.dropLast("/national".count))
    return (try? FileManager.default.contentsOfDirectory(atPath: parent)) == ["national"]
  }

  /// The dates that there are blocks of.
  public func dates() throws -> [SettlementDate] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: path).compactMap { SettlementDate($0) }.sorted()
  }
}
