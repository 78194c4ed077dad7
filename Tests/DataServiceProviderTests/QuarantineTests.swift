import DUIS
import DataServiceProvider
import GBCS
import SettlementCalendar
import SmartMeteringRules
import Testing

@Suite struct QuarantineTests {
  /// A world in which the retriever may send two requests an hour.
  static func world() throws -> World {
    var world = try World()
    let scope = AnomalyDetection.Scope(user: PartyIdentifier(World.retriever.rawValue), role: .meterDataRetriever)
    let threshold = try #require(AnomalyDetection.Threshold(count: 2, seconds: 3_600))
    world.provider.anomalies.declare(threshold, for: scope)
    return world
  }

  static func reference(_ effects: [ProviderEffect]) -> UInt64? {
    for (alert, user) in effects.alerts where user == World.retriever {
      if case .quarantined(.userThreshold, _, let reference) = alert { return reference }
    }
    return nil
  }

  @Test(arguments: [true, false]) func whatIsAboveTheThresholdWaitsForItsUser(_ release: Bool) throws {
    var world = try Self.world()
    #expect(world.ask("4.8.1", World.profile).deliveries.count == 1)
    #expect(world.ask("4.8.1", World.profile).deliveries.count == 1)
    let third = world.ask("4.8.1", World.profile)
    #expect(third.answer?.code == "I99" && third.deliveries.isEmpty)
    let reference = try #require(Self.reference(third))
    // Others are not held.
    #expect(world.ask("4.8.1", World.profile, by: World.supplier).deliveries.count == 1)
    let event = ProviderEvent.quarantine(reference: reference, release: release)
    let decided = world.provider.receive(event, at: world.now, PlainSecurity())
    #expect(decided.deliveries.count == (release ? 1 : 0))
    #expect(decided.answer == nil)
    // Decided once.
    #expect(world.provider.receive(event, at: world.now, PlainSecurity()).deliveries.isEmpty)
    #expect(world.provider.anomalies.quarantine.isEmpty)
  }

  @Test func theNextPeriodBeginsAnew() throws {
    var world = try Self.world()
    for _ in 0..<3 { _ = world.ask("4.8.1", World.profile) }
    world.now = world.now.advanced(byHours: 1)
    #expect(world.ask("4.8.1", World.profile).deliveries.count == 1)
  }
}
