import DUIS
import DataServiceProvider
import GBCS
import SettlementCalendar
import SmartMeteringRules
import Testing

/// What MP162 describes and left out, switched on in the DSP.
@Suite("MP162's switches in the DSP") struct SwitchTests {
  /// A world whose cache holds the supplier's answer of the profile, stored at ``World/start`` and a second.
  static func cached(appointed: Bool = true) throws -> World {
    var world = try World(cohorts: [0, 1], appointed: appointed)
    world.provider.settings.switches.smets1Cache = SMETS1CacheRules()
    _ = world.ask("4.8.1", World.profile, by: World.supplier, to: World.old(0))
    let order = try #require(world.passUntilOrder(before: World.start.advanced(bySeconds: 5)).first)
    #expect(try world.answer(order).smets1.count == 1)
    #expect(world.provider.smets1CacheCount == 1)
    return world
  }

  @Test("rule 49: off, each reader's request reaches the meter") func cacheIsOff() throws {
    var world = try World(cohorts: [0])
    for _ in 0..<2 {
      _ = world.ask("4.8.1", World.profile, by: World.supplier, to: World.old(0))
      let order = try #require(world.passUntilOrder(before: world.now.advanced(bySeconds: 5)).first)
      #expect(try world.answer(order).smets1.count == 1)
    }
    #expect(world.provider.smets1CacheHits == 0 && world.provider.smets1CacheCount == 0)
  }

  @Test("rule 49: another reader is answered from the cache at 47:59 without the meter, at 48:00 the meter is asked")
  func cache() throws {
    var world = try Self.cached()
    let stored = world.now
    _ = world.pass(to: stored.advanced(byHours: 48).advanced(bySeconds: -60))
    let hit = world.ask("4.8.1", World.profile, by: World.retriever, to: World.old(0))
    #expect(hit.answer?.code == "I99")
    let message = try #require(hit.smets1.first)
    #expect(hit.posts.map(\.user) == [World.retriever])
    #expect(hit.posts.first?.response.requestID?.counter == world.counter)
    // It is the document that the service provider signed for the supplier.
    #expect(message.response.response.header.target == World.supplier)
    #expect(world.passUntilOrder(before: world.now.advanced(bySeconds: 30)).isEmpty)
    #expect(world.provider.smets1CacheHits == 1 && world.provider.hops.total(.providerToNetwork) == 1)
    #expect(world.provider.reads.counts.values.reduce(0) { $0 + $1.onDemand } == 2)
    _ = world.pass(to: stored.advanced(byHours: 48))
    #expect(world.provider.smets1CacheCount == 0)
    let miss = world.ask("4.8.1", World.profile, by: World.retriever, to: World.old(0))
    #expect(miss.smets1.isEmpty)
    #expect(world.passUntilOrder(before: world.now.advanced(bySeconds: 5)).count == 1)
  }

  @Test("rule 49: each reader passes access control, and only the same question has the same answer") func access()
    throws
  {
    var world = try Self.cached(appointed: false)
    let refused = world.ask("4.8.1", World.profile, by: World.retriever, to: World.old(0))
    #expect(refused.answer?.code == "E4" && refused.posts.isEmpty)
    let longer = ServiceBody.read(
      ReadService(
        .activeImportProfile,
        period: ReadPeriod(start: World.period.start, end: World.period.end.advanced(bySeconds: 1_800))))
    for (body, meter) in [(longer, World.old(0)), (World.profile, World.old(1))] {
      #expect(world.ask("4.8.1", body, by: World.supplier, to: meter).smets1.isEmpty)
    }
    #expect(world.provider.smets1CacheHits == 0)
  }

