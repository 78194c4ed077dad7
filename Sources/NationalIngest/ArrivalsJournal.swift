import Foundation
import ReadingArrivals
import ReadingBlockStore
import ReadingBlocks
import SettlementCalendar

/// All that was accepted, in files that are never changed, and where the last word on each metering point and date is.
///
/// Every group's statement about a row holds all that was known of it: the last one is the row's state. So the index is
/// four bytes for each metering point of a date, in pages that are only there once something of theirs arrived.
public final class ArrivalsJournal {
  public let folder: ArrivalsFolder
  /// Metering points of the register.
  public let mpans: Int
  private var files: [OpenFile] = []
  /// Places of groups by their number: file, block, group.
  private var places: [Place] = []
  private var dates: [SettlementDate: DateIndex] = [:]
  private var known: [[UInt8]: PieceRecord] = [:]
  /// The names of this store's pieces: those of its files, or under a new key where there is none yet.
  private(set) var pieceNames = PieceNames()
  private var hasKey = false
  private var cached: (number: Int, group: RowGroup, states: [RowState])?

  struct Place {
    let file: Int32
    let block: Int32
    let group: Int32
  }

  /// A file of arrivals, mapped.
  final class OpenFile {
    let file: MappedFile
    let content: ArrivalsFile

    init(_ path: String) throws {
      file = try MappedFile(path)
      do { content = try ArrivalsFile(file.bytes) } catch { throw DamagedFile(path: path, damage: error) }
    }
  }

  /// For each row the number of the group that has the last word, from 1; 0 where nothing arrived.
  final class DateIndex {
    let last: UnsafeMutableBufferPointer<UInt32>
    init(mpans: Int) {
      // Zeros that come from the system when they are touched.
      let memory = calloc(mpans, 4)?.bindMemory(to: UInt32.self, capacity: mpans)
      last = UnsafeMutableBufferPointer(start: memory, count: memory == nil ? 0 : mpans)
    }
    deinit { free(last.baseAddress) }
  }

  /// Opens and verifies what is there, every group of it.
  ///
  /// - Throws: ``DamagedFile`` for the first file that is not what was written, or is not there.
  public init(_ folder: ArrivalsFolder, mpans: Int) throws {
    self.folder = folder
    self.mpans = mpans
    for (place, sequence) in try folder.sequences().enumerated() {
      guard sequence == place + 1 else {
        throw DamagedFile(path: folder.file(place + 1), damage: ArrivalDamage("file", "it is not there"))
      }
      try take(OpenFile(folder.file(sequence)), sequence: sequence)
    }
  }

  private func take(_ opened: OpenFile, sequence: Int) throws {
    func damaged(_ part: String, _ reason: String) -> DamagedFile {
      DamagedFile(path: opened.file.path, damage: ArrivalDamage(part, reason))
    }
    guard opened.content.sequence == sequence else { throw damaged("header", "it has another file's number") }
    if let key = opened.content.pieceKey {
      guard !hasKey || key == pieceNames.key else {
        throw DamagedFile(path: opened.file.path, damage: PieceNames.otherStore)
      }
      (hasKey, pieceNames) = (true, PieceNames(key: key))
    }
    for (number, block) in opened.content.blocks.enumerated() {
      // The register may have grown since.
      guard Int(block.block.header.mpans) <= mpans else {
        throw damaged("block of \(block.date)", "the register has fewer metering points")
      }
      for group in 0..<block.block.header.groups {
        let rows: RowGroup
        do { rows = try opened.content.group(group, of: number) } catch {
          throw DamagedFile(path: opened.file.path, damage: error)
        }
        note(rows.rows, block.date, Place(file: Int32(files.count), block: Int32(number), group: Int32(group)))
      }
    }
    // Pieces of version 1 have names of another kind: loaded again they are duplicates, reading by reading.
    if opened.content.pieceKey != nil {
      for piece in opened.content.pieces { known[piece.name] = piece }
    }
    files.append(opened)
  }

  private func index(_ date: SettlementDate) throws -> DateIndex {
    if let there = dates[date] { return there }
    let made = DateIndex(mpans: mpans)
    guard made.last.count == mpans else {
      throw BlockStoreError.system(code: ENOMEM, doing: "making room for \(date) of", path: folder.path)
    }
    dates[date] = made
    return made
  }

  private func note(_ rows: [UInt32], _ date: SettlementDate, _ place: Place) {
    places.append(place)
    guard let index = try? index(date) else { return }
    for row in rows { index.last[Int(row)] = UInt32(truncatingIfNeeded: places.count) }
  }

