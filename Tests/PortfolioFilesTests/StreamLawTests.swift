import MarketIdentifiers
import PortfolioFiles
import SettlementCalendar
import Testing
import WireFormat

private let instant = UTCInstant(secondsSince1970: 0)

/// The laws that hold for every reader of rows: cuts do not matter, nothing crashes, and no row vanishes.
private func obeysLaws<Reader: StreamReader, Value: Equatable>(
  _ text: String, values expected: Int, _ make: () -> Reader
) where Reader.Event == PortfolioEvent<Value> {
  let bytes = Array(text.utf8)
  let whole = events(make, [bytes])
  #expect(values(whole).count == expected)
  #expect(events(make, bytes.map { [$0] }) == whole)
  var dice = Dice(state: 42)
  for _ in 0..<100 { #expect(events(make, randomCuts(bytes, &dice)) == whole) }
  for end in 0..<bytes.count {
    let cut = values(events(make, [Array(bytes[..<end])]))
    // The last line may read as something else when cut; those before it may not.
    #expect(Array(cut.dropLast()) == Array(values(whole).prefix(max(cut.count - 1, 0))))
  }
  for _ in 0..<2_000 {
    var mutated = bytes
    for _ in 0...dice.roll(3) { mutated[dice.roll(mutated.count)] = UInt8(dice.roll(256)) }
    let found = events(make, [mutated])
    let rows = values(found).count + rules(found).quarantined.count
    let lines = mutated.split(separator: UInt8(ascii: "\n")).filter { $0 != [UInt8(ascii: "\r")] }.count
    // All lines but the header; where the header's own end was changed, the next line has become part of it.
    #expect(rows == max(lines - 1, 0))
  }
}

@Suite struct StreamLawTests {
  @Test func registrations() throws {
    let numbers = try (0..<4).map { try #require(MPAN(distributor: 12, serial: $0)) }
    let rows = numbers.map { "\($0),\"X,17\",AI,XALF,_C,12,001,F,flat,direct-debit,23000,2026-01-01,2026-02-28\n" }
    let text = RegistrationReader.columns.joined(separator: ",") + "\n" + rows.joined() + "bad,row\n"
    obeysLaws(text, values: 4) { RegistrationReader(file: "r.csv", recordedAt: instant) }
  }

  @Test func contracts() {
    let text = "period,party,date,bought_kwh\n1,XALF,2026-01-01,1.5\n2,XALF,2026-01-01,-3\n49,XALF,2026-01-01,1\n"
    obeysLaws(text, values: 2) { ContractReader(file: "c.csv", source: "s", receivedAt: instant) }
  }

  @Test func groupTakes() {
    let text = "period,gsp_group,date,take_kwh\n1,_A,2026-01-01,1.5\n2,_C,2026-01-01,-3\n49,_A,2026-01-01,1\n"
    obeysLaws(text, values: 2) { GroupTakeReader(file: "t.csv", source: "s", receivedAt: instant) }
  }

  @Test func creditPositions() {
    let text =
      "party,cover_pounds,short_mwh_per_period,indebtedness_mwh\nXALF,85000.00,1.5,700\nXBET,0,-3,0.000001\nXGAM,-1,0,0\n"
    obeysLaws(text, values: 2) { CreditPositionReader(file: "p.csv") }
  }

  @Test func arrivals() {
    let row = "X1,2026-01-01T00:00:00Z,2026-01-02T00:00:00Z,2026-01-03T00:00:00Z\n"
    obeysLaws("series,from,to,received_at\n" + row + row + "*,,,\n", values: 2) { ArrivalReader(file: "a.csv") }
  }
}
