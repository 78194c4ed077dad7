import MarketIdentifiers
import MarketRegistration
import Quantities
import SettlementCalendar
import Testing

/// Which statement about a metering point is in force, held against a plain search.
@Suite struct RegistrationBookTests {
  static let first = SettlementDate("2026-03-20") ?? .earliest

  static func day(_ offset: Int) -> SettlementDate { first.advanced(by: offset) ?? .latest }

  static func statements(_ dice: inout Dice) throws -> [Registration] {
    try (0..<(1 + dice.pick(14))).map { number in
      let from = dice.pick(12)
      return Registration(
        mpan: try #require(MPAN(distributor: 12, serial: dice.pick(3))), alias: nil, quantity: .activeImport,
        supplier: try #require(ParticipantID("S\(number)")), gspGroup: .c, distributor: 12,
        lossClass: try #require(LineLossFactorClassID("1")), consumptionClass: .domestic, tariff: nil,
        paymentMethod: .directDebit, supplyCapacity: Power(watts: 23_000), effectiveFrom: day(from),
        effectiveTo: dice.chance(1, of: 3) ? day(from + dice.pick(5)) : nil,
        recordedAt: UTCInstant(secondsSince1970: Int64(dice.pick(3))))
    }
  }

  /// The last to take effect; of those the last recorded; of those the last given. It may have ended since.
  static func inForce(
    _ all: [Registration], _ mpan: MPAN, _ date: SettlementDate, _ moment: UTCInstant
  ) -> Registration? {
    var best: Registration?
    for statement in all
    where statement.mpan == mpan && statement.effectiveFrom <= date && statement.recordedAt < moment {
      if let best, (statement.effectiveFrom, statement.recordedAt) < (best.effectiveFrom, best.recordedAt) { continue }
      best = statement
    }
    if let end = best?.effectiveTo, end < date { return nil }
    return best
  }

  @Test(arguments: 0..<80)
  func equalsAPlainSearch(seed: Int) throws {
    var dice = Dice(seed)
    let statements = try Self.statements(&dice)
    let book = RegistrationBook(statements)
    let mpans = Set(statements.map(\.mpan)).sorted()
    for offset in -1..<20 {
      for moment in [UTCInstant(secondsSince1970: 0), UTCInstant(secondsSince1970: 2), .distantFuture] {
        let date = Self.day(offset)
        let expected = mpans.compactMap { Self.inForce(statements, $0, date, moment) }
        #expect(book.points(on: date, knownBefore: moment) == expected)
        for mpan in mpans {
          #expect(book.point(mpan, on: date, knownBefore: moment) == Self.inForce(statements, mpan, date, moment))
        }
      }
    }
    #expect(book.all.count == statements.count)
  }
}
