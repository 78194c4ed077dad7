import MarketIdentifiers
import Operations
import Readings
import SettlementCalendar
import Testing

@Suite("Contract of the readings repository")
struct ReadingsContractTests {
  @Test(arguments: StoreKind.allCases)
  func seriesNumbersAreDenseStableAndNeverReused(_ kind: StoreKind) throws {
    let test = try StoreUnderTest(kind)
    let keys = try (0..<500).map { try #require(SeriesKey(name: "X\($0)")) }
    let first = try test.store.indices(of: Array(keys[0..<300]))
    #expect(first.map(\.value) == Array(0..<300))
    // Known and new ones mixed, one of each twice.
    let mixed = try test.next().indices(of: [keys[400], keys[7], keys[400], keys[7], keys[299]])
    #expect(mixed.map(\.value) == [300, 7, 300, 7, 299])
    let export = try #require(SeriesKey(name: "X7", quantity: .activeExport))
    #expect(try test.next().indices(of: [export]).map(\.value) == [301])
    #expect(try test.next().indices(of: []).isEmpty)
    let all = try test.next().allSeries()
    #expect(all.count == 302)
    #expect(Set(all.map(\.index)).count == 302)
    let byIndex = Dictionary(uniqueKeysWithValues: all.map { ($0.index, $0.key) })
    #expect(byIndex[SeriesIndex(301)] == export)
    #expect(byIndex[SeriesIndex(300)] == keys[400])
  }

  @Test(arguments: StoreKind.allCases)
  func aStagedLayerComesBackButIsInvisible(_ kind: StoreKind) throws {
    let test = try StoreUnderTest(kind)
    let date = try Sample.date("2009-03-29")
    let layer = Sample.layer(date, source: 1)
    let staged = try test.store.stage(layer)
    #expect(try test.store.staged(staged) == layer)
    #expect(try test.store.layers(on: date).isEmpty)
    #expect(try test.store.dates().isEmpty)
    #expect(try test.next().layers(on: date).isEmpty)
  }

  @Test(arguments: StoreKind.allCases)
  func aCommittedLayerIsSeenAsItWasWritten(_ kind: StoreKind) throws {
    let test = try StoreUnderTest(kind)
    // A short day, a usual one, a long one, and a layer of nothing.
    let dates = try ["2009-03-29", "2009-05-01", "2009-10-25"].map(Sample.date)
    var layers = dates.map { Sample.layer($0, source: 1, seed: UInt64($0.dayNumber)) }
    layers.append(Sample.layer(dates[1], source: 1, sequence: 1, series: []))
    let batch = FactBatch(source: Sample.source(1), layers: try layers.map(test.store.stage))
    try test.store.append(batch)
    try test.next()
    #expect(try test.store.dates() == dates)
    for date in dates {
      let expected = layers.filter { $0.date == date }
      #expect(try test.store.layers(on: date).sorted { $0.sequence < $1.sequence } == expected)
    }
    for staged in batch.layers { #expect(layers.contains(try test.store.staged(staged))) }
  }

  @Test(arguments: StoreKind.allCases)
  func theSameLayerStagedTwiceIsOne(_ kind: StoreKind) throws {
    let test = try StoreUnderTest(kind)
    let date = try Sample.date("2009-05-01")
    let layer = Sample.layer(date, source: 1)
    let tokens = [try test.store.stage(layer), try test.store.stage(layer)]
    #expect(tokens[0] == tokens[1])
    try test.store.append(FactBatch(source: Sample.source(1), layers: tokens))
    #expect(try test.next().layers(on: date) == [layer])
    // A further layer under the same stamp with other cells is another.
    let other = Sample.layer(date, source: 1, seed: 2)
    try test.store.append(FactBatch(source: Sample.source(2), layers: [try test.store.stage(other)]))
    #expect(Set(try test.next().layers(on: date)) == [layer, other])
  }

  @Test(arguments: StoreKind.allCases)
  func qualitiesOfMissingCellsAreNotKept(_ kind: StoreKind) throws {
    let test = try StoreUnderTest(kind)
    let date = try Sample.date("2009-05-01")
    var cells = [Int32](repeating: 5, count: 48)
    cells[3] = ReadingLayer.missing
    let layer = ReadingLayer(
      date: date, receivedAt: UTCInstant(secondsSince1970: 1), source: Sample.hash(1), sequence: 0,
      series: [SeriesIndex(0)], cells: cells, qualities: Array(repeating: .estimated, count: 48))
    let back = try test.store.staged(try test.store.stage(layer))
    #expect(back.cells == cells)
    #expect(back.qualities[3] == .actual)
    #expect(back.qualities.count { $0 == .estimated } == 47)
  }

  @Test(arguments: StoreKind.allCases)
  func whatNoStoreKeepsIsRefused(_ kind: StoreKind) throws {
    let test = try StoreUnderTest(kind)
    let date = try Sample.date("2009-05-01")
    func layer(source: String, cell: Int32) -> ReadingLayer {
      ReadingLayer(
        date: date, receivedAt: UTCInstant(secondsSince1970: 1), source: source, sequence: 0,
        series: [SeriesIndex(0)], cells: [cell] + Array(repeating: 0, count: 47),
        qualities: Array(repeating: .actual, count: 48))
    }
    #expect(throws: LayerFault.sourceIsNotAHash) { try test.store.stage(layer(source: "readings.csv", cell: 0)) }
    let capital = Sample.hash(10).uppercased()
    #expect(throws: LayerFault.sourceIsNotAHash) { try test.store.stage(layer(source: capital, cell: 0)) }
    #expect(throws: LayerFault.readingOutOfRange(cell: 0)) {
      try test.store.stage(layer(source: Sample.hash(1), cell: 1_000_000_001))
    }
    #expect(throws: LayerFault.readingOutOfRange(cell: 0)) {
      try test.store.stage(layer(source: Sample.hash(1), cell: Int32.min + 1))
    }
    let edge = layer(source: Sample.hash(1), cell: -1_000_000_000)
    #expect(try test.store.staged(try test.store.stage(edge)) == edge)
  }

