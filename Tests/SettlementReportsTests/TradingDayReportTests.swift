import BalancingMechanism
import MarketIdentifiers
import Quantities
import SettlementCalendar
import SettlementReports
import Testing
import TradingCharges

/// Section T results written as a settlement report and read back.
@Suite struct TradingDayReportTests {
  static let day = date("2026-04-15")

  static func party(_ code: String) -> ParticipantID { ParticipantID(code)! }

  static let roster = TradingRoster.make(
    parties: [party("GENX"), party("SUPX"), party("TRDX")],
    units: [
      UnitRegistration(
        id: "T_GENX-1", lead: EnergyAccount(party("GENX"), .production), transmissionLossFactor: 12_345),
      UnitRegistration(
        id: "2__CSUPX000", lead: EnergyAccount(party("SUPX"), .consumption), tradingUnit: "SUPX_C",
        transmissionLossFactor: -2_345),
      UnitRegistration(
        id: "I_TRDX-1", lead: EnergyAccount(party("TRDX"), .production), isInterconnector: true),
    ]
  ).value

  static func period(_ number: Int) -> TradingPeriod {
    // Units rise by name: 2__CSUPX000, I_TRDX-1, T_GENX-1.
    var period = TradingPeriod(
      prices: ImbalancePrices(UnitRate(micropencePerMWh: Int64(number) * 123_456_700)),
      metered: [
        SettlementVolume(kilowattHours: -11_880 - Int64(number)), SettlementVolume(kilowattHours: 500),
        SettlementVolume(kilowattHours: 12_300 + Int64(number) * 7),
      ],
      sold: [0, 0, 0, -10_000, 10_000, 0].map { SettlementVolume(kilowattHours: $0) })
    period.notified = [-11_000, 500, 12_500].map { SettlementVolume(kilowattHours: $0) }
    period.acceptances = [
      UnitAcceptances(
        unit: 2,
        pairs: [
          AcceptedPair(
            number: 1, offer: BalancingEnergy(units: 50_000_000_000), bid: .zero,
            offerPrice: UnitRate(micropencePerMWh: 9_000_000_000), bidPrice: UnitRate(micropencePerMWh: 1_000_000_000))
        ])
    ]
    return period
  }

  static func records() throws -> (records: [ReportRecord], results: [TradingPeriodResult]) {
    let rules = try #require(TradingRuleBook.shipped.rules(on: day))
    let periods = (1...48).map(period)
    let results = try periods.map { try TradingPeriodResult($0, roster, rules) }
    let run = ReportRun(
      date: day, run: .sf, saaRunNumber: 2, cdcaRunNumber: 2, svaaCDCADate: day, svaaCDCARunNumber: 2,
      svaaSSRRunNumber: 7)
    var records: [ReportRecord] = []
    try TradingDayReport(run: run, roster: roster, periods: periods, results: results)
      .records(sender: "HALFHOUR") { records.append($0) }
    return (records, results)
  }

  @Test func theFileReadsBackToTheSameRecords() throws {
    let (records, _) = try Self.records()
    let header = ReportHeader(
      kind: .settlementReport, version: "013", created: CivilStamp(date: Self.day, hour: 0, minute: 0, second: 0),
      fromRole: "SA", from: "HALFHOUR", toRole: "PB", to: "TEST", sequence: "1")
    let bytes = ReportWriter.file(header: header, records: records)
    let all = events(bytes)
    #expect(all.rules == [] && all.tally.isWhole && all.tally.checksumAgrees == true)
    #expect(all.records == records && all.fileBytes == bytes)
    #expect(all.tally.records[.accountPeriod] == 48 * 6 && all.tally.records[.unitPeriod] == 48 * 3)
  }

  /// Each field says what the result says.
  @Test func fieldsAreTheResults() throws {
    let (records, results) = try Self.records()
    let accounts = records.compactMap(AccountPeriod.init)
    let charges = accounts.reduce(Money.zero) { $0 + ($1.energyImbalanceCharge ?? .zero) }
    let expected = results.reduce(Money.zero) { sum, result in
      result.accounts.reduce(sum) { $0 + $1.imbalanceCharge.rounded(to: .penny, .halfAwayFromZero) }
    }
    #expect(charges == expected && accounts.count == 288)
    let units = records.compactMap(UnitPeriod.init)
    let generator = try #require(units.first { $0.unit == "T_GENX-1" })
    #expect(generator.meteredVolume?.megawattHoursText == "12.307" && generator.record.text(4) == "12.5")
    #expect(generator.record.text(7) == "13" && generator.balancingServicesVolume?.megawattHoursText == "0.500")
    #expect(generator.record.text(11) == "0.0012345" && generator.record.text(10) == "0.5")
    #expect(
      generator.record.text(12)
        == DecimalNumber.text(Int128(results[0].losses.multipliers[2].tenMillionths), places: 7, keeping: 0))
    let linked = try #require(units.first { $0.unit == "I_TRDX-1" })
    #expect(linked.record.text(12) == "1" && linked.record.text(11) == "0")
    let system = try #require(records.compactMap(SystemPeriod.init).first)
    #expect(
      system.totalOfftaking?.megawattHoursText == "-11.881" && system.totalDelivering?.megawattHoursText == "12.307")
    #expect(system.price?.poundsPerMWhText == "1.23457")
  }

  @Test func anotherShapeIsRefused() throws {
    let run = ReportRun(
      date: date("2026-03-29"), run: .sf, saaRunNumber: 1, cdcaRunNumber: 1, svaaCDCADate: Self.day,
      svaaCDCARunNumber: 1, svaaSSRRunNumber: 1)
    let rules = try #require(TradingRuleBook.shipped.rules(on: Self.day))
    let periods = (1...48).map(Self.period)
    let results = try periods.map { try TradingPeriodResult($0, Self.roster, rules) }
    #expect(throws: TradingDayReport.WrongShape.self) {
      try TradingDayReport(run: run, roster: Self.roster, periods: periods, results: results)
    }
  }
}
