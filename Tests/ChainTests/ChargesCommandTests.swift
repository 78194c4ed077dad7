import Foundation
import Testing

/// `halfhour charges`, `price history` and `price replay` as a user runs them.
@Suite struct ChargesCommandTests {
  private static let units = """
    bm_unit,party,account,trading_unit,interconnector,tlf
    2__ASUPP000,SUPP,C,,no,

    """
  private static let contracts = """
    authorisation,seller,seller_account,buyer,buyer_account,effective_from,effective_to,received_at,period,volume_mwh
    E1,GENR,P,SUPP,C,2026-01-15,2026-01-15,2026-01-14T12:00:00Z,*,10

    """
  private static let metered = """
    bm_unit,settlement_date,period,metered_mwh
    2__ASUPP000,2026-01-15,21,-11.880

    """
  private static let prices = """
    settlement_date,period,sell_price,buy_price
    2026-01-15,21,80,80

    """
  private static let multipliers = """
    bm_unit,settlement_date,period,tlm
    2__ASUPP000,2026-01-15,21,1.010106

    """

  private func folder(metered: String = metered) throws -> URL {
    let folder = try Program.scratch("charges")
    let files = [
      "units": Self.units, "contracts": Self.contracts, "metered": metered, "prices": Self.prices,
      "multipliers": Self.multipliers,
    ]
    for (name, text) in files { try Data(text.utf8).write(to: folder.appendingPathComponent(name + ".csv")) }
    return folder
  }

  @Test func supplierThatIsShort() throws {
    let folder = try folder()
    let arguments = ["charges", "--input", folder.path, "--date", "2026-01-15"]
    let result = try Program.run(arguments + ["--format", "json"])
    #expect(result.status == 0)
    let answer = try #require(try JSONSerialization.jsonObject(with: Data(result.out.utf8)) as? [String: Any])
    let parties = try #require(answer["parties"] as? [[String: Any]])
    #expect(parties.map { $0["party"] as? String } == ["GENR", "SUPP"])
    #expect(parties.map { $0["net"] as? Double } == [-800, 800])
    #expect(answer["clearingDifference"] as? Double == 0)
    #expect((answer["unpriced"] as? [Int])?.count == 47)
    let steps = try Program.run(arguments + ["--period", "21", "--format", "csv"])
    #expect(steps.out.contains("account,21,SUPP/C,QAEI,-2.00005928\n"))
    #expect(steps.out.contains("account,21,SUPP/C,CAEI,160.004742\n"))
    let told = try Program.run(arguments + ["--period", "21"])
    #expect(told.out.contains("what parties receive less that: 0.00"))
  }

  @Test func statuses() throws {
    let broken = try folder(metered: "bm_unit,settlement_date,period,metered_mwh\n2__ASUPP000,2026-01-15,21,many\n")
    #expect(try Program.run(["charges", "--input", broken.path, "--date", "2026-01-15"]).status == 1)
    #expect(try Program.run(["charges", "--input", broken.path, "--date", "2026-01-16"]).status == 3)
    #expect(
      try Program.run(["charges", "--input", broken.path, "--date", "2026-03-29", "--period", "47"]).status == 64)
    let empty = try Program.scratch("charges-empty")
    #expect(try Program.run(["charges", "--input", empty.path, "--date", "2026-01-15"]).status == 2)
  }

  @Test func historyNamesLines() throws {
    let folder = try Program.scratch("history")
    let file = folder.appendingPathComponent("prices.csv")
    let head = "Settlement Date,Settlement Period,System Sell Price,System Buy Price,Net Imbalance Volume\n"
    let rows = (1...46).map { "29/03/2026,\($0),50,50,10\n" }.joined()
    try Data((head + rows).utf8).write(to: file)
    #expect(try Program.run(["price", "history", "--input", file.path]).status == 0)
    try Data((head + rows + "29/03/2026,46,50,50,10\n").utf8).write(to: file)
    let result = try Program.run(["price", "history", "--input", file.path, "--format", "json"])
    #expect(result.status == 1)
    let answer = try #require(try JSONSerialization.jsonObject(with: Data(result.out.utf8)) as? [String: Any])
    let odd = try #require(answer["oddRows"] as? [[String: Any]])
    #expect(odd.map { $0["line"] as? Int } == [48])
    #expect(odd.map { $0["rule"] as? String } == ["PUB-16"])
  }

  // Needs the shared lists of unflagged actions of 1 to 5 January 2026.
  @Test(.enabled(if: sharedData != nil, "needs ../shared beside the project"))
  func replayNamesACauseForEveryMiss() throws {
    let folder = try #require(sharedData).appendingPathComponent("data/elexon/stack")
    let result = try Program.run([
      "price", "replay", "--input",
      folder.appendingPathComponent("ispstack_energy_actions_2026-01-01_2026-01-05.csv.gz").path, "--input",
      folder.appendingPathComponent("system_price_niv_2026-01-01_2026-01-05.csv.gz").path, "--from", "2026-01-01",
      "--to", "2026-01-05", "--format", "json",
    ])
    #expect(result.status == 0)
    let rows = try #require(try JSONSerialization.jsonObject(with: Data(result.out.utf8)) as? [[String: Any]])
    #expect(rows.count == 240)
    let covered = rows.filter { $0["covered"] as? String == "yes" && $0["reproduced"] as? String != "" }
    #expect(covered.count == 177)
    #expect(covered.count { $0["reproduced"] as? String == "yes" } >= 140)
    for row in rows where row["reproduced"] as? String == "no" {
      #expect(row["cause"] as? String != "" && row["sentence"] as? String != "")
    }
  }
}
