import Aggregation
import MarketIdentifiers
import MarketRegistration
import Quantities
import SettlementCalendar
import Testing

/// GSP Group Correction over the sums of a whole settlement date.
@Suite struct GroupCorrectionOfDayTests {
  static let dates = ["2026-03-29", "2026-04-15", "2026-10-25"].compactMap { SettlementDate($0) }

  static func key(
    _ group: GSPGroupID, _ supplier: String, _ consumptionClass: ConsumptionClass = .domestic,
    _ quantity: MeasurementQuantity = .activeImport
  ) throws -> AggregationKey {
    AggregationKey(
      gspGroup: group, supplier: try #require(ParticipantID(supplier)), consumptionClass: consumptionClass,
      quantity: quantity)
  }

  static func take(_ group: GSPGroupID, _ date: SettlementDate, _ period: Int, kWh: Int64) -> GroupTake {
    GroupTake(
      group: group, date: date, period: period, take: Energy(wattHours: kWh * 1_000), source: "s",
      receivedAt: .distantFuture)
  }

  static func sums(_ kWh: Int64) -> PeriodSums {
    let energy = Energy(wattHours: kWh * 1_000)
    return PeriodSums(metered: energy, lossAdjusted: LossAdjustedEnergy(energy), count: 1)
  }

  /// Take 1000, half-hourly above 100 kW 400 with weight 0, domestic 560 with weight 1: corrected to 600.
  @Test func weightsByClass() throws {
    let date = Self.dates[1]
    let (large, small) = (try Self.key(.c, "SUPA", .above100kW), try Self.key(.c, "SUPA", .domestic))
    var sums = AggregateSums(SettlementDay(date))
    sums.add(Self.sums(400), to: large, period: 7)
    sums.add(Self.sums(560), to: small, period: 7)
    let takes = GroupTakeBook([Self.take(.c, date, 7, kWh: 1_000)])
    let corrected = try GroupCorrection.correct(sums, takes: takes) { $0 == .domestic ? 1 : 0 }
    #expect(corrected.periods(of: large) == sums.periods(of: large))
    let cell = corrected.periods(of: small)[6]
    #expect(cell.lossAdjusted == LossAdjustedEnergy(Energy(wattHours: 600_000)))
    #expect(cell.metered == Energy(wattHours: 560_000) && cell.count == 1)
    #expect(throws: GroupCorrection.Refusal(date: date, fault: .nothingToCorrect(.c, period: 7))) {
      try GroupCorrection.correct(sums, takes: takes) { _ in 0 }
    }
  }

  @Test(arguments: 0..<60)
  func aGroupAddsUpToItsTakeAndOthersStay(seed: Int) throws {
    var dice = Dice(seed)
    let date = dice.pick(Self.dates)
    let day = SettlementDay(date)
    var sums = AggregateSums(day)
    for supplier in ["SUPA", "SUPB", "SUPC"] {
      for group in [GSPGroupID.a, .c, .n] {
        for quantity in [MeasurementQuantity.activeImport, .activeExport]
        where quantity == .activeImport || dice.chance(1, of: 2) {
          let key = try Self.key(group, supplier, dice.pick([.domestic, .above100kW]), quantity)
          for period in 1...day.periodCount {
            let volume = quantity == .activeImport ? 1_000 + dice.pick(1_000_000) : dice.pick(300)
            let adjusted = LossAdjustedEnergy(tenMicrowattHours: Int128(volume))
            sums.add(PeriodSums(lossAdjusted: adjusted, count: 1), to: key, period: period)
          }
        }
      }
    }
    let takes = (1...day.periodCount).filter { _ in dice.chance(3, of: 4) }.flatMap { period in
      [GSPGroupID.a, .c, .p].map { Self.take($0, date, period, kWh: Int64(dice.pick(9)) - 2) }
    }
    let book = GroupTakeBook(takes)
    let corrected = try GroupCorrection.correct(sums, takes: book) { $0 == .domestic ? 1 : 2 }
    #expect(corrected.sortedKeys == sums.sortedKeys)
    for group in [GSPGroupID.a, .c, .n] {
      let keys = sums.sortedKeys.filter { $0.gspGroup == group }
      for period in 1...day.periodCount {
        let cells = keys.map { corrected.periods(of: $0)[period - 1] }
        let total = zip(keys, cells).reduce(LossAdjustedEnergy.zero) { $0 + $1.0.signed($1.1.lossAdjusted) }
        if let take = book.take(group, period: period) {
          #expect(total == LossAdjustedEnergy(take.take))
        } else {
          #expect(cells == keys.map { sums.periods(of: $0)[period - 1] })
        }
      }
    }
    #expect(try GroupCorrection.correct(sums, takes: GroupTakeBook([])) { _ in 1 } == sums)
  }

  @Test func theLastReceivedTakeCounts() {
    let date = Self.dates[0]
    var (old, new) = (Self.take(.c, date, 1, kWh: 1), Self.take(.c, date, 1, kWh: 2))
    old.receivedAt = SettlementDay(date).start
    old.source = "z"
    #expect(GroupTakeBook([new, old]).take(.c, period: 1) == new)
    new.receivedAt = old.receivedAt
    let book = GroupTakeBook([old, new])
    #expect(book.take(.c, period: 1) == old && book.sources == ["z"])
    #expect(book.take(.c, period: 2) == nil && book.take(.d, period: 1) == nil)
  }
}