  @Test(arguments: StoreKind.allCases)
  func aBatchThatNamesAnUnknownLayerChangesNothing(_ kind: StoreKind) throws {
    let test = try StoreUnderTest(kind)
    let date = try Sample.date("2009-05-01")
    let good = try test.store.stage(Sample.layer(date, source: 1))
    let unknown = StagedLayer(token: "2009-05-01/1-\(Sample.hash(1))-0-00000000.layer")
    #expect(throws: UnknownStagedLayer(token: unknown.token)) {
      try test.store.append(
        FactBatch(source: Sample.source(1), layers: [good, unknown], registrations: [try Sample.registration(1)]))
    }
    #expect(throws: UnknownStagedLayer(token: unknown.token)) { try test.store.staged(unknown) }
    #expect(try test.next().layers(on: date).isEmpty)
    #expect(try test.store.sources().isEmpty)
    #expect(try test.store.registrations().isEmpty)
  }

  @Test(arguments: StoreKind.allCases)
  func theOrderOfBatchesDoesNotChangeWhatADayResolvesTo(_ kind: StoreKind) throws {
    let date = try Sample.date("2009-03-29")
    var days: [[Int32]] = []
    for order in [[1, 2, 3, 4], [4, 3, 2, 1], [3, 1, 4, 2]] {
      let test = try StoreUnderTest(kind)
      for number in order {
        let layer = Sample.layer(date, source: number, series: [0, UInt32(number), 9], seed: UInt64(number))
        let staged = try test.store.stage(layer)
        try test.store.append(FactBatch(source: Sample.source(number), layers: [staged]))
        try test.next()
      }
      let day = ResolvedDay(SettlementDay(date), layers: try test.store.layers(on: date))
      days.append(day.cells)
    }
    #expect(days[0].count == 6 * 46)
    #expect(days[1] == days[0] && days[2] == days[0])
  }
}
