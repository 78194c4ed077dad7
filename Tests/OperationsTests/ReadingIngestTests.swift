import Findings
import MarketIdentifiers
import Operations
import Quantities
import Readings
import SettlementCalendar
import Testing

/// The account of readings and what is stored, held against plain dictionaries.
@Suite struct ReadingIngestTests {
  /// One reading as a file says it.
  struct Row {
    let name: String
    let halfHour: HalfHour
    let wattHours: Int64
    let quality: ReadingQuality
  }

  struct CellKey: Hashable {
    let name: String
    let halfHour: HalfHour
  }

  /// What each file is to be counted as, and what counts in the end, when files come in order of receipt.
  struct Oracle {
    var lastOfKind: [CellKey: [Bool: (Int64, ReadingQuality)]] = [:]

    mutating func take(_ row: Row) -> Reckoning {
      let key = CellKey(name: row.name, halfHour: row.halfHour)
      let held = lastOfKind[key]
      let same = held?[row.quality.isActual]
      if let same, same == (row.wattHours, row.quality) { return Reckoning(duplicate: 1) }
      lastOfKind[key, default: [:]][row.quality.isActual] = (row.wattHours, row.quality)
      return held == nil ? Reckoning(accepted: 1) : Reckoning(conflicting: 1)
    }

    func counting(_ key: CellKey) -> (Int64, ReadingQuality)? { lastOfKind[key].flatMap { $0[true] ?? $0[false] } }
  }

  static let first = SettlementDay(date("2026-03-28")).firstHalfHour.advanced(by: 40)

  /// Few cells and few values, so that rows repeat and contradict each other.
  static func rows(_ count: Int, _ dice: inout Dice) -> [Row] {
    (0..<count).map { _ in
      Row(
        name: dice.pick(["A", "B", "C"]), halfHour: first.advanced(by: dice.pick(16)), wattHours: Int64(dice.pick(3)),
        quality: dice.pick([.actual, .actual, .corrected, .estimated]))
    }
  }

  static func ingest(
    _ rows: [Row], into store: MemoryStore, source number: Int, rowsInMemory: Int = ReadingIngest.rowsInMemory,
    announcingTwice: Bool = false
  ) throws -> Reckoning {
    let moment = UTCInstant(secondsSince1970: 1_800_000_000 + Int64(number))
    let source = testHash(Array("source \(number)".utf8))
    let ingest = ReadingIngest(
      repository: store, source: source, fileName: "f", fallbackName: "f", receipt: .moment(moment),
      rowsInMemory: rowsInMemory)
    for (local, name) in ["A", "B", "C"].enumerated() {
      try ingest.take(.series(local: Int32(local), name: name, quantity: .activeImport))
      if announcingTwice { try ingest.take(.series(local: Int32(local + 3), name: name, quantity: .activeImport)) }
    }
    for (line, row) in rows.enumerated() {
      let local = ["A": 0, "B": 1, "C": 2][row.name, default: 0] + (announcingTwice && line % 2 == 1 ? 3 : 0)
      try ingest.take(
        .reading(
          ReadingRow(
            series: Int32(local), halfHour: row.halfHour, energy: Energy(wattHours: row.wattHours),
            quality: row.quality, line: line + 1)))
    }
    try ingest.finish()
    try store.append(
      FactBatch(
        source: SourceRecord(
          hash: source, name: "f", format: "readings", byteCount: 0, receivedAt: moment, settings: "",
          reckoning: ingest.reckoning, findings: [], findingCounts: [:]), layers: ingest.staged))
    #expect(ingest.reckoning.rowsRead == rows.count)
    #expect(ingest.findings.counts["ING-1", default: 0] == ingest.reckoning.duplicate)
    #expect(ingest.findings.counts["ING-2", default: 0] == ingest.reckoning.conflicting)
    return ingest.reckoning
  }

  /// What counts, by name and half-hour.
  static func counting(_ store: MemoryStore) throws -> [CellKey: String] {
    let names = Dictionary(uniqueKeysWithValues: try store.allSeries().map { ($0.index, $0.key.name) })
    var cells: [CellKey: String] = [:]
    for date in try store.dates() {
      let day = ResolvedDay(SettlementDay(date), layers: try store.layers(on: date))
      for (row, index) in day.series.enumerated() {
        for period in 1...day.day.periodCount {
          guard let reading = day.reading(row: row, period: period) else { continue }
          let key = CellKey(name: names[index] ?? "", halfHour: day.day.firstHalfHour.advanced(by: period - 1))
          cells[key] = "\(reading.energy.wattHours) \(reading.quality)"
        }
      }
    }
    return cells
  }

  static func expected(_ oracle: Oracle) -> [CellKey: String] {
    oracle.lastOfKind.keys.reduce(into: [:]) { cells, key in
      if let (value, quality) = oracle.counting(key) { cells[key] = "\(value) \(quality)" }
    }
  }

