import DTCFlows
import Findings
import Foundation
import Metering
import SettlementCalendar
import Testing

private let sampleMPAN = "1200023305967"
private let received = UTCInstant(secondsSince1970: 1_456_900_000)

private func instance(_ number: Int, extra: String? = nil) -> [String] {
  ["026|\(number == 0 ? sampleMPAN : "\(mpan(number))")|V|", "028|F75A \(String(format: "%05d", 802 + number))|D|"]
    + ["030|S|20160222000000|56311.0|||T|N|"] + (extra.map { [$0] } ?? [])
}

/// The published sample's shape: eleven instances, thirty-five groups.
private let body = (0..<11).flatMap { instance($0, extra: $0 < 2 ? "030|02|20160222000000|00017.5|||T|N|" : nil) }

private func file(_ body: [String], groups: Int? = nil, instances: Int? = nil) -> String {
  let counted = body.count { $0.hasPrefix("026|") }
  return
    (["ZHV|0000475656|D0010002|D|UDMS|X|MRCY|20160302153151||||OPER|"] + body
    + ["ZPT|0000475656|\(groups ?? body.count)||\(instances ?? counted)|20160302154650|"]).joined(separator: "\n")
    + "\n"
}

private struct Outcome: Equatable {
  var reads: [RegisterRead] = []
  var quarantined: [RuleID: Int] = [:]
  var noted: [RuleID] = []
}

private func read(_ bytes: [UInt8], cuts: [Int] = []) -> Outcome {
  var outcome = Outcome()
  for event in events({ D0010Reader(file: "flow.txt", receivedAt: received) }, bytes, cuts: cuts) {
    switch event {
    case .read(let read): outcome.reads.append(read)
    case .quarantined(let finding, let rows): outcome.quarantined[finding.rule, default: 0] += rows
    case .noted(let finding): outcome.noted.append(finding.rule)
    }
  }
  return outcome
}

private func read(_ text: String) -> Outcome { read(Array(text.utf8)) }

@Suite("Flow D0010, meter readings")
struct D0010Tests {
  @Test("The sample of eleven instances and thirty-five groups is read without a finding")
  func sample() throws {
    let outcome = read(file(body))
    #expect(body.count == 35)
    #expect(outcome.quarantined.isEmpty && outcome.noted.isEmpty)
    #expect(outcome.reads.count == 13)
    let first = try #require(outcome.reads.first)
    #expect(first.mpan.description == sampleMPAN)
    #expect(first.meter == "F75A 00802" && first.register == "S" && first.type == "D" && first.status == "V")
    #expect(first.tenthsOfKWh == 563_110)
    #expect(first.takenAt.description == "2016-02-22T00:00:00Z" && first.receivedAt == received)
    #expect(outcome.reads[1].tenthsOfKWh == 175 && outcome.reads[1].register == "02")
  }

  @Test("Groups and instances are counted against the footer")
  func footer() {
    #expect(read(file(body, groups: 34)).noted == ["DTC-03"])
    #expect(read(file(body, instances: 12)).noted == ["DTC-04"])
    #expect(read(file(body, groups: 34)).reads.count == 13)
  }

  @Test("Times are London clock time: summer, the skipped hour, the repeated hour")
  func clock() {
    func at(_ stamp: String) -> Outcome {
      read(file(["026|\(sampleMPAN)|V|", "028|A1|R|", "030|S|\(stamp)|1.0|||T|N|"]))
    }
    #expect(at("20260701000000").reads.first?.takenAt.description == "2026-06-30T23:00:00Z")
    #expect(at("20260329013000").quarantined == ["DTC-23": 1])
    #expect(at("20261025013000").reads.first?.takenAt.description == "2026-10-25T00:30:00Z")
    #expect(at("20261025013000").noted == ["DTC-25"])
    #expect(at("20261025023000").reads.first?.takenAt.description == "2026-10-25T02:30:00Z")
  }

  @Test(
    "A reading that cannot be used is kept out under its rule",
    arguments: [
      ("030|S|20160222000000|1.05|||T|N|", RuleID("DTC-24")), ("030|S|20160222000000|-1|||T|N|", "DTC-24"),
      ("030|S|20160222000000|1234567890.0|||T|N|", "DTC-24"), ("030|S|20160222000000||||T|N|", "DTC-24"),
      ("030|S|20160230000000|1.0|||T|N|", "DTC-23"), ("030|S|20160222|1.0|||T|N|", "DTC-23"),
      ("030|S|20160222250000|1.0|||T|N|", "DTC-23"), ("030||20160222000000|1.0|||T|N|", "DTC-22"),
      ("030|\u{1}|20160222000000|1.0|||T|N|", "DTC-22"), ("030|S|20160222000000|1.0|||T|N", "DTC-08"),
      ("999|S|", "DTC-07"), ("030|TOT|20160222000000|1.0|||T|N|", "DTC-22"),
    ])
  func badRow(line: String, rule: RuleID) {
    let outcome = read(file(instance(0) + [line]))
    #expect(outcome.quarantined == [rule: 1])
    #expect(outcome.reads.count == 1)
  }

  @Test("Readings under a wrong MPAN, status or meter, or under none, are counted")
  func lostRows() {
    let reading = "030|S|20160222000000|1.0|||T|N|"
    let cases: [([String], RuleID)] = [
      (["026|1200023305968|V|", "028|A|R|"], "DTC-10"), (["026|\(sampleMPAN)|X|", "028|A|R|"], "DTC-20"),
      (["026|\(sampleMPAN)|V|", "028||R|"], "DTC-21"), (["026|\(sampleMPAN)|V|"], "DTC-16"), (["028|A|R|"], "DTC-16"),
      ([], "DTC-16"),
    ]
    for (head, rule) in cases {
      let outcome = read(file(head + [reading, reading] + instance(5)))
      #expect(outcome.quarantined == [rule: 2], "\(head)")
      #expect(outcome.reads.count == 1)
    }
  }

  @Test("A failed or flagged reading is kept and said to be so")
  func flags() {
    let outcome = read(file(["026|\(sampleMPAN)|F|", "028|A|R|", "030|S|20160222000000|1.0|||F|N|"]))
    #expect(outcome.reads.first?.status == "F")
    #expect(outcome.noted == ["DTC-26"])
  }

  @Test("The same events however the bytes are cut; a file cut short gives no half-read value")
  func cutsAndTruncations() {
    let bytes = Array(file(body).utf8)
    let whole = read(bytes)
    #expect(read(bytes, cuts: Array(1..<bytes.count)) == whole)
    var random = Seeded(3)
    for _ in 0..<50 { #expect(read(bytes, cuts: random.cuts(bytes.count)) == whole) }
    let footer = bytes.count - "ZPT|0000475656|35||11|20160302154650|\n".utf8.count
    for count in 0..<footer {
      let outcome = read(Array(bytes[..<count]))
      #expect(outcome.reads.elementsEqual(whole.reads.prefix(outcome.reads.count)), "cut at \(count)")
      #expect(outcome.noted.contains("DTC-02") || outcome.quarantined["DTC-02"] != nil)
    }
  }

  @Test("Changed bytes never crash, and every 030 row is in one place")
  func mutations() {
    let bytes = Array(file(body).utf8)
    var random = Seeded(13)
    for _ in 0..<2_000 {
      let changed = random.mutated(bytes)
      let outcome = read(changed)
      let lines = changed.split(separator: UInt8(ascii: "\n"))
      let total = outcome.reads.count + outcome.quarantined.values.reduce(0, +)
      #expect(total >= lines.count { $0.starts(with: "030|".utf8) } && total <= lines.count)
    }
  }
}
