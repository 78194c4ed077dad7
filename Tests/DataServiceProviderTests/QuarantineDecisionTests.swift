import DUIS
import DataServiceProvider
import GBCS
import SettlementCalendar
import SmartMeteringRules
import Testing

@Suite("Quarantine: all breaches, and what becomes of a request that is let go") struct QuarantineDecisionTests {
  static let supplier = AnomalyDetection.Scope(
    user: PartyIdentifier(World.supplier.rawValue), role: .importSupplier)

  static func breaches(_ effects: [ProviderEffect]) -> [(DCCAlert.Breach, UInt64)] {
    effects.alerts.compactMap {
      if case .quarantined(let breach, _, let reference) = $0.alert { (breach, reference) } else { nil }
    }
  }

  @Test func eachKindOfThresholdHasItsOwnBreach() throws {
    var world = try World()
    let none = try #require(AnomalyDetection.Threshold(count: 0, seconds: 60))
    world.provider.anomalies.declare(none, for: "4.8.1")
    world.provider.anomalies.declare(AnomalyDetection.AttributeLimits(0...60), for: "6.11")
    world.provider.anomalies.declare(
      none, for: AnomalyDetection.Scope(user: PartyIdentifier(World.other.rawValue), role: .importSupplier))
    #expect(Self.breaches(world.ask("4.8.1", World.profile, by: World.supplier)).first?.0 == .dccThreshold)
    let wide = ServiceBody.synchroniseClock(ClockSetting(current: world.now, tolerance: 61))
    let held = world.ask("6.11", wide, by: World.supplier, cv: 4)
    #expect(Self.breaches(held).first?.0 == .attributeLimits && held.answer?.code == "I99")
    let narrow = ServiceBody.synchroniseClock(ClockSetting(current: world.now, tolerance: 60))
    #expect(Self.breaches(world.ask("6.11", narrow, by: World.supplier, cv: 4)).isEmpty)
    // A DCC-only service, so that registration does not matter.
    let query = ServiceBody.readInventory(.device(World.meter))
    #expect(Self.breaches(world.ask("8.2", query, by: World.other, to: World.broker, cv: 8)).first?.0 == .userThreshold)
    #expect(world.provider.inQuarantine.map(\.reference) == [1, 2, 3])
    #expect(world.provider.inQuarantine.map(\.variant) == ["4.8.1", "6.11", "8.2"])
  }

  @Test func whatWasAskedForAtOnceIsPostedWhenItIsReleased() throws {
    var world = try World()
    let none = try #require(AnomalyDetection.Threshold(count: 0, seconds: 60))
    world.provider.anomalies.declare(none, for: Self.supplier)
    let body = ServiceBody.synchroniseClock(ClockSetting(current: world.now, tolerance: 60))
    #expect(world.ask("6.11", body, by: World.supplier, cv: 4).answer?.code == "I99")
    let answers = world.provider.answers
    let released = world.provider.receive(.quarantine(reference: 1, release: true), at: world.now, PlainSecurity())
    let post = try #require(released.posts.first)
    guard case .message("6.11", .preCommand) = try ResponseBody(post.response) else {
      Issue.record("no pre-command")
      return
    }
    #expect(post.user == World.supplier && post.response.code == "I0" && released.answer == nil)
    #expect(world.provider.answers == answers)
  }

  @Test func aUserWhoLostItsRightMeanwhileIsRefused() throws {
    var world = try World()
    let none = try #require(AnomalyDetection.Threshold(count: 0, seconds: 60))
    world.provider.anomalies.declare(none, for: Self.supplier)
    _ = world.ask("4.8.1", World.profile, by: World.supplier)
    let today = try #require(world.now.utcDate)
    world.provider.registration.end(
      .importSupplier, on: SupplyPoint(.importElectricity, World.point), last: try #require(today.advanced(by: -1)))
    let released = world.provider.receive(.quarantine(reference: 1, release: true), at: world.now, PlainSecurity())
    #expect(released.deliveries.isEmpty && released.posts.map(\.response.code) == ["E4"])
  }

  @Test func aFloodIsBoundedAndEachUserIsTold() throws {
    var world = try World()
    let none = try #require(AnomalyDetection.Threshold(count: 0, seconds: 60))
    world.provider.anomalies.capacity = 3
    world.provider.anomalies.declare(none, for: Self.supplier)
    var told: [UInt64] = []
    for _ in 0..<5 { told += Self.breaches(world.ask("4.8.1", World.profile, by: World.supplier)).map(\.1) }
    #expect(told == [1, 2, 3, 0, 0] && world.provider.inQuarantine.count == 3)
    // Decided ones make room; what is not there changes nothing.
    for reference in [2, 2, 77] as [UInt64] {
      _ = world.provider.receive(.quarantine(reference: reference, release: false), at: world.now, PlainSecurity())
    }
    #expect(world.provider.inQuarantine.map(\.reference) == [1, 3])
    #expect(Self.breaches(world.ask("4.8.1", World.profile, by: World.supplier)).map(\.1) == [4])
  }

  @Test(arguments: [("73943333457189043313", 10_000), ("7394333345718904331", nil), ("00000000000000000000", nil)])
  func theMoneyOfATopUpHasLimits(_ token: (digits: String, pence: Int?)) throws {
    var world = try World()
    world.provider.anomalies.declare(AnomalyDetection.AttributeLimits(0...9_999), for: "2.2")
    let held = world.ask("2.2", .topUp(token.digits), by: World.supplier, counter: 1 << 32)
    #expect(Self.breaches(held).isEmpty == (token.pence == nil))
  }
}
