import DTCFlows
import Findings
import MarketIdentifiers
import Quantities
import Readings
import SettlementCalendar
import Testing

private let header = DTCHeader(
  fileID: "0103175679", flow: .d0036, fromRole: "C", from: "SSIL", toRole: "X", to: "GMTR",
  created: CivilStamp(date: date("2026-03-30"), hour: 4, minute: 5, second: 6))

private func day(_ text: String, seed: UInt64 = 1) -> D0036Day {
  var random = Seeded(seed)
  let advances = (0..<SettlementDay(date(text)).periodCount).map { _ in
    D0036Day.Advance(
      Energy(wattHours: Int64(random.below(3_000))),
      ReadingQuality.allCases[random.below(ReadingQuality.allCases.count)])
  }
  return D0036Day(date: date(text), advances: advances)!
}

private let instances = [
  D0036Instance(
    mpan: mpan(42), quantity: .activeImport, supplier: ParticipantID("GMTR")!,
    days: [day("2026-03-28"), day("2026-03-29", seed: 2), day("2026-10-25", seed: 3)]),
  D0036Instance(
    mpan: mpan(43), quantity: .activeExport, supplier: ParticipantID("GMTR")!, days: [day("2026-03-28", seed: 4)]),
]
private let whole = D0036Writer.file(header: header, instances: instances)

private struct Outcome: Equatable {
  var series: [String] = []
  var rows: [ReadingRow] = []
  var quarantined: [RuleID: Int] = [:]
  var noted: [RuleID] = []
  var lost: Int { quarantined.values.reduce(0, +) }
  var findings: [Finding] = []
}

private func read(_ bytes: [UInt8], cuts: [Int] = []) -> Outcome {
  var outcome = Outcome()
  for event in events({ D0036Reader(file: "flow.txt") }, bytes, cuts: cuts) {
    switch event {
    case .series(let local, let name, let quantity):
      #expect(Int(local) == outcome.series.count)
      outcome.series.append("\(name ?? "-")/\(quantity.rawValue)")
    case .reading(let row): outcome.rows.append(row)
    case .quarantined(let finding, let rows):
      outcome.quarantined[finding.rule, default: 0] += rows
      outcome.findings.append(finding)
    case .noted(let finding):
      outcome.noted.append(finding.rule)
      outcome.findings.append(finding)
    }
  }
  return outcome
}

private func read(_ text: String) -> Outcome { read(Array(text.utf8)) }

private func file(_ body: [String], groups: Int? = nil, instances: Int = 1) -> String {
  (["ZHV|0103175679|D0036001|C|SSIL|X|GMTR|20260330040506||||OPER|"] + body
    + ["ZPT|0103175679|\(groups ?? body.count)||\(instances)|20260330040506|"]).joined(separator: "\n") + "\n"
}

private func rows(_ count: Int, _ value: String = "0.5") -> [String] {
  Array(repeating: "103|A|\(value)|", count: count)
}

@Suite("Flow D0036, validated half-hourly advances")
struct D0036Tests {
  @Test("The written file has the documented lines, and its footer counts them")
  func layout() {
    let lines = String(decoding: whole, as: UTF8.self).split(separator: "\n").map(String.init)
    #expect(lines[0] == "ZHV|0103175679|D0036001|C|SSIL|X|GMTR|20260330040506||||OPER|")
    #expect(lines[1] == "101|\(mpan(42))|AI|GMTR|")
    #expect(lines[2] == "102|20260328|")
    #expect(lines.count { $0.hasPrefix("103|") } == 48 + 46 + 50 + 48)
    #expect(lines.last == "ZPT|0103175679|198||2|20260330040506|")
    #expect(lines.dropFirst().dropLast().allSatisfy { $0.hasSuffix("|") })
    // The published sample: two instances of one ordinary date are a hundred groups.
    let twoDays = [instances[1], instances[1]]
    #expect(String(decoding: D0036Writer.file(header: header, instances: twoDays), as: UTF8.self).contains("|100||2|"))
  }

