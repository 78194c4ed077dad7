import Findings
import MarketIdentifiers
import ReadingArrivals
import ReadingBlocks
import SettlementCalendar
import Testing

/// A message says the same however JSON lets it be written: as nearly all are, which is read without a parser, or otherwise.
@Suite struct MessageTests {
  static let date = SettlementDate("2026-01-14")!

  /// A message with a reading of each kind, as ``RowText`` writes it, without its end.
  static func line(_ country: Country, _ draws: inout Draws) throws -> String {
    var state = RowState(periods: 48)
    for period in 0..<48 {
      state.cells[period] = Int32(draws.below([10, 1_000, 2_500, 1_000_000][draws.below(4)]))
      state.stated |= 1 << UInt64(period)
      if draws.below(5) == 0 { state.estimated |= 1 << UInt64(period) }
    }
    state.corrected = ~state.estimated & state.stated & draws.next()
    var line: [UInt8] = []
    let isWritten = RowText(.messages).append(state, country.mpans[1 + draws.below(299)].number, date, to: &line)
    try #require(isWritten)
    return String(decoding: line.filter { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  struct Said: Equatable {
    var states: [RowState] = []
    var rows: [UInt32] = []
    var faults: [ArrivalFault] = []
    var quarantined = 0
  }

  static func said(_ line: String, _ country: Country, _ batch: ArrivalBatch) throws -> Said {
    try country.withRegister { register in
      try batch.read(Array(line.utf8), as: .messages, register, country.dates)
      let packed = batch.packed()
      var said = Said(faults: packed.faults, quarantined: packed.quarantined)
      for group in packed.groups {
        let rows = try #require(PlainReader.rows(of: group.bytes))
        said.rows += rows.rows
        said.states += RowState.states(of: rows)
      }
      return said
    }
  }

  /// The same message written otherwise.
  static func rewritten(_ line: String) -> [(how: String, line: String)] {
    let mpan = String(line.dropFirst(9).prefix(13))
    let readings = String(line.dropFirst(line.prefix { $0 != "[" }.count).dropLast())
    func replaced(_ from: String, _ to: String) -> String {
      line.split(separator: from, omittingEmptySubsequences: false).joined(separator: to)
    }
    return [
      ("a blank in front", " " + line), ("a blank behind", line + " "), ("a tab", replaced("{", "{\t")),
      ("blanks at commas", replaced(",", " , ")), ("blanks at colons", replaced(":", " : ")),
      ("blanks at braces", replaced("}", " }")),
      ("an escaped name", replaced("kwh", "k\\u0077h")), ("escaped names", replaced("mpan", "\\u006dpan")),
      ("an escaped quality", replaced("\"A\"", "\"\\u0041\"")),
      ("measured left out", replaced(",\"quality\":\"A\"", "")),
      ("an exponent", replaced(",\"quality\"", "e0,\"quality\"")),
      ("another order", "{\"readings\":\(readings),\"settlementDate\":\"\(date)\",\"mpan\":\"\(mpan)\"}"),
      ("an escaped MPAN", replaced(mpan, "\\u003" + mpan)),
    ]
  }

  @Test func writtenOtherwiseItSaysTheSame() throws {
    let country = try Country()
    let batch = ArrivalBatch(longestPiece: 1 << 16, signed: false)
    var draws = Draws(state: 5)
    for _ in 0..<20 {
      let line = try Self.line(country, &draws)
      let said = try Self.said(line, country, batch)
      #expect(said.rows.count == 1)
      for (how, other) in Self.rewritten(line) {
        #expect(other != line || how == "measured left out" || how == "an escaped quality", "\(how)")
        let same = try Self.said(other, country, batch)
        #expect(same == said, "\(how)")
      }
    }
  }

  /// Where the quick way gives a line up or refuses nothing of it, the parser must agree: a blank behind the first brace leaves the
  /// line to the parser, and changes nothing.
  @Test func aBlankChangesNothingOfASpoiltLine() throws {
    let country = try Country()
    let batch = ArrivalBatch(longestPiece: 1 << 16, signed: false)
    var draws = Draws(state: 17)
    let spoilers = Array("0123456789.,-+eE\"{}[]:\r AECnt\\u\u{0}é".utf8)
    var (taken, refused) = (0, 0)
    for round in 0..<4_000 {
      var bytes = Array(try Self.line(country, &draws).utf8)
      for _ in 0...draws.below(2) {
        let at = 1 + draws.below(bytes.count - 1)
        switch draws.below(4) {
        case 0: bytes[at] = spoilers[draws.below(spoilers.count)]
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(spoilers[draws.below(spoilers.count)], at: at)
        default: bytes = Array(bytes[..<at])
        }
        if bytes.count < 2 { break }
      }
      let line = String(decoding: bytes, as: UTF8.self)
      guard line.utf8.elementsEqual(bytes), line.first == "{" else { continue }
      let said = try Self.said(line, country, batch)
      let parsed = try Self.said("{ " + line.dropFirst(), country, batch)
      #expect(said == parsed, "round \(round)")
      if said.rows.isEmpty { refused += 1 } else { taken += 1 }
    }
    #expect(taken > 100)
    #expect(refused > 1_000)
  }

  /// What a piece before it left behind its end does not complete a line.
  @Test func aCutLineIsNotCompletedByWhatLiesBehindIt() throws {
    let country = try Country()
    let batch = ArrivalBatch(longestPiece: 1 << 16, signed: false)
    var draws = Draws(state: 23)
    let line = Array(try Self.line(country, &draws).utf8)
    for length in stride(from: line.count - 1, to: 0, by: -1) {
      try country.withRegister { register in
        // The rest of the line follows in memory, where only padding should be.
        let memory = line + [UInt8](repeating: 0, count: ArrivalBatch.padding)
        try memory.withUnsafeBytes { bytes in
          try batch.read(
            UnsafeRawBufferPointer(rebasing: bytes[..<length]), as: .messages, register, country.dates)
        }
        #expect(batch.packed().faults.map(\.rule) == [.line], "\(length) bytes")
      }
    }
  }
}
