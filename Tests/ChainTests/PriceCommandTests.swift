import Foundation
import Testing

/// `halfhour price` as a user runs it.
@Suite struct PriceCommandTests {
  private static let physical = """
    HDR,PHYSICAL BM DATA,20260102,20
    PN,T_AAA-1,20,20260102093000,100.000,20260102100000,100.000
    BOALF,T_AAA-1,17,20260102092000,F,F,F,F,F,20260102093000,120.000,20260102100000,120.000
    FTR,2
    """
  private static let bidOffers = """
    HDR,BID OFFER LEVEL DATA,20260102,20
    BOD,T_AAA-1,1,20260102093000,15,20260102100000,15,50.00,75.25
    BOD,T_AAA-1,2,20260102093000,60,20260102100000,60,55.00,81.50
    FTR,2
    """
  private static let adjustments = """
    {"rows":[{"dataset":"DISBSAD","settlementDate":"2026-01-02","settlementPeriod":20,"id":3,"cost":-120.5,
    "volume":-2,"soFlag":false,"storFlag":false}]}
    """

  private func folder() throws -> URL {
    let folder = try Program.scratch("price")
    try Data(Self.physical.utf8).write(to: folder.appendingPathComponent("a.csv"))
    try Data(Self.bidOffers.utf8).write(to: folder.appendingPathComponent("b.csv"))
    try Data(Self.adjustments.utf8).write(to: folder.appendingPathComponent("c.json"))
    try Data("not,known\n".utf8).write(to: folder.appendingPathComponent("d.txt"))
    return folder
  }

  private func price(_ folder: URL, _ more: String...) throws -> Program.Result {
    try Program.run(["price", "--input", folder.path, "--date", "2026-01-02", "--period", "20"] + more)
  }

  @Test func pricesAFolderOfFiles() throws {
    let folder = try folder()
    let result = try price(folder, "--format", "json", "--svg", folder.appendingPathComponent("stack.svg").path)
    #expect(result.status == 0)
    let answer = try #require(try JSONSerialization.jsonObject(with: Data(result.out.utf8)) as? [String: Any])
    // 20 MW for half an hour is 10 MWh: 7.5 at 75.25 and 2.5 at 81.50; the sell at 60.25 tags 2 of the dear end.
    #expect(answer["netImbalanceVolume"] as? Double == 8)
    #expect(answer["totalAcceptedOfferVolume"] as? Double == 10)
    #expect(answer["totalAdjustmentSellVolume"] as? Double == -2)
    // Half a megawatt-hour at 81.50 and half at 75.25.
    #expect(answer["systemPrice"] as? Double == 78.375)
    let missing = try #require(answer["missing"] as? [[String: String]]).compactMap { $0["what"] }
    #expect(missing == ["market-index", "transmission-loss-multipliers", "price-adjusters"])
    let steps = try #require(answer["steps"] as? [[String: Any]])
    #expect(steps.count == 8)
    #expect((steps[6]["actions"] as? [[String: Any]])?.map { $0["volume"] as? Double } == [0.5, 0.5])
    let files = try #require(answer["files"] as? [[String: Any]])
    #expect(files.map { $0["isRead"] as? Bool } == [true, true, true, false])
    let picture = try String(contentsOf: folder.appendingPathComponent("stack.svg"), encoding: .utf8)
    #expect(picture.hasPrefix("<svg ") && picture.contains("78.375"))
    #expect(try price(folder, "--format", "json").out == (try price(folder, "--format", "json").out))
  }

  @Test func explainsAndRefuses() throws {
    let folder = try folder()
    let told = try price(folder, "--explain")
    #expect(told.status == 0)
    #expect(told.out.contains("The price is 78.375 GBP/MWh"))
    let other = try Program.run(["price", "--input", folder.path, "--date", "2026-01-03", "--period", "20"])
    #expect(other.status == 3)
    #expect(try Program.run(["price", "--input", folder.path, "--date", "2026-03-29", "--period", "47"]).status == 64)
    #expect(try Program.run(["price", "--input", "/nowhere", "--date", "2026-03-29", "--period", "1"]).status == 3)
  }

  // Needs the shared BMRS downloads of 19 March 2022, period 27.
  @Test(.enabled(if: sharedData != nil, "needs ../shared beside the project"))
  func oneRealPeriod() throws {
    let folder = try #require(sharedData).appendingPathComponent("data/elexon/stack/sp27_2022-03-19")
    let result = try Program.run(
      ["price", "--input", folder.path, "--date", "2022-03-19", "--period", "27", "--format", "json"])
    #expect(result.status == 0)
    #expect(result.out.contains("\"systemPrice\": -90.32,"))
    #expect(result.out.contains("\"what\": \"balancing-services-adjustment-actions\""))
    let answer = try #require(try JSONSerialization.jsonObject(with: Data(result.out.utf8)) as? [String: Any])
    #expect(abs((answer["netAcceptedVolume"] as? Double ?? 0) + 698.8) < 0.05)
  }
}
