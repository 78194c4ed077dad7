import Findings
import Foundation
import PublicData
import Quantities
import Settlement
import SettlementCalendar
import Testing
import WireFormat

private let received = UTCInstant(secondsSince1970: 1_760_000_000)

struct PriceOutcome: Equatable {
  var prices: [SystemPrice] = []
  var quarantined: [RuleID: Int] = [:]
  var noted: [RuleID] = []
  var findings: [Finding] = []
  var lost: Int { quarantined.values.reduce(0, +) }

  mutating func add(_ event: SystemPriceEvent) {
    switch event {
    case .price(let price, _): prices.append(price)
    case .quarantined(let finding, let rows):
      quarantined[finding.rule, default: 0] += rows
      findings.append(finding)
    case .noted(let finding):
      noted.append(finding.rule)
      findings.append(finding)
    }
  }

  func price(_ date: SettlementDate, _ period: Int) -> SystemPrice? {
    prices.first { $0.date == date && $0.period == period }
  }
}

private func reader() -> SystemPriceCSVReader {
  SystemPriceCSVReader(file: "prices.csv", source: "aa", receivedAt: received)
}

private func read(_ bytes: [UInt8], cuts: [Int] = []) -> PriceOutcome {
  var outcome = PriceOutcome()
  for event in events(reader, bytes, cuts: cuts) { outcome.add(event) }
  return outcome
}

private func read(_ text: String) -> PriceOutcome { read(Array(text.utf8)) }

private let head =
  "Settlement Date,Settlement Period,System Sell Price(£/MWh),System Buy Price(£/MWh),Net Imbalance Volume(MWh)\n"

private func day(_ text: String, _ count: Int) -> String {
  (1...count).map { "\(text),\($0),-\($0).25,-\($0).25,\($0).5\n" }.joined()
}

@Suite("Elexon's download of system prices")
struct SystemPriceCSVTests {
  @Test("Prices and volumes are exact, days have 46, 48 or 50 periods")
  func exact() throws {
    let text = head + day("29/03/2026", 46) + day("2026-03-30", 48) + day("25/10/2026", 50)
    let outcome = read(text)
    #expect(outcome.prices.count == 144 && outcome.findings.isEmpty)
    let price = try #require(outcome.price(date("2026-10-25"), 50))
    #expect(price.sell.micropencePerMWh == -5_025_000_000 && price.buy == price.sell)
    #expect(price.netImbalanceVolume?.tenMicrowattHours == 5_050_000_000_000)
    #expect(price.netImbalanceVolume?.megawattHoursText == "50.500")
    #expect(price.source == "aa" && price.receivedAt == received)
  }

  @Test("Columns are found by name, in any order and spelling of the unit")
  func columns() {
    let body = "5.5,01/01/2026,1,5.5\n"
    for unit in ["(£/MWh)", "(GBP/MWh)", "", " (p)"] {
      let text = "system sell price\(unit),\"Settlement Date\",SETTLEMENT PERIOD,System Buy Price\(unit)\n"
      let outcome = read("\u{FEFF}" + text + body)
      #expect(outcome.prices.count == 1 && outcome.prices.first?.netImbalanceVolume == nil)
    }
    let latin =
      Array("Settlement Date,Settlement Period,System Sell Price(".utf8) + [0xA3]
      + Array("/MWh),System Buy Price(".utf8) + [0xA3] + Array("/MWh)\r\n01/01/2026,1,5,5\r\n".utf8)
    #expect(read(latin).prices.count == 1)
  }

  @Test("A file without the columns is refused with its rows counted")
  func noColumns() {
    #expect(read("a,b,c\n1,2,3\n4,5,6\n").quarantined == ["PUB-01": 2])
    #expect(read("").noted == ["PUB-01"])
    #expect(read(head.replacingOccurrences(of: "System Buy", with: "System Sell") + day("01/01/2026", 3)).lost == 3)
  }

  @Test(
    "A row that cannot be used is kept out under its rule",
    arguments: [
      ("30/02/2026,1,5,5,1", RuleID("PUB-02")), ("1/1/26,1,5,5,1", "PUB-02"), (",1,5,5,1", "PUB-02"),
      ("01/01/2026,49,5,5,1", "PUB-03"), ("01/01/2026,0,5,5,1", "PUB-03"), ("29/03/2026,47,5,5,1", "PUB-03"),
      ("25/10/2026,51,5,5,1", "PUB-03"), ("01/01/2026,x,5,5,1", "PUB-03"), ("01/01/2026,1,,5,1", "PUB-04"),
      ("01/01/2026,1,5,five,1", "PUB-04"), ("01/01/2026,1,100001,5,1", "PUB-04"), ("01/01/2026,1,5,5,x", "PUB-05"),
      ("01/01/2026,1,5,5,1000001", "PUB-05"), ("01/01/2026,1,5,5", "PUB-13"), ("01/01/2026,1,5,5,1,1", "PUB-13"),
      ("01/01/2026,1,5,5,\"1", "PUB-13"),
    ])
  func badRow(line: String, rule: RuleID) {
    let outcome = read(head + day("02/01/2026", 48) + line + "\n")
    #expect(outcome.quarantined == [rule: 1])
    #expect(outcome.prices.count == 48)
    #expect(outcome.findings.first?.position?.line == 50)
  }

