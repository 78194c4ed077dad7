import Aggregation
import MarketIdentifiers
import Quantities
import Settlement
import SettlementCalendar
import Testing

@Suite struct ImbalanceTests {
  static let date = SettlementDate("2026-03-28")

  static func sums(
    _ date: SettlementDate, _ volumes: [(party: String, quantity: MeasurementQuantity, period: Int, units: Int128)]
  ) throws -> AggregateSums {
    var sums = AggregateSums(SettlementDay(date))
    for volume in volumes {
      let key = AggregationKey(
        gspGroup: .c, supplier: try #require(ParticipantID(volume.party)), consumptionClass: .domestic,
        quantity: volume.quantity)
      sums.add(
        PeriodSums(lossAdjusted: LossAdjustedEnergy(tenMicrowattHours: volume.units), count: 1), to: key,
        period: volume.period)
    }
    return sums
  }

  static func prices(_ date: SettlementDate, sell: Int64, buy: Int64, skipping: Int? = nil) -> [SystemPrice] {
    (1...SettlementDay(date).periodCount).filter { $0 != skipping }.map {
      SystemPrice(
        date: date, period: $0, sell: UnitRate(micropencePerMWh: sell), buy: UnitRate(micropencePerMWh: buy),
        netImbalanceVolume: nil, source: "p", receivedAt: UTCInstant(secondsSince1970: 0))
    }
  }

  /// Taken off and bought in Wh, prices in £/MWh; the cash in micropounds. 1 Wh at £1/MWh is one micropound.
  @Test(
    arguments: [
      (offtake: 1_000_000, bought: 0, sell: 50, buy: 50, cash: -50_000_000),  // short: pays
      (1_000_000, 3_000_000, 50, 50, 100_000_000),  // long: is paid
      (1_000_000, 1_000_000, 50, 50, 0),
      (1_000_000, 0, -20, -20, 20_000_000),  // short at a negative price: is paid
      (0, 1_000_000, -20, -20, -20_000_000),  // long at a negative price: pays
      (0, 1_000_000, 40, 60, 40_000_000),  // dual price: a surplus is sold at the sell price
      (1_000_000, 0, 40, 60, -60_000_000),  // and a deficit bought at the buy price
      (0, -500_000, 40, 60, -30_000_000),  // sold what it does not have
    ] as [(offtake: Int64, bought: Int64, sell: Int64, buy: Int64, cash: Int64)])
  func table(_ row: (offtake: Int64, bought: Int64, sell: Int64, buy: Int64, cash: Int64)) throws {
    let date = try #require(Self.date)
    let party = try #require(ParticipantID("SUPA"))
    let sums = try Self.sums(date, [("SUPA", .activeImport, 5, Int128(row.offtake) * 100_000)])
    let contracts = ContractBook([
      ContractVolume(
        party: party, date: date, period: 5, bought: Energy(wattHours: row.bought), source: "c",
        receivedAt: UTCInstant(secondsSince1970: 0))
    ])
    let prices = PriceBook(Self.prices(date, sell: row.sell * 100_000_000, buy: row.buy * 100_000_000))
    let positions = try Imbalance.positions(
      sums, contracts: contracts, prices: prices, step: .micropound, rounding: .halfAwayFromZero)
    #expect(positions.count == 48)
    let position = try #require(positions.first { $0.period == 5 })
    #expect(position.imbalance.tenMicrowattHours == Int128(row.bought - row.offtake) * 100_000)
    #expect(position.cash.micropounds == row.cash)
    #expect(Imbalance.cashByParty(positions)[party]?.micropounds == row.cash)
  }

