import DUIS
import DataServiceProvider
import GBCS
import SettlementCalendar
import SmartMeteringRules
import Testing

@Suite("SMETS1 devices through the DSP") struct SMETS1Tests {
  static let profile = World.profile

  @Test("a supplier's read is countersigned, passes dual control, and comes back as its service provider signed it")
  func onDemand() throws {
    var world = try World(cohorts: [1])
    let asked = world.ask("4.8.1", Self.profile, by: World.supplier, to: World.old(0))
    #expect(asked.answer?.code == "I99" && asked.deliveries.isEmpty && asked.orders.isEmpty)
    #expect(world.provider.waitingForDualControl == 0 && world.provider.inFlight == 1)
    let order = try #require(world.passUntilOrder(before: World.start.advanced(bySeconds: 5)).first)
    #expect(world.now == World.start.advanced(bySeconds: 1))
    #expect(order.cohort == 1 && order.provider == World.serviceProviders[1] && order.countersignature.count == 64)
    #expect(order.key.originator == World.supplier && order.key.counter == world.counter)
    #expect(order.request.id.originator == World.supplier && order.route.region == .smets1)
    world.now = World.start.advanced(bySeconds: 9)
    let answered = try world.answer(order)
    let post = try #require(answered.posts.first)
    #expect(post.user == World.supplier && post.response.code == "I0")
    #expect(post.response.responseID == post.response.requestID?.swapped)
    let message = try #require(answered.smets1.first)
    #expect(message.variant == "4.8.1" && message.schedule == nil)
    let hops = world.provider.hops
    for (hop, outcome) in [
      (Hop.userToProvider, HopRecord.Outcome.proved), (.providerToNetwork, .passed), (.networkToProvider, .proved),
      (.providerToUser, .proved),
    ] { #expect(hops.total(hop) == 1 && hops.count(hop, outcome) == 1) }
    let line = try #require(world.provider.clocks.lines.first)
    #expect(line.kind.generation == .smets1 && line.tally.target == 16 && line.tally.inTime == 1)
    #expect(line.tally.seconds == 9)
  }

  @Test("a retriever has 24 hours, also for 4.1.1, which its SMETS1 meters answer on demand only") func retriever()
    throws
  {
    var world = try World(cohorts: [0])
    let asked = world.ask("4.1.1", .read(ReadService(.importRegisters)), to: World.old(0))
    #expect(asked.answer?.code == "I99")
    let order = try #require(world.passUntilOrder(before: World.start.advanced(byHours: 1)).first)
    world.now = World.start.advanced(byHours: 1)
    let answered = try world.answer(order, .importRegisters(active: 12_345, reactive: nil, secondary: nil))
    #expect(answered.smets1.count == 1)
    #expect(world.provider.clocks.lines.map(\.tally.target) == [86_400])
    // No schedule reads it, not even on SMETS1.
    #expect(ScheduledRead(variant: "4.1.1", period: nil) == nil)
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var code: String
    var variant: String
    var body: ServiceBody
    var user = World.supplier
    var cv = 1
    var port: ServicePort?
    var testDescription: String { "\(code) for \(variant) as variant \(cv)" }
  }

  static func other(_ name: String) -> ServiceBody {
    .other(MarkupElement(prefix: "sr", name, namespace: DUISNamespace.gateway))
  }

  static let clock = ServiceBody.synchroniseClock(ClockSetting(current: World.start, tolerance: 60))

  static let refusals = [
    Refusal(
      code: "E11", variant: "4.17", body: .read(ReadService(.dailyConsumption, period: World.period)),
      user: World.retriever),
    Refusal(
      code: "E11", variant: "4.6.2", body: .read(ReadService(.exportDailyLog, period: World.period)),
      user: World.retriever),
    Refusal(code: "E11", variant: "2.2", body: .topUp("73946144332040217315")),
    Refusal(code: "E11", variant: "7.4", body: other("SomethingElse")),
    Refusal(code: "E12", variant: "6.11", body: clock, cv: 4),
    Refusal(code: "E12", variant: "6.11", body: .signedPreCommand([0xDF]), cv: 5),
    Refusal(code: "E12", variant: "4.8.1", body: profile, cv: 2),
    Refusal(code: "E13", variant: "6.11", body: clock, port: .transform),
    Refusal(code: "E4", variant: "4.8.1", body: profile, user: World.other),
    Refusal(code: "E2", variant: "6.11", body: clock, user: World.retriever),
  ]

  @Test("what a SMETS1 meter does not do, or not for that user or in that way, is refused", arguments: refusals)
  func refused(_ refusal: Refusal) throws {
    var world = try World(cohorts: [0])
    let effects = world.ask(
      refusal.variant, refusal.body, by: refusal.user, to: World.old(0), cv: refusal.cv, at: refusal.port)
    #expect(effects.answer?.code == refusal.code && effects.orders.isEmpty && world.provider.inFlight == 0)
  }

  @Test(
    "critical and other commands go the same way, without a pre-command",
    arguments: [
      ("6.11", SMETS1Tests.clock, SMETS1Content.clock(time: World.start, status: .reliable)),
      ("7.1", other("EnableSupply"), .carriedOut(.enableSupply)),
      ("7.2", other("DisableSupply"), .carriedOut(.disableSupply)),
      ("7.4", other("ReadSupplyStatus"), .supply(.enabled)),
      ("11.2", other("ReadFirmwareVersion"), .firmware("01000000")),
    ] as [(String, ServiceBody, SMETS1Content)])
  func commands(_ variant: String, _ body: ServiceBody, _ content: SMETS1Content) throws {
    var world = try World(cohorts: [2])
    #expect(world.ask(variant, body, by: World.supplier, to: World.old(0)).answer?.code == "I99")
    let order = try #require(world.passUntilOrder(before: World.start.advanced(bySeconds: 5)).first)
    let message = try #require(try world.answer(order, content).smets1.first)
    #expect(message.response.response.body == .answer(SMETS1Answer(content)))
  }

  @Test("MP162 rule 54: dual control serves one at a time within a cohort, first in first out, three side by side")
  func dualControl() throws {
    var world = try World(cohorts: [0, 0, 0, 1, 2])
    world.provider.settings.dualControlSeconds = 4
    for meter in [2, 0, 1, 3, 4] as [UInt64] {
      _ = world.ask("4.8.1", Self.profile, by: World.supplier, to: World.old(meter))
    }
    #expect(world.provider.waitingForDualControl == 2)
    var left: [[UInt64]] = []
    for second in [4, 8, 12] as [Int64] {
      #expect(world.passUntilOrder(before: World.start.advanced(bySeconds: second)).isEmpty)
      let orders = world.passUntilOrder(before: World.start.advanced(bySeconds: second + 1))
      left.append(orders.map { $0.key.device.rawValue & 0xF })
    }
    #expect(left == [[2, 3, 4], [0], [1]])
  }

  @Test("a signature that is another's, or for another service, is no answer; then the 16 seconds are over")
  func wrongSignature() throws {
    var world = try World(cohorts: [0])
    _ = world.ask("4.8.1", Self.profile, by: World.supplier, to: World.old(0))
    let order = try #require(world.passUntilOrder(before: World.start.advanced(bySeconds: 5)).first)
    #expect(try world.answer(order, by: World.serviceProviders[1]).posts.isEmpty)
    #expect(try world.answer(order, by: World.supplier).posts.isEmpty)
    #expect(try world.answer(order, variant: "4.8.3").posts.isEmpty)
    #expect(world.provider.hops.count(.networkToProvider, .refused) == 3)
    let late = world.pass(to: World.start.advanced(bySeconds: 16))
    #expect(late.posts.map(\.response.code) == ["E21"])
    // What comes after all has nobody waiting.
    #expect(try world.answer(order).posts.isEmpty)
    #expect(world.provider.hops.lines.contains { $0.line.reason == "no command waits for it" })
  }

  @Test(
    "a service provider that cannot reach a meter says so to whoever asked, signed, and the request ends",
    arguments: [("UNREACHABLE", "E20"), ("NO-ANSWER", "E21")])
  func alerts(_ word: String, _ code: String) throws {
    var world = try World(cohorts: [0])
    _ = world.ask("4.8.1", Self.profile, to: World.old(0))
    let order = try #require(world.passUntilOrder(before: World.start.advanced(bySeconds: 5)).first)
    #expect(try world.alert(order, word, by: World.supplier).posts.isEmpty)
    let told = try world.alert(order, word)
    #expect(told.posts.map(\.user) == [World.retriever, World.retriever])
    #expect(told.posts.last?.response.code == code)
    guard case .serviceProvider(let alert, nil)? = told.alerts.first?.alert else {
      Issue.record("no alert")
      return
    }
    #expect(alert.content.code == word && alert.content.requestID == order.request.id)
    #expect(world.provider.inFlight == 0)
  }

  @Test("another word of a service provider is passed on, and the request goes on") func otherAlert() throws {
    var world = try World(cohorts: [0])
    _ = world.ask("4.8.1", Self.profile, by: World.supplier, to: World.old(0))
    let order = try #require(world.passUntilOrder(before: World.start.advanced(bySeconds: 5)).first)
    #expect(try world.alert(order, "SLOW").posts.count == 1)
    #expect(try world.answer(order).smets1.count == 1)
  }

  static func daily(_ meter: UInt64, at second: Int? = nil) throws -> ServiceBody {
    let read = try #require(ScheduledRead(variant: "4.8.1", period: .dayBefore))
    return .createSchedule(
      ScheduleDetails(
        startDate: try #require(SettlementDate("2026-05-02")), executionSecond: second, read: read,
        device: World.old(meter)))
  }

  @Test("a schedule asks in the DSP's name, its answer has its number, its failure is an alert") func schedules() throws
  {
    var world = try World(cohorts: [0])
    let created = world.ask("5.1", try Self.daily(0), to: World.broker, cv: 8)
    guard case .scheduleID(let id) = try created.content(created.answer) else {
      Issue.record("no schedule number")
      return
    }
    let order = try #require(world.passUntilOrder(before: World.start.advanced(byHours: 48)).first)
    #expect(order.key.originator == World.broker && order.request.id.originator == World.retriever)
    guard case .read(let read) = try ServiceBody(order.request) else {
      Issue.record("no read")
      return
    }
    #expect(read.period == ReadPeriod(start: World.start, end: World.start.advanced(byHours: 24)))
    let answered = try world.answer(order)
    #expect(answered.smets1.map(\.schedule) == [id] && answered.posts.first?.response.requestID == nil)
    #expect(world.provider.clocks.lines.map(\.tally.inTime) == [1])
    let next = try #require(world.passUntilOrder(before: World.start.advanced(byHours: 72)).first)
    let failed = try world.alert(next, "NO-ANSWER")
    #expect(failed.alerts.contains { if case .serviceProvider(_, id) = $0.alert { true } else { false } })
    #expect(failed.alerts.contains { if case .commandFailure(_, id, _) = $0.alert { true } else { false } })
  }

  @Test("a read for later waits here, is judged again, and goes then") func futureDated() throws {
    var world = try World(cohorts: [0])
    let later = World.start.advanced(byHours: 2)
    let body = ServiceBody.read(ReadService(.activeImportProfile, execution: later, period: World.period))
    #expect(world.ask("4.8.1", body, by: World.supplier, to: World.old(0)).answer?.code == "I99")
    #expect(world.passUntilOrder(before: later).isEmpty)
    let order = try #require(world.passUntilOrder(before: later.advanced(bySeconds: 2)).first)
    #expect(try world.answer(order).smets1.count == 1)
    _ = world.ask(
      "4.8.1", .read(ReadService(.activeImportProfile, execution: later.advanced(byHours: 1), period: World.period)),
      by: World.supplier, to: World.old(0))
    #expect(world.pass(to: later.advanced(byHours: 2)).posts.map(\.response.code) == ["E30"])
  }

  @Test("the inventory tells service provider, SMETS version and region") func inventory() throws {
    var world = try World(cohorts: [2])
    let told = world.ask("8.2", .readInventory(.device(World.old(0))), to: World.broker, cv: 8)
    guard case .inventory(let devices) = try told.content(told.answer), let device = devices.first else {
      Issue.record("no device")
      return
    }
    #expect(device.smets1Provider == "S1SP3" && device.smetsVersion == "SMETS1 V1.2" && device.region == "SMETS1")
  }

  @Test("the same request twice is sent once, and without service providers there is no way") func once() throws {
    var world = try World(cohorts: [0])
    for _ in 0..<2 {
      #expect(
        world.ask("4.8.1", Self.profile, by: World.supplier, to: World.old(0), counter: 7).answer?.code == "I99")
    }
    #expect(world.passUntilOrder(before: World.start.advanced(bySeconds: 9)).count == 1)
    #expect(world.passUntilOrder(before: World.start.advanced(bySeconds: 9)).isEmpty)
    world.provider.settings.serviceProviders = []
    #expect(world.ask("4.8.1", Self.profile, by: World.supplier, to: World.old(0)).answer?.code == "E20")
  }
}
