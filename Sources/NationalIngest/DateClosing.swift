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
/// A metering point whose registration changed (`halfhour standing --amend`) is withdrawn from the bucket it was in and
/// stated in its new one. Memory is that of ``window`` rows, whatever the country's size.
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
    /// Rows that changed their bucket.
    public var moved = 0
    /// Metering points of which something arrived and that were registered after the date's first block was made.
    public var leftOut = 0
  }

  public init(_ folder: ArrivalsFolder, date: SettlementDate, run: RunType) {
    self.folder = folder
    self.date = date
    self.run = run
  }

  /// Whether a run's block can be made and is not there: something arrived at the store or registrations changed, and the
  /// run is not closed.
  public var isOpen: Bool {
    let there = FileManager.default.fileExists(atPath:)
    guard !isClosed else { return false }
    if run == .ii { return there(folder.path) }
    return there(folder.national.block(date, .ii)) && (there(folder.path) || there(folder.national.moves(date, run)))
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
    var outcome = Outcome()
    let mpans: Int
    if run == .ii {
      mpans = try writeFull(registered: register.register.count, journal, &outcome)
    } else {
      mpans = try writeChanges(journal, &outcome)
    }
    outcome.leftOut = journal.arrived(date, from: mpans)
    return outcome
  }

  private func windows(_ mpans: Int) -> [Range<UInt32>] {
    stride(from: 0, to: mpans, by: Self.window).map { UInt32($0)..<UInt32(min($0 + Self.window, mpans)) }
  }

  /// - Returns: the date's metering points: those of its standing data, where that is there already.
  private func writeFull(registered: Int, _ journal: ArrivalsJournal, _ outcome: inout Outcome) throws -> Int {
    let standing = folder.national.standing(date)
    var mpans = registered
    if FileManager.default.fileExists(atPath: standing) {
      let file = try MappedFile(standing)
      do { mpans = try StandingDay(file.bytes).mpans } catch { throw BlockStoreError.damaged(error, path: standing) }
      guard mpans <= registered else {
        throw BlockStoreError.mismatch("the register has fewer metering points than the standing data", path: standing)
      }
    }
    let writer = try BlockWriter(folder.national.block(date, run), date: date, run: run, mpans: mpans)
    for rows in windows(mpans) { try writeFull(rows, journal, writer, &outcome) }
    outcome.bytes = try writer.finish()
    return mpans
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
      try writer.append(Array(part), of)
    }
  }

  // MARK: Later runs

  private func writeChanges(_ journal: ArrivalsJournal, _ outcome: inout Outcome) throws -> Int {
    let layers = try folder.national.blocks(date, upTo: run).map { try BlockFile($0, date) }
    // Rows name their buckets, so that a later run needs no index of the country.
    let buckets = try BucketFile(folder.national, date, layers)
    let moves = try MovesFile(folder.national, date, run, standing: buckets.checksum)
    let writer = try BlockWriter(
      folder.national.block(date, run), date: date, run: run, mpans: buckets.count, standing: buckets.checksum)
    for rows in windows(buckets.count) {
      let changes = try changes(rows, journal, layers, buckets, moves.buckets(of: rows), periods: writer.periods)
      for first in stride(from: 0, to: changes.count, by: RowGroup.capacity) {
        let part = Array(changes[first..<min(first + RowGroup.capacity, changes.count)])
        try write(part, writer)
        outcome.rows += part.count
        outcome.moved += part.count { $0.wasIn != $0.isIn }
        outcome.readings += part.reduce(0) { $0 + $1.after.stated.nonzeroBitCount }
      }
    }
    outcome.bytes = try writer.finish()
    return buckets.count
  }

  /// A row with other readings or in another bucket than before.
  private struct Change {
    let row: UInt32
    let before: RowState
    let after: RowState
    let wasIn: UInt16
    let isIn: UInt16
  }

  /// The changes of rows in a window, by the bucket that they were in.
  private func changes(
    _ rows: Range<UInt32>, _ journal: ArrivalsJournal, _ layers: [BlockFile], _ buckets: BucketFile,
    _ moves: [UInt32: UInt16], periods: Int
  ) throws -> [Change] {
    var arrived: [UInt32: RowState] = [:]
    try journal.eachGroup(date, rows: rows) { group in
      for (row, state) in zip(group.rows, RowState.states(of: group)) where rows.contains(row) { arrived[row] = state }
    }
    guard !arrived.isEmpty || !moves.isEmpty else { return [] }
    var before = WindowStates(rows, periods: periods)
    for layer in layers { try layer.eachGroup(rows: rows) { before.put($0) } }
    var changed: [Change] = []
    for row in Set(arrived.keys).union(moves.keys) {
      let old = before[row]
      var new = old
      if let statement = arrived[row] { new.take(statement) }
      let wasIn = buckets[row]
      let change = Change(row: row, before: old, after: new, wasIn: wasIn, isIn: moves[row] ?? wasIn)
      if new != old || change.wasIn != change.isIn { changed.append(change) }
    }
    return changed.sorted { ($0.wasIn, $0.row) < ($1.wasIn, $1.row) }
  }

  /// A pair of groups: what is withdrawn, and what is stated instead, each in the order of its buckets.
  private func write(_ changes: [Change], _ writer: BlockWriter) throws {
    try writer.append(
      changes.map(\.row), changes.map(\.before), buckets: changes.map(\.wasIn), withdrawn: true)
    let stated = changes.sorted { ($0.isIn, $0.row) < ($1.isIn, $1.row) }
    try writer.append(stated.map(\.row), stated.map(\.after), buckets: stated.map(\.isIn))
  }
}
