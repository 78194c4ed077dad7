import Aggregation
import MarketIdentifiers
import MarketRegistration
import Quantities
import ReadingValidation
import Readings
import Rulebooks
import SettlementCalendar
import Testing

@Suite struct AggregatorTests {
  /// A day of random points and readings, validated, with factors published for some classes and flat for others.
  struct Town {
    let validated: ValidatedDay
    let book: LossFactorBook
    let published: [LossFactorSchedule]
  }

  static let dates = ["2026-03-28", "2026-03-29", "2026-10-25"].compactMap { SettlementDate($0) }
  static let lossClasses = ["1", "2", "77"].compactMap { LineLossFactorClassID($0) }

  static func town(_ dice: inout Dice) throws -> Town {
    let date = dice.pick(dates)
    let day = SettlementDay(date)
    let points = try (0..<(1 + dice.pick(12))).map { try point($0, &dice) }
    let cells = (0..<points.count * day.periodCount).map { _ in
      dice.chance(1, of: 6) ? ReadingLayer.missing : Int32(dice.pick(9_000))
    }
    let layer = ReadingLayer(
      date: date, receivedAt: day.end, source: "s", sequence: 0, series: points.compactMap(\.series), cells: cells,
      qualities: cells.map { _ in dice.chance(1, of: 9) ? .estimated : .actual })
    let rules = try ValidationRules(Rulebook.default, on: date)
    let validated = Validator(
      rules: rules, resolved: ResolvedDay(day, layers: [layer]), history: [], points: points
    ).validate()
    let schedules = (0..<dice.pick(3)).map { number in
      LossFactorSchedule(
        distributor: 12, lossClass: lossClasses[number],
        patterns: [
          (0..<day.periodCount).compactMap { _ in LossFactor(hundredThousandths: Int64(100_000 + dice.pick(20_000))) }
        ],
        days: [date: 0], source: "file\(number)", receivedAt: day.end)
    }
    return Town(validated: validated, book: LossFactorBook(schedules, rulebook: .default), published: schedules)
  }

  static func point(_ number: Int, _ dice: inout Dice) throws -> ValidationPoint {
    let registration = Registration(
      mpan: try #require(MPAN(distributor: 12, serial: number)), alias: nil,
      quantity: dice.pick([.activeImport, .activeImport, .activeExport]),
      supplier: try #require(ParticipantID(dice.pick(["SUPA", "SUPB"]))), gspGroup: dice.pick([.a, .c]),
      distributor: 12, lossClass: dice.pick(lossClasses), consumptionClass: dice.pick([.domestic, .nonDomestic]),
      tariff: nil, paymentMethod: .directDebit, supplyCapacity: Power(watts: 20_000), effectiveFrom: dates[0],
      recordedAt: UTCInstant(secondsSince1970: 0))
    return ValidationPoint(registration: registration, series: SeriesIndex(UInt32(number)))
  }

  /// The factor of a class by the text of the rules: the published one, else 5 % for class 1 and others, 2 % for 2.
  static func factor(_ town: Town, _ lossClass: LineLossFactorClassID, _ period: Int) -> Int128 {
    if let schedule = town.published.first(where: { $0.lossClass == lossClass }) {
      return Int128(schedule.patterns[0][period - 1].hundredThousandths)
    }
    return lossClass.code == "2" ? 102_000 : 105_000
  }

  @Test(arguments: 0..<50)
  func eachSumIsTheSumOfPlainProducts(seed: Int) throws {
    var dice = Dice(seed)
    let town = try Self.town(&dice)
    let sums = try Aggregator.aggregate(town.validated, factors: town.book)
    for key in sums.sortedKeys {
      for period in 1...town.validated.day.periodCount {
        var expected = PeriodSums()
        for (row, point) in town.validated.points.enumerated() where AggregationKey(point.registration) == key {
          let energy = town.validated.energy(row: row, period: period)
          let product = Int128(energy.wattHours) * Self.factor(town, point.registration.lossClass, period)
          expected.metered += energy
          expected.lossAdjusted.tenMicrowattHours += product
          expected.count += 1
          if town.validated.method(row: row, period: period) != .measured {
            expected.estimated += energy
            expected.estimatedCount += 1
          }
        }
        #expect(sums.periods(of: key)[period - 1] == expected)
      }
    }
  }

