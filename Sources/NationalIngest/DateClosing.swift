import Foundation
import ReadingArrivals
import ReadingBlockStore
import ReadingBlocks
import SettlementCalendar

/// Makes of what arrived for a date the block that a settlement run counts from: the full one for II, for later runs what
/// is withdrawn and what is stated instead.
///
/// A run's block is written once; what arrives after it counts from a later run. A row's readings are those of the blocks
/// before, with what arrived put over them by rule READ-1: so the result does not depend on when files were accepted.
/// Memory is that of ``window`` rows, whatever the country's size.
public struct DateClosing {
  public let folder: ArrivalsFolder
  public let date: SettlementDate
  public let run: RunType
  /// Rows that are put together at a time.
  static let window = 256 * RowGroup.capacity

  public struct Outcome: Sendable {
    /// Whether the block was there before.
    public var wasClosed = false
    /// Rows with a reading, or rows that changed.
    public var rows = 0
    public var readings = 0
    public var bytes = 0
  }

  public init(_ folder: ArrivalsFolder, date: SettlementDate, run: RunType) {
    self.folder = folder
    self.date = date
    self.run = run
  }

  /// Whether a run's block can be made and is not there: something arrived at the store, and the run is not closed.
  public var isOpen: Bool {
    let there = FileManager.default.fileExists(atPath:)
    return there(folder.path) && !isClosed && (run == .ii || there(folder.national.block(date, .ii)))
  }

  /// Whether the run has its block, of rows or in the order of buckets.
  private var isClosed: Bool {
    [folder.national.block(date, run), folder.national.dayBlock(date, run)]
      .contains { FileManager.default.fileExists(atPath: $0) }
  }

  /// - Throws: where the run before has none to build on, a later one is closed, or a file is damaged.
  public func close() throws -> Outcome {
    let path = folder.national.block(date, run)
    if isClosed { return Outcome(wasClosed: true) }
    let later = RunType.allCases.filter {
      $0 > run && FileManager.default.fileExists(atPath: folder.national.block(date, $0))
    }
    guard later.isEmpty else {
      throw BlockStoreError.mismatch("a later run of \(date) has its block already", path: path)
    }
    guard run == .ii || FileManager.default.fileExists(atPath: folder.national.block(date, .ii)) else {
      throw BlockStoreError.missing("there is no full block of rows of \(date); close II first", path: path)
    }
    let register = try RegisterFile(folder)
    try folder.make()
    let lock = try LoadLock(folder)
    defer { withExtendedLifetime(lock) {} }
    let journal = try ArrivalsJournal(folder, mpans: register.register.count)
    try folder.national.make(date)
    // A later run's rows name their buckets, so that it needs no index of the country.
    let buckets = try run == .ii ? nil : BucketFile(folder.national.standing(date), mpans: register.register.count)
    let writer = try BlockWriter(path, date: date, run: run, mpans: register.register.count, buckets: buckets)
    let layers = try run == .ii ? [] : folder.national.blocks(date, upTo: run).map { try BlockFile($0, date) }
    var outcome = Outcome()
    for first in stride(from: 0, to: register.register.count, by: Self.window) {
      let rows = UInt32(first)..<UInt32(min(first + Self.window, register.register.count))
      if run == .ii {
        try writeFull(rows, journal, writer, &outcome)
      } else {
        try writeChanges(rows, journal, layers, buckets, writer, &outcome)
      }
    }
    outcome.bytes = try writer.finish()
    return outcome
  }

  private func writeFull(
    _ rows: Range<UInt32>, _ journal: ArrivalsJournal, _ writer: BlockWriter, _ outcome: inout Outcome
  ) throws {
    var states = WindowStates(rows, periods: writer.periods)
    try journal.eachGroup(date, rows: rows) { states.put($0) }
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: RowGroup.capacity) {
      let part = first..<min(first + UInt32(RowGroup.capacity), rows.upperBound)
      let of = part.map { states[$0] }
      outcome.rows += of.count { $0.stated != 0 }
      outcome.readings += of.reduce(0) { $0 + $1.stated.nonzeroBitCount }
      try writer.append(Array(part), of, explicit: false)
    }
  }

  private func writeChanges(
    _ rows: Range<UInt32>, _ journal: ArrivalsJournal, _ layers: [BlockFile], _ buckets: BucketFile?,
    _ writer: BlockWriter, _ outcome: inout Outcome
  ) throws {
    var arrived: [UInt32: RowState] = [:]
    try journal.eachGroup(date, rows: rows) { group in
      for (row, state) in zip(group.rows, RowState.states(of: group)) where rows.contains(row) { arrived[row] = state }
    }
    guard !arrived.isEmpty else { return }
    var before = WindowStates(rows, periods: writer.periods)
    for layer in layers { try layer.eachGroup(rows: rows) { before.put($0) } }
    var changed: [(UInt32, RowState, RowState)] = []
    for row in arrived.keys.sorted() {
      guard let statement = arrived[row] else { continue }
      let old = before[row]
      var new = old
      new.take(statement)
      if new != old { changed.append((row, old, new)) }
    }
    if let buckets { changed.sort { (buckets[$0.0], $0.0) < (buckets[$1.0], $1.0) } }
    for first in stride(from: 0, to: changed.count, by: RowGroup.capacity) {
      let part = changed[first..<min(first + RowGroup.capacity, changed.count)]
      let numbers = part.map(\.0)
      try writer.append(numbers, part.map(\.1), explicit: true, withdrawn: true)
      try writer.append(numbers, part.map(\.2), explicit: true)
      outcome.rows += part.count
      outcome.readings += part.reduce(0) { $0 + $1.2.stated.nonzeroBitCount }
    }
  }
}
