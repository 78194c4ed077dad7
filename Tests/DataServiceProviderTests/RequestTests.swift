import DUIS
import DataServiceProvider
import GBCS
import SettlementCalendar
import SmartMeteringRules
import Testing

@Suite struct RequestTests {
  @Test func aRetrieversReadGoesToTheMeterInTheBrokersNameAndComesBack() throws {
    var world = try World()
    let asked = world.ask("4.8.1", World.profile)
    #expect(asked.answer?.code == "I99")
    let delivery = try #require(asked.deliveries.first)
    #expect(delivery.route == NetworkRoute(region: .central, hub: World.hub, carrier: .cellular))
    let command = try DeviceMessage(delivery.message)
    #expect(command.originator == World.broker && command.recipient == World.meter)
    #expect(command.code.rawValue == 0x0037)
    #expect(command.supplementary.remoteParty == World.retriever)
    #expect(command.supplementary.remotePartyCounter == world.counter)
    #expect(command.supplementary.keyAgreementCertificate != nil)

    world.now = world.now.advanced(bySeconds: 9)
    let answered = try world.answer(delivery)
    let post = try #require(answered.posts.first)
    #expect(post.user == World.retriever && post.response.code == "I0")
    #expect(post.response.requestID?.description.hasSuffix(":\(world.counter)") == true)
    #expect(post.response.responseID == post.response.requestID?.swapped)
    guard case .device(let bytes) = try answered.content(post.response) else {
      Issue.record("no device message")
      return
    }
    #expect(try DeviceMessage(bytes).kind == .response)
    #expect(world.provider.inFlight == 0)
    #expect(world.provider.clocks.lines.map(\.tally.inTime) == [1])
    #expect(world.provider.clocks.lines.map(\.tally.seconds) == [9])
    #expect(world.provider.hops.total(.userToProvider) == 1)
    #expect(world.provider.hops.count(.networkToProvider, .proved) == 1)
    #expect(world.provider.hops.total(.providerToUser) == 1)
  }

  @Test func aSupplierSpeaksForItself() throws {
    var world = try World()
    let delivery = try #require(world.ask("4.8.1", World.profile, by: World.supplier).deliveries.first)
    let command = try DeviceMessage(delivery.message)
    #expect(command.originator == World.supplier && command.counter == world.counter)
    #expect(command.supplementary == Supplementary())
    let answered = try world.answer(delivery)
    #expect(answered.posts.map(\.user) == [World.supplier])
    #expect(world.provider.hops.count(.networkToProvider, .passed) == 1)
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var code: String
    var variant = "4.8.1"
    var body = World.profile
    var user = World.retriever
    var target = World.meter
    var cv = 1
    var port: ServicePort?
    var schema = "5.4"
    var testDescription: String { "\(code) for \(variant) by \(user)" }
  }

  static let refusals = [
    Refusal(code: "E1", user: World.hub),
    Refusal(code: "E2", variant: "4.8.2", body: .read(ReadService(.reactiveImportProfile, period: World.period))),
    Refusal(code: "E2", variant: "2.2", body: .topUp("73946144332040217315")),
    Refusal(code: "E2", schema: "5.2"),
    Refusal(code: "E4", user: World.other),
    Refusal(code: "E11", variant: "4.1.1", body: .read(ReadService(.importRegisters))),
    Refusal(code: "E12", cv: 4), Refusal(code: "E12", variant: "8.2", body: .readInventory(.device(World.meter))),
    Refusal(code: "E13", port: .nonDevice), Refusal(code: "E13", cv: 2, port: .sendCommand),
    Refusal(code: "E19", target: EUI64(rawValue: 5)),
  ]

  @Test(arguments: refusals) func refused(_ refusal: Refusal) throws {
    var world = try World()
    let effects = world.ask(
      refusal.variant, refusal.body, by: refusal.user, to: refusal.target, cv: refusal.cv, at: refusal.port,
      schema: refusal.schema)
    #expect(effects.answer?.code == refusal.code)
    #expect(effects.deliveries.isEmpty)
    #expect(world.provider.hops.count(.userToProvider, .refused) == 1)
  }

  @Test func theSignerIsTheOriginator() throws {
    var world = try World()
    let request = ServiceRequest(
      id: RequestID(originator: World.retriever, target: World.meter, counter: 1), commandVariant: 1,
      variant: "4.8.1", body: World.profile)
    let received = ReceivedRequest(port: .sendCommand, request: request, signer: World.supplier)
    let effects = world.provider.receive(.request(received), at: world.now, PlainSecurity())
    #expect(effects.declines.count == 1 && effects.answer == nil && effects.deliveries.isEmpty)
  }

  @Test func anUnansweredReadIsToldToWhoeverAsked() throws {
    var world = try World()
    _ = world.ask("4.8.1", World.profile, by: World.retriever)
    let late = world.pass(to: World.start.advanced(byHours: 24))
    #expect(late.posts.map(\.user) == [World.retriever])
    #expect(late.posts.first?.response.code == "E21")
    #expect(world.provider.clocks.lines.map(\.tally.unanswered) == [1])
    #expect(world.provider.inFlight == 0)
  }

