import DUIS
import DataServiceProvider
import GBCS
import SettlementCalendar
import SmartMeteringRules
import Testing

@Suite struct LoadSpreadingTests {
  @Test func aPlanKeepsEveryReadAndIsEven() {
    let plan = NationalSchedulePlan(meters: 1_440_000)
    let total = plan.total
    #expect(total.reduce(0, +) == 1_440_000)
    // A thousand a minute on average: five standard deviations to both sides.
    #expect(total.allSatisfy { (840...1_160).contains($0) })
    let north = plan.minutes[0].reduce(0, +)
    #expect((428_000...436_000).contains(north))
    #expect(plan == NationalSchedulePlan(meters: 1_440_000))
  }

  @Test(arguments: [0..<1, 0..<86_400, 36_000..<72_000]) func momentsLieInTheirWindow(_ window: Range<Int>) {
    #expect((0..<1_000).allSatisfy { window.contains(LoadSpreading.second(schedule: $0, window: window)) })
  }

  @Test func aRegionTakesSoManyASecondByFIFO() throws {
    var world = try World()
    world.provider.settings.commandsPerSecond = 2
    var sent: [Delivery] = []
    for _ in 0..<5 { sent += world.ask("4.8.1", World.profile).deliveries }
    #expect(sent.count == 2)
    sent += world.pass(to: World.start.advanced(bySeconds: 1)).deliveries
    #expect(sent.count == 4)
    sent += world.pass(to: World.start.advanced(bySeconds: 2)).deliveries
    #expect(sent.map(\.key.counter) == [2, 3, 4, 5, 6])
  }

  /// MP162 rule 51, a switch.
  @Test(arguments: [false, true]) func onDemandGoesFirstWhereTheSwitchSaysSo(_ isOn: Bool) throws {
    var world = try World()
    world.provider.settings.commandsPerSecond = 1
    world.provider.settings.switches.prioritisesOnDemand = isOn
    for _ in 0..<3 { _ = world.ask("5.1", try ScheduleTests.daily(at: 0), to: World.broker, cv: 8) }
    var sent = world.pass(to: World.start.advanced(byHours: 24)).deliveries
    sent += world.ask("4.8.1", World.profile).deliveries
    sent += world.pass(to: World.start.advanced(byHours: 24).advanced(bySeconds: 10)).deliveries
    #expect(
      sent.map(\.mode)
        == (isOn ? [.scheduled, .onDemand, .scheduled, .scheduled] : [.scheduled, .scheduled, .scheduled, .onDemand]))
  }

  @Test func virtualWANNeedsConsent() throws {
    var world = try World()
    world.provider.inventory[World.hub]?.device.connectivity = "Virtual"
    #expect(world.provider.inventory.route(World.meter)?.carrier == .cellular)
    world.provider.inventory[World.hub]?.consentsToVirtual = true
    #expect(world.provider.inventory.route(World.meter)?.carrier == .virtual)
    world.provider.inventory[World.hub]?.consentsToVirtual = false
    world.provider.inventory[World.hub]?.region = .north
    #expect(world.provider.inventory.route(World.meter)?.carrier == .radio412)
  }
}
