import MarketIdentifiers
import ReadingArrivals
import ReadingBlocks
import SettlementCalendar
import Testing

/// The fast way and the plain one say the same of the same bytes, whole or spoilt.
@Suite struct OracleTests {
  static let layouts: [ArrivalLayout] = [
    .messages, .signedMessages, .longTable(hasQuality: true), .longTable(hasQuality: false), .wideTable(periods: 48),
    .wideTable(periods: 50), .d0036,
  ]
  static let days = ["2026-01-14", "2026-03-29", "2025-10-26"].compactMap { SettlementDate($0) }

  /// Lines of some metering points, in no order, a few of them twice.
  static func lines(_ layout: ArrivalLayout, _ country: Country, _ draws: inout Draws) -> [UInt8] {
    let text = RowText(layout)
    var out: [UInt8] = []
    if layout == .d0036 { out += Array("ZHV|0000000001|D0036001|C|HALF|X|HALF|20260115080000||||OPER|\n".utf8) }
    for _ in 0..<14 {
      let row = draws.below(300)
      let date = Self.days[draws.below(3)]
      let periods = SettlementDay(date).periodCount
      var state = RowState(periods: periods)
      for period in 0..<periods {
        state.cells[period] = Int32(draws.below(2_900))
        state.stated |= 1 << UInt64(period)
        switch draws.below(20) {
        case 0: state.estimated |= 1 << UInt64(period)
        case 1: state.corrected |= 1 << UInt64(period)
        case 2 where ![.messages, .signedMessages, .d0036].contains(layout): state.stated &= ~(1 << UInt64(period))
        default: break
        }
        if state.stated >> UInt64(period) & 1 == 0 {
          state.cells[period] = 0
          state.estimated &= state.stated
          state.corrected &= state.stated
        }
      }
      var line: [UInt8] = []
      guard text.append(state, country.mpans[row].number, date, to: &line) else { continue }
      if layout == .signedMessages {
        let signature = String(repeating: "Ab0-", count: 21) + "AA"
        line = Array("{\"sender\":\"S1\",\"signature\":\"\(signature)\",\"message\":".utf8) + line + [UInt8(ascii: "}")]
      }
      if line.last != UInt8(ascii: "\n") { line.append(UInt8(ascii: "\n")) }
      if case .longTable(hasQuality: false) = layout {
        line = line.split(separator: UInt8(ascii: "\n")).flatMap { $0.dropLast(2) + [UInt8(ascii: "\n")] }
      }
      out += line
    }
    if layout == .d0036 { out += Array("ZPT|0000000001|700||14|20260115080000|\n".utf8) }
    return out
  }

  static func compare(_ bytes: [UInt8], _ layout: ArrivalLayout, _ country: Country, _ batch: ArrivalBatch) throws
    -> Bool
  {
    try country.withRegister { register in
      try batch.read(bytes, as: layout, register, country.dates)
      let packed = batch.packed()
      let plain = PlainArrivalReader(layout, register, country.dates).read(bytes)
      var states: [SettlementDate: [UInt32: RowState]] = [:]
      for group in packed.groups {
        let rows = try #require(PlainReader.rows(of: group.bytes))
        #expect(rows.rows == group.rows)
        for (row, state) in zip(rows.rows, RowState.states(of: rows)) { states[group.date, default: [:]][row] = state }
      }
      let faults = packed.faults.filter { $0.rule != .conflict }
      let sameCounts =
        packed.lines == plain.lines && packed.quarantined == plain.quarantined
        && packed.duplicates + packed.conflicts == plain.repeated
      return sameCounts && states == plain.states && faults == plain.faults
        && packed.ruleCounts.reduce(0, +) == packed.faults.count
    }
  }

  @Test(arguments: layouts) func wholeLines(_ layout: ArrivalLayout) throws {
    let country = try Country()
    let batch = ArrivalBatch(longestPiece: 1 << 18, signed: true)
    var draws = Draws(state: 7)
    for round in 0..<9 {
      var bytes = Self.lines(layout, country, &draws)
      if round % 2 == 1 { bytes = bytes.flatMap { $0 == UInt8(ascii: "\n") ? [UInt8(ascii: "\r"), $0] : [$0] } }
      if round % 3 == 1 { bytes.removeLast() }
      let isSame = try Self.compare(bytes, layout, country, batch)
      #expect(isSame, "round \(round)")
    }
  }

  /// Bytes changed, left out, put in and put twice; cut anywhere.
  @Test(arguments: layouts) func spoiltLines(_ layout: ArrivalLayout) throws {
    let country = try Country()
    let batch = ArrivalBatch(longestPiece: 1 << 18, signed: true)
    var draws = Draws(state: 11)
    let spoilers = Array("0123456789|RI.,-+eE\"{}[]:\n\r AECnt\\u\u{0}é".utf8)
    for round in 0..<50 {
      var bytes = Self.lines(layout, country, &draws)
      for _ in 0...draws.below(6) where !bytes.isEmpty {
        let at = draws.below(bytes.count)
        switch draws.below(4) {
        case 0: bytes[at] = spoilers[draws.below(spoilers.count)]
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(spoilers[draws.below(spoilers.count)], at: at)
        default: bytes.removeSubrange(at..<min(bytes.count, at + draws.below(40)))
        }
      }
      if round % 10 == 0 { bytes = Array(bytes.prefix(draws.below(bytes.count + 1))) }
      let isSame = try Self.compare(bytes, layout, country, batch)
      #expect(isSame, "round \(round): \(String(decoding: bytes, as: UTF8.self).prefix(0))")
    }
  }

  /// Each byte that there is, in each place where a line begins: what is read at one go is held to it as well.
  @Test(arguments: layouts) func anyByteInAnyPlace(_ layout: ArrivalLayout) throws {
    let country = try Country()
    let batch = ArrivalBatch(longestPiece: 1 << 18, signed: true)
    var draws = Draws(state: 29)
    // A line or some, with others behind them: the last ones are read more carefully.
    let all = Self.lines(layout, country, &draws)
    let ends = all.indices.filter { all[$0] == UInt8(ascii: "\n") }
    let bytes = Array(all[...ends[layout == .d0036 ? 51 : layout.isTable ? 3 : 0]])
    for place in 0..<min(bytes.count - 1, layout == .d0036 ? 130 : 80) {
      for byte in UInt8(0)...127 where byte != bytes[place] {
        var changed = bytes
        changed[place] = byte
        let isSame = try Self.compare(changed, layout, country, batch)
        #expect(isSame, "byte \(byte) in place \(place)")
      }
    }
  }
}

extension ArrivalLayout {
  fileprivate var isTable: Bool { header != nil }
}
