import DUIS
import DataServiceProvider
import GBCS
import SettlementCalendar
import SmartMeteringRules
import Testing

@Suite("Requests that follow one another") struct SequenceTests {
  /// A read of the profile as the first of a sequence, or after another.
  private func ask(
    _ world: inout World, _ counter: UInt64, first: Bool? = nil, after preceding: UInt64? = nil,
    by user: EUI64 = World.retriever
  ) -> [ProviderEffect] {
    var request = ServiceRequest(
      id: RequestID(originator: user, target: World.meter, counter: counter), commandVariant: 1, variant: "4.8.1",
      body: World.profile)
    request.isFirstInSequence = first
    request.preceding = preceding.map { RequestID(originator: World.retriever, target: World.meter, counter: $0) }
    let received = ReceivedRequest(port: .sendCommand, request: request, signer: user)
    return world.provider.receive(.request(received), at: world.now, PlainSecurity())
  }

  private static let refusal = AccessResponse(
    invokeID: 0x2000_0001, data: [.null], results: [AccessResult(.get, code: 4)]
  ).bytes

  @Test("the next runs only after the one before succeeded") func inOrder() throws {
    var world = try World()
    let first = ask(&world, 1, first: true)
    let second = ask(&world, 2, after: 1)
    let third = ask(&world, 3, after: 2)
    #expect(first.deliveries.count == 1)
    #expect(second.answer?.code == "I99" && second.deliveries.isEmpty)
    #expect(third.answer?.code == "I99" && third.deliveries.isEmpty)
    let afterFirst = try world.answer(try #require(first.deliveries.first))
    #expect(afterFirst.deliveries.count == 1 && afterFirst.posts.count == 1)
    let afterSecond = try world.answer(try #require(afterFirst.deliveries.first))
    #expect(afterSecond.deliveries.count == 1)
    #expect(afterSecond.posts.first?.response.requestID?.counter == 2)
    let afterThird = try world.answer(try #require(afterSecond.deliveries.first))
    #expect(afterThird.posts.first?.response.requestID?.counter == 3)
    // One that comes when the one before is done runs at once.
    #expect(ask(&world, 4, after: 3).deliveries.count == 1)
  }

  @Test("where one fails, all after it are told", arguments: [true, false]) func failure(_ isRefusal: Bool) throws {
    var world = try World()
    let first = ask(&world, 1, first: true)
    _ = ask(&world, 2, after: 1)
    _ = ask(&world, 3, after: 2)
    let effects: [ProviderEffect]
    if isRefusal {
      effects = try world.answer(try #require(first.deliveries.first), payload: Self.refusal)
    } else {
      effects = world.pass(to: World.start.advanced(byHours: 30))
    }
    let codes = Dictionary(
      effects.posts.compactMap { post in post.response.requestID.map { ($0.counter, post.response.code) } },
      uniquingKeysWith: { first, _ in first })
    #expect(codes[2] == "E31" && codes[3] == "E31")
    #expect(effects.deliveries.isEmpty)
    #expect(ask(&world, 4, after: 1).answer?.code == "E31")
  }

  @Test("a request waits for a limited time") func timeLimit() throws {
    var world = try World()
    world.provider.settings.sequenceTimeOut = 60
    _ = ask(&world, 1, first: true)
    _ = ask(&world, 2, after: 1)
    let effects = world.pass(to: World.start.advanced(bySeconds: 61))
    #expect(effects.posts.map(\.response.code) == ["E31"])
    #expect(effects.posts.first?.response.requestID?.counter == 2)
  }

  @Test("what names no request of a sequence is refused") func unknown() throws {
    var world = try World()
    #expect(ask(&world, 2, after: 1).declines.count == 1)
    // A request that does not say that it is the first cannot be waited for.
    _ = ask(&world, 5)
    #expect(ask(&world, 6, after: 5).declines.count == 1)
    // Nor can another user's.
    _ = ask(&world, 7, first: true)
    #expect(ask(&world, 8, after: 7, by: World.supplier).declines.count == 1)
    // Nor can a request wait for itself.
    #expect(ask(&world, 9, after: 9).declines.count == 1)
  }

  @Test("only so many wait") func bounded() throws {
    var world = try World()
    _ = ask(&world, 1, first: true)
    let answers = (2...30).map { ask(&world, $0, after: 1) }
    #expect(answers.filter { $0.answer?.code == "I99" }.count == 16)
    #expect(answers.filter { $0.declines.first?.contains("Too many") == true }.count == 13)
  }

  @Test("rules are judged again when the turn comes") func judgedAgain() throws {
    var world = try World()
    let first = ask(&world, 1, first: true)
    _ = ask(&world, 2, after: 1)
    world.provider.users.set(.suspended, of: PartyIdentifier(World.retriever.rawValue), in: .meterDataRetriever)
    let effects = try world.answer(try #require(first.deliveries.first))
    #expect(effects.deliveries.isEmpty)
    #expect(effects.posts.contains { $0.response.requestID?.counter == 2 && $0.response.code == "E3" })
  }
}
