import DCCServer
import DUIS
import DataServiceProvider
import GBCS
import SettlementCalendar
import SmartMeteringEstate
import SmartMeteringRules
import SmartMeters
import Testing

/// An estate of both generations: real meters, keys and signed documents, in one process.
@Suite("An estate with SMETS1 meters") struct MixedEstateTests {
  static let start = UTCInstant(secondsSince1970: 1_777_593_600)
  static let dayBefore = ReadPeriod(start: start.advanced(bySeconds: -86_400 + 1_800), end: start)

  struct Scene {
    let estate: EstateSimulation
    let gate: DocumentGate

    init(
      points: Int = 60, percent: Int = 40, faults: FaultPlan = FaultPlan(), switches: DCCSwitches = DCCSwitches()
    ) throws {
      var setup = EstateSetup(seed: 7, points: points, start: MixedEstateTests.start, faults: faults)
      setup.appointsRetriever = true
      setup.smets1Percent = percent
      setup.switches = switches
      let parties = try EstateParties(seed: 7)
      gate = try DocumentGate(parties)
      estate = try EstateSimulation(setup, parties: parties, documents: gate)
    }

    var meters: [InventoryRecord] {
      let inventory = estate.provider.inventory
      return inventory.devices.compactMap { inventory[$0] }.filter { $0.device.type == .electricityMeter }
    }

    func first(_ generation: MeterGeneration, importing: Bool = true) throws -> EUI64 {
      try #require(
        meters.first { $0.generation == generation && ($0.device.points.importPoint != nil) == importing }?.device
          .device)
    }

    /// A signed request by a user, as a document that the gate takes.
    func ask(
      _ name: String, _ variant: String, _ body: ServiceBody, to target: EUI64, counter: UInt64, cv: Int = 1
    ) throws -> ServiceResponse? {
      let user = try #require(estate.parties.user(name))
      let request = ServiceRequest(
        id: RequestID(originator: user.identifier, target: target, counter: counter), commandVariant: cv,
        variant: variant, body: body)
      let port = try #require(CommandVariantRules.port(cv))
      let received = try gate.request(try gate.document(request), at: port, now: estate.now)
      if case .answer(let response) = estate.submit(received) { return response }
      return nil
    }

