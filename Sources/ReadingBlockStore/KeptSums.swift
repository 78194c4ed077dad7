import Foundation
import ReadingBlocks
import SettlementCalendar

extension NationalRun {
  /// Keeps a run's sums for later runs: whole, or where it only changed some, the changes.
  public func keep(_ sums: RunSums) throws {
    let file = try NewFile(folder.sums(date, run))
    let header = sums.header
    try file.write(header, at: 0)
    var at = header.count
    var failure: (any Error)?
    sums.withParts { part in
      do { if failure == nil { try file.write(part, at: at) } } catch { failure = error }
      at += part.count
    }
    if let failure { throw failure }
    try file.finish()
  }
}

extension NationalFolder {
  /// The kept sums of a run, those that were kept as changes put together with what they change.
  ///
  /// - Returns: `nil` where that run was not made.
  public func keptSums(_ date: SettlementDate, _ run: RunType) throws -> RunSums? {
    let path = sums(date, run)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let file = try MappedFile(path)
    let kept = try reading(path) { () throws(BlockDamage) in try RunSums(file.bytes) }
    return try resolved(kept)
  }

  /// A run's sums put together with what they change, where they are only changes.
  public func resolved(_ sums: RunSums) throws -> RunSums {
    guard case .changes(_, let run, _) = sums.content else { return sums }
    let date = sums.subject.date
    // Changes name an earlier run, so this comes to an end.
    guard run < sums.subject.run, RunType.allCases.indices.contains(run),
      let base = try keptSums(date, RunType.allCases[run])
    else { throw BlockStoreError.missing("the sums that a later run changes are gone", path: day(date)) }
    return try reading(self.sums(date, RunType.allCases[run])) { () throws(BlockDamage) in try sums.resolved(on: base) }
  }
}
