import Aggregation
import MarketIdentifiers
import MarketRegistration
import Quantities
import Testing

@Suite struct GroupCorrectionTests {
  static func key(_ number: Int) -> AggregationKey? {
    ParticipantID("P\(number)").map {
      AggregationKey(gspGroup: .c, supplier: $0, consumptionClass: .domestic, quantity: .activeImport)
    }
  }

  static func components(_ rows: [(volume: Int128, weight: Int64)]) -> [GroupCorrection.Component] {
    rows.enumerated().compactMap { number, row in
      key(number).map {
        GroupCorrection.Component(
          key: $0, volume: LossAdjustedEnergy(tenMicrowattHours: row.volume), weight: row.weight)
      }
    }
  }

  static func correct(
    _ rows: [(volume: Int128, weight: Int64)], take: Int128
  ) throws(GroupCorrection.Fault) -> (volumes: [Int128], factor: Int128) {
    let answer = try GroupCorrection.correct(
      components(rows), take: LossAdjustedEnergy(tenMicrowattHours: take), group: .c, period: 7)
    return (answer.volumes.map(\.tenMicrowattHours), answer.factorBillionths)
  }

  /// Take 1000, half-hourly 400 that is left alone, 560 that is corrected: factor 1.071428571, corrected 600.
  @Test func theCaseOfTheDomainNotes() throws {
    let unit: Int128 = 100_000_000
    let answer = try Self.correct([(400 * unit, 0), (560 * unit, 1)], take: 1_000 * unit)
    #expect(answer.volumes == [400 * unit, 600 * unit])
    #expect(answer.factor == 1_071_428_571)
  }

  /// Volumes and weights, the take, the volumes that come out.
  @Test(
    arguments: [
      ([(100, 1), (100, 1), (100, 1)], 301, [101, 100, 100]),  // one unit over: to the first of equals
      ([(100, 1), (100, 1), (100, 1)], 299, [100, 100, 99]),  // one unit short: floors take one from each, two go back
      ([(100, 1), (300, 1)], 200, [50, 150]),
      ([(100, 1), (300, 0)], 200, [-100, 300]),  // a factor below zero
      ([(-100, 1), (300, 1)], 400, [-200, 600]),  // export counts against
      ([(-100, 1), (50, 1)], -100, [-200, 100]),  // a group that exports more than it takes
      ([(7, 1)], 7, [7]), ([], 0, []), ([(0, 1)], 0, [0]),
    ] as [([(volume: Int128, weight: Int64)], Int128, [Int128])])
  func tables(_ rows: [(volume: Int128, weight: Int64)], take: Int128, expected: [Int128]) throws {
    #expect(try Self.correct(rows, take: take).volumes == expected)
  }

  @Test(arguments: 0..<200)
  func theCorrectedVolumesAddUpToTheTakeExactly(seed: Int) throws {
    var dice = Dice(seed)
    let size: Int = dice.pick([10, 1_000, 1_000_000_000_000])
    let rows = (0..<(1 + dice.pick(12))).map { _ in
      (volume: Int128(dice.pick(2 * size) - (dice.chance(1, of: 3) ? size : 0)), weight: Int64(dice.pick(4)))
    }
    let take = Int128(dice.pick(4 * size) - size)
    let base = rows.reduce(Int128(0)) { $0 + $1.volume * Int128($1.weight) }
    let total = rows.reduce(Int128(0)) { $0 + $1.volume }
    guard base != 0 || total == take else {
      #expect(throws: GroupCorrection.Fault.nothingToCorrect(.c, period: 7)) { try Self.correct(rows, take: take) }
      return
    }
    let answer = try Self.correct(rows, take: take)
    #expect(answer.volumes.reduce(0, +) == take)
    for (row, volume) in zip(rows, answer.volumes) {
      // Within one unit of the exact share, compared without dividing; what has no weight is left alone.
      if row.weight == 0 { #expect(volume == row.volume) }
      guard base != 0 else { continue }
      let error = (volume - row.volume) * base - (take - total) * row.volume * Int128(row.weight)
      #expect(error.magnitude < base.magnitude || error == 0)
    }
  }

  @Test func whatCannotBeCorrectedIsRefused() {
    let nothing = GroupCorrection.Fault.nothingToCorrect(.c, period: 7)
    #expect(throws: nothing) { try Self.correct([(100, 0)], take: 99) }
    #expect(throws: nothing) { try Self.correct([(100, 1), (-100, 1)], take: 5) }
    #expect(throws: nothing) { try Self.correct([], take: 5) }
  }

  @Test func volumesThatNoGroupCanHaveAreRefused() {
    let outOfRange = GroupCorrection.Fault.outOfRange(.c, period: 7)
    let most: Int128 = 10_000_000_000_000_000_000
    #expect(throws: outOfRange) { try Self.correct([(1, 1)], take: most + 1) }
    #expect(throws: outOfRange) { try Self.correct([(most, 1)], take: most) }
    #expect(throws: outOfRange) { try Self.correct([(.max, 1), (.max, 1)], take: 1) }
    #expect(throws: outOfRange) { try Self.correct([(.max / 2, .max)], take: 1) }
    #expect(throws: outOfRange) { try Self.correct([(1, 1)], take: .min) }
    #expect(throws: outOfRange) { try Self.correct([(.min, .min)], take: .max) }
  }
}
