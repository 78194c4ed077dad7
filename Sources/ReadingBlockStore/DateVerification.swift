import Foundation
import ReadingBlocks
import SettlementCalendar

/// Reads every byte of a date's files, those too that no run needs, holds the files to each other, and adds every kept run
/// up anew, from rows too.
public struct DateVerification: Sendable {
  public let folder: NationalFolder
  public let date: SettlementDate
  public let threads: Int

  public struct Outcome: Sendable {
    public var files = 0
    public var bytes = 0
    public var runs = 0
    /// What is damaged or differs: file and reason.
    public var differences: [String] = []

    public init() {}
  }

  public init(_ folder: NationalFolder, _ date: SettlementDate, threads: Int) {
    self.folder = folder
    self.date = date
    self.threads = max(1, threads)
  }

  /// Adds to an outcome what is found.
  public func verify(_ outcome: inout Outcome) {
    let before = outcome.differences.count
    checkEach(&outcome)
    // What does not hold by itself is not held to anything else: one damage, one line.
    guard outcome.differences.count == before else { return }
    checkTogether(&outcome)
    guard outcome.differences.count == before else { return }
    addAnew(&outcome)
  }

  private func note(_ outcome: inout Outcome, _ body: () throws -> Void) {
    do { try body() } catch { outcome.differences.append("\(error)") }
  }

  // MARK: Each file by itself

  private func checkEach(_ outcome: inout Outcome) {
    check(folder.standing(date), &outcome) { bytes throws(BlockDamage) in
      let standing = try StandingDay(bytes)
      _ = try standing.index()
      return standing.date
    }
    for run in RunType.allCases {
      check(folder.block(date, run), &outcome) { bytes throws(BlockDamage) in
        let block = try ReadingBlock(bytes)
        try onAll(block.header.groups) { number throws(BlockDamage) in _ = try block.group(number) }
        return block.header.date
      }
      check(folder.dayBlock(date, run), &outcome) { bytes throws(BlockDamage) in
        let block = try DayBlock(bytes)
        try onAll(block.header.chunks) { number throws(BlockDamage) in
          _ = try block.chunk(number)
          _ = try block.rows(of: number)
        }
        return block.header.date
      }
      check(folder.moves(date, run), &outcome) { bytes throws(BlockDamage) in try BucketMoves(bytes).date }
      check(folder.sums(date, run), &outcome) { bytes throws(BlockDamage) in try RunSums(bytes).subject.date }
    }
  }

  /// Checks a file that is there. - Parameter body: reads all of it and says of which date it is.
  private func check(
    _ path: String, _ outcome: inout Outcome, _ body: (UnsafeRawBufferPointer) throws(BlockDamage) -> SettlementDate
  ) {
    guard FileManager.default.fileExists(atPath: path) else { return }
    outcome.files += 1
    do {
      let file = try MappedFile(path)
      outcome.bytes += file.bytes.count
      guard try reading(path, { () throws(BlockDamage) in try body(file.bytes) }) == date else {
        throw BlockStoreError.mismatch("it is of another date", path: path)
      }
    } catch {
      outcome.differences.append("\(error)")
    }
  }

  private func onAll(_ count: Int, _ body: @escaping (Int) throws(BlockDamage) -> Void) throws(BlockDamage) {
    let work = SharedWork(body: body)
    let queue = WorkQueue(count)
    let found =
      (try? onThreads(min(threads, max(1, count / 64))) { _ -> BlockDamage? in
        while let number = queue.take() {
          do throws(BlockDamage) { try work.body(number) } catch { return error }
        }
        return nil
      }) ?? []
    if let damage = found.lazy.compactMap({ $0 }).first { throw damage }
  }

  // MARK: The files together

  private func checkTogether(_ outcome: inout Outcome) {
    let there = FileManager.default.fileExists(atPath:)
    guard there(folder.standing(date)) else {
      if folder.isStandingUsed(date) {
        outcome.differences.append("\(folder.standing(date)): the standing data is not there. Restore it from a copy.")
      }
      return
    }
    note(&outcome) {
      let standing = try StandingLayer(folder, date)
      for run in RunType.allCases {
        if there(folder.block(date, run)) { _ = try Layer(folder.block(date, run), standing) }
        if there(folder.dayBlock(date, run)) { _ = try DayLayer(folder.dayBlock(date, run), standing) }
        let path = folder.moves(date, run)
        guard there(path) else { continue }
        let file = try MappedFile(path)
        let moves = try reading(path) { () throws(BlockDamage) in try BucketMoves(file.bytes) }
        guard moves.standing == standing.day.checksum, moves.mpans == standing.day.mpans,
          RunType.allCases[moves.run] == run
        else { throw BlockStoreError.mismatch("they are of another run or other standing data", path: path) }
      }
    }
  }

  private func addAnew(_ outcome: inout Outcome) {
    for run in RunType.allCases where FileManager.default.fileExists(atPath: folder.sums(date, run)) {
      outcome.runs += 1
      note(&outcome) {
        let kept = try folder.keptSums(date, run)
        // A day block kept alone stands for the rows that it was made of.
        let hasRows = FileManager.default.fileExists(atPath: folder.block(date, .ii))
        for rowsOnly in hasRows ? [false, true] : [false] {
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
}

private struct SharedWork: @unchecked Sendable {  // reads mapped memory only
  let body: (Int) throws(BlockDamage) -> Void
}

extension NationalFolder {
  /// Whether a store holds blocks and nothing else.
  public var isAlone: Bool {
    let parent = String(path.dropLast("/national".count))
    return (try? FileManager.default.contentsOfDirectory(atPath: parent)) == ["national"]
  }

  /// The dates that there are files of.
  public func dates() throws -> [SettlementDate] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: path).compactMap { SettlementDate($0) }.sorted()
  }
}
