import Quantities
import Readings
import SettlementCalendar
import Testing

/// Rule READ-1 held against a plain search over all statements.
@Suite struct ResolvedDayTests {
  /// One reading as one layer says it.
  struct Statement {
    let receivedAt: UTCInstant
    let source: String
    let sequence: Int32
    let series: SeriesIndex
    let period: Int
    let wattHours: Int32
    let quality: ReadingQuality
  }

  static let dates = ["2026-03-28", "2026-03-29", "2026-10-25"].compactMap { SettlementDate($0) }

  /// A few layers that overlap, some of them received at the same moment.
  static func layers(_ date: SettlementDate, _ dice: inout Dice) -> [ReadingLayer] {
    let periods = SettlementDay(date).periodCount
    return (0..<(1 + dice.pick(6))).map { number in
      let series = (0..<6).filter { _ in dice.chance(2, of: 3) }.map { SeriesIndex(UInt32($0 * 3)) }
      let cells = (0..<series.count * periods).map { _ in
        dice.chance(1, of: 2) ? ReadingLayer.missing : Int32(dice.pick(2_000) - 500)
      }
      return ReadingLayer(
        date: date, receivedAt: UTCInstant(secondsSince1970: Int64(1_000 + dice.pick(3))),
        source: ["a", "b", "c"][dice.pick(3)], sequence: Int32(number), series: series, cells: cells,
        qualities: cells.map { _ in dice.pick(ReadingQuality.allCases) })
    }
  }

  static func statements(_ layers: [ReadingLayer]) -> [Statement] {
    layers.flatMap { layer in
      layer.cells.indices.filter { layer.cells[$0] != ReadingLayer.missing }.map { cell in
        Statement(
          receivedAt: layer.receivedAt, source: layer.source, sequence: layer.sequence,
          series: layer.series[cell / layer.periodCount], period: cell % layer.periodCount + 1,
          wattHours: layer.cells[cell], quality: layer.qualities[cell])
      }
    }
  }

  /// The statement that counts for a cell: measured before estimated, then the last.
  static func winner(_ all: [Statement], _ series: SeriesIndex, _ period: Int, _ cutOff: UTCInstant) -> Statement? {
    let seen = all.filter { $0.series == series && $0.period == period && $0.receivedAt < cutOff }
    let measured = seen.filter { $0.quality == .actual || $0.quality == .corrected }
    return (measured.isEmpty ? seen : measured).max {
      ($0.receivedAt.secondsSince1970, $0.source, $0.sequence) < (
        $1.receivedAt.secondsSince1970, $1.source, $1.sequence
      )
    }
  }

  @Test(arguments: 0..<60)
  func equalsASearchOverAllStatements(seed: Int) throws {
    var dice = Dice(seed)
    let date = dice.pick(Self.dates)
    let layers = Self.layers(date, &dice)
    let cutOff = UTCInstant(secondsSince1970: Int64(999 + dice.pick(6)))
    let day = ResolvedDay(SettlementDay(date), layers: layers.shuffled(using: &dice), before: cutOff)
    let statements = Self.statements(layers)
    for number in 0..<20 {
      let series = SeriesIndex(UInt32(number))
      for period in 1...day.day.periodCount {
        let expected = Self.winner(statements, series, period, cutOff)
        let row = day.row(of: series)
        let found = row.flatMap { day.reading(row: $0, period: period) }
        #expect(found?.energy.wattHours == expected.map { Int64($0.wattHours) })
        #expect(found?.quality == expected?.quality)
        let layer = row.map { day.layerOfCell[$0 * day.day.periodCount + period - 1] } ?? -1
        #expect((layer >= 0) == (expected != nil))
        if layer >= 0 {
          #expect(day.layers[Int(layer)].source == expected?.source)
          #expect(day.layers[Int(layer)].sequence == expected?.sequence)
        }
      }
    }
  }

  @Test(arguments: 100..<130)
  func theOrderOfLayersDoesNotMatter(seed: Int) {
    var dice = Dice(seed)
    let date = dice.pick(Self.dates)
    let layers = Self.layers(date, &dice)
    let first = ResolvedDay(SettlementDay(date), layers: layers)
    for _ in 0..<4 {
      let other = ResolvedDay(SettlementDay(date), layers: layers.shuffled(using: &dice))
      #expect(other.cells == first.cells)
      #expect(other.qualities == first.qualities)
      #expect(other.series == first.series)
      #expect(other.layers == first.layers)
      #expect(other.layerOfCell == first.layerOfCell)
    }
  }

  private func layer(
    _ receivedAt: Int64, _ wattHours: Int32, _ quality: ReadingQuality, date: SettlementDate = Self.dates[0]
  ) -> ReadingLayer {
    ReadingLayer(
      date: date, receivedAt: UTCInstant(secondsSince1970: receivedAt), source: "s\(receivedAt)", sequence: 0,
      series: [SeriesIndex(7)], cells: Array(repeating: wattHours, count: SettlementDay(date).periodCount),
      qualities: Array(repeating: quality, count: SettlementDay(date).periodCount))
  }

  private func reading(_ layers: [ReadingLayer], before cutOff: Int64 = .max) -> Int64? {
    let day = ResolvedDay(
      SettlementDay(Self.dates[0]), layers: layers, before: UTCInstant(secondsSince1970: cutOff))
    return day.row(of: SeriesIndex(7)).flatMap { day.reading(row: $0, period: 48)?.energy.wattHours }
  }

  @Test func aMeasurementBeatsALaterEstimate() {
    #expect(reading([layer(10, 500, .actual), layer(20, 600, .estimated)]) == 500)
    #expect(reading([layer(10, 500, .corrected), layer(20, 600, .estimated)]) == 500)
  }

  @Test func aMeasurementReplacesAnEarlierEstimate() {
    #expect(reading([layer(10, 600, .estimated), layer(20, 500, .actual)]) == 500)
  }

  @Test func theLatestOfEqualsCounts() {
    #expect(reading([layer(10, 500, .actual), layer(20, 510, .corrected), layer(15, 505, .actual)]) == 510)
    #expect(reading([layer(10, 500, .estimated), layer(20, 510, .estimated)]) == 510)
    #expect(reading([layer(10, 500, .corrected), layer(20, 510, .actual)]) == 510)
  }

  @Test func whatIsReceivedAtTheCutOffIsNotSeen() {
    let layers = [layer(10, 500, .actual), layer(20, 510, .actual)]
    #expect(reading(layers, before: 21) == 510)
    #expect(reading(layers, before: 20) == 500)
    #expect(reading(layers, before: 10) == nil)
  }

  @Test func layersOfOtherDatesAreIgnored() {
    #expect(reading([layer(10, 500, .actual), layer(20, 999, .actual, date: Self.dates[1])]) == 500)
  }

  @Test func aDayWithoutLayersIsEmpty() {
    let day = ResolvedDay(SettlementDay(Self.dates[2]), layers: [])
    #expect(day.series.isEmpty && day.cells.isEmpty && day.layers.isEmpty)
    #expect(day.row(of: SeriesIndex(0)) == nil)
  }
}