  @Test("rule 49: an answer in which half-hours are missing is not kept, so that a retry reaches the meter")
  func partial() throws {
    var world = try World(cohorts: [0])
    world.provider.settings.switches.smets1Cache = SMETS1CacheRules()
    _ = world.ask("4.8.1", World.profile, by: World.supplier, to: World.old(0))
    let order = try #require(world.passUntilOrder(before: World.start.advanced(bySeconds: 5)).first)
    _ = try world.answer(order, .profile(.activeImport, World.entries(48)))
    #expect(world.provider.smets1CacheCount == 0)
    // Registers are not among the services that are kept.
    _ = world.ask("4.1.1", .read(ReadService(.importRegisters)), by: World.supplier, to: World.old(0))
    let second = try #require(world.passUntilOrder(before: world.now.advanced(bySeconds: 5)).first)
    _ = try world.answer(second, .importRegisters(active: 1, reactive: nil, secondary: nil))
    #expect(world.provider.smets1CacheCount == 0)
  }

  @Test("rule 49: a SMETS2 meter is asked each time") func neverSMETS2() throws {
    var world = try World()
    world.provider.settings.switches.smets1Cache = SMETS1CacheRules()
    for _ in 0..<2 {
      let delivery = try #require(world.ask("4.8.1", World.profile).deliveries.first)
      #expect(try world.answer(delivery).posts.count == 1)
    }
    #expect(world.provider.smets1CacheCount == 0 && world.provider.smets1CacheHits == 0)
  }

  @Test("rule 49: a scheduled run is answered from the cache too") func cachedSchedule() throws {
    var world = try World(cohorts: [0])
    world.provider.settings.switches.smets1Cache = SMETS1CacheRules()
    for user in [World.supplier, World.retriever] {
      _ = world.ask("5.1", try SMETS1Tests.daily(0), by: user, to: World.broker, cv: 8)
    }
    let day = ReadPeriod(start: World.start, end: World.start.advanced(byHours: 24))
    let order = try #require(world.passUntilOrder(before: World.start.advanced(byHours: 48)).first)
    let entries = (0..<49).map { SMETS1LogEntry(time: day.start.advanced(bySeconds: Int64($0) * 1_800), values: [1]) }
    let first = try world.answer(order, .profile(.activeImport, entries))
    let rest = world.pass(to: World.start.advanced(byHours: 48).advanced(bySeconds: -1))
    #expect(first.smets1.count == 1 && rest.smets1.count == 1 && rest.orders.isEmpty)
    #expect(Set((first.posts + rest.posts).map(\.user)) == [World.supplier, World.retriever])
    #expect(world.provider.smets1CacheHits == 1)
  }

  // MARK: Windows

  static func windows() throws -> ScheduleWindows {
    try ScheduleWindows(peak: 0..<3_600, offPeak: 36_000..<36_010, peakRate: 3, offPeakRate: 1)
  }

  @Test("rule 50: suppliers' schedules run overnight, retrievers' by day, each within its window") func windows() throws
  {
    var world = try World(cohorts: [0, 1])
    world.provider.settings.switches.windows = try Self.windows()
    for meter in [0, 1] as [UInt64] {
      _ = world.ask("5.1", try SMETS1Tests.daily(meter), by: World.supplier, to: World.broker, cv: 8)
      _ = world.ask("5.1", try SMETS1Tests.daily(meter), to: World.broker, cv: 8)
    }
    let midnight = World.start.advanced(byHours: 24)
    var seen: [(user: EUI64, second: Int64)] = []
    while let due = world.provider.nextDue, due < midnight.advanced(byHours: 24) {
      for order in world.passUntilOrder(before: midnight.advanced(byHours: 24)) {
        // A second of dual control lies between the start and the order.
        seen.append((order.request.id.originator, world.now.secondsSince1970 - midnight.secondsSince1970 - 1))
      }
    }
    #expect(seen.count == 4)
    for run in seen {
      #expect((run.user == World.supplier ? 0..<3_600 : 36_000..<36_011).contains(run.second))
    }
  }

