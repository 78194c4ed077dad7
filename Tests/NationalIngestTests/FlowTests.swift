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
    #expect(report.findings.counts["LOAD-14"] == 1 && report.reckoning.quarantined == 96)
    let journal = try ArrivalsJournal(ArrivalsFolder(store: store), mpans: Sample.mpans)
    let state = try #require(try journal.state(of: 7, sample.date))
    #expect(state.cells == (1...48).map { Int32(100 + $0) } && state.estimated == 0b100)
  }

  /// Header, lines of so many copies of the body, and a footer that counts them, or another.
  static func flow(_ text: String, copies: Int = 1, groups: Int? = nil) throws -> String {
    var lines = text.split(separator: "\n").map(String.init)
    let header = lines.removeFirst()
    var footer = lines.removeLast().split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    footer[2] = "\(groups ?? lines.count * copies)"
    footer[4] = "\((Int(footer[4]) ?? 0) * copies)"
    let body = lines.joined(separator: "\n") + "\n"
    return header + "\n" + String(repeating: body, count: copies) + footer.joined(separator: "|") + "\n"
  }

  @Test func aFlowOfSeveralPiecesIsCountedAsAWholeWhateverTheThreads() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let text = try String(contentsOfFile: sample.export(.d0036), encoding: .utf8)
    let path = sample.path("flow.usr")
    try Self.flow(text, copies: 4).write(toFile: path, atomically: true, encoding: .utf8)
    var blocks: [Data] = []
    for threads in [1, 3] {
      let store = try sample.store("flow\(threads)")
      let report = try #require(try sample.load([path], into: store, threads: threads).first)
      #expect(report.pieces >= 2 && report.findings.total == 0)
      #expect(report.reckoning.quarantined == 0 && report.reckoning.conflicting == 0)
      #expect(report.reckoning.duplicate == 3 * report.reckoning.accepted && report.reckoning.accepted > 100_000)
      _ = try DateClosing(ArrivalsFolder(store: store), date: sample.date, run: .ii).close()
      blocks.append(try sample.block(store, .ii))
    }
    #expect(blocks[0] == blocks[1])
    let messages = try sample.store("messages")
    _ = try sample.load([sample.export(.messages)], into: messages)
    _ = try DateClosing(ArrivalsFolder(store: messages), date: sample.date, run: .ii).close()
    #expect(try sample.block(messages, .ii) == blocks[0])
  }

  @Test func theFooterIsHeldToTheFileAndACutFileLosesItsLastDate() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let text = try String(contentsOfFile: sample.export(.d0036), encoding: .utf8)
    let wrong = sample.path("wrong.usr")
    try Self.flow(text, groups: 7).write(toFile: wrong, atomically: true, encoding: .utf8)
    let counted = try #require(try sample.load([wrong], into: sample.store("wrong")).first)
    #expect(counted.findings.counts == ["DTC-03": 1] && counted.reckoning.quarantined == 0)
    #expect(counted.findings.kept.first?.position?.line == text.split(separator: "\n").count)

    let cut = sample.path("cut.usr")
    let lines = text.split(separator: "\n").dropLast(10)
    try (lines.joined(separator: "\n") + "\n").write(toFile: cut, atomically: true, encoding: .utf8)
    let report = try #require(try sample.load([cut], into: sample.store("cut")).first)
    #expect(report.findings.counts == ["DTC-02": 1, "LOAD-01": 1])
    #expect(report.reckoning.quarantined == 39 && report.reckoning.accepted == counted.reckoning.accepted - 48)
  }

  /// A line that may have been an MPAN's gives what follows it to nobody: not to the MPAN before.
  @Test(arguments: ["101|MPAN|AI|HALF", "1O1|MPAN|AI|HALF|", "102|20260113"])
  func whatFollowsALineThatCannotBeReadIsNobodys(_ line: String) throws {
    let sample = try Sample()
    defer { sample.remove() }
    let day = ["102|20260114|"] + (1...48).map { "103|A|0.\(100 + $0)|" }
    let other = ["102|20260115|"] + (1...48).map { _ in "103|A|1.000|" }
    let mpan = { (row: Int) in "\(SimulatedMeters.mpan(row))" }
    var lines = ["ZHV|0000000001|D0036001|C|LOND|X|HALF|20260115080000||||OPER|", "101|\(mpan(7))|AI|HALF|"] + day
    lines += [line.replacing("MPAN", with: mpan(8))] + other
    lines += ["101|\(mpan(9))|AI|HALF|"] + day + ["ZPT|0000000001|150||2|20260115080000|"]
    let path = sample.path("flow.usr")
    try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    let store = try sample.store("flow")
    let report = try #require(try sample.load([path], into: store).first)
    #expect(report.reckoning.accepted == 96)
    let journal = try ArrivalsJournal(ArrivalsFolder(store: store), mpans: Sample.mpans)
    let next = try #require(SettlementDate("2026-01-15"))
    #expect(try journal.state(of: 7, next) == nil && journal.state(of: 8, next) == nil)
    #expect(try journal.state(of: 9, sample.date)?.stated.nonzeroBitCount == 48)
  }

  /// Wherever the pieces are cut: what follows a footer is refused, and said to.
  @Test func whatFollowsTheFooterIsRefusedInWhateverPiece() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let text = try String(contentsOfFile: sample.export(.d0036), encoding: .utf8)
    for copies in [1, 3] {
      let flow = try Self.flow(text, copies: copies)
      let path = sample.path("two\(copies).usr")
      try (flow + flow).write(toFile: path, atomically: true, encoding: .utf8)
      for round in ["", " again"] {
        let store = round.isEmpty ? try sample.store("two\(copies)") : sample.path("two\(copies)")
        let report = try #require(try sample.load([path], into: store).first)
        #expect(report.findings.counts["LOAD-01"] ?? 0 > 0, "\(copies)\(round)")
        if copies == 3 { #expect(report.findings.counts["DTC-06"] == 1, "\(copies)\(round)") }
        let readings = flow.split(separator: "\n").count { $0.hasPrefix("103|") }
        #expect(report.reckoning.accepted + report.reckoning.duplicate == readings, "\(copies)\(round)")
      }
    }
  }

  /// A file that came cut and then whole is whole.
  @Test func aFileThatWasCutAtAPieceComesWhole() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let text = try String(contentsOfFile: sample.export(.d0036), encoding: .utf8)
    let flow = try Self.flow(text, copies: 3)
    let store = try sample.store("cut")
    let (cut, whole) = (sample.path("cut.usr"), sample.path("whole.usr"))
    let lines = flow.split(separator: "\n")
    let end = try #require(lines.indices.filter { $0 > lines.count * 4 / 5 && lines[$0].hasPrefix("101|") }.first)
    try (lines[..<end].joined(separator: "\n") + "\n").write(toFile: cut, atomically: true, encoding: .utf8)
    try flow.write(toFile: whole, atomically: true, encoding: .utf8)
    let first = try #require(try sample.load([cut], into: store).first)
    #expect(first.findings.counts["DTC-02"] == 1 && first.reckoning.quarantined == 48)
    let second = try #require(try sample.load([whole], into: store).first)
    #expect(second.findings.total == 0 && second.reckoning.quarantined == 0)
    let third = try #require(try sample.load([whole], into: store).first)
    #expect(third.knownPieces == third.pieces && third.findings.total == 0)
  }

  /// Without end an MPAN's lines cannot be cut into pieces: an error that says what to do.
  @Test func anEndlessInstanceIsRefused() throws {
    let sample = try Sample()
    defer { sample.remove() }
    let mpan = SimulatedMeters.mpan(7)
    var text = "ZHV|0000000001|D0036001|C|LOND|X|HALF|20260115080000||||OPER|\n101|\(mpan)|AI|HALF|\n"
    let day = "102|20260114|\n" + String(repeating: "103|A|0.125|\n", count: 48)
    while text.utf8.count < 6 << 20 { text += day }
    let path = sample.path("endless.usr")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let store = try sample.store("endless")
    #expect { try sample.load([path], into: store) } throws: { "\($0)".contains("more than 2 MiB") }
  }
}
