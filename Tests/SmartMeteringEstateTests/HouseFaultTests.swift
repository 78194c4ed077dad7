import DUIS
import DataServiceProvider
import GBCS
import MeterSecurity
import SettlementCalendar
import SmartMeteringEstate
import SmartMeteringRules
import SmartMeters
import Testing

/// Meters and hubs that are exchanged, and alerts that come in storms.
@Suite struct HouseFaultTests {
  /// Lets a day and a half pass. - Returns: what was posted.
  private func posts(_ estate: EstateSimulation, hours: Int = 90) -> [PostedResponse] {
    var posts: [PostedResponse] = []
    estate.advance(to: EstateTests.start.advanced(byHours: hours)) { posts += $0 }
    return posts
  }

  @Test func anotherMeterStandsInThePlaceOfTheOldOne() throws {
    let estate = try EstateTests.estate(points: 40, faults: FaultPlan(seed: 2, [.meterExchange: 10_000]))
    _ = posts(estate, hours: 31)
    let rows = (0..<40 as Range<UInt32>).filter { estate.meters.rows(of: $0)?.importRow != nil }
    #expect(
      estate.channel.account.counts[.meterExchange]
        == (0..<40 as Range<UInt32>).count { estate.meters.rows(of: $0) != nil })
    for row in rows {
      let old = MeterEstate.identifier(.electricityMeter, row: row)
      let new = MeterEstate.identifier(.electricityMeter, row: row, generation: 1)
      let point = try #require(MeterEstate.mpan(row: row)?.description)
      #expect(estate.provider.inventory.devices(at: point) == [new])
      #expect(estate.provider.inventory[old]?.device.status == .decommissioned)
    }
    // The old one is refused, the new one answers with what it counted since it was put in.
    let body = ServiceBody.read(
      ReadService(.activeImportProfile, period: ReadPeriod(start: EstateTests.start, end: estate.now)))
    let old = MeterEstate.identifier(.electricityMeter, row: rows[0])
    guard
      case .answer(let refusal) = estate.submit(
        try EstateTests.request(estate, "mdr", "4.8.1", body, to: old, counter: 1))
    else {
      Issue.record("no answer")
      return
    }
    #expect(refusal.code == "E5")
    let new = MeterEstate.identifier(.electricityMeter, row: rows[0], generation: 1)
    _ = estate.submit(try EstateTests.request(estate, "mdr", "4.8.1", body, to: new, counter: 2))
    let answers = posts(estate, hours: 32).compactMap { post -> [UInt8]? in
      if case .message(_, .device(let bytes))? = try? ResponseBody(post.response) { bytes } else { nil }
    }
    let user = try #require(estate.parties.user("mdr"))
    let read = try estate.security.observation(try #require(answers.first), reader: user.identifier)
    guard case .log(let log) = read.content else {
      Issue.record("no log")
      return
    }
    #expect(log.count < 62)
    #expect(estate.faults.unexplained.isEmpty)
  }

  @Test func behindASwappedHubNothingIsReachedUntilItIsRestored() throws {
    let estate = try EstateTests.estate(points: 12, faults: FaultPlan(seed: 4, [.hubSwap: 10_000]))
    let meter = MeterEstate.identifier(.electricityMeter, row: 3)
    let body = ServiceBody.read(ReadService(.activeImportProfile, period: EstateTests.dayBefore))
    var (answered, unanswered) = (0, 0)
    // Every half-hour a read: some fall into the gap.
    for number in 0..<90 as Range<UInt64> {
      _ = estate.submit(try EstateTests.request(estate, "mdr", "4.8.1", body, to: meter, counter: number + 1))
      estate.advance(to: estate.now.advanced(bySeconds: 1_800)) { posts in
        for post in posts {
          guard case .message? = try? ResponseBody(post.response) else { continue }
          if post.response.code == "I0" { answered += 1 } else { unanswered += 1 }
        }
      }
    }
    for post in posts(estate) { if post.response.code == "I0" { answered += 1 } else { unanswered += 1 } }
    #expect(answered + unanswered == 90)
    #expect((2...13).contains(unanswered), "\(unanswered)")
    #expect(estate.provider.inventory[meter]?.hub == MeterEstate.identifier(.hub, row: 3, generation: 1))
    #expect(estate.faults.counts[.hubSwap] == unanswered + (estate.channel.account.counts[.hubSwap] ?? 0))
    #expect(estate.faults.unexplained.isEmpty)
  }

  @Test func aStormOfAlertsIsFoldedAndNoneIsLostOnTheBooks() throws {
    let faults = FaultPlan(
      seed: 9,
      [.throttledAlerts: 5_000, .lostResponse: 1_000, .repeatedResponse: 1_000, .wrongMAC: 1_000, .noWAN: 1_000])
    let estate = try EstateTests.estate(points: 60, faults: faults)
    var (alone, folded, messages) = (0, 0, 0)
    for post in posts(estate) {
      guard case .deviceAlert(_, let throttle, _) = try ResponseBody(post.response) else { continue }
      if let count = throttle.count {
        (folded, messages) = (folded + Int(count), messages + 1)
        #expect(throttle.sequence != nil)
      } else {
        alone += 1
      }
    }
    let alerts = estate.faults.alerts
    #expect(alerts.raised > 200 && alerts.lost > 0 && alerts.repeated > 0 && alerts.damaged > 0)
    #expect(alone + folded == alerts.sound && messages > 5)
    #expect(estate.faults.unexplained.isEmpty, "\(estate.faults.unexplained)")
  }

  @Test func theSameSeedGivesTheSameFaults() throws {
    func run() throws -> FaultLog {
      let kinds = Dictionary(uniqueKeysWithValues: FaultPlan.Kind.allCases.map { ($0, 800) })
      let estate = try EstateTests.estate(points: 40, faults: FaultPlan(seed: 6, kinds))
      let body = ServiceBody.read(ReadService(.activeImportProfile, period: EstateTests.dayBefore))
      for row in 0..<40 as Range<UInt32> {
        let meter = MeterEstate.identifier(.electricityMeter, row: row)
        _ = estate.submit(try EstateTests.request(estate, "supplier", "4.8.1", body, to: meter, counter: UInt64(row)))
      }
      _ = posts(estate)
      return estate.faults
    }
    let (one, other) = (try run(), try run())
    #expect(one == other && one.entries.count > 10 && one.unexplained.isEmpty)
  }

  @Test func registrationMovesToTheGainingSupplier() throws {
    let estate = try EstateTests.estate(points: 12)
    let point = try #require(MeterEstate.mpan(row: 3)?.description)
    let day = try #require(SettlementDate("2026-05-02"))
    #expect(estate.register(supplier: "supplier2", of: point, from: day))
    #expect(!estate.register(supplier: "mdr", of: point, from: day))
    #expect(!estate.register(supplier: "supplier2", of: "999", from: day))
    #expect(!estate.register(supplier: "", of: "", from: day))
    let supply = SupplyPoint(.importElectricity, point)
    let holder = { estate.provider.registration.holder(.importSupplier, of: supply, on: $0)?.rawValue }
    #expect(holder(day) == estate.parties.user("supplier2")?.identifier.rawValue)
    #expect(holder(try #require(day.advanced(by: -1))) == estate.parties.user("supplier")?.identifier.rawValue)
  }
}