  @Test("Written, read and written again gives the same bytes")
  func roundTrip() throws {
    let outcome = read(whole)
    #expect(outcome.findings.isEmpty && outcome.rows.count == 192)
    #expect(outcome.series == ["\(mpan(42))/AI", "\(mpan(43))/AE"])
    var rebuilt: [D0036Instance] = []
    for (number, instance) in instances.enumerated() {
      var days: [SettlementDate: [D0036Day.Advance]] = [:]
      for row in outcome.rows where row.series == number {
        let date = try #require(SettlementDay(containing: row.halfHour)).date
        days[date, default: []].append(D0036Day.Advance(row.energy, row.quality))
      }
      let back = try days.keys.sorted().map { try #require(D0036Day(date: $0, advances: days[$0]!)) }
      rebuilt.append(
        D0036Instance(mpan: instance.mpan, quantity: instance.quantity, supplier: instance.supplier, days: back))
    }
    #expect(rebuilt == instances)
    #expect(D0036Writer.file(header: header, instances: rebuilt) == whole)
  }

  @Test("Rows follow the London day: 29 March 2026 starts at 00:00 and jumps, 25 October at 23:00 UTC the day before")
  func clock() {
    let outcome = read(whole)
    let short = SettlementDay(date("2026-03-29"))
    let long = SettlementDay(date("2026-10-25"))
    #expect(outcome.rows[48].halfHour == short.firstHalfHour)
    #expect(outcome.rows[48].halfHour.start.description == "2026-03-29T00:00:00Z")
    #expect(outcome.rows[48 + 45].halfHour.start.description == "2026-03-29T22:30:00Z")
    #expect(outcome.rows[48 + 46].halfHour.start.description == "2026-10-24T23:00:00Z")
    #expect(outcome.rows[48 + 46 + 49].halfHour == long.period(50)?.halfHour)
    #expect(outcome.rows[0].line == 4)
  }

  @Test("Exact to the watt-hour, with one to three decimals and none")
  func values() {
    let body = ["101|\(mpan(1))|AI|GMTR|", "102|20260105|", "103|A|1.470|", "103|E|12|", "103|C|0.0010|"] + rows(45)
    let outcome = read(file(body))
    #expect(outcome.rows.prefix(3).map(\.energy.wattHours) == [1_470, 12_000, 1])
    #expect(outcome.rows.prefix(3).map(\.quality) == [.actual, .estimated, .corrected])
    #expect(outcome.rows.count == 48)
  }

  @Test("A date with the wrong number of rows is quarantined whole", arguments: [47, 49, 46, 1, 300])
  func wrongCount(count: Int) {
    let body = ["101|\(mpan(1))|AI|GMTR|", "102|20260105|"] + rows(count) + ["102|20260106|"] + rows(48)
    let outcome = read(file(body))
    #expect(outcome.quarantined == ["DTC-13": count])
    #expect(outcome.rows.count == 48)
    #expect(outcome.findings.first?.position == SourcePosition(file: "flow.txt", line: 3))
    #expect(outcome.findings.first?.message.contains("\(count) half-hourly rows where 48 belong") == true)
  }

  @Test("48 rows are one too many pairs on the short day and too few on the long day")
  func clockChangeCounts() {
    for day in ["20260329", "20261025"] {
      let outcome = read(file(["101|\(mpan(1))|AI|GMTR|", "102|\(day)|"] + rows(48)))
      #expect(outcome.quarantined == ["DTC-13": 48] && outcome.rows.isEmpty)
    }
  }

  @Test(
    "A row that cannot be read is kept out alone",
    arguments: [
      ("103|X|0.5|", RuleID("DTC-14")), ("103||0.5|", "DTC-14"), ("103|AA|0.5|", "DTC-14"), ("103|A||", "DTC-15"),
      ("103|A|-1|", "DTC-15"), ("103|A|1e3|", "DTC-15"), ("103|A|0.0005|", "DTC-15"), ("103|A|99999999|", "DTC-15"),
      ("103|A|1,5|", "DTC-15"), ("103|A| 1|", "DTC-15"),
    ])
  func badRow(line: String, rule: RuleID) {
    let outcome = read(file(["101|\(mpan(1))|AI|GMTR|", "102|20260105|"] + rows(47) + [line]))
    #expect(outcome.quarantined == [rule: 1])
    #expect(outcome.rows.count == 47)
  }

  @Test("Rows without a usable MPAN, quantity, date or order are counted under the reason")
  func lostRows() {
    let wrong = "\(mpan(1))".dropLast() + "\((mpan(1).number + 1) % 10)"
    let cases: [([String], RuleID)] = [
      (["101|\(wrong)|AI|GMTR|", "102|20260105|"], "DTC-10"), (["101|12|AI|GMTR|", "102|20260105|"], "DTC-10"),
      (["101|\(mpan(1))|ZZ|GMTR|", "102|20260105|"], "DTC-11"),
      (["101|\(mpan(1))|AI|GMTR|", "102|20260230|"], "DTC-12"),
      (["101|\(mpan(1))|AI|GMTR|"], "DTC-16"), (["102|20260105|"], "DTC-16"), ([], "DTC-16"),
    ]
    for (head, rule) in cases {
      let outcome = read(file(head + rows(48), instances: head.first?.hasPrefix("101") == true ? 1 : 0))
      #expect(outcome.quarantined == [rule: 48], "\(head)")
      #expect(outcome.noted == [] && outcome.rows.isEmpty)
      #expect(outcome.findings.allSatisfy { !$0.description.contains(wrong) })
    }
  }

  @Test("The footer is held against the file")
  func footer() {
    let body = ["101|\(mpan(1))|AI|GMTR|", "102|20260105|"] + rows(48)
    #expect(read(file(body)).findings.isEmpty)
    #expect(read(file(body, groups: 51)).noted == ["DTC-03"])
    #expect(read(file(body, instances: 2)).noted == ["DTC-04"])
    #expect(read(file(body).replacingOccurrences(of: "ZPT|0103175679", with: "ZPT|0103175678")).noted == ["DTC-05"])
    #expect(read(file(body) + "103|A|1.0|\n").quarantined == ["DTC-06": 1])
    #expect(read(file(body) + "\n\n").findings.isEmpty)
    #expect(read("").noted == ["DTC-02"])
    #expect(read(file(body).replacingOccurrences(of: "D0036001", with: "D0010002")).noted == ["DTC-01"])
    #expect(read(file(["104|x|"] + body)).quarantined == ["DTC-07": 1])
    #expect(read(file(body).replacingOccurrences(of: "\n", with: "\r\n")).rows.count == 48)
  }

  @Test("Older files: ZHD, no bars at the ends, a footer that counts all lines")
  func olderFiles() {
    let body = ["101|\(mpan(1))|AI|GMTR", "102|20260105"] + Array(repeating: "103|A|0.5", count: 48)
    func older(_ count: Int, ending: String = "") -> String {
      (["ZHD||D0036001|C|SSIL|X|GMTR|20260330040506||||OPER"] + body.map { $0 + ending } + ["ZPT|\(count)|123"])
        .joined(separator: "\n")
    }
    #expect(read(older(52)).findings.isEmpty && read(older(52)).rows.count == 48)
    #expect(read(older(52, ending: "|")).rows.count == 48)
    #expect(read(older(51)).noted == ["DTC-03"])
    // In a newer file a line without its last bar was cut.
    #expect(read(file(body)).quarantined["DTC-08"] == 50)
  }

  @Test("The same events however the bytes are cut")
  func cuts() {
    let expected = read(whole)
    #expect(read(whole, cuts: Array(1..<whole.count)) == expected)
    var random = Seeded(5)
    for _ in 0..<50 { #expect(read(whole, cuts: random.cuts(whole.count)) == expected) }
  }

  @Test("A file cut short is said to be so, and nothing of the open date is taken")
  func truncations() {
    let all = read(whole).rows
    let footer = whole.count - "ZPT|0103175679|198||2|20260330040506|\n".utf8.count
    for count in stride(from: 0, to: footer, by: 7) {
      let outcome = read(Array(whole[..<count]))
      #expect(outcome.findings.contains { $0.rule == "DTC-02" }, "cut at \(count)")
      #expect(outcome.rows.elementsEqual(all.prefix(outcome.rows.count)))
    }
  }

  @Test("Changed bytes never crash, and every 103 row is in one place")
  func mutations() {
    var random = Seeded(11)
    for _ in 0..<400 {
      let bytes = random.mutated(whole)
      let outcome = read(bytes)
      let lines = bytes.split(separator: UInt8(ascii: "\n"))
      let advances = lines.count { $0.starts(with: "103|".utf8) }
      #expect(outcome.rows.count + outcome.lost >= advances)
      #expect(outcome.rows.count + outcome.lost <= lines.count)
    }
  }
}
