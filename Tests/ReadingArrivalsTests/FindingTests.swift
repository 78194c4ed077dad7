import Findings
import MarketIdentifiers
import ReadingArrivals
import SettlementCalendar
import Testing

/// A line, and what is said of it.
@Suite struct FindingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let line: String
    let rule: ArrivalRule?
    var testDescription: String { line }
    init(_ line: String, _ rule: ArrivalRule?) { (self.line, self.rule) = (line, rule) }
  }

  // The first metering point of the country may take 2.5 kWh; the second anything.
  static let one = MPAN(distributor: 10, serial: 1_000)!.description
  static let two = MPAN(distributor: 11, serial: 8_919)!.description

  @Test(arguments: [
    Case("\(one),2026-01-14,1,0.123,A", nil), Case("\(one),2026-01-14,48,2.5,C", nil),
    Case("\(one),2026-01-14,1,2.501,A", .capacity), Case("\(two),2026-01-14,1,2.501,A", nil),
    Case("\(two),2026-01-14,1,1000000.001,A", .capacity), Case("\(two),2026-01-14,1,1e6,A", nil),
    Case("\(one),2026-01-14,1,0.1234,A", .finer), Case("\(one),2026-01-14,1,0.12300,A", nil),
    Case("\(two),2026-01-14,1,0.0e31,A", .number), Case("\(two),2026-01-14,1,0.0e30,A", nil),
    Case("\(two),2026-01-14,1,99999999999e28,A", .capacity), Case("\(two),2026-01-14,1,-9999999999e28,A", .negative),
    Case("\(one),2026-01-14,1,-0.1,A", .negative), Case("\(one),2026-01-14,1,-0,A", nil),
    Case("\(one),2026-01-14,1,abc,A", .number), Case("\(one),2026-01-14,1,,A", .number),
    Case("\(one),2026-01-14,1,0.1,X", .quality), Case("\(one),2026-01-14,1,0.1", .line),
    Case("\(one),2026-01-14,0,0.1,A", .period), Case("\(one),2026-01-14,49,0.1,A", .period),
    Case("\(one),2026-01-14,U,0.1,A", .period), Case("\(one),2026-01-14,1;,0.1,A", .period),
    Case("\(one),2026-03-29,47,0.1,A", .period), Case("\(one),2026-03-29,46,0.1,A", nil),
    Case("\(one),2025-10-26,50,0.1,A", nil), Case("\(one),2025-10-26,51,0.1,A", .period),
    Case("\(one),2026-02-30,1,0.1,A", .date), Case("\(one),2027-01-14,1,0.1,A", .date),
    Case("1000000000000,2026-01-14,1,0.1,A", .mpan), Case("1012345,2026-01-14,1,0.1,A", .mpan),
    Case("\(MPAN(distributor: 23, serial: 5)!),2026-01-14,1,0.1,A", .unknownMPAN),
    Case("\"\(one)\",2026-01-14,1,0.1,A", nil),
    Case("\"\(one),2026-01-14,1,0.1,A", .line), Case("halfhour", .line),
  ]) func aLineOfALongTable(_ example: Case) throws {
    let country = try Country()
    let batch = ArrivalBatch(longestPiece: 4_096, signed: false)
    try country.withRegister { register in
      try batch.read(Array((example.line + "\n").utf8), as: .longTable(hasQuality: true), register, country.dates)
      let packed = batch.packed()
      #expect(packed.faults.map(\.rule) == (example.rule.map { [$0] } ?? []))
      #expect(packed.readings + packed.quarantined == 1)
    }
  }

  @Test func aFindingNamesLineAndPeriodAndHoldsNoReading() {
    let fault = ArrivalFault(.negative, line: 3, period: 7, readings: 1)
    let finding = fault.finding(file: "feed.csv", firstLine: 2)
    #expect(finding.rule == "LOAD-08" && finding.severity == .error)
    #expect(finding.position == SourcePosition(file: "feed.csv", line: 5, field: "period 7"))
  }

  @Test func everyRuleHasAnIDAndWords() {
    #expect(Set(ArrivalRule.allCases.map(\.id)).count == ArrivalRule.allCases.count)
    for rule in ArrivalRule.allCases {
      let finding = ArrivalFault(rule, line: 0, readings: 0).finding(file: "f", firstLine: 1)
      #expect(finding.message.hasSuffix(".") && finding.remedy.hasSuffix("."))
    }
  }

  @Test func layoutsAreKnownByTheirFirstLine() {
    #expect(ArrivalLayout(firstLine: "{\"mpan\":".utf8) == .messages)
    #expect(ArrivalLayout(firstLine: "{\"sender\":\"A\",".utf8) == .signedMessages)
    for layout in [ArrivalLayout.longTable(hasQuality: true), .longTable(hasQuality: false), .wideTable(periods: 50)] {
      #expect(ArrivalLayout(firstLine: ((layout.header ?? "") + "\r\n").utf8) == layout)
    }
    #expect(ArrivalLayout(firstLine: "a,b,c".utf8) == nil && ArrivalLayout(firstLine: "".utf8) == nil)
  }
}
