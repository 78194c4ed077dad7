import Findings
import Foundation
import PublicData
import Quantities
import Settlement
import SettlementCalendar
import Testing

private func reader() -> SystemPriceJSONReader {
  SystemPriceJSONReader(file: "prices.json", source: "bb", receivedAt: UTCInstant(secondsSince1970: 1_760_000_000))
}

private func read(_ bytes: [UInt8], cuts: [Int] = []) -> PriceOutcome {
  var outcome = PriceOutcome()
  for event in events(reader, bytes, cuts: cuts) { outcome.add(event) }
  return outcome
}

private func read(_ text: String) -> PriceOutcome { read(Array(text.utf8)) }

private func row(_ date: String, _ period: Int, sell: String = "24.51", volume: String = "-23.852564193690295")
  -> String
{
  """
  {"settlementDate": "\(date)", "settlementPeriod": \(period), "systemSellPrice": \(sell), "systemBuyPrice": \(sell),
   "netImbalanceVolume": \(volume), "replacementPrice": null}
  """
}

@Suite("Elexon's answers with system prices")
struct SystemPriceJSONTests {
  @Test("Fifteen digits are rounded once to the hundred-thousandth of a watt-hour, and it is said")
  func rounding() throws {
    let outcome = read("{\"metadata\": {\"datasets\": [\"DISEBSP\"]}, \"data\": [\(row("2025-10-26", 1))]}")
    #expect(outcome.prices.first?.netImbalanceVolume?.tenMicrowattHours == -2_385_256_419_369)
    #expect(outcome.prices.first?.sell.micropencePerMWh == 2_451_000_000)
    #expect(outcome.noted == ["PUB-09", "PUB-08"])
    // A half goes away from zero.
    let half = read("[\(row("2025-10-26", 1, sell: "1.000000005", volume: "-0.000000000005"))]")
    #expect(half.prices.first?.sell.micropencePerMWh == 100_000_001)
    #expect(half.prices.first?.netImbalanceVolume?.tenMicrowattHours == -1)
  }

  @Test("A bare list, a list under data or rows, a single row under data")
  func shapes() {
    let rows = "[\(row("2025-10-26", 1)), \(row("2025-10-26", 2))]"
    for text in [rows, "{\"data\": \(rows)}", "{\"status\": 200, \"url\": \"x\", \"rows\": \(rows)}"] {
      #expect(read(text).prices.map(\.period) == [1, 2])
    }
    #expect(read("{\"data\": \(row("2025-10-26T00:00:00Z", 50))}").prices.map(\.period) == [50])
    #expect(read("{\"data\": []}").findings.isEmpty)
  }

  @Test(
    "What is no answer is refused",
    arguments: [
      ("", RuleID("PUB-10")), ("{", "PUB-10"), ("{}", "PUB-11"), ("3", "PUB-11"), ("{\"data\": 3}", "PUB-11"),
    ])
  func refusals(text: String, rule: RuleID) {
    let outcome = read(text)
    #expect(outcome.noted == [rule] && outcome.prices.isEmpty)
    #expect(outcome.findings.first?.severity == .error)
  }

  @Test("Rows that cannot be used are kept out under their rule")
  func badRows() {
    func rule(_ text: String) -> [RuleID: Int] { read("[\(text)]").quarantined }
    #expect(rule(row("2025-10-32", 1)) == ["PUB-02": 1])
    #expect(rule(row("2025-10-26", 51)) == ["PUB-03": 1])
    #expect(rule(row("2026-03-29", 47)) == ["PUB-03": 1])
    #expect(rule(row("2025-10-26", 1, sell: "null")) == ["PUB-04": 1])
    #expect(rule(row("2025-10-26", 1, volume: "\"x\"")) == ["PUB-05": 1])
    #expect(rule("7") == ["PUB-02": 1])
    let wrongStart = row("2025-10-26", 1).dropLast() + ", \"startTime\": \"2025-10-26T00:00:00Z\"}"
    #expect(rule(String(wrongStart)) == ["PUB-06": 1])
    let old = "{\"settlementDate\":\"2015-11-04\",\"settlementPeriod\":\"1\",\"imbalancePriceAmountGBP\":\"5\"}"
    #expect(rule(old) == ["PUB-12": 1])
    #expect(rule(old.replacingOccurrences(of: "-04", with: "-05")) == [:])
    #expect(read("[\(row("2025-10-26", 1, volume: "null"))]").prices.first?.netImbalanceVolume == nil)
  }

  private static let folder = shared("data/elexon/system_prices")

  @Test(
    "The real answer for 26 October 2025: fifty periods, each at its start time",
    .enabled(if: folder != nil, "needs ../shared data/elexon/system_prices"))
  func disebsp() throws {
    let bytes = [UInt8](
      try Data(contentsOf: try #require(Self.folder).appendingPathComponent("disebsp_2025-10-26.json")))
    let outcome = read(bytes)
    #expect(outcome.prices.map(\.period) == Array(1...50) && outcome.quarantined.isEmpty)
    #expect(outcome.noted == ["PUB-09"])
    #expect(outcome.price(date("2025-10-26"), 5)?.sell.micropencePerMWh == 1_357_004_255)
    #expect(outcome.price(date("2025-10-26"), 18)?.netImbalanceVolume?.megawattHoursText == "-82.3705")
    #expect(read(bytes, cuts: [1, 777, 4_096]) == outcome)
    for count in stride(from: 0, to: bytes.count - 3, by: 997) {
      #expect(read(Array(bytes[..<count])).noted == ["PUB-10"])
    }
    var random = Seeded(9)
    for _ in 0..<300 {
      let changed = read(random.mutated(bytes))
      #expect(changed.prices.count + changed.lost == 50 || !changed.noted.isEmpty)
    }
  }

  @Test(
    "The real older records: five prices, each for both sides",
    .enabled(if: folder != nil, "needs ../shared data/elexon/system_prices"))
  func b1770() throws {
    let file = try #require(Self.folder).appendingPathComponent("b1770_sample_2023-11-03.json")
    let outcome = read([UInt8](try Data(contentsOf: file)))
    #expect(outcome.prices.map(\.sell.poundsPerMWhText) == ["-25.85", "-0.1101", "-1.13", "-1.57016", "-3.40"])
    #expect(outcome.prices.allSatisfy { $0.sell == $0.buy && $0.netImbalanceVolume == nil })
    #expect(outcome.quarantined.isEmpty && outcome.noted == ["PUB-08"])
  }
}
