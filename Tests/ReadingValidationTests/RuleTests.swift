import Findings
import MarketIdentifiers
import MarketRegistration
import Metering
import Quantities
import ReadingValidation
import Rulebooks
import SettlementCalendar
import Testing

@Suite struct RuleTests {
  /// Half an hour of the capacity, a part watt-hour rounded up, is the most that passes.
  @Test(
    arguments: [
      (watts: 23_000, wattHours: 11_500, rule: nil), (23_000, 11_501, "VAL-03"), (1_999, 1_000, nil),
      (1_999, 1_001, "VAL-03"), (23_000, 0, nil), (23_000, -1, "VAL-04"),
    ] as [(watts: Int64, wattHours: Int64, rule: RuleID?)])
  func readingsAreHeldToCapacityAndSign(_ row: (watts: Int64, wattHours: Int64, rule: RuleID?)) throws {
    let registration = Registration(
      mpan: try #require(MPAN(distributor: 12, serial: 1)), alias: nil, quantity: .activeImport,
      supplier: try #require(ParticipantID("SUPA")), gspGroup: .c, distributor: 12,
      lossClass: try #require(LineLossFactorClassID("1")), consumptionClass: .domestic, tariff: nil,
      paymentMethod: .directDebit, supplyCapacity: Power(watts: row.watts),
      effectiveFrom: try #require(SettlementDate("2020-01-01")), recordedAt: UTCInstant(secondsSince1970: 0))
    #expect(Validator.failure(of: Energy(wattHours: row.wattHours), registration) == row.rule)
  }

  @Test func theRulebookGivesTheRules() throws {
    let rules = try ValidationRules(Rulebook.default, on: #require(SettlementDate("2026-03-29")))
    #expect(rules.windowHours == 36)
    #expect(rules.historyDays == 14)
    #expect(rules.standingEnergyPerHalfHour == Energy(wattHours: 177))
  }

  @Test func aMissingParameterIsNamed() throws {
    let date = try #require(SettlementDate("2026-03-29"))
    let empty = Rulebook(
      id: "empty", title: "", edition: "", timetable: RunTimetable(.empty), calendar: Rulebook.default.calendar,
      parameters: [:], flatLossFactors: [:], defaultLossFactor: .empty, priceCap: [])
    let expected = MissingParameter(rulebook: "empty", name: "validation.window-hours", date: date)
    #expect(throws: expected) { try ValidationRules(empty, on: date) }
    #expect(expected.description.contains("validation.window-hours"))
  }

  /// Reads of one register in tenths of a kWh: what it advanced by in Wh, or `nil` where it fell.
  @Test(
    arguments: [
      (from: 1_000, to: 1_015, advance: 1_500, round: false), (1_000, 1_000, 0, false),
      (999_990, 5, 1_500, true), (1_015, 1_000, nil, false), (500_000, 1_000, nil, false),
    ] as [(from: Int64, to: Int64, advance: Int64?, round: Bool)])
  func registersDoNotRunBackwards(_ row: (from: Int64, to: Int64, advance: Int64?, round: Bool)) throws {
    let mpan = try #require(MPAN(distributor: 12, serial: 1))
    let reads = [(row.from, Int64(0)), (row.to, Int64(1_800))].map {
      RegisterRead(
        mpan: mpan, meter: "M1", register: "S", takenAt: UTCInstant(secondsSince1970: $0.1), tenthsOfKWh: $0.0,
        type: "R", status: "V", receivedAt: UTCInstant(secondsSince1970: 0))
    }
    for order in [reads, reads.reversed()] {
      let checked = RegisterCheck.advances(order, digits: 5, largestAdvance: Energy(wattHours: 5_000_000))
      #expect(checked.value.map(\.energy.wattHours) == (row.advance.map { [$0] } ?? []))
      #expect(checked.value.map(\.wentRound) == (row.advance == nil ? [] : [row.round]))
      #expect(checked.findings.map(\.rule) == (row.advance == nil ? ["VAL-05"] : []))
    }
  }
}
