import Aggregation
import DTCFlows
import Findings
import Foundation
import MarketIdentifiers
import Quantities
import SettlementCalendar
import Testing

private let received = UTCInstant(secondsSince1970: 1_760_000_000)

private struct Outcome: Equatable {
  var schedules: [LossFactorSchedule] = []
  var accepted = 0
  var quarantined: [RuleID: Int] = [:]
  var noted: [RuleID] = []
  var findings: [Finding] = []

  mutating func add(_ event: LossFactorEvent) {
    switch event {
    case .schedule(let schedule, let rows):
      schedules.append(schedule)
      accepted += rows
    case .quarantined(let finding, let rows):
      quarantined[finding.rule, default: 0] += rows
      findings.append(finding)
    case .noted(let finding):
      noted.append(finding.rule)
      findings.append(finding)
    }
  }
}

private func reader() -> D0265Reader { D0265Reader(file: "llf.ptf", source: "aa", receivedAt: received) }

private func read(_ bytes: [UInt8], cuts: [Int] = []) -> Outcome {
  var outcome = Outcome()
  for event in events(reader, bytes, cuts: cuts) { outcome.add(event) }
  return outcome
}

private func read(_ text: String) -> Outcome { read(Array(text.utf8)) }

private func spl(_ count: Int, _ factor: String = "1.078") -> [String] { (1...count).map { "SPL|\($0)|\(factor)" } }

private func file(_ body: [String], count: Int? = nil) -> String {
  (["ZHD||D0265001|R|LOND|G|CAPG|20251021141250||||OPER"] + body + ["ZPT|\(count ?? body.count + 2)|5528372"])
    .joined(separator: "\n") + "\n"
}

private let small =
  ["DIS|LOND", "LLF|001", "SDT|20260328"] + spl(48) + ["SDT|20260329"] + spl(46, "1.1") + ["SDT|20261025"] + spl(50)
  + ["SDT|20260330"] + spl(48) + ["LLF|E1A", "SDT|20260401"] + spl(48, "0.992")

@Suite("Flow D0265, line loss factors")
struct D0265Tests {
  @Test("Days that are alike share a pattern; 46 and 50 periods are read")
  func patterns() throws {
    let outcome = read(file(small))
    #expect(outcome.quarantined.isEmpty && outcome.noted == ["DTC-36"])
    #expect(outcome.findings.first?.detail == "5528372" && outcome.findings.first?.severity == .note)
    #expect(outcome.accepted == 48 + 46 + 50 + 48 + 48)
    #expect(outcome.schedules.count == 2)
    let first = outcome.schedules[0]
    #expect(first.distributor == 12 && first.lossClass == LineLossFactorClassID("1") && first.patterns.count == 3)
    #expect(first.factors(on: date("2026-03-28")) == first.factors(on: date("2026-03-30")))
    #expect(first.factors(on: date("2026-03-29"))?.count == 46)
    #expect(first.factors(on: date("2026-10-25"))?.count == 50)
    #expect(first.factors(on: date("2026-04-01")) == nil)
    #expect(first.source == "aa" && first.receivedAt == received)
    #expect(outcome.schedules[1].factors(on: date("2026-04-01"))?[0].hundredThousandths == 99_200)
  }

  @Test("A date without a good factor for each of its periods is quarantined whole")
  func incompleteDates() {
    let head = ["DIS|LOND", "LLF|1", "SDT|20260401"]
    func quarantined(_ rows: [String]) -> [RuleID: Int] { read(file(head + rows)).quarantined }
    #expect(quarantined(spl(47)) == ["DTC-34": 47])
    #expect(quarantined(spl(49)) == ["DTC-32": 1])
    #expect(quarantined(spl(48) + ["SPL|0|1.0"]) == ["DTC-32": 1])
    #expect(quarantined(spl(48) + ["SPL|x|1.0"]) == ["DTC-32": 1])
    #expect(quarantined(spl(47) + ["SPL|47|1.0"]) == ["DTC-32": 1, "DTC-34": 47])
    for bad in ["0", "0.000", "10.1", "-1.0", "1.0000001", "abc", "", "1e0"] {
      #expect(quarantined(spl(47) + ["SPL|48|\(bad)"]) == ["DTC-33": 1, "DTC-34": 47], "\(bad)")
    }
    #expect(read(file(head + spl(49))).accepted == 48)
  }

  @Test("Rows without a usable distributor, class, date or order are counted under the reason")
  func lostRows() {
    let cases: [([String], RuleID)] = [
      (["DIS|XXXX", "LLF|1", "SDT|20260401"], "DTC-30"), (["DIS|LOND", "LLF|****", "SDT|20260401"], "DTC-31"),
      (["DIS|LOND", "LLF|1", "SDT|20260431"], "DTC-12"), (["LLF|1", "SDT|20260401"], "DTC-16"),
      (["DIS|LOND", "SDT|20260401"], "DTC-16"), (["DIS|LOND", "LLF|1"], "DTC-16"), ([], "DTC-16"),
    ]
    for (head, rule) in cases {
      let outcome = read(file(head + spl(48) + ["DIS|LOND", "LLF|2", "SDT|20260401"] + spl(48)))
      #expect(outcome.quarantined == [rule: 48], "\(head)")
      #expect(outcome.accepted == 48)
    }
    let twice = ["DIS|LOND", "LLF|2", "SDT|20260401"] + spl(48) + ["SDT|20260401"] + spl(48, "1.2")
    let outcome = read(file(twice))
    #expect(outcome.quarantined == ["DTC-35": 48] && outcome.accepted == 48)
    #expect(outcome.schedules.first?.factors(on: date("2026-04-01"))?[0].hundredThousandths == 107_800)
  }

