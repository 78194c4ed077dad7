import Findings
import Testing

@Suite("Findings") struct FindingLogTests {
  func finding(_ rule: RuleID, line: Int = 1) -> Finding {
    Finding(
      rule, .error, at: SourcePosition(file: "readings.csv", line: line, field: "kwh"), "It is not a number.",
      remedy: "Mend it.", detail: "secret")
  }

  @Test("a million findings of one rule keep only the first hundred, and all are counted")
  func bound() {
    var log = FindingLog()
    for line in 1...1_000_000 { log.append(finding("IN-01", line: line)) }
    log.append(finding("IN-02"))
    #expect(log.kept.count == 101)
    #expect(log.kept[99].position?.line == 100)
    #expect(log.counts == ["IN-01": 1_000_000, "IN-02": 1])
    #expect(log.total == 1_000_001)
  }

  @Test("the limit holds for a limit of nothing, one and three", arguments: [0, 1, 3])
  func limit(_ limit: Int) {
    var log = FindingLog(limitPerRule: limit)
    for line in 1...10 { log.append(finding("IN-01", line: line)) }
    #expect(log.kept.count == limit)
    #expect(log.total == 10)
  }

  @Test("one finding for many rows is kept once and counts them all")
  func times() {
    var log = FindingLog(limitPerRule: 2)
    log.append(finding("IN-03"), times: 415)
    log.append(finding("IN-03", line: 2), times: 415)
    #expect(log.kept.count == 1 && log.counts["IN-03"] == 830)
  }

  @Test("logs add up, whatever they kept")
  func merge() {
    var first = FindingLog(limitPerRule: 2)
    var second = FindingLog(limitPerRule: 2)
    for line in 1...5 { first.append(finding("IN-01", line: line)) }
    for line in 6...9 { second.append(finding("IN-01", line: line)) }
    second.append(finding("IN-02"), times: 7)
    first.append(contentsOf: second)
    #expect(first.counts == ["IN-01": 9, "IN-02": 7])
    #expect(first.kept.map { $0.position?.line } == [1, 2, 1])
    var empty = FindingLog(limitPerRule: 2)
    empty.append(contentsOf: first)
    #expect(empty.counts == first.counts && empty.kept == first.kept)
  }

  @Test("texts name the place and the next step, never the detail")
  func description() {
    #expect(
      finding("IN-01", line: 12).description
        == "error IN-01 at readings.csv, line 12, field kwh: It is not a number. Next: Mend it.")
    #expect(
      Finding("IN-04", .note, "Seen.", remedy: "Nothing to do.").description == "note IN-04: Seen. Next: Nothing to do."
    )
  }

  @Test func severities() { #expect(Severity.allCases.sorted() == [.note, .warning, .error]) }

  @Test("a reckoning adds up")
  func reckoning() {
    let first = Reckoning(accepted: 5, duplicate: 1, conflicting: 2, quarantined: 3)
    #expect(first.rowsRead == 11)
    #expect((first + first).rowsRead == 22 && first + Reckoning() == first)
  }
}
