import CommandLineInterface
import Foundation
import Rulebooks
import SettlementCalendar
import Testing

@Suite("halfhour calendar") struct CalendarCommandTests {
  static let runDates: String? = {
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while folder.path != "/",
      !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path)
    {
      folder.deleteLastPathComponent()
    }
    let named = ProcessInfo.processInfo.environment["HALFHOUR_SHARED"].map { URL(fileURLWithPath: $0) }
    let shared = named ?? folder.deletingLastPathComponent().appendingPathComponent("shared")
    return try? String(contentsOf: shared.appendingPathComponent("conformance/run-dates.csv"), encoding: .utf8)
  }()

  func dates(_ texts: String...) throws -> [SettlementDate] { try texts.map { try #require(SettlementDate($0)) } }

  @Test(
    "prints the conformance file itself",
    .enabled(if: runDates != nil, "SKIPPED: shared/conformance/run-dates.csv is not here"))
  func conformance() throws {
    let lines = try #require(Self.runDates).split(whereSeparator: \.isNewline)
    let dates = lines.dropFirst().compactMap { SettlementDate($0.prefix(10)) }
    #expect(dates.count == 12)
    let table = try CalendarCommand.table(of: dates, try Rulebook.load("may-2026"))
    #expect(table.text(.csv) == lines.joined(separator: "\n") + "\n")
  }

  @Test("a run that a date lacks is an empty field, DF stands last where the rulebook has it")
  func mhhs() throws {
    let table = try CalendarCommand.table(of: dates("2027-07-05", "2026-09-01"), try Rulebook.load("mhhs"))
    #expect(
      table.text(.csv) == """
        settlement_date,periods,II,SF,R1,R2,R3,RF,DF
        2027-07-05,48,2027-07-09,2027-07-14,2027-08-16,,,2027-11-01,2029-03-05
        2026-09-01,48,2026-09-08,2026-09-23,2026-10-20,2026-12-22,,2027-04-01,2029-01-01

        """)
    let json = try JSONSerialization.jsonObject(with: Data(table.text(.json).utf8)) as? [[String: Any]]
    #expect(json?.count == 2 && json?.first?["periods"] as? Int == 48)
    #expect(json?.first?["II"] as? String == "2027-07-09" && json?.first?["R2"] is NSNull)
  }

  @Test("a date whose runs leave the known holidays is refused with a sentence")
  func beyond() throws {
    let error = #expect(throws: CalendarCommand.HolidaysEnd.self) {
      try CalendarCommand.table(of: dates("2028-12-20"), try Rulebook.load("may-2026"))
    }
    #expect(error?.description.contains("2000 to 2028") == true)
  }

  @Test("the command line is read and checked")
  func parsing() throws {
    #expect(throws: Never.self) { try CalendarCommand.parse(["2026-05-28", "--rulebook", "bsc", "--format", "json"]) }
    #expect(throws: (any Error).self) { try CalendarCommand.parse([]) }
    #expect(throws: (any Error).self) { try CalendarCommand.parse(["2026-05-28", "--format", "xml"]) }
    #expect(throws: (any Error).self) { try CalendarCommand.parse(["2026-02-30"]).run() }
    #expect(throws: (any Error).self) { try CalendarCommand.parse(["2026-05-28", "--rulebook", "none"]).run() }
    #expect(throws: (any Error).self) { try CalendarCommand.parse(["2026-05-28", "--holidays", "wales"]).run() }
  }
}
