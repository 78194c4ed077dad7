import MarketIdentifiers
import MarketRegistration
import PortfolioFiles
import Quantities
import SettlementCalendar
import Testing

private let noon = UTCInstant(secondsSince1970: 1_767_268_800)
private let header =
  "mpan,alias,quantity,supplier,gsp_group,distributor,llfc,consumption_class,tariff,payment_method,"
  + "supply_capacity_w,effective_from,effective_to"

private func mpan(_ distributor: Int, _ serial: Int) throws -> String {
  try #require(MPAN(distributor: distributor, serial: serial)).description
}

private func read(_ text: String) -> [PortfolioEvent<Registration>] {
  events({ RegistrationReader(file: "r.csv", recordedAt: noon) }, text)
}

@Suite struct RegistrationReaderTests {
  @Test func readsEveryField() throws {
    let number = try mpan(12, 345_678)
    let row = "\(number),X17,AI,XALF,_C,12,001,F,\"flat, \"\"old\"\"\",direct-debit,23000,2026-01-01,2026-02-28"
    let found = values(read(header + "\n" + row + "\n"))
    let expected = Registration(
      mpan: try #require(MPAN(number)), alias: "X17", quantity: .activeImport,
      supplier: try #require(ParticipantID("XALF")), gspGroup: .c, distributor: 12,
      lossClass: try #require(LineLossFactorClassID("1")), consumptionClass: .domestic, tariff: "flat, \"old\"",
      paymentMethod: .directDebit, supplyCapacity: Power(watts: 23_000),
      effectiveFrom: try #require(SettlementDate("2026-01-01")),
      effectiveTo: SettlementDate("2026-02-28"), recordedAt: noon)
    #expect(found == [expected])
  }

  @Test func columnsMayComeInAnyOrderWithOthersBetween() throws {
    let names = header.split(separator: ",").map(String.init)
    let cells = "\(try mpan(12, 1)),,AI,XALF,_C,12,1,F,,prepayment,23000,2026-01-01,"
      .split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let straight = read(header + "\n" + cells.joined(separator: ","))
    let turned = read(
      (["colour"] + names.reversed()).joined(separator: ",") + "\r\n"
        + (["red"] + cells.reversed()).joined(separator: ",") + "\r\n")
    #expect(values(straight).count == 1)
    #expect(values(straight) == values(turned))
    #expect(rules(turned).noted == ["TAB-02"])
  }

  /// Each row breaks one rule: column, bad text, the rule that says so.
  @Test(arguments: [
    (0, "1234567890123", "PRG-01"), (0, "12", "PRG-01"), (2, "RI", "PRG-02"), (3, "xalf", "PRG-03"),
    (4, "_I", "PRG-03"), (5, "13", "PRG-04"), (6, "1234", "PRG-03"), (7, "A", "PRG-03"), (9, "cash", "PRG-03"),
    (10, "0", "PRG-06"), (10, "2000000001", "PRG-06"), (10, "23.5", "PRG-06"), (11, "2026-02-30", "PRG-07"),
    (11, "1899-01-01", "PRG-07"), (12, "2025-12-31", "PRG-07"), (8, String(repeating: "x", count: 65), "PRG-08"),
    (1, "a\tb", "PRG-08"),
  ])
  func refuses(_ column: Int, _ text: String, _ rule: String) throws {
    var cells = "\(try mpan(12, 1)),,AI,XALF,_C,12,1,F,,prepayment,23000,2026-01-01,"
      .split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    cells[column] = text
    let found = read(header + "\n" + cells.joined(separator: ",") + "\n")
    #expect(values(found).isEmpty)
    #expect(rules(found).quarantined == [rule])
  }

  @Test func capacityBoundsAreIncluded() throws {
    for watts in ["1", "2000000000"] {
      let row = "\(try mpan(12, 1)),,AI,XALF,_C,12,1,F,,prepayment,\(watts),2026-01-01,"
      #expect(values(read(header + "\n" + row)).map { String($0.supplyCapacity.watts) } == [watts])
    }
  }

  @Test func warnsOfAForeignGroupButKeepsTheRow() throws {
    let licensed = "\(try mpan(12, 1)),,AI,XALF,_A,12,1,F,,prepayment,23000,2026-01-01,"
    let independent = "\(try mpan(24, 1)),,AI,XALF,_A,24,1,F,,prepayment,23000,2026-01-01,"
    let found = read([header, licensed, independent].joined(separator: "\n"))
    #expect(values(found).count == 2)
    #expect(rules(found).noted == ["PRG-05"])
  }

  @Test func noMessageShowsTheMPAN() throws {
    let found = read(header + "\n1234567890123,,AI,XALF,_C,12,1,F,,prepayment,23000,2026-01-01,\n")
    guard case .quarantined(let finding, 1) = found.first else {
      Issue.record("the row was not quarantined")
      return
    }
    #expect(!finding.description.contains("1234567890123"))
    #expect(finding.detail == "1234567890123")
    #expect(finding.position?.line == 2)
    #expect(finding.position?.field == "mpan")
  }

  @Test func whatIsWrittenReadsBack() throws {
    let first = try #require(SettlementDate("2026-01-01"))
    let items = try (0..<50).map { serial in
      Registration(
        mpan: try #require(MPAN(distributor: 10 + serial % 14, serial: serial)),
        alias: serial % 3 == 0 ? "house, \"\(serial)\"" : nil,
        quantity: serial % 5 == 0 ? .activeExport : .activeImport,
        supplier: try #require(ParticipantID("X\(serial)")), gspGroup: GSPGroupID.allCases[serial % 14],
        distributor: 10 + serial % 14, lossClass: try #require(LineLossFactorClassID("\(serial)")),
        consumptionClass: ConsumptionClass.allCases[serial % 4], tariff: serial % 2 == 0 ? " T\(serial) " : nil,
        paymentMethod: PaymentMethod.allCases[serial % 3], supplyCapacity: Power(watts: Int64(serial + 1)),
        effectiveFrom: first, effectiveTo: serial % 4 == 0 ? first.advanced(by: serial) : nil, recordedAt: noon)
    }
    let bytes = TableWriter.registrations(items)
    let found = events({ RegistrationReader(file: "r.csv", recordedAt: noon) }, [bytes])
    #expect(values(found) == items)
    #expect(TableWriter.registrations(values(found)) == bytes)
  }
}
