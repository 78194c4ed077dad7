import Foundation
import NationalIngest
import ReadingArrivals
import SettlementCalendar
import Testing

@Suite struct FlowTests {
  @Test func aD0036FileIsTakenInLikeATable() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let mpan = SimulatedMeters.mpan(7)
    var lines = [
      "ZHV|0000000001|D0036001|C|LOND|X|HALF|20260115080000||||OPER|", "101|\(mpan)|AI|HALF|", "102|20260114|",
    ]
    lines += (1...48).map { "103|\($0 == 3 ? "E" : "A")|0.\(100 + $0)|" }
    lines += ["101|\(mpan)|RI|HALF|", "102|20260114|"] + (1...48).map { _ in "103|A|1.000|" }
    lines += ["101|1000000000000|AI|HALF|", "102|20260114|"] + (1...48).map { _ in "103|A|1.000|" }
    lines.append("ZPT|0000000001|0|3|20260115080000|")
    let path = sample.path("flow.usr")
    try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    let store = try sample.store("flow")
    let report = try #require(try sample.load([path], into: store).first)
    #expect(report.reckoning.accepted == 48, "\(report.findings.kept)")
    // Reactive energy and an MPAN whose check digit is wrong.
    #expect(report.findings.counts["LOAD-14"] == 48 && report.reckoning.quarantined == 96)
    let journal = try ArrivalsJournal(ArrivalsFolder(store: store), mpans: Sample.mpans)
    let state = try #require(try journal.state(of: 7, sample.date))
    #expect(state.cells == (1...48).map { Int32(100 + $0) } && state.estimated == 0b100)
  }
}
