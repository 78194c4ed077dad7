import Foundation
import Testing

/// `halfhour market` and `halfhour credit` as a user runs them.
@Suite struct MarketCommandTests {
  private static let small = ["--days", "9", "--parties", "20", "--from", "2025-10-24", "--seed", "3"]

  private func simulate(_ more: String...) throws -> [String: Any] {
    let result = try Program.run(["market", "simulate", "--format", "json"] + Self.small + more)
    #expect(result.status == 0, "\(result.errors)")
    return try #require(try json(result.out) as? [String: Any])
  }

  @Test func sumsAreNothingInAnyOrder() throws {
    let report = try simulate()
    #expect(report["balanced"] as? Bool == true)
    #expect((report["runs"] as? [[String: Any]])?.first?["run"] as? String == "II")
    #expect((report["funds"] as? [String: Any])?["sum"] as? Double == 0)
    #expect((report["digest"] as? String)?.count == 16)
    #expect(try simulate("--shuffle", "5")["digest"] as? String == report["digest"] as? String)
    #expect(try simulate("--seed", "4")["digest"] as? String != report["digest"] as? String)
  }

  @Test func oneTableForAPerson() throws {
    let result = try Program.run(["market", "simulate"] + Self.small)
    #expect(result.status == 0)
    #expect(result.out.contains("all together £0.00") && result.out.contains("digest "))
  }

  @Test func adviceNotesOfOneParty() throws {
    let overview = try Program.run(["market", "party", "S001", "--format", "json"] + Self.small)
    #expect(overview.status == 0)
    let notes = try #require(try json(overview.out) as? [[String: Any]])
    let date = try #require(notes.first?["paymentDate"] as? String)
    let note = try Program.run(["market", "party", "S001", "--date", date, "--format", "csv"] + Self.small)
    #expect(note.out.hasPrefix("reason,amount\n") && note.out.contains("run SF\","))
    #expect(note.out.contains(" on \(date),"))
    #expect(try Program.run(["market", "party", "X999"] + Self.small).status == 3)
    #expect(try Program.run(["market", "party", "s1"] + Self.small).status == 64)
  }

  @Test func whatIfOverATableOfPositions() throws {
    let folder = try Program.scratch("credit")
    let file = folder.appendingPathComponent("positions.csv")
    let text =
      "party,cover_pounds,indebtedness_mwh,short_mwh_per_period\nEDGE,85000,700,4\nCALM,85000,100,1\nBAD,x,1,1\n"
    try Data(text.utf8).write(to: file)
    let arguments = [
      "credit", "what-if", "--price", "850", "--hours", "3", "--positions", file.path, "--on", "2026-01-05",
    ]
    let result = try Program.run(arguments)
    #expect(result.status == 0)
    #expect(
      result.out.hasPrefix("EDGE: 850.00 £/MWh for 3 h costs £20400.00; credit cover percentage 70.00% to 94.00%"))
    #expect(result.out.contains("1 of 2 parties pass Level 1"))
    #expect(result.errors.contains("PCP-02") && result.errors.contains("line 4"))
    try Data("party\n".utf8).write(to: file)
    #expect(try Program.run(arguments).status == 2)
    #expect(try Program.run(["credit", "what-if", "--price", "x", "--hours", "3"]).status == 64)
  }
}