  @Test func aDeviceThatCannotBeReachedIsE20() throws {
    var world = try World()
    let delivery = try #require(world.ask("4.8.1", World.profile).deliveries.first)
    let effects = world.provider.receive(.undelivered(delivery.key), at: world.now, PlainSecurity())
    #expect(effects.posts.first?.response.code == "E20")
    // An answer that comes after all has nobody waiting.
    #expect(try world.answer(delivery).posts.isEmpty)
  }

  @Test func aWrongMACIsNoAnswer() throws {
    var world = try World()
    let delivery = try #require(world.ask("4.8.1", World.profile).deliveries.first)
    #expect(try world.answer(delivery, mac: PlainSecurity.wrong).posts.isEmpty)
    #expect(world.provider.hops.count(.networkToProvider, .refused) == 1)
    #expect(world.pass(to: World.start.advanced(byHours: 24)).posts.first?.response.code == "E21")
  }

  @Test func theSameRequestTwiceIsSentOnce() throws {
    var world = try World()
    let first = world.ask("4.8.1", World.profile, by: World.supplier, counter: 7)
    let second = world.ask("4.8.1", World.profile, by: World.supplier, counter: 7)
    #expect(first.deliveries.count == 1 && second.deliveries.isEmpty)
    #expect(second.answer?.code == "I99")
  }

  @Test func localCommandsAreHandedBack() throws {
    var world = try World()
    let local = world.ask("4.8.1", World.profile, cv: 2)
    #expect(local.deliveries.isEmpty)
    guard case .localCommand = try local.content(local.answer) else {
      Issue.record("no local command")
      return
    }
    let both = world.ask("4.8.1", World.profile, cv: 3)
    #expect(both.deliveries.count == 1)
    #expect(both.answer?.code == "I0")
  }

  @Test func aCriticalServiceGoesThroughAPreCommand() throws {
    var world = try World()
    let body = ServiceBody.synchroniseClock(ClockSetting(current: World.start, tolerance: 60))
    let transformed = world.ask("6.11", body, by: World.supplier, cv: 4, counter: 50)
    #expect(transformed.answer?.code == "I0")
    guard case .preCommand(let bytes, let version) = try transformed.content(transformed.answer) else {
      Issue.record("no pre-command")
      return
    }
    #expect(version == "4.3")
    var command = try DeviceMessage(bytes)
    #expect(command.originator == World.supplier && command.counter == 50 && command.mac == nil)
    // Not signed, or for another request: declined.
    #expect(
      world.ask("6.11", .signedPreCommand(bytes), by: World.supplier, cv: 5, counter: 50).declines.count == 1)
    command.signature = .present([UInt8](repeating: 3, count: 64))
    #expect(
      world.ask("6.11", .signedPreCommand(command.bytes), by: World.supplier, cv: 5, counter: 51).declines.count == 1)
    let sent = world.ask("6.11", .signedPreCommand(command.bytes), by: World.supplier, cv: 5, counter: 50)
    #expect(sent.answer?.code == "I99")
    let delivery = try #require(sent.deliveries.first)
    #expect(try DeviceMessage(delivery.message).mac == PlainSecurity.right)
    #expect(try world.answer(delivery, isSigned: true).posts.first?.response.code == "I0")
  }

  @Test func aReadForLaterWaitsHereAndIsJudgedAgain() throws {
    var world = try World(appointedUntil: "2026-05-01")
    let later = World.start.advanced(byHours: 12)
    let body = ServiceBody.read(ReadService(.activeImportProfile, execution: later, period: World.period))
    let asked = world.ask("4.8.1", body)
    #expect(asked.answer?.code == "I99" && asked.deliveries.isEmpty)
    #expect(world.pass(to: later.advanced(bySeconds: -1)).deliveries.isEmpty)
    let delivery = try #require(world.pass(to: later).deliveries.first)
    #expect(try world.answer(delivery).posts.first?.response.code == "I0")
    // Its appointment ends before: refused at once, for the execution time is what matters.
    let tooLate = ServiceBody.read(
      ReadService(.activeImportProfile, execution: World.start.advanced(byHours: 48), period: World.period))
    #expect(world.ask("4.8.1", tooLate).answer?.code == "E4")
  }

  @Test func aReadForLaterCanBeTakenBackOrTimesOut() throws {
    var world = try World()
    let later = World.start.advanced(byHours: 12)
    let body = ServiceBody.read(ReadService(.activeImportProfile, execution: later, period: World.period))
    let cancel = ServiceBody.read(
      ReadService(.activeImportProfile, execution: ServiceBody.cancellation, period: World.period))
    _ = world.ask("4.8.1", body, by: World.supplier)
    #expect(world.ask("4.8.1", cancel, by: World.supplier).answer?.code == "I99")
    #expect(world.pass(to: later).deliveries.isEmpty)
    let again = ServiceBody.read(
      ReadService(.activeImportProfile, execution: later.advanced(byHours: 1), period: World.period))
    _ = world.ask("4.8.1", again, by: World.supplier)
    #expect(world.pass(to: later.advanced(byHours: 24)).posts.map(\.response.code) == ["E30"])
  }
}
