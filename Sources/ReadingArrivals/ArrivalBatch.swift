import CIngestKernels
import ReadingBlocks
import SettlementCalendar

/// Reads pieces of files, one after another: lines in, packed groups of rows out. One for each thread, since it holds
/// working memory, which does not grow with the file.
public final class ArrivalBatch {
  /// The longest piece, in bytes.
  public let longestPiece: Int
  /// What must be readable after a piece.
  public static let padding = Int(CINGEST_PADDING)
  /// Faults of a piece that are kept in full.
  public static let keptFaults = 1_000

  private var batch: cingest_batch
  private let messages: OpaquePointer?
  private var encoders: [SettlementDate: GroupEncoder] = [:]
  /// Of a flow that was read last, what it has of the file's frame.
  public private(set) var frame: FlowFrame?

  /// - Parameter signed: whether signed messages will come.
  public init(longestPiece: Int, signed: Bool) {
    self.longestPiece = longestPiece
    // The shortest line that makes a row: MPAN, date, period, one digit, three commas and its end.
    let rows = longestPiece / 28 + 2
    let signatures = signed ? longestPiece / 128 + 2 : 0
    batch = cingest_batch()
    // Pages that no row is written to take no memory.
    batch.rows = .allocate(capacity: rows)
    batch.row_room = UInt32(rows)
    batch.faults = .allocate(capacity: Self.keptFaults)
    batch.fault_room = UInt32(Self.keptFaults)
    batch.signatures = signed ? .allocate(capacity: signatures) : nil
    messages = cingest_messages_new()
  }

  deinit {
    batch.rows.deallocate()
    batch.faults.deallocate()
    batch.signatures?.deallocate()
    cingest_messages_free(messages)
  }

  /// Reads a piece: whole lines, the last with or without its end. What was read before is forgotten.
  ///
  /// - Parameter part: which part of its file it is, which matters for flows only.
  /// - Precondition: at most ``longestPiece`` bytes, with ``padding`` more behind them that can be read.
  public func read(
    _ bytes: UnsafeRawBufferPointer, as layout: ArrivalLayout, _ register: MeterRegister, _ dates: ArrivalDates,
    part: FilePart = .whole
  ) throws(ArrivalDamage) {
    precondition(bytes.count <= longestPiece, "a piece that fits")
    clear()
    guard let start = bytes.bindMemory(to: UInt8.self).baseAddress, !bytes.isEmpty else { return }
    guard let messages else { throw ArrivalDamage("piece", "there is not enough memory to read it") }
    var meters = register.view
    let signatures = batch.signatures
    if layout != .signedMessages { batch.signatures = nil }
    defer { batch.signatures = signatures }
    dates.withView { view in
      switch layout {
      case .messages, .signedMessages: cingest_json(messages, start, bytes.count, &meters, &view, &batch)
      case .longTable(let hasQuality):
        cingest_long_csv(start, bytes.count, hasQuality ? 5 : 4, &meters, &view, &batch)
      case .wideTable(let periods): cingest_wide_csv(start, bytes.count, UInt32(periods), &meters, &view, &batch)
      case .d0036:
        var found = cingest_flow()
        (found.is_first, found.is_last) = (part.isFirst ? 1 : 0, part.isLast ? 1 : 0)
        cingest_d0036(start, bytes.count, &meters, &view, &batch, &found)
        frame = FlowFrame(found, bytes, part)
      }
    }
  }

  /// Lines of what was read last.
  public var lines: Int { Int(batch.lines) }

  private func clear() {
    frame = nil
    batch.row_count = 0
    batch.fault_count = 0
    batch.signature_count = 0
    batch.lines = 0
    batch.quarantined = 0
    batch.duplicates = 0
    batch.conflicts = 0
    _ = withUnsafeMutableBytes(of: &batch.rule_counts) { $0.initializeMemory(as: UInt8.self, repeating: 0) }
  }

  /// A row that a signed message stated, before it is packed.
  public struct SignedRow {
    /// Ranges of the piece's bytes.
    public let sender: Range<Int>
    public let payload: Range<Int>
    /// r and s, 32 bytes each.
    public let signature: [UInt8]
    public let row: UInt32
    public let date: SettlementDate
  }

  /// Asks about each signed message of the piece; those that are not believed are left out.
  public func verify(_ isBelieved: (SignedRow) -> Bool) {
    for place in 0..<Int(batch.row_count) {
      let row = batch.rows[place]
      guard row.signature != .max, let from = batch.signatures, let date = SettlementDate(dayNumber: Int(row.day))
      else {
        continue
      }
      let signature = from[Int(row.signature)]
      let raw = withUnsafeBytes(of: signature.raw) { [UInt8]($0) }
      let sender = Int(signature.sender_at)
      let payload = Int(signature.payload_at)
      let signed = SignedRow(
        sender: sender..<sender + Int(signature.sender_length),
        payload: payload..<payload + Int(signature.payload_length), signature: raw, row: row.row, date: date)
      if !isBelieved(signed) {
        cingest_fault_add(&batch, row.line, CINGEST_SIGNATURE, 0, UInt32(row.stated.nonzeroBitCount))
        batch.rows[place].stated = 0
      }
    }
  }