  @Test(arguments: 0..<60)
  func cashIsImbalanceTimesPriceRoundedOnce(seed: Int) throws {
    var dice = Dice(seed)
    let date = try #require(SettlementDate(dice.pick(["2026-03-29", "2026-10-25", "2026-06-01"])))
    let periods = SettlementDay(date).periodCount
    var volumes: [(party: String, quantity: MeasurementQuantity, period: Int, units: Int128)] = []
    for party in ["SUPA", "SUPB"] {
      for quantity in [MeasurementQuantity.activeImport, .activeExport] {
        for period in 1...periods { volumes.append((party, quantity, period, Int128(dice.pick(1 << 44)))) }
      }
    }
    let contracts = try ["SUPB", "SUPC"].flatMap { code in
      try (1...periods).map {
        ContractVolume(
          party: try #require(ParticipantID(code)), date: date, period: $0,
          bought: Energy(wattHours: Int64(dice.pick(400_000_000)) - 200_000_000), source: "c",
          receivedAt: UTCInstant(secondsSince1970: 0))
      }
    }
    let sell = Int64(dice.pick(80_000_000_000)) - 20_000_000_000
    let buy = sell + Int64(dice.pick(3)) * 777_777_777
    let positions = try Imbalance.positions(
      Self.sums(date, volumes), contracts: ContractBook(contracts),
      prices: PriceBook(Self.prices(date, sell: sell, buy: buy)), step: .micropound, rounding: .halfAwayFromZero)
    #expect(positions.map(\.party.code) == ["SUPA", "SUPB", "SUPC"].flatMap { Array(repeating: $0, count: periods) })
    for position in positions {
      let own = volumes.filter { $0.party == position.party.code && $0.period == position.period }
      let offtake = own.reduce(Int128(0)) { $0 + ($1.quantity == .activeExport ? -$1.units : $1.units) }
      let bought = contracts.first { $0.party == position.party && $0.period == position.period }?.bought.wattHours ?? 0
      let imbalance = Int128(bought) * 100_000 - offtake
      let product = imbalance * Int128(imbalance > 0 ? sell : buy)
      let half: Int128 = 5_000_000_000_000
      let cash = product >= 0 ? (product + half) / (2 * half) : -((-product + half) / (2 * half))
      #expect(position.offtake.tenMicrowattHours == offtake)
      #expect(position.imbalance.tenMicrowattHours == imbalance)
      #expect(Int128(position.cash.micropounds) == cash)
    }
  }

  @Test func aMissingPriceIsNamed() throws {
    let date = try #require(Self.date)
    let sums = try Self.sums(date, [("SUPA", .activeImport, 1, 5)])
    let prices = PriceBook(Self.prices(date, sell: 1, buy: 1, skipping: 33))
    let thrown = #expect(throws: Imbalance.MissingPrice.self) {
      try Imbalance.positions(
        sums, contracts: ContractBook([]), prices: prices, step: .micropound, rounding: .halfAwayFromZero)
    }
    #expect(thrown?.date == date && thrown?.period == 33)
    #expect(thrown?.description.contains("2026-03-28 period 33") == true)
  }

  @Test func theLaterReceivedPriceAndContractCount() throws {
    let date = try #require(Self.date)
    let party = try #require(ParticipantID("SUPA"))
    var (first, second) = (Self.prices(date, sell: 5, buy: 5)[0], Self.prices(date, sell: 6, buy: 6)[0])
    first.receivedAt = UTCInstant(secondsSince1970: 20)
    second.receivedAt = UTCInstant(secondsSince1970: 10)
    for order in [[first, second], [second, first]] {
      #expect(PriceBook(order).price(of: date, period: 1)?.sell.micropencePerMWh == 5)
    }
    let shifted = try #require(date.advanced(by: -7))
    #expect(PriceBook([first], shiftDays: 7).price(of: shifted, period: 1)?.date == date)
    let volumes = [(20, 7), (10, 8)].map { at, energy in
      ContractVolume(
        party: party, date: date, period: 1, bought: Energy(wattHours: Int64(energy)), source: "c",
        receivedAt: UTCInstant(secondsSince1970: Int64(at)))
    }
    #expect(ContractBook(volumes).bought(party, date, period: 1) == Energy(wattHours: 7))
    #expect(ContractBook(volumes.reversed()).bought(party, date, period: 1) == Energy(wattHours: 7))
  }

  /// Volumes that no party can have are refused before anything is multiplied.
  @Test(arguments: [Int128.max, Int128.min, 1_000_000_000_000_000_001, -1_000_000_000_000_000_001])
  func volumesBeyondAnyPartyAreRefused(units: Int128) throws {
    let date = try #require(Self.date)
    let sums = try Self.sums(date, [("SUPA", .activeImport, 5, units)])
    let prices = PriceBook(Self.prices(date, sell: 10_000_000_000_000, buy: 10_000_000_000_000))
    #expect(throws: Imbalance.OutOfRange.self) {
      try Imbalance.positions(
        sums, contracts: ContractBook([]), prices: prices, step: .micropound, rounding: .halfAwayFromZero)
    }
  }
}