  @Test("rule 50: no more start in a second than the window's rate; what finds no room fails") func rate() throws {
    var world = try World(cohorts: Array(repeating: 0, count: 14))
    world.provider.settings.switches.windows = try Self.windows()
    world.provider.settings.dualControlSeconds = 0
    for meter in 0..<14 as Range<UInt64> {
      _ = world.ask("5.1", try SMETS1Tests.daily(meter), to: World.broker, cv: 8)
    }
    let opens = World.start.advanced(byHours: 34)
    #expect(world.passUntilOrder(before: opens).isEmpty)
    var starts: [Int64: Int] = [:]
    var failures = 0
    while let due = world.provider.nextDue, due <= opens.advanced(bySeconds: 60) {
      let effects = world.pass(to: due)
      starts[due.secondsSince1970, default: 0] += effects.orders.count
      failures += effects.alerts.count
    }
    #expect(starts.values.allSatisfy { $0 <= 1 } && starts.values.reduce(0, +) + failures == 14)
    #expect(failures >= 4)
    #expect(world.provider.hops.lines.contains { $0.line.reason == "window full" && $0.count == failures })
  }

  @Test("rule 50: a schedule with a time of its own keeps it, within the rate where it lies in a window") func ownTime()
    throws
  {
    var world = try World(cohorts: [0, 0])
    world.provider.settings.switches.windows = try Self.windows()
    world.provider.settings.dualControlSeconds = 0
    for meter in [0, 1] as [UInt64] {
      _ = world.ask("5.1", try SMETS1Tests.daily(meter, at: 36_003), to: World.broker, cv: 8)
    }
    _ = world.ask("5.1", try SMETS1Tests.daily(0, at: 50_000), to: World.broker, cv: 8)
    let midnight = World.start.advanced(byHours: 24)
    for second in [36_003, 36_004, 50_000] as [Int64] {
      let moment = midnight.advanced(bySeconds: second)
      #expect(world.pass(to: moment.advanced(bySeconds: -1)).orders.isEmpty)
      #expect(world.pass(to: moment).orders.count == 1)
    }
  }

  // MARK: On demand first

  @Test(
    "rule 51: on demand goes before scheduled in the queues of both generations, when it is switched on",
    arguments: [false, true])
  func onDemandFirst(_ isOn: Bool) throws {
    var world = try World(cohorts: [0, 0, 0])
    world.provider.settings.switches.prioritisesOnDemand = isOn
    world.provider.settings.dualControlSeconds = 10
    for meter in [0, 1] as [UInt64] {
      _ = world.ask("5.1", try SMETS1Tests.daily(meter, at: 3_600), to: World.broker, cv: 8)
    }
    let run = World.start.advanced(byHours: 25)
    _ = world.pass(to: run)
    _ = world.ask("4.8.1", World.profile, by: World.supplier, to: World.old(2))
    var order: [UInt64] = []
    while order.count < 3, let next = world.passUntilOrder(before: run.advanced(bySeconds: 60)).first {
      order.append(next.key.device.rawValue & 0xF)
    }
    // The first is under control already.
    #expect(order == (isOn ? [0, 2, 1] : [0, 1, 2]))
  }

  @Test("rule 51: so in a region that takes one command a second", arguments: [false, true])
  func onDemandFirstInARegion(_ isOn: Bool) throws {
    var world = try World()
    world.provider.settings.switches.prioritisesOnDemand = isOn
    world.provider.settings.commandsPerSecond = 1
    for _ in 0..<3 {
      _ = world.ask("5.1", try ScheduleTests.daily(at: 3_600), to: World.broker, cv: 8)
    }
    let run = World.start.advanced(byHours: 25)
    var deliveries = world.pass(to: run).deliveries
    #expect(deliveries.count == 1)
    deliveries += world.ask("4.8.1", World.profile, by: World.supplier).deliveries
    while deliveries.count < 4 {
      let more = world.passUntilDelivery(before: run.advanced(bySeconds: 60))
      if more.isEmpty { break }
      deliveries += more
    }
    #expect(deliveries.firstIndex { $0.mode == .onDemand } == (isOn ? 1 : 3))
  }
}
