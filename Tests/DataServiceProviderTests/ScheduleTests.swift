import DUIS
import DataServiceProvider
import GBCS
import SettlementCalendar
import SmartMeteringRules
import Testing

@Suite struct ScheduleTests {
  static func daily(
    from start: String = "2026-05-02", at second: Int? = nil, variant: String = "4.8.1"
  ) throws -> ServiceBody {
    let read = try #require(
      ScheduledRead(variant: variant, period: .dayBefore) ?? ScheduledRead(variant: variant, period: nil))
    return .createSchedule(
      ScheduleDetails(
        startDate: try #require(SettlementDate(start)), executionSecond: second, read: read, device: World.meter))
  }

  @Test func aScheduleRunsEveryDayAndAnswersWithItsNumber() throws {
    var world = try World()
    let created = world.ask("5.1", try Self.daily(), to: World.broker, cv: 8)
    guard case .scheduleID(let id) = try created.content(created.answer) else {
      Issue.record("no schedule number")
      return
    }
    #expect(world.pass(to: World.start.advanced(byHours: 24).advanced(bySeconds: -1)).deliveries.isEmpty)
    for day in 1...3 {
      let runs = world.passUntilDelivery(before: World.start.advanced(byHours: 24 * (day + 1)))
      #expect(runs.count == 1)
      let command = try DeviceMessage(try #require(runs.first).message)
      #expect(command.originator == World.broker && command.supplementary.remoteParty == World.retriever)
      let answered = try world.answer(try #require(runs.first))
      let post = try #require(answered.posts.first)
      #expect(post.response.requestID == nil && post.user == World.retriever)
      guard case .scheduled(_, id) = try answered.content(post.response) else {
        Issue.record("no scheduled message")
        return
      }
    }
    #expect(world.provider.reads.counts.values.map(\.scheduled) == [1, 1, 1])
  }

  @Test func aTimeOfItsOwnIsHonoured() throws {
    var world = try World()
    _ = world.ask("5.1", try Self.daily(at: 3_600), to: World.broker, cv: 8)
    let moment = World.start.advanced(byHours: 25)
    #expect(world.pass(to: moment.advanced(bySeconds: -1)).deliveries.isEmpty)
    #expect(world.pass(to: moment).deliveries.count == 1)
  }

  @Test func afterTheAppointmentNoReadReachesTheMeter() throws {
    var world = try World(appointedUntil: "2026-05-02")
    _ = world.ask("5.1", try Self.daily(), to: World.broker, cv: 8)
    #expect(world.pass(to: World.start.advanced(byHours: 48).advanced(bySeconds: -1)).deliveries.count == 1)
    let failed = world.pass(to: World.start.advanced(byHours: 72).advanced(bySeconds: -1))
    #expect(failed.deliveries.isEmpty)
    #expect(failed.alerts.contains { if case .commandFailure = $0.alert { $0.user == World.retriever } else { false } })
  }

  @Test func schedulesAreReadAndDeletedByTheirOwner() throws {
    var world = try World()
    _ = world.ask("5.1", try Self.daily(), to: World.broker, cv: 8)
    _ = world.ask("5.1", try Self.daily(variant: "4.17"), to: World.broker, cv: 8)
    let mine = world.ask("5.2", .readSchedule(.device(World.meter)), to: World.broker, cv: 8)
    guard case .schedules(let list) = try mine.content(mine.answer) else {
      Issue.record("no schedules")
      return
    }
    #expect(list.map(\.details.read.variant) == ["4.8.1", "4.17"])
    let others = world.ask("5.2", .readSchedule(.device(World.meter)), by: World.supplier, to: World.broker, cv: 8)
    #expect(others.answer?.code == "I99")
    _ = world.ask("5.3", .deleteSchedule(.schedule(1)), by: World.supplier, to: World.broker, cv: 8)
    #expect(world.provider.schedules.count == 2)
    _ = world.ask("5.3", .deleteSchedule(.device(World.meter)), to: World.broker, cv: 8)
    #expect(world.provider.schedules.count == 0)
    #expect(world.pass(to: World.start.advanced(byHours: 96)).deliveries.isEmpty)
  }

  @Test func noScheduleForOthersMetersOrOldVersions() throws {
    var world = try World()
    #expect(world.ask("5.1", try Self.daily(), by: World.other, to: World.broker, cv: 8).answer?.code == "E4")
    // MP162 rule 40: the role does not exist below 5.3.
    #expect(
      world.ask("5.1", try Self.daily(variant: "4.2"), to: World.broker, cv: 8, schema: "5.2").answer?.code == "E2")
    #expect(world.ask("5.1", try Self.daily(variant: "4.2"), to: World.broker, cv: 8).answer?.code == "E4")
    #expect(world.provider.schedules.count == 0)
  }

  @Test(arguments: [
    (DUIS.ScheduleFrequency.daily, "2026-02-01", "2026-02-01"), (.weekly, "2026-02-01", "2026-02-07"),
    (.monthly, "2026-02-01", "2026-02-28"), (.monthly, "2026-03-01", "2026-03-31"),
    (.quarterly, "2026-02-01", "2026-04-30"), (.halfYearly, "2026-02-01", "2026-07-31"),
    (.yearly, "2026-02-01", "2027-01-31"),
  ])
  func runDates(_ frequency: DUIS.ScheduleFrequency, _ from: String, _ expected: String) throws {
    let read = try #require(ScheduledRead(variant: "4.2", period: nil))
    let details = ScheduleDetails(
      frequency: frequency, startDate: try #require(SettlementDate("2026-01-31")), read: read, device: World.meter)
    #expect(details.runDate(onOrAfter: try #require(SettlementDate(from)))?.description == expected)
  }
}