    /// What is posted until a moment, through signed documents and back.
    func posts(until moment: UTCInstant) throws -> [(user: EUI64, response: ServiceResponse, body: ResponseBody)] {
      var found: [(user: EUI64, response: ServiceResponse, body: ResponseBody)] = []
      try estate.advance(to: moment) { posts in
        for post in posts {
          let response = try gate.response(try gate.document(post.response), now: estate.now)
          found.append((post.user, response, try ResponseBody(response)))
        }
      }
      return found
    }
  }

  @Test("the share, the cohorts and all identifiers follow from the seed; SMETS2 alone by default") func deterministic()
    throws
  {
    let (one, other) = (try Scene(points: 300), try Scene(points: 300))
    let old = one.meters.filter { $0.generation == .smets1 }
    #expect(one.meters == other.meters)
    #expect((80...160).contains(old.count * 300 / one.meters.count))
    #expect(Set(old.map(\.cohort)) == [0, 1, 2])
    for record in old {
      let cohort = try #require(record.cohort)
      #expect(record.device.smets1Provider == "S1SP\(cohort + 1)" && record.device.region == "SMETS1")
      #expect(record.device.smetsVersion == "SMETS1 V1.2" && record.region == .smets1)
    }
    // A larger share has the same ones and more.
    let more = try Scene(points: 300, percent: 80).meters.filter { $0.generation == .smets1 }.map(\.device.device)
    #expect(Set(more).isSuperset(of: old.map(\.device.device)))
    #expect(try Scene(percent: 0).meters.allSatisfy { $0.generation == .smets2 })
    var setup = EstateSetup(seed: 7, points: 5, start: Self.start)
    setup.smets1Percent = 10
    #expect(throws: EstateSimulation.Fault.firstGeneration) { try EstateSimulation(setup) }
  }

  @Test(
    "every reader verifies both signatures and reads what the meter counted",
    arguments: ["supplier", "mdr", "network"]) func read(_ name: String) throws
  {
    let scene = try Scene()
    let meter = try scene.first(.smets1)
    let body = ServiceBody.read(ReadService(.activeImportProfile, period: Self.dayBefore))
    #expect(try scene.ask(name, "4.8.1", body, to: meter, counter: 5)?.code == "I99")
    let posts = try scene.posts(until: Self.start.advanced(bySeconds: 60))
    let post = try #require(posts.first)
    #expect(posts.count == 1 && post.user == scene.estate.parties.user(name)?.identifier)
    guard case .smets1(let message) = post.body, case .answer(let answer) = message.response.response.body,
      case .profile(.activeImport, let entries)? = answer.content
    else {
      Issue.record("\(post.body)")
      return
    }
    let cohort = try #require(scene.estate.provider.inventory[meter]?.cohort)
    #expect(
      try scene.gate.verify(message.response, now: scene.estate.now)
        == scene.estate.parties.serviceProviders[cohort].identifier)
    #expect(entries.count == 48 && entries.first?.time == Self.dayBefore.start)
    // The same half-hours that a SMETS2 meter at that row would tell.
    let twin = try Scene(percent: 0)
    _ = try twin.ask("supplier", "4.8.1", body, to: meter, counter: 5)
    guard case .message(_, .device(let bytes))? = try twin.posts(until: Self.start.advanced(bySeconds: 60)).first?.body
    else {
      Issue.record("no answer of the second generation")
      return
    }
    let supplier = try #require(twin.estate.parties.user("supplier"))
    let series = try #require(
      try twin.estate.security.observation(bytes, reader: supplier.identifier).series().value.first)
    #expect(series.readings.map(\.energy.wattHours) == entries.map { $0.values[0] })
    // Six hops, each with one message, all that can be proved proved.
    for hop in Hop.allCases { #expect(scene.estate.hops.taken(hop) == 1 && scene.estate.hops.total(hop) == 1) }
    #expect(scene.estate.hops.count(.networkToDevice, .proved) == 1)
    #expect(scene.estate.hops.count(.networkToProvider, .proved) == 1)
    let tally = try #require(scene.estate.provider.clocks.lines.first?.tally)
    #expect(tally.inTime == 1 && tally.target == (name == "mdr" ? 86_400 : 16) && tally.seconds == 7)
  }

  @Test("a signature that was damaged or is another's is refused by the reader too") func reader() throws {
    let scene = try Scene()
    let meter = try scene.first(.smets1)
    _ = try scene.ask(
      "supplier", "4.1.1", .read(ReadService(.importRegisters)), to: meter, counter: 5)
    guard case .smets1(let message)? = try scene.posts(until: Self.start.advanced(bySeconds: 60)).first?.body else {
      Issue.record("no answer")
      return
    }
    var forged = message.response.response
    forged.header.counter += 1
    let supplier = try #require(scene.estate.parties.user("supplier"))
    let root = SMETS1SignedResponse.unsigned(forged)
    let byUser = try scene.gate.signed(root, with: supplier.identity.xmlSigning)
    #expect(throws: DocumentGate.Fault.signature("The signer is no service provider of SMETS1 meters.")) {
      try scene.gate.verify(try SMETS1SignedResponse(byUser), now: scene.estate.now)
    }
    var moved = root
    moved.content.append(contentsOf: message.response.document.content.suffix(1))
    #expect(throws: DocumentGate.Fault.self) {
      try scene.gate.verify(try SMETS1SignedResponse(moved), now: scene.estate.now)
    }
  }

  @Test("supply, clock and firmware of a SMETS1 meter go the same way; what it cannot do it says") func commands()
    throws
  {
    let scene = try Scene()
    let meter = try scene.first(.smets1)
    func other(_ name: String) -> ServiceBody {
      .other(MarkupElement(prefix: "sr", name, namespace: DUISNamespace.gateway))
    }
    let clock = ServiceBody.synchroniseClock(ClockSetting(current: Self.start, tolerance: 86_400))
    let requests: [(String, ServiceBody)] = [
      ("7.3", other("ArmSupply")), ("7.2", other("DisableSupply")), ("7.3", other("ArmSupply")),
      ("7.4", other("ReadSupplyStatus")), ("6.11", clock), ("11.2", other("ReadFirmwareVersion")),
    ]
    var said: [SMETS1Answer] = []
    for (place, request) in requests.enumerated() {
      #expect(
        try scene.ask("supplier", request.0, request.1, to: meter, counter: UInt64(place + 1))?.code == "I99")
      for post in try scene.posts(until: scene.estate.now.advanced(bySeconds: 20)) {
        if case .smets1(let message) = post.body, case .answer(let answer) = message.response.response.body {
          said.append(answer)
        }
      }
    }
    #expect(said.map(\.isSuccess) == [false, true, true, true, true, true])
    #expect(said.first?.faults.count == 1)
    #expect(said.compactMap(\.content).contains(.supply(.armed)))
    #expect(said.last?.content == .firmware("01000000"))
    #expect(try scene.ask("supplier", "2.2", .topUp("73946144332040217315"), to: meter, counter: 20)?.code == "E11")
  }

  @Test("a mixed day with faults is accounted for hop by hop") func faultyDay() throws {
    let faults = FaultPlan(
      seed: 3,
      [
        .lostCommand: 500, .lostResponse: 500, .wrongMAC: 500, .repeatedResponse: 500, .noWAN: 500, .dumbMode: 800,
      ])
    let scene = try Scene(points: 300, faults: faults)
    let estate = scene.estate
    let read = try #require(ScheduledRead(variant: "4.8.1", period: .dayBefore))
    let tomorrow = try #require(SettlementDate("2026-05-02"))
    var created = 0
    for record in scene.meters where record.device.points.importPoint != nil {
      created += 1
      let body = ServiceBody.createSchedule(
        ScheduleDetails(startDate: tomorrow, endDate: tomorrow, read: read, device: record.device.device))
      let answer = try scene.ask(
        "mdr", "5.1", body, to: estate.parties.broker.identifier, counter: UInt64(created), cv: 8)
      #expect(answer?.code == "I0")
    }
    var (second, first, failed, alerts) = (0, 0, 0, 0)
    for post in try scene.posts(until: Self.start.advanced(byHours: 49)) {
      switch post.body {
      case .message(_, .scheduled): second += 1
      case .smets1(let message):
        #expect(message.schedule != nil)
        #expect(throws: Never.self) { try scene.gate.verify(message.response, now: estate.now) }
        first += 1
      case .dccAlert(_, _, .commandFailure): failed += 1
      case .dccAlert(_, _, .serviceProvider(let alert, _)):
        #expect(throws: Never.self) { try scene.gate.verify(alert, now: estate.now) }
        alerts += 1
      default: Issue.record("\(post.body)")
      }
    }
    let (hops, counts) = (estate.hops, estate.channel.account.counts)
    #expect(hops.total(.providerToNetwork) == created)
    #expect(first + second + failed == created && first > 0 && second > 0 && alerts > 0)
    #expect(hops.total(.networkToDevice) == created)
    #expect(
      hops.count(.networkToDevice, .lost)
        == [FaultPlan.Kind.lostCommand, .noWAN, .dumbMode].reduce(0) { $0 + (counts[$1] ?? 0) })
    #expect(estate.faults.unexplained.isEmpty)
    let dumb = hops.lines.filter { $0.line.reason == "dumb mode" }.reduce(0) { $0 + $1.count }
    #expect(dumb > 0 && alerts >= dumb)
    let responses = hops.count(.networkToDevice, .proved)
    #expect(hops.total(.deviceToNetwork) == responses + (counts[.repeatedResponse] ?? 0))
    #expect(hops.count(.deviceToNetwork, .lost) == counts[.lostResponse] ?? 0)
    #expect(hops.total(.networkToProvider) == hops.taken(.deviceToNetwork) + alerts)
    #expect(hops.count(.networkToProvider, .proved) == first + second + alerts)
    #expect(hops.total(.providerToUser) == first + second + failed + alerts)
    #expect((counts[.wrongMAC] ?? 0) > 0 && (counts[.lostResponse] ?? 0) > 0)
  }

  @Test("dumb mode ends in E21 and no WAN in E20, each with the service provider's alert to whoever asked")
  func unreachable() throws {
    for (kind, code) in [(FaultPlan.Kind.dumbMode, "E21"), (.noWAN, "E20")] {
      let scene = try Scene(faults: FaultPlan(seed: 1, [kind: 10_000]))
      let meter = try scene.first(.smets1)
      let body = ServiceBody.read(ReadService(.activeImportProfile, period: Self.dayBefore))
      #expect(try scene.ask("mdr", "4.8.1", body, to: meter, counter: 5)?.code == "I99")
      let posts = try scene.posts(until: Self.start.advanced(bySeconds: 30))
      let retriever = scene.estate.parties.user("mdr")?.identifier
      #expect(posts.count == 2 && posts.allSatisfy { $0.user == retriever })
      guard case .dccAlert(_, _, .serviceProvider(let alert, nil))? = posts.first?.body else {
        Issue.record("no alert")
        continue
      }
      #expect(alert.content.device == meter && posts.last?.response.code == code)
    }
  }

  @Test("a SMETS2 meter with a hub of its own takes the place of a SMETS1 meter, and is read like one") func exchange()
    throws
  {
    let scene = try Scene(percent: 100, faults: FaultPlan(seed: 1, [.meterExchange: 10_000, .hubSwap: 10_000]))
    let estate = scene.estate
    let old = try scene.first(.smets1)
    let row = try #require(MeterEstate.place(of: old)?.row)
    _ = try scene.posts(until: Self.start.advanced(byHours: 31))
    let new = MeterEstate.identifier(.electricityMeter, row: row, generation: 1)
    let record = try #require(estate.provider.inventory[new])
    #expect(record.generation == .smets2 && record.cohort == nil && record.device.smets1Provider == nil)
    let (oldHub, hub) = (MeterEstate.identifier(.hub, row: row), try #require(record.hub))
    #expect(hub == MeterEstate.identifier(.hub, row: row, generation: 1) && record.region != .smets1)
    #expect(estate.provider.inventory[hub]?.generation == .smets2)
    #expect(estate.provider.inventory[oldHub]?.device.status == .decommissioned)
    #expect(estate.provider.inventory[old]?.device.status == .decommissioned)
    // The hubs of SMETS1 homes are not swapped.
    #expect(estate.faults.counts[.hubSwap] == nil && estate.faults.counts[.meterExchange] == scene.meters.count / 2)
    let period = ReadPeriod(start: Self.start, end: estate.now)
    let body = ServiceBody.read(ReadService(.activeImportProfile, period: period))
    let point = try #require(record.device.points.importPoint)
    #expect(estate.provider.inventory.devices(at: point) == [new])
    _ = try scene.ask("supplier", "4.8.1", body, to: new, counter: 5)
    let posts = try scene.posts(until: estate.now.advanced(bySeconds: 60))
    guard case .message(_, .device(let bytes))? = posts.first?.body else {
      Issue.record("\(posts)")
      return
    }
    let supplier = try #require(estate.parties.user("supplier"))
    #expect(throws: Never.self) { try estate.security.observation(bytes, reader: supplier.identifier) }
    #expect(try scene.ask("supplier", "4.8.1", body, to: old, counter: 6)?.code.hasPrefix("E") == true)
    #expect(estate.faults.unexplained.isEmpty)
  }

  @Test("dual control takes a request that the DSP countersigned, and none that was changed since") func countersigned()
    throws
  {
    let scene = try Scene()
    let supplier = try #require(scene.estate.parties.user("supplier"))
    let request = ServiceRequest(
      id: RequestID(originator: supplier.identifier, target: try scene.first(.smets1), counter: 5), commandVariant: 1,
      variant: "4.8.1", body: .read(ReadService(.activeImportProfile, period: Self.dayBefore)))
    let received = try scene.gate.request(try scene.gate.document(request), at: .sendCommand, now: Self.start)
    var provider = scene.estate.provider
    _ = provider.receive(.request(received), at: Self.start, scene.estate.security)
    let effects = provider.receive(.clock, at: Self.start.advanced(bySeconds: 1), scene.estate.security)
    let orders = effects.compactMap { if case .order(let order) = $0 { order } else { nil } }
    let order = try #require(orders.first)
    #expect(orders.count == 1 && scene.estate.security.isCountersigned(order))
    // The user's own signature goes along.
    #expect(order.request.signature != nil)
    var other = order
    other.request.id.counter += 1
    #expect(!scene.estate.security.isCountersigned(other))
    other = order
    other.countersignature = []
    #expect(!scene.estate.security.isCountersigned(other))
    other.countersignature = [UInt8](repeating: 1, count: 64)
    #expect(!scene.estate.security.isCountersigned(other))
  }

  @Test("with the cache on, a second reader gets the same signed fact without the meter") func cache() throws {
    var switches = DCCSwitches()
    switches.smets1Cache = SMETS1CacheRules()
    let scene = try Scene(switches: switches)
    let body = ServiceBody.read(ReadService(.activeImportProfile, period: Self.dayBefore))
    var documents: [MarkupElement] = []
    for (place, name) in ["supplier", "mdr"].enumerated() {
      _ = try scene.ask(name, "4.8.1", body, to: try scene.first(.smets1), counter: UInt64(place + 1))
      for post in try scene.posts(until: scene.estate.now.advanced(bySeconds: 30)) {
        if case .smets1(let message) = post.body { documents.append(message.response.document) }
      }
    }
    for post in scene.estate.collectPosts() {
      if case .smets1(let message)? = try? ResponseBody(post.response) { documents.append(message.response.document) }
    }
    #expect(documents.count == 2 && documents.first == documents.last)
    #expect(scene.estate.hops.total(.networkToDevice) == 1 && scene.estate.provider.smets1CacheHits == 1)
  }
}
