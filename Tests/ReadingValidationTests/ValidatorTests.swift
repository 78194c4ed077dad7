import Findings
import MarketRegistration
import Quantities
import ReadingValidation
import Readings
import SettlementCalendar
import Testing

@Suite struct ValidatorTests {
  @Test(arguments: 0..<60)
  func everyCellIsWhatThePlainRulesSay(seed: Int) {
    var dice = Dice(seed)
    let village = Village(&dice)
    let day = village.validate()
    let plain = PlainValidation(village: village)
    #expect(day.points.map(\.registration.mpan) == village.points.map(\.registration.mpan).sorted())
    #expect(day.energies.count == village.points.count * SettlementDay(village.date).periodCount)
    for (row, point) in day.points.enumerated() {
      for period in 1...day.day.periodCount {
        let found = PlainValidation.Cell(
          wattHours: day.energy(row: row, period: period).wattHours, method: day.method(row: row, period: period))
        #expect(found == plain.cell(point, period), "row \(row) period \(period) of \(village.date)")
      }
    }
  }

  @Test(arguments: 0..<60)
  func countsAddUp(seed: Int) {
    var dice = Dice(seed)
    let village = Village(&dice)
    let quality = village.validate().quality
    let plain = PlainValidation(village: village)
    let day = village.resolved(village.date)
    let deadline = day.day.end.secondsSince1970 + 36 * 3_600
    var expected = QualityCounts()
    for point in village.points {
      for period in 1...day.day.periodCount {
        let cell = plain.cell(point, period)
        expected.expected += 1
        expected.byMethod[Int(cell.method.rawValue)] += 1
        if cell.method != .measured { expected.estimatedEnergy += Energy(wattHours: cell.wattHours) }
        guard let (value, _) = plain.reading(point, village.date, period) else { continue }
        if value < 0 { expected.failures["VAL-04", default: 0] += 1 }
        if 2 * value > point.registration.supplyCapacity.watts + 1 { expected.failures["VAL-03", default: 0] += 1 }
        guard cell.method == .measured, let row = point.series.flatMap(day.row(of:)) else { continue }
        let layer = day.layers[Int(day.layerOfCell[row * day.day.periodCount + period - 1])]
        if layer.receivedAt.secondsSince1970 <= deadline { expected.validAtFirstPass += 1 }
      }
    }
    #expect(quality == expected)
    #expect(quality.byMethod.reduce(0, +) == quality.expected)
    #expect(quality.measured + quality.estimated == quality.expected)
    #expect(quality.validAtFirstPass <= quality.measured)
  }

  @Test(arguments: 200..<220)
  func theOrderOfPointsAndHistoryDoesNotMatter(seed: Int) {
    var dice = Dice(seed)
    let village = Village(&dice)
    let first = village.validate()
    let other = Validator(
      rules: village.rules, resolved: village.resolved(village.date), history: village.history.shuffled(using: &dice),
      points: village.points.shuffled(using: &dice)
    ).validate()
    #expect(other.energies == first.energies)
    #expect(other.methods == first.methods)
    #expect(other.quality == first.quality)
  }

  @Test(arguments: 300..<320)
  func historyBeyondTheWindowAndTheFutureAreIgnored(seed: Int) {
    var dice = Dice(seed)
    let village = Village(&dice)
    let within = village.history.filter {
      let back = $0.day.date.days(to: village.date)
      return back >= 1 && back <= village.rules.historyDays
    }
    let future = village.date.advanced(by: 1).map {
      ResolvedDay(SettlementDay($0), layers: [])
    }
    let resolved = village.resolved(village.date)
    let narrow = Validator(rules: village.rules, resolved: resolved, history: within, points: village.points)
    let wide = Validator(
      rules: village.rules, resolved: resolved, history: village.history + [future].compactMap(\.self),
      points: village.points)
    #expect(narrow.validate().energies == wide.validate().energies)
    #expect(narrow.history.map(\.day.date) == wide.history.map(\.day.date))
  }

  @Test(arguments: 400..<420)
  func anEstimateExplainsItself(seed: Int) throws {
    var dice = Dice(seed)
    let village = Village(&dice)
    let validator = Validator(
      rules: village.rules, resolved: village.resolved(village.date), history: village.history, points: village.points)
    let day = validator.validate()
    for row in day.points.indices {
      for period in 1...day.day.periodCount {
        let method = day.method(row: row, period: period)
        let explained = validator.explain(day, row: row, period: period)
        #expect((explained == nil) == (method == .measured || method == .received))
        guard let explained else { continue }
        #expect(explained.method == method)
        #expect(explained.energy == day.energy(row: row, period: period))
      }
    }
  }

  @Test(arguments: 500..<510)
  func seriesThatNobodyClaimsAreNamedAndNotSettled(seed: Int) {
    var dice = Dice(seed)
    let village = Village(&dice)
    let resolved = village.resolved(village.date)
    let validator = Validator(rules: village.rules, resolved: resolved, history: [], points: village.points)
    let claimed = village.points.compactMap(\.series)
    #expect(validator.unclaimedSeries() == resolved.series.filter { !claimed.contains($0) })
  }

  @Test func aDayWithoutPointsIsEmpty() throws {
    let date = try #require(SettlementDate("2026-03-29"))
    let rules = ValidationRules(windowHours: 36, historyDays: 14, standingAnnualKWh: 3_100, calendar: Village.calendar)
    let day = Validator(
      rules: rules, resolved: ResolvedDay(SettlementDay(date), layers: []), history: [], points: []
    ).validate()
    #expect(day.energies.isEmpty)
    #expect(day.quality == QualityCounts())
  }
}