  /// The files' number and their pieces', all that was ever accepted.
  public var fileCount: Int { files.count }
  /// The piece of that name, where it was accepted before.
  func piece(_ name: [UInt8]) -> PieceRecord? { known[name] }
  /// All pieces by their name.
  var knownPieces: [[UInt8]: PieceRecord] { known }
  /// Signatures kept, all of them at once.
  public var signatures: [SignatureFact] { files.flatMap(\.content.signatures) }
  public var signatureCount: Int { files.reduce(0) { $0 + $1.content.signatureCount } }
  /// Dates of which something arrived.
  public var arrivedDates: [SettlementDate] { dates.keys.sorted() }

  /// Takes from a piece what is known already, merging with it by rule READ-1.
  ///
  /// Rows that were heard of before come out with all that is known of them, so that the last statement is the state.
  /// - Parameter isAgain: The piece was taken before, in part: what is there stays, unless it is estimated, because it may have been
  ///   corrected since.
  func deduplicate(_ piece: PackedArrivals, isAgain: Bool) throws -> PackedArrivals {
    guard try piece.groups.contains(where: { try hasRepeats($0) }) else { return piece }
    var out = piece
    out.groups = []
    for group in piece.groups {
      guard try hasRepeats(group) else {
        out.groups.append(group)
        continue
      }
      if let merged = try merged(group, isAgain: isAgain, &out) { out.groups.append(merged) }
    }
    return out
  }

  private func hasRepeats(_ group: ArrivalGroup) throws -> Bool {
    guard let last = dates[group.date]?.last else { return false }
    return group.rows.contains { last[Int($0)] != 0 }
  }

  private func merged(_ group: ArrivalGroup, isAgain: Bool, _ out: inout PackedArrivals) throws -> ArrivalGroup? {
    let encoder = GroupEncoder(group.date)
    let later = try Self.unpacked(group, mpans: mpans)
    var rows: [UInt32] = []
    var states: [RowState] = []
    var readings = 0
    for (row, whole) in zip(group.rows, RowState.states(of: later)) {
      var statement = whole
      guard var state = try state(of: row, group.date) else {
        rows.append(row)
        states.append(statement)
        readings += statement.stated.nonzeroBitCount
        continue
      }
      let before = state
      var conflicts = 0
      if isAgain {
        // Measured still beats estimated (READ-1).
        let stays = state.stated & ~(state.estimated & ~statement.estimated)
        out.duplicates += (statement.stated & stays).nonzeroBitCount
        statement.leaveOut(stays)
      }
      let duplicates = state.take(statement) { _ in conflicts += 1 }
      out.duplicates += duplicates
      out.conflicts += conflicts
      out.ruleCounts[ArrivalRule.conflict.rawValue] += conflicts
      readings += statement.stated.nonzeroBitCount - duplicates - conflicts
      if state != before {
        rows.append(row)
        states.append(state)
      }
    }
    guard !rows.isEmpty else { return nil }
    return try Self.packed(rows, states, group.date, encoder, readings: readings)
  }

  /// A group's rows, read back from its bytes.
  private static func unpacked(_ group: ArrivalGroup, mpans: Int) throws -> RowGroup {
    let file = ArrivalsFile.bytes(
      sequence: 0, acceptedAt: 0, mpans: mpans, pieceKey: PieceNames.noKey, pieces: [], groups: [group], signatures: [])
    // ArrivalsFile wants its bytes aligned, which an array of words is.
    var words = [UInt64](repeating: 0, count: file.count / 8 + 1)
    words.withUnsafeMutableBytes { $0.copyBytes(from: file) }
    return try words.withUnsafeBytes { raw in
      try ArrivalsFile(UnsafeRawBufferPointer(rebasing: raw[..<file.count])).group(0, of: 0)
    }
  }

  static func packed(
    _ rows: [UInt32], _ states: [RowState], _ date: SettlementDate, _ encoder: GroupEncoder, readings: Int
  ) throws -> ArrivalGroup {
    let group = RowGroup(
      periods: encoder.periods, rows: rows, cells: states.flatMap(\.cells),
      runs: states.enumerated().flatMap { $1.runs(place: $0) })
    var bytes: [UInt8] = []
    try encoder.append(group, explicit: true, to: &bytes)
    return ArrivalGroup(date: date, rows: rows, readings: readings, bytes: bytes)
  }

  /// What arrived for a metering point and date. - Returns: `nil` when nothing did.
  public func state(of row: UInt32, _ date: SettlementDate) throws -> RowState? {
    guard let number = dates[date]?.last[Int(row)], number != 0 else { return nil }
    let (group, states) = try group(Int(number))
    guard let place = place(of: row, in: group.rows) else { return nil }
    return states[place]
  }

  private func place(of row: UInt32, in rows: [UInt32]) -> Int? {
    var (low, high) = (0, rows.count)
    while low < high {
      let middle = (low + high) / 2
      if rows[middle] < row { low = middle + 1 } else { high = middle }
    }
    return low < rows.count && rows[low] == row ? low : nil
  }

