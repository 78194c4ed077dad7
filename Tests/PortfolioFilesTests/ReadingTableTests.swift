import MarketIdentifiers
import PortfolioFiles
import Quantities
import Readings
import SettlementCalendar
import Testing
import WireFormat

private let header = "series,quantity,start,kwh,quality\n"

/// Each event as one line of text, so that lists of events can be compared.
private func said(_ pieces: [[UInt8]], limit: Int = 1_000) -> [String] {
  events({ ReadingTableReader(file: "d.csv", seriesLimit: limit) }, pieces).map { event in
    switch event {
    case .series(let local, let name, let quantity): "series \(local) \(name ?? "-") \(quantity.rawValue)"
    case .reading(let row):
      "reading \(row.series) \(row.halfHour) \(row.energy.wattHours) \(row.quality) \(row.line)"
    case .quarantined(let finding, let rows): "quarantined \(rows) \(finding.rule) \(finding.position?.line ?? 0)"
    case .noted(let finding): "noted \(finding.rule)"
    }
  }
}

private func said(_ text: String, limit: Int = 1_000) -> [String] { said([Array(text.utf8)], limit: limit) }

@Suite struct ReadingTableTests {
  @Test func readsSeveralSeriesAndEveryWayOfWritingAHalfHour() {
    let text =
      header + "X1,AI,2026-03-29T00:30Z,0.123,A\nX1,AE,2026-03-29T02:00:00+01:00,12345.678,E\n"
      + "\"X,1\",AI,2026-03-29 01:30Z,0,C\nX1,AI,2026-03-29T01:30Z,1e1,A\nX1,AI,2026-03-30T23:30Z,-0.5,A\n"
    #expect(
      said(text) == [
        "series 0 X1 AI", "reading 0 2026-03-29T00:30:00Z/PT30M 123 actual 2",
        "series 1 X1 AE", "reading 1 2026-03-29T01:00:00Z/PT30M 12345678 estimated 3",
        "series 2 X,1 AI", "reading 2 2026-03-29T01:30:00Z/PT30M 0 corrected 4",
        "reading 0 2026-03-29T01:30:00Z/PT30M 10000 actual 5", "reading 0 2026-03-30T23:30:00Z/PT30M -500 actual 6",
      ])
  }

  @Test(arguments: [
    (",AI,2026-01-01T00:00Z,1,A", "RDT-01"), ("X1,XX,2026-01-01T00:00Z,1,A", "RDT-02"),
    ("X1,AI,2026-01-01T00:15Z,1,A", "RDT-03"), ("X1,AI,2026-01-01T00:00,1,A", "RDT-03"),
    ("X1,AI,2026-01-01T24:00Z,1,A", "RDT-03"), ("X1,AI,2026-01-01T00:00Z,1.2345,A", "RDT-04"),
    ("X1,AI,2026-01-01T00:00Z,,A", "RDT-04"), ("X1,AI,2026-01-01T00:00Z,1000000.001,A", "RDT-04"),
    ("X1,AI,2026-01-01T00:00Z,1:.123,A", "RDT-04"), ("X1,AI,2026-01-01T00:00Z,1,B", "RDT-05"),
    ("X1,AI,2026-01-01T00:00Z,1,", "RDT-05"), ("X1,AI,2026-01-01T00:00Z,1", "TAB-04"),
  ])
  func refuses(_ row: String, _ rule: String) {
    // A good row before it fills the caches of the fast path.
    let good = "X0,AI,2026-01-01T00:00Z,1,A\n"
    #expect(said(header + good + row + "\n").dropFirst(2) == ["quarantined 1 \(rule) 3"])
    #expect(said(header + row + "\n") == ["quarantined 1 \(rule) 2"])
  }

  @Test func seriesAreBounded() {
    let rows = (0..<4).map { "X\($0),AI,2026-01-01T00:00Z,1,A\n" }.joined()
    #expect(said(header + rows, limit: 2).suffix(2) == ["quarantined 1 RDT-06 4", "quarantined 1 RDT-06 5"])
  }

  @Test func whatIsWrittenReadsBack() throws {
    var writer = ReadingTableWriter()
    var dice = Dice(state: 7)
    var expected: [ReadingRow] = []
    let first = SettlementDay(try #require(SettlementDate("2026-10-25"))).firstHalfHour
    for series in 0..<3 {
      let prefix = ReadingTableWriter.prefix(try #require(SeriesKey(name: "home \(series), \"a\"")))
      for step in 0..<150 {
        let row = ReadingRow(
          series: Int32(series), halfHour: first.advanced(by: step),
          energy: Energy(wattHours: Int64(dice.roll(2_000_000_001)) - 1_000_000_000),
          quality: ReadingQuality.allCases[dice.roll(3)], line: expected.count + 2)
        expected.append(row)
        writer.append(prefix: prefix, row.halfHour, row.energy, row.quality)
      }
    }
    let found = events({ ReadingTableReader(file: "d.csv") }, [writer.bytes])
    let rows = found.compactMap { if case .reading(let row) = $0 { row } else { nil } }
    #expect(rows == expected)
    #expect(found.count == expected.count + 3)
  }

  @Test func cutsDoNotMatterAndNothingCrashes() {
    let text =
      "\u{FEFF}" + header + "X1,AI,2026-03-29T00:30Z,0.123,A\r\n\"X\"\"2\",AE,2026-03-29T01:00:00+01:00,5,E\n\n"
      + "X1,AI,bad,0.1,A\nX1,AI,2026-03-29T01:30Z,0.125,C"
    let bytes = Array(text.utf8)
    let whole = said([bytes])
    #expect(whole.count == 6)
    #expect(said(bytes.map { [$0] }) == whole)
    var dice = Dice(state: 1)
    for _ in 0..<200 { #expect(said(randomCuts(bytes, &dice)) == whole) }
    for end in 0...bytes.count {
      // What is read of a file cut short is what is read of the whole, but for the line that was cut.
      let cut = said([Array(bytes[..<end])])
      #expect(cut.dropLast().count <= whole.count)
    }
    for _ in 0..<3_000 {
      var mutated = bytes
      for _ in 0...dice.roll(4) { mutated[dice.roll(mutated.count)] = UInt8(dice.roll(256)) }
      let lines = mutated.split(separator: UInt8(ascii: "\n")).count
      // A row is a reading or quarantined, never both, and no row vanishes.
      let rows = said([mutated]).reduce(0) { sum, line in
        let words = line.split(separator: " ")
        return sum + (words[0] == "reading" ? 1 : words[0] == "quarantined" ? Int(words[1]) ?? 0 : 0)
      }
      #expect(rows <= lines)
      #expect(rows >= lines - 3)
    }
  }
}
