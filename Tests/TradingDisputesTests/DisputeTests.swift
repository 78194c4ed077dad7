import MarketIdentifiers
import Quantities
import Rulebooks
import SettlementCalendar
import Testing
import TradingDisputes

@Suite("Trading disputes") struct DisputeTests {
  func day(_ text: String) -> SettlementDate { SettlementDate(text) ?? .earliest }
  func pounds(_ text: String) throws -> Money { try #require(DecimalNumber(text).flatMap { Money(pounds: $0) }) }
  func book(_ id: String) throws -> DisputeBook { DisputeBook(DisputeRules(try #require(Rulebook.named(id)))) }

  func raise(
    _ id: String = "D1", _ subject: DisputeSubject = .supplierVolume, _ run: RunType = .sf, claimed: String = "5000",
    evidence: Bool = true
  ) throws -> DisputeBook.Event {
    .raised(
      id: id, by: try #require(ParticipantID("AAAA")), subject: subject, date: day("2026-01-05"), run: run,
      evidence: evidence ? [Dispute.Evidence(title: "check meter", hash: "ab12")] : [], claimed: try pounds(claimed))
  }

  @Test(
    "deadlines",
    arguments: [
      ("bsc", DisputeSubject.supplierVolume, RunType.sf, "2027-06-07"), ("bsc", .other, .sf, "2026-02-24"),
      ("bsc", .other, .r1, "2026-03-23"), ("bsc", .profileCoefficient, .sf, "2026-01-30"),
      ("bsc", .marketDomainData, .sf, "2026-01-29"), ("may-2026", .other, .sf, "2026-02-20"),
    ])
  func deadlines(_ id: String, _ subject: DisputeSubject, _ run: RunType, _ expected: String) throws {
    let rules = DisputeRules(try #require(Rulebook.named(id)))
    #expect(rules.deadline(subject, of: day("2026-01-05"), run) == day(expected))
    #expect(rules.deadline(.other, of: day("2026-01-05"), .df) == (id == "bsc" ? day("2028-06-05") : nil))
  }

  /// One row a case: rulebook, subject, run, claimed, with evidence, the day it is raised, the state.
  @Test(
    "the tests when it is raised",
    arguments: [
      ("bsc", DisputeSubject.other, RunType.sf, "5000", true, "2026-02-24", Dispute.State.open),
      ("bsc", .other, .sf, "-3000", true, "2026-02-24", .open),
      ("bsc", .other, .sf, "5000", true, "2026-02-25", .dismissed(.late)),
      ("bsc", .other, .sf, "2999.99", true, "2026-02-24", .dismissed(.notMaterial)),
      ("bsc", .other, .sf, "5000", false, "2026-02-24", .dismissed(.noEvidence)),
      ("bsc", .other, .sf, "5000", true, "2026-01-26", .dismissed(.runNotMade)),
      ("bsc", .supplierVolume, .r2, "5000", true, "2027-06-07", .open),
      ("may-2026", .other, .df, "5000", true, "2026-02-24", .dismissed(.noRule)),
    ])
  func tests(
    _ id: String, _ subject: DisputeSubject, _ run: RunType, _ claimed: String, _ evidence: Bool, _ raised: String,
    _ state: Dispute.State
  ) throws {
    var book = try book(id)
    _ = book.receive(try raise("D1", subject, run, claimed: claimed, evidence: evidence), on: day(raised))
    #expect(book["D1"]?.state == state)
    #expect(book["D1"]?.description.isEmpty == false)
  }

  /// One row a case: rulebook, the day of the decision, the run that puts it right.
  @Test(
    "an upheld dispute goes into the next run, after RF into DF, in the seeds' world nowhere",
    arguments: [
      ("bsc", "2026-02-02", RunType.r1 as RunType?), ("bsc", "2026-02-18", .r1), ("bsc", "2026-02-19", .r2),
      ("bsc", "2026-11-02", .rf), ("bsc", "2027-04-01", .df), ("bsc", "2028-05-05", .df), ("bsc", "2028-05-06", nil),
      ("may-2026", "2026-02-20", .r2), ("may-2026", "2027-03-05", .rf), ("may-2026", "2027-03-06", nil),
    ])
  func corrections(_ id: String, _ decided: String, _ run: RunType?) throws {
    var book = try book(id)
    _ = book.receive(try raise(), on: day("2026-01-30"))
    let effects = book.receive(.decided(id: "D1", error: try pounds("-4000")), on: day(decided))
    if let run {
      #expect(effects.contains(.correctionOrdered(id: "D1", date: day("2026-01-05"), run: run)))
      #expect(book.receive(.runMade(day("2026-01-05"), .sf), on: day(decided)) == [])
      #expect(book.receive(.runMade(day("2026-01-06"), run), on: day(decided)) == [])
      #expect(book.receive(.runMade(day("2026-01-05"), run), on: day(decided)).count == 1)
      #expect(book["D1"]?.state == .putRight(run: run))
      #expect(book["D1"]?.description.contains("put right by run \(run.rawValue), -£4000.00") == true)
    } else {
      #expect(book["D1"]?.state == .upheldTooLate)
      #expect(book["D1"]?.description.contains("the books are frozen") == true)
    }
  }

  @Test("no error, or one that is not material, is rejected")
  func rejected() throws {
    var book = try book("bsc")
    for id in ["D1", "D2", "D3"] { _ = book.receive(try raise(id), on: day("2026-01-30")) }
    _ = book.receive(.decided(id: "D1", error: nil), on: day("2026-02-02"))
    _ = book.receive(.decided(id: "D2", error: try pounds("2999")), on: day("2026-02-02"))
    _ = book.receive(.withdrawn(id: "D3"), on: day("2026-02-02"))
    #expect(book.disputes.map(\.state) == [.rejected(.noError), .rejected(.notMaterial), .withdrawn])
  }

  @Test("events out of turn are refused and change nothing")
  func refusals() throws {
    var book = try book("bsc")
    _ = book.receive(try raise(), on: day("2026-01-30"))
    _ = book.receive(.withdrawn(id: "D1"), on: day("2026-01-30"))
    let before = book.disputes
    for event in [try raise(), .decided(id: "D1", error: nil), .decided(id: "D9", error: nil), .withdrawn(id: "D1")] {
      #expect(book.receive(event, on: day("2026-02-02")).allSatisfy { if case .refused = $0 { true } else { false } })
    }
    #expect(book.disputes == before)
  }
}