  private func group(_ number: Int) throws -> (RowGroup, [RowState]) {
    if let cached, cached.number == number { return (cached.group, cached.states) }
    let place = places[number - 1]
    let opened = files[Int(place.file)]
    do {
      let group = try opened.content.group(Int(place.group), of: Int(place.block))
      let states = RowState.states(of: group)
      cached = (number, group, states)
      return (group, states)
    } catch {
      throw DamagedFile(path: opened.file.path, damage: error)
    }
  }

  /// Accepts pieces, all or none: when this returns the disk keeps them.
  ///
  /// Pieces are merged with what is known one after another; what is returned are the records that were written.
  func append(_ pieces: [(name: [UInt8], size: Int, packed: PackedArrivals)], at moment: Int) throws -> [PieceRecord] {
    var file = Pending()
    var results: [PieceRecord] = []
    for (name, size, packed) in pieces {
      // A row that an earlier piece of this file speaks of has to be found in the journal first.
      if packed.groups.contains(where: file.speaks) {
        try write(file, at: moment)
        file = Pending()
      }
      let before = known[name]
      let fresh = try deduplicate(packed, isAgain: before != nil)
      let record = PieceRecord(
        name: name, size: size, lines: fresh.lines, accepted: fresh.readings, duplicates: fresh.duplicates,
        conflicts: fresh.conflicts, quarantined: fresh.quarantined, ruleCounts: fresh.ruleCounts)
      results.append(record)
      // A piece that comes again is only worth writing where something of it is new.
      if let before, fresh.groups.isEmpty, record.quarantined >= before.quarantined { continue }
      file.add(fresh, record, onlyNewSignatures: before != nil)
    }
    if !file.records.isEmpty { try write(file, at: moment) }
    return results
  }

  /// What is going to be in one file.
  private struct Pending {
    private(set) var groups: [ArrivalGroup] = []
    private(set) var records: [PieceRecord] = []
    private(set) var signatures: [SignatureFact] = []
    private var rows: [SettlementDate: Set<UInt32>] = [:]

    func speaks(of group: ArrivalGroup) -> Bool {
      rows[group.date].map { seen in group.rows.contains(where: seen.contains) } ?? false
    }

    mutating func add(_ piece: PackedArrivals, _ record: PieceRecord, onlyNewSignatures: Bool) {
      var new: [SettlementDate: Set<UInt32>] = [:]
      for group in piece.groups { new[group.date, default: []].formUnion(group.rows) }
      rows.merge(new) { $0.union($1) }
      groups += piece.groups
      signatures +=
        onlyNewSignatures ? piece.signatures.filter { new[$0.date]?.contains($0.row) ?? false } : piece.signatures
      records.append(record)
    }
  }

  private func write(_ pending: Pending, at moment: Int) throws {
    let sequence = files.count + 1
    let records = pending.records
    let sorted = pending.groups.enumerated().sorted { ($0.element.date, $0.offset) < ($1.element.date, $1.offset) }.map(
      \.element)
    let file = try NewFile(folder.file(sequence))
    try file.write(
      ArrivalsFile.bytes(
        sequence: sequence, acceptedAt: moment, mpans: mpans, pieceKey: pieceNames.key, pieces: records, groups: sorted,
        signatures: pending.signatures),
      at: 0)
    try file.finish()
    let opened = try OpenFile(folder.file(sequence))
    var (block, group, last) = (-1, 0, SettlementDate?.none)
    for each in sorted {
      if each.date != last { (block, group, last) = (block + 1, 0, each.date) }
      note(each.rows, each.date, Place(file: Int32(files.count), block: Int32(block), group: Int32(group)))
      group += 1
    }
    for piece in records { known[piece.name] = piece }
    files.append(opened)
  }

  /// Metering points from a row on of which something arrived for a date.
  func arrived(_ date: SettlementDate, from row: Int) -> Int {
    guard let last = dates[date]?.last, row < last.count else { return 0 }
    return last[row...].count { $0 != 0 }
  }

  /// Calls `body` for each accepted group of a date that speaks of rows in a range, in the order of acceptance.
  func eachGroup(_ date: SettlementDate, rows: Range<UInt32>, _ body: (RowGroup) throws -> Void) throws {
    for opened in files {
      for (number, block) in opened.content.blocks.enumerated() where block.date == date {
        for group in 0..<block.block.header.groups {
          do {
            let packed = try block.block.group(group)
            guard packed.firstRow < rows.upperBound, packed.lastRow >= rows.lowerBound else { continue }
            try body(packed.unpacked())
          } catch let damage as BlockDamage {
            throw DamagedFile(
              path: opened.file.path, damage: ArrivalDamage("block \(number) of \(date)", damage.description))
          }
        }
      }
    }
  }
}