  @Test(arguments: 100..<130)
  func energyIsConserved(seed: Int) throws {
    var dice = Dice(seed)
    let town = try Self.town(&dice)
    let sums = try Aggregator.aggregate(town.validated, factors: town.book)
    #expect(sums.total().metered.wattHours == town.validated.energies.reduce(0, +))
    #expect(sums.total().count == Int64(town.validated.energies.count))
    #expect(sums.total().estimated == town.validated.quality.estimatedEnergy)
    let export = sums.total { $0.quantity == .activeExport }.metered
    #expect(sums.total { $0.quantity == .activeImport }.metered + export == sums.total().metered)
  }

  @Test(arguments: 200..<230)
  func anySplitInAnyOrderMergesToTheSame(seed: Int) throws {
    var dice = Dice(seed)
    let town = try Self.town(&dice)
    let whole = try Aggregator.aggregate(town.validated, factors: town.book)
    let count = town.validated.points.count
    let cuts = ([0, count] + (0..<dice.pick(5)).map { _ in dice.pick(count + 1) }).sorted()
    var merged = AggregateSums(town.validated.day)
    for (from, to) in Array(zip(cuts, cuts.dropFirst())).shuffled(using: &dice) {
      merged.merge(try Aggregator.aggregate(town.validated, factors: town.book, rows: from..<to))
    }
    #expect(merged == whole)
  }

  @Test func aMissingFactorIsNamed() throws {
    var dice = Dice(1)
    let town = try Self.town(&dice)
    let bare = Rulebook(
      id: "bare", title: "", edition: "", timetable: RunTimetable(.empty), calendar: Rulebook.default.calendar,
      parameters: [:], flatLossFactors: [:], defaultLossFactor: .empty, priceCap: [])
    #expect(throws: Aggregator.MissingLossFactor.self) {
      try Aggregator.aggregate(town.validated, factors: LossFactorBook([], rulebook: bare))
    }
  }
}

/// Which loss factor counts.
@Suite struct LossFactorBookTests {
  static let date = SettlementDate("2026-03-28")

  private func schedule(_ date: SettlementDate, _ factor: Int64, count: Int, receivedAt: Int64) throws
    -> LossFactorSchedule
  {
    LossFactorSchedule(
      distributor: 12, lossClass: try #require(LineLossFactorClassID("1")),
      patterns: [Array(repeating: try #require(LossFactor(hundredThousandths: factor)), count: count)],
      days: [date: 0], source: "file\(receivedAt)", receivedAt: UTCInstant(secondsSince1970: receivedAt))
  }

  private func factor(_ schedules: [LossFactorSchedule], shift: Int = 0, on date: SettlementDate) throws -> Int32? {
    LossFactorBook(schedules, rulebook: .default, shiftDays: shift).factors(
      distributor: 12, lossClass: try #require(LineLossFactorClassID("01")), on: SettlementDay(date))?
      .factors.first?.hundredThousandths
  }

  @Test func theLaterReceivedFileCounts() throws {
    let date = try #require(Self.date)
    let early = try schedule(date, 107_000, count: 48, receivedAt: 10)
    let late = try schedule(date, 108_000, count: 48, receivedAt: 20)
    #expect(try factor([early, late], on: date) == 108_000)
    #expect(try factor([late, early], on: date) == 108_000)
    #expect(try factor([], on: date) == 105_000)
  }

  @Test func aShiftNeverLandsOnADayOfOtherLength() throws {
    let date = try #require(Self.date)
    let clockChange = try #require(date.advanced(by: 1))
    let published = [try schedule(clockChange, 109_000, count: 46, receivedAt: 10)]
    #expect(try factor(published, shift: 1, on: date) == nil)
    #expect(try factor(published, on: clockChange) == 109_000)
    #expect(try factor(published, on: date) == 105_000)
  }
}
