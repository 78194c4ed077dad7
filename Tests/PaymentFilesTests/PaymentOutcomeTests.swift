import Findings
import PaymentFiles
import Quantities
import SettlementCalendar
import Testing

@Suite("Payment outcomes")
struct PaymentOutcomeTests {
  static let text = """
    reference,amount_pence,outcome,reason,date
    120000000034226365,35003,paid,,2027-01-27
    120000000034326365,100,bounced,refer to payer,2027-01-28
    ABC,100,paid,,2027-01-27
    120000000034226365,0,paid,,2027-01-27
    120000000034226365,1x,paid,,2027-01-27
    120000000034226365,1,perhaps,,2027-01-27
    120000000034226365,1,paid,,2027-02-30
    120000000034226365,1,paid

    """

  func events(_ bytes: [UInt8], cuts: [Int] = []) -> [PaymentOutcomeReader.Event] {
    var reader = PaymentOutcomeReader(file: "outcomes.csv")
    var events: [PaymentOutcomeReader.Event] = []
    var start = 0
    for end in cuts + [bytes.count] {
      bytes[start..<end].withUnsafeBytes { reader.consume($0) { events.append($0) } }
      start = end
    }
    reader.finish { events.append($0) }
    return events
  }

  func outcomes(_ events: [PaymentOutcomeReader.Event]) -> [PaymentOutcome] {
    events.compactMap { if case .outcome(let outcome, _) = $0 { outcome } else { nil } }
  }

  func findings(_ events: [PaymentOutcomeReader.Event]) -> [Finding] {
    events.compactMap { if case .finding(let finding) = $0 { finding } else { nil } }
  }

  @Test("Good lines are outcomes, each bad line is one finding that names its field")
  func read() {
    let events = events(Array(Self.text.utf8))
    #expect(outcomes(events).map(\.amount) == [Money(pence: 35_003), Money(pence: 100)])
    #expect(outcomes(events).map(\.result) == [.paid, .bounced])
    #expect(outcomes(events)[1].reason == "refer to payer")
    #expect(findings(events).map { $0.position?.line } == [4, 5, 6, 7, 8, 9])
    #expect(
      findings(events).map { $0.position?.field }
        == ["reference", "amount_pence", "amount_pence", "outcome", "date", nil])
  }

  @Test("However the bytes are cut, the events are the same")
  func cuts() {
    let bytes = Array(Self.text.utf8)
    let whole = events(bytes)
    #expect(events(bytes, cuts: Array(1..<bytes.count)) == whole)
    for cut in 0...bytes.count { #expect(events(bytes, cuts: [cut]) == whole) }
  }

  @Test("Truncated and changed files yield outcomes or findings, and never stop the program")
  func broken() {
    let bytes = Array(Self.text.utf8)
    for length in bytes.indices { _ = events(Array(bytes.prefix(length))) }
    #expect(events([]).count == 1)
    for position in bytes.indices {
      for value in [UInt8(ascii: ","), UInt8(ascii: "\n"), 0, 0xFF, UInt8(ascii: "9")] {
        var changed = bytes
        changed[position] = value
        let seen = events(changed)
        #expect(!seen.isEmpty && seen.count <= 11)
      }
    }
    let unknown = events(Array("a,b\n1,2\n".utf8))
    #expect(findings(unknown).map(\.rule) == ["PAY-01", "PAY-02"])
  }

  @Test("Outcomes written are read back")
  func roundTrip() {
    let first = outcomes(events(Array(Self.text.utf8)))
    let bytes = PaymentOutcomeReader.write(first)
    #expect(outcomes(events(bytes)) == first)
    #expect(findings(events(bytes)).isEmpty)
  }
}