  @Test(arguments: 0..<60)
  func everyRowHasOneFateAndTheLatestCounts(seed: Int) throws {
    var dice = Dice(seed)
    let store = MemoryStore()
    var oracle = Oracle()
    for number in 0..<4 {
      let rows = Self.rows(1 + dice.pick(60), &dice)
      let expected = rows.reduce(Reckoning()) { $0 + oracle.take($1) }
      let found = try Self.ingest(
        rows, into: store, source: number, rowsInMemory: dice.pick([1, 3, 10, 1_000]),
        announcingTwice: dice.chance(1, of: 2))
      #expect(found == expected)
      #expect(try Self.counting(store) == Self.expected(oracle))
    }
  }

  @Test(arguments: 100..<130)
  func whereMemoryEndsMakesNoDifference(seed: Int) throws {
    var dice = Dice(seed)
    let rows = Self.rows(50, &dice)
    let whole = MemoryStore()
    let reckoning = try Self.ingest(rows, into: whole, source: 0)
    for size in [1, 2, 10, 49, 50, 51] {
      let store = MemoryStore()
      #expect(try Self.ingest(rows, into: store, source: 0, rowsInMemory: size) == reckoning)
      #expect(try Self.counting(store) == Self.counting(whole))
    }
  }

  @Test(arguments: 200..<230)
  func aFileInTwoPartsGivesTheSameDay(seed: Int) throws {
    var dice = Dice(seed)
    let rows = Self.rows(40, &dice)
    let cut = dice.pick(41)
    let (whole, split) = (MemoryStore(), MemoryStore())
    let reckoning = try Self.ingest(rows, into: whole, source: 0)
    let parts =
      try Self.ingest(Array(rows[..<cut]), into: split, source: 0)
      + Self.ingest(Array(rows[cut...]), into: split, source: 1)
    #expect(parts == reckoning)
    #expect(try Self.counting(split) == Self.counting(whole))
  }

  /// A second delivery of rows that each say one thing about their cell is all duplicates, and stores no layer.
  @Test(arguments: 300..<320)
  func aSecondDeliveryChangesNothing(seed: Int) throws {
    var dice = Dice(seed)
    var cells: Set<CellKey> = []
    let rows = Self.rows(40, &dice).filter { cells.insert(CellKey(name: $0.name, halfHour: $0.halfHour)).inserted }
    let store = MemoryStore()
    #expect(try Self.ingest(rows, into: store, source: 0) == Reckoning(accepted: rows.count))
    let before = try store.dates().map { try store.layers(on: $0).count }
    let again = try Self.ingest(rows.shuffled(using: &dice), into: store, source: 1)
    #expect(again == Reckoning(duplicate: rows.count))
    #expect(try store.dates().map { try store.layers(on: $0).count } == before)
  }

  /// Sources that each say another value of a cell may come in any order: which counts is by receipt alone.
  @Test(arguments: 400..<430)
  func theOrderInWhichFilesAreTakenInDoesNotMatter(seed: Int) throws {
    var dice = Dice(seed)
    let files = (0..<4).map { number in
      Self.rows(30, &dice).map {
        Row(name: $0.name, halfHour: $0.halfHour, wattHours: $0.wattHours * 10 + Int64(number), quality: $0.quality)
      }
    }
    var results: Set<[CellKey: String]> = []
    for _ in 0..<4 {
      let store = MemoryStore()
      for number in (0..<4).shuffled(using: &dice) { _ = try Self.ingest(files[number], into: store, source: number) }
      results.insert(try Self.counting(store))
    }
    #expect(results.count == 1)
  }

  @Test func whatCannotBeKeptIsQuarantined() throws {
    let store = MemoryStore()
    let ingest = ReadingIngest(
      repository: store, source: testHash([1]), fileName: "f", fallbackName: "",
      receipt: .moment(moment("2026-04-01T00:00:00Z")))
    try ingest.take(.series(local: 0, name: "A", quantity: .activeImport))
    try ingest.take(.series(local: 1, name: nil, quantity: .activeImport))
    func take(_ series: Int32, _ index: Int32, _ wattHours: Int64) throws {
      try ingest.take(
        .reading(
          ReadingRow(series: series, halfHour: HalfHour(index: index), energy: Energy(wattHours: wattHours), line: 1)))
    }
    try take(0, Self.first.index, 5)
    try take(1, Self.first.index, 5)  // no name and none to fall back on
    try take(9, Self.first.index, 5)  // never announced
    try take(-1, Self.first.index, 5)
    try take(0, .max, 5)
    try take(0, .min, 5)
    try take(0, Self.first.index, .max)
    try take(0, Self.first.index, Int64(Int32.min))
    try ingest.finish()
    #expect(ingest.reckoning == Reckoning(accepted: 1, quarantined: 7))
    #expect(ingest.findings.counts == ["ING-3": 3, "ING-4": 2, "ING-5": 2])
  }
}
