import Foundation
import SettlementCalendar
import Testing

@Suite("The London clock") struct LondonClockTests {
  @Test(
    "a time on the wall means no moment, one or two",
    arguments: [
      ("2026-03-29T00:59", ["2026-03-29T00:59:00Z"]), ("2026-03-29T01:00", []), ("2026-03-29T01:30", []),
      ("2026-03-29T01:59:59", []), ("2026-03-29T02:00", ["2026-03-29T01:00:00Z"]),
      ("2026-10-25T00:59:59", ["2026-10-24T23:59:59Z"]),
      ("2026-10-25T01:00", ["2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z"]),
      ("2026-10-25T01:59", ["2026-10-25T00:59:00Z", "2026-10-25T01:59:00Z"]),
      ("2026-10-25T02:00", ["2026-10-25T02:00:00Z"]), ("2026-01-15T12:00", ["2026-01-15T12:00:00Z"]),
      ("2026-07-15T12:00", ["2026-07-15T11:00:00Z"]), ("2026-07-15T00:00", ["2026-07-14T23:00:00Z"]),
    ])
  func meaning(_ text: String, _ expected: [String]) throws {
    let found: [UTCInstant]
    switch LondonClock.meaning(of: try #require(CivilStamp(text))) {
    case .none: found = []
    case .one(let moment): found = [moment]
    case .two(let first, let second): found = [first, second]
    }
    #expect(found.map(\.description) == expected)
  }

  @Test("every half-hour of three years comes back from its stamp")
  func roundTrip() throws {
    let first = try #require(UTCInstant("2024-01-01T00:00:00Z"))
    for step in 0..<(3 * 366 * 48) {
      let moment = first.advanced(bySeconds: Int64(step) * 1_800)
      let stamp = try #require(LondonClock.stamp(at: moment))
      let seconds = SettlementPeriodTests.london.secondsFromGMT(
        for: Date(timeIntervalSince1970: Double(moment.secondsSince1970)))
      #expect(stamp.offsetMinutes == seconds / 60, "\(moment)")
      switch LondonClock.meaning(of: stamp) {
      case .none: Issue.record("\(moment) was skipped")
      case .one(let found): #expect(found == moment)
      case .two(let first, let second): #expect(moment == (seconds == 3_600 ? first : second))
      }
    }
  }

  @Test(
    "moments as text",
    arguments: [
      ("2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z"), ("2026-03-29T02:00:00+01:00", "2026-03-29T01:00:00Z"),
      ("2026-03-29 02:00+0100", "2026-03-29T01:00:00Z"), ("2026-03-29T01:00:00.000Z", "2026-03-29T01:00:00Z"),
      ("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z"), ("2026-06-01T00:00-05:30", "2026-06-01T05:30:00Z"),
    ])
  func instants(_ text: String, _ expected: String) { #expect(UTCInstant(text)?.description == expected) }

  @Test(
    "what is not a moment",
    arguments: [
      "2026-03-29T01:00:00", "2026-03-29", "2026-03-29T24:00Z", "2026-03-29T01:60Z", "2026-03-29T01:00:60Z",
      "2026-03-29T01:00:00.5Z", "2026-03-29T01:00:00.Z", "2026-03-29T01:00:00+1", "2026-03-29T01:00:00+15:00",
      "2026-03-29T01:00:00ZZ", "2026-02-30T01:00:00Z", "2026-03-29  01:00Z", "", "2026-03-29T01:00:0",
      "2026-03-29T01:00:",
      "2026-03-29T01:00+01:0", "x026-03-29T01:00Z",
    ])
  func noInstant(_ text: String) { #expect(UTCInstant(text) == nil) }

  @Test func outside() {
    #expect(UTCInstant.distantFuture.utcDate == nil && UTCInstant(secondsSince1970: -1).utcDate == nil)
    #expect(LondonClock.stamp(at: .distantFuture) == nil && LondonClock.minutesAhead(at: .distantFuture) == nil)
    #expect(UTCInstant(secondsSince1970: 5).description == "5s")
  }

  /// Any cut and any changed byte of a stamp reads or does not; it never stops the program.
  @Test func mutatedStamps() {
    let text = Array("2026-03-29T01:00:00.000+01:00".utf8)
    #expect(CivilStamp(utf8: text[...]) != nil)
    for length in 0...text.count { _ = CivilStamp(utf8: text[..<length]) }
    for index in text.indices {
      for byte in UInt8.min...UInt8.max {
        var changed = text
        changed[index] = byte
        _ = CivilStamp(utf8: changed[...])
      }
    }
  }
}