  /// What the piece came to, packed by date in groups of rising rows.
  public func packed() -> PackedArrivals {
    var out = PackedArrivals()
    for range in mergedRows() {
      guard let date = SettlementDate(dayNumber: Int(range.day)) else { continue }
      let encoder = encoders[date] ?? GroupEncoder(date)
      if encoders.count >= 8, encoders[date] == nil { encoders.removeAll() }
      encoders[date] = encoder
      for first in stride(from: 0, to: range.places.count, by: RowGroup.capacity) {
        let places = range.places[first..<min(first + RowGroup.capacity, range.places.count)]
        out.groups.append(pack(places, date, encoder))
      }
    }
    out.frame = frame
    out.lines = Int(batch.lines)
    out.duplicates = Int(batch.duplicates)
    out.conflicts = Int(batch.conflicts)
    out.quarantined = Int(batch.quarantined)
    out.ruleCounts = withUnsafeBytes(of: batch.rule_counts) { $0.bindMemory(to: UInt64.self).map { Int($0) } }
    out.faults = (0..<Int(batch.fault_count)).compactMap { ArrivalFault(batch.faults[$0]) }
    return out
  }

  /// Places of rows by date, rising by row, rows of the same point and date merged into the first of them.
  private func mergedRows() -> [(day: Int32, places: [Int])] {
    let count = Int(batch.row_count)
    let rows = batch.rows!
    var order = (0..<count).filter { rows[$0].stated != 0 }
    func comes(_ a: Int, _ b: Int) -> Bool {
      rows[a].day != rows[b].day
        ? rows[a].day < rows[b].day : rows[a].row != rows[b].row ? rows[a].row < rows[b].row : a < b
    }
    if !zip(order, order.dropFirst()).allSatisfy(comes) { order.sort(by: comes) }
    var days: [(day: Int32, places: [Int])] = []
    for place in order {
      if days.last?.day != rows[place].day { days.append((rows[place].day, [])) }
      if let last = days[days.count - 1].places.last, rows[last].row == rows[place].row {
        merge(place, into: last)
      } else {
        days[days.count - 1].places.append(place)
      }
    }
    return days
  }

  private func merge(_ later: Int, into earlier: Int) {
    let rows = batch.rows!
    let line = rows[later].line
    for period in 0..<UInt64(CINGEST_MAX_PERIODS) where rows[later].stated >> period & 1 == 1 {
      let quality: UInt32 =
        rows[later].estimated >> period & 1 == 1 ? 1 : rows[later].corrected >> period & 1 == 1 ? 2 : 0
      let value = withUnsafeBytes(of: rows[later].cells) { $0.bindMemory(to: Int32.self)[Int(period)] }
      cingest_state(&batch, rows + earlier, line, UInt32(period) + 1, value, quality)
    }
  }

  private func pack(_ places: ArraySlice<Int>, _ date: SettlementDate, _ encoder: GroupEncoder) -> ArrivalGroup {
    let rows = batch.rows!
    let all: UInt64 = (1 << UInt64(encoder.periods)) - 1
    var runs: [UInt32] = []
    var numbers: [UInt32] = []
    numbers.reserveCapacity(places.count)
    var readings = 0
    for (position, place) in places.enumerated() {
      let row = rows + place
      numbers.append(row.pointee.row)
      readings += row.pointee.stated.nonzeroBitCount
      let target = UnsafeMutableRawBufferPointer(
        rebasing: UnsafeMutableRawBufferPointer(encoder.cells)[
          position * encoder.lanes * 4..<(position * encoder.lanes + encoder.periods) * 4])
      withUnsafeBytes(of: &row.pointee.cells) { target.copyMemory(from: $0.part(0..<encoder.periods * 4)) }
      if row.pointee.stated != all || row.pointee.estimated | row.pointee.corrected != 0 {
        runs += RowState(row.pointee, periods: encoder.periods).runs(place: position).map(\.wordValue)
      }
    }
    var bytes: [UInt8] = []
    encoder.append(
      rowCount: numbers.count, firstRow: numbers[0], rowNumbers: numbers, runs: runs, to: &bytes)
    return ArrivalGroup(date: date, rows: numbers, readings: readings, bytes: bytes)
  }
}

/// Rows of one date, packed as a group of a block of corrections is.
public struct ArrivalGroup: Hashable, Sendable {
  public var date: SettlementDate
  /// Dense indexes, rising.
  public var rows: [UInt32]
  public var readings: Int
  public var bytes: [UInt8]

  public init(date: SettlementDate, rows: [UInt32], readings: Int, bytes: [UInt8]) {
    self.date = date
    self.rows = rows
    self.readings = readings
    self.bytes = bytes
  }
}

/// What a piece of a file came to.
public struct PackedArrivals: Sendable {
  public var groups: [ArrivalGroup] = []
  public var lines = 0
  /// Within the piece.
  public var duplicates = 0
  public var conflicts = 0
  public var quarantined = 0
  /// By ``ArrivalRule``.
  public var ruleCounts = [Int](repeating: 0, count: ArrivalRule.allCases.count)
  /// The first of them.
  public var faults: [ArrivalFault] = []
  public var signatures: [SignatureFact] = []
  /// Of a flow, what it has of the file's frame.
  public var frame: FlowFrame?

  public init() {}

  public var readings: Int { groups.reduce(0) { $0 + $1.readings } }
}
