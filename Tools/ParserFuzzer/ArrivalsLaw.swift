import Glibc
import MarketIdentifiers
import ReadingArrivals
import ReadingBlocks
import SettlementCalendar

/// Lines of readings at national size: the fast way says what the plain one says, and reads nothing beyond the padding.
///
/// The first byte of an input names the layout, 1 to 7; the rest is a whole file.
final class ArrivalsLaw {
  nonisolated(unsafe) static let shared = ArrivalsLaw()  // the fuzzer has one thread

  private let words: [UInt64]
  private let length: Int
  private let dates: ArrivalDates
  private let batch = ArrivalBatch(longestPiece: ArrivalsLaw.room, signed: true)
  private let memory: UnsafeMutableRawPointer
  private static let room = 1 << 17

  private init() {
    let mpans = (0..<30).compactMap { MPAN(distributor: 10 + $0 % 14, serial: 1_000 + $0 * 7_919) }
    let limits = mpans.indices.map { $0 % 5 == 0 ? UInt16(25) : MeterRegister.noLimit }
    guard let file = try? MeterRegister.file(mpans: mpans.map(\.number), limits: limits),
      let first = SettlementDate("2025-10-01"), let last = SettlementDate("2026-04-30"),
      let dates = ArrivalDates(first, through: last)
    else { fatalError("the register of the fuzzer") }
    var words = [UInt64](repeating: 0, count: file.count / 8)
    words.withUnsafeMutableBytes { $0.copyBytes(from: file) }
    (self.words, length, self.dates) = (words, file.count, dates)
    // Behind the room for an input lies a page that nobody may touch.
    let total = Self.room + 4_096
    guard let start = mmap(nil, total, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), start != MAP_FAILED,
      mprotect(start + Self.room, 4_096, PROT_NONE) == 0
    else { fatalError("memory for the fuzzer") }
    memory = start
  }

  private static func layout(_ byte: UInt8) -> ArrivalLayout? {
    let layouts: [ArrivalLayout] = [
      .messages, .signedMessages, .longTable(hasQuality: true), .longTable(hasQuality: false),
      .wideTable(periods: 48), .wideTable(periods: 50), .d0036,
    ]
    let number = Int(byte) - Int(UInt8(ascii: "1"))
    return layouts.indices.contains(number) ? layouts[number] : nil
  }

  func run(_ bytes: [UInt8]) {
    guard let first = bytes.first, let layout = Self.layout(first), bytes.count <= Self.room - ArrivalBatch.padding
    else {
      return
    }
    let count = bytes.count - 1
    let piece = UnsafeMutableRawBufferPointer(start: memory + Self.room - ArrivalBatch.padding - count, count: count)
    piece.copyBytes(from: bytes.dropFirst())
    // What lies in the padding is whatever was there before: here the input's beginning.
    let padding = UnsafeMutableRawBufferPointer(
      start: memory + Self.room - ArrivalBatch.padding, count: ArrivalBatch.padding)
    for place in padding.indices { padding[place] = count == 0 ? 0 : piece[place % count] }
    words.withUnsafeBytes { raw in
      guard let register = try? MeterRegister(UnsafeRawBufferPointer(rebasing: raw[..<length])),
        (try? batch.read(UnsafeRawBufferPointer(piece), as: layout, register, dates)) != nil
      else { fatalError("the fuzzer's own register or memory") }
      let packed = batch.packed()
      let plain = PlainArrivalReader(layout, register, dates).read(Array(bytes.dropFirst()))
      var states: [SettlementDate: [UInt32: RowState]] = [:]
      for group in packed.groups {
        guard let rows = PlainReader.rows(of: group.bytes) else {
          return FuzzTarget.require(false, "a group is unsound")
        }
        for (row, state) in zip(rows.rows, RowState.states(of: rows)) { states[group.date, default: [:]][row] = state }
      }
      let differing = zip(packed.faults, plain.faults).first { $0 != $1 }
      if let (fast, slow) = differing {
        say("fast: \(fast.rule) in line \(fast.line), plain: \(slow.rule) in line \(slow.line)")
      }
      FuzzTarget.require(packed.lines == plain.lines, "lines differ")
      FuzzTarget.require(states == plain.states, "readings differ")
      FuzzTarget.require(packed.quarantined == plain.quarantined, "what is left out differs")
      FuzzTarget.require(
        packed.faults.count == ArrivalBatch.keptFaults || packed.faults.filter { $0.rule != .conflict } == plain.faults,
        "findings differ")
    }
  }
}