  @Test("The footer counts all lines, its own too; another count is reported")
  func footer() {
    #expect(read(file(small, count: 7)).noted == ["DTC-03", "DTC-36"])
    #expect(read(file(small) + "SPL|1|1.0\n").quarantined == ["DTC-06": 1])
  }

  @Test("The same events however the bytes are cut")
  func cuts() {
    let bytes = Array(file(small).utf8)
    let whole = read(bytes)
    #expect(read(bytes, cuts: Array(1..<bytes.count)) == whole)
    var random = Seeded(3)
    for _ in 0..<50 { #expect(read(bytes, cuts: random.cuts(bytes.count)) == whole) }
  }

  @Test("A file cut short is said to be so, and no factor of it is another than in the whole file")
  func truncations() {
    let bytes = Array(file(small).utf8)
    let whole = read(bytes)
    let footer = bytes.count - "ZPT|253|5528372\n".utf8.count
    for count in stride(from: 0, to: footer, by: 3) {
      let outcome = read(Array(bytes[..<count]))
      #expect(outcome.findings.contains { $0.rule == "DTC-02" })
      for (cut, full) in zip(outcome.schedules, whole.schedules) where cut.lossClass == full.lossClass {
        #expect(cut.days.keys.allSatisfy { cut.factors(on: $0) == full.factors(on: $0) }, "cut at \(count)")
      }
    }
  }

  @Test("Changed bytes never crash, and every SPL row is in one place")
  func mutations() {
    let bytes = Array(file(small).utf8)
    var random = Seeded(17)
    for _ in 0..<400 {
      let changed = random.mutated(bytes)
      let outcome = read(changed)
      let lines = changed.split(separator: UInt8(ascii: "\n"))
      let total = outcome.accepted + outcome.quarantined.values.reduce(0, +)
      #expect(total >= lines.count { $0.starts(with: "SPL|".utf8) } && total <= lines.count)
    }
  }

  private static let london2026 = shared("data/industry/llf/llflond20260401ptf.zip")
  private static let london2025 = shared("data/industry/llf/llflond20250401ptf.zip")
  private static let scotland2025 = shared("data/industry/llf/llfspow20250401ptf.zip")
  private static let hasUnzip = FileManager.default.isExecutableFile(atPath: "/usr/bin/unzip")

  private func readZip(_ file: URL) throws -> (outcome: Outcome, checksum: String?) {
    var reader = reader()
    var outcome = Outcome()
    try stream("/usr/bin/unzip", ["-p", file.path]) { reader.consume($0) { outcome.add($0) } }
    reader.finish { outcome.add($0) }
    return (outcome, reader.checksum)
  }

  @Test(
    "London 2026/27 as published: every row, the night and winter-peak factors, the clock-change days",
    .enabled(if: london2026 != nil && hasUnzip, "needs ../shared data/industry/llf/llflond20260401ptf.zip and unzip"))
  func london() throws {
    let (outcome, checksum) = try readZip(try #require(Self.london2026))
    #expect(outcome.accepted == 2_908_320 && outcome.quarantined.isEmpty)
    // The count of 2,969,079 lines agrees, else there were a DTC-03 too.
    #expect(outcome.noted == ["DTC-36"] && checksum == "5528372")
    #expect(outcome.schedules.count == 166)
    #expect(outcome.schedules.reduce(0) { $0 + $1.days.count } == 60_590)
    let domestic = try #require(outcome.schedules.first { $0.lossClass.code == "1" })
    let winter = try #require(domestic.factors(on: date("2026-12-02"))).map(\.hundredThousandths)
    #expect(winter[..<14].allSatisfy { $0 == 107_800 })
    #expect(winter[32..<40].allSatisfy { $0 == 112_300 })
    #expect(winter[14..<32].allSatisfy { $0 == 111_300 })
    for schedule in outcome.schedules {
      #expect(schedule.factors(on: date("2026-10-25"))?.count == 50)
      #expect(schedule.factors(on: date("2027-03-28"))?.count == 46)
    }
  }

  @Test(
    "London and South Scotland 2025/26 as published: every row is taken",
    .enabled(if: london2025 != nil && scotland2025 != nil && hasUnzip, "needs ../shared data/industry/llf and unzip"))
  func otherFiles() throws {
    let london = try readZip(try #require(Self.london2025)).outcome
    #expect(london.accepted == 2_908_320 && london.quarantined.isEmpty && london.noted == ["DTC-36"])
    let clock = ContinuousClock()
    let start = clock.now
    let scotland = try readZip(try #require(Self.scotland2025)).outcome
    print("D0265: 8,129,280 SPL rows in \(clock.now - start), unzip included")
    #expect(scotland.accepted == 8_129_280 && scotland.quarantined.isEmpty && scotland.noted == ["DTC-36"])
    #expect(scotland.schedules.count == 464 && scotland.schedules.allSatisfy { $0.distributor == 18 })
  }
}