  @Test("What is worth knowing is said: finer digits, two prices, missing periods, an open end")
  func notes() {
    let outcome = read(head + "01/01/2026,1,5.123456789,5.123456789,1.0000000000049")
    #expect(outcome.noted == ["PUB-14", "PUB-09", "PUB-08"])
    #expect(outcome.prices.first?.sell.micropencePerMWh == 512_345_679)
    #expect(outcome.prices.first?.netImbalanceVolume?.tenMicrowattHours == 100_000_000_000)
    #expect(read(head + day("01/01/2026", 47)).noted == ["PUB-08"])
    #expect(read(head + "01/01/2026,1,5,6,\n").noted == ["PUB-07", "PUB-08"])
    #expect(read(head + "04/11/2015,1,5,6,\n").noted == ["PUB-08"])
  }

  @Test("The same events however the bytes are cut; cuts and changes never crash, each row is in one place")
  func laws() {
    let bytes = Array((head + day("29/03/2026", 46)).utf8)
    let whole = read(bytes)
    #expect(read(bytes, cuts: Array(1..<bytes.count)) == whole)
    var random = Seeded(3)
    for _ in 0..<50 { #expect(read(bytes, cuts: random.cuts(bytes.count)) == whole) }
    for count in 0..<bytes.count {
      let outcome = read(Array(bytes[..<count]))
      // Cut just after the first line, it is a whole file without rows.
      #expect(!outcome.findings.isEmpty || count == head.utf8.count)
      #expect(outcome.prices.dropLast().elementsEqual(whole.prices.prefix(max(outcome.prices.count - 1, 0))))
    }
    for _ in 0..<500 {
      let changed = random.mutated(bytes)
      let outcome = read(changed)
      let lines = changed.split(separator: UInt8(ascii: "\n")).count { $0.contains { !" \t\r".utf8.contains($0) } }
      #expect(outcome.prices.count + outcome.lost == max(lines - 1, 0))
    }
  }

  private static let folder = shared("data/elexon/system_prices")

  private func readGzip(_ name: String) throws -> PriceOutcome {
    var reader = reader()
    var outcome = PriceOutcome()
    let file = try #require(Self.folder).appendingPathComponent(name).path
    try stream("/usr/bin/env", ["gzip", "-dc", file]) { reader.consume($0) { outcome.add($0) } }
    reader.finish { outcome.add($0) }
    return outcome
  }

  @Test(
    "The real files: every row is a price",
    .enabled(if: folder != nil, "needs ../shared data/elexon/system_prices"),
    arguments: [
      ("sspsbpniv_2019-2023.csv.gz", 87_648), ("sspsbpniv_2025-01_2025-06-01.csv.gz", 7_294),
      ("sspsbpniv_2016-06_2019-02.csv.gz", 47_042),
    ])
  func realFiles(name: String, rows: Int) throws {
    let outcome = try readGzip(name)
    #expect(outcome.prices.count == rows && outcome.quarantined.isEmpty)
    #expect(Set(outcome.prices.map { "\($0.date) \($0.period)" }).count == rows)
    #expect(outcome.prices.allSatisfy { $0.netImbalanceVolume != nil })
    #expect(outcome.noted.isEmpty)
  }

  @Test(
    "19 March 2022, period 27 is -90.32 GBP/MWh at -1194.788 MWh; the clock-change days of 2022 have 46 and 50",
    .enabled(if: folder != nil, "needs ../shared data/elexon/system_prices"))
  func knownPrice() throws {
    let outcome = try readGzip("sspsbpniv_2019-2023.csv.gz")
    let price = try #require(outcome.price(date("2022-03-19"), 27))
    #expect(price.sell.poundsPerMWhText == "-90.32" && price.buy == price.sell)
    #expect(price.netImbalanceVolume?.megawattHoursText == "-1194.788")
    #expect(outcome.prices.count { $0.date == date("2022-03-27") } == 46)
    #expect(outcome.prices.count { $0.date == date("2022-10-30") } == 50)
  }
}
