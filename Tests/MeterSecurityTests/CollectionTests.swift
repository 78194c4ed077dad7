import GBCS
import MeterSecurity
import SettlementCalendar
import SmartMeters
import Testing

@Suite("A day collected from an estate, with faults") struct CollectionTests {
  private func run(_ faults: FaultPlan, rows: Range<UInt32> = 0..<120) throws -> CollectionRun.Account {
    let world = try World(mpans: 400, faults: faults)
    let date = try present(SettlementDate("2026-03-29"))
    return try present(
      CollectionRun(world.meters, world.parties, retriever: World.retriever, date: date, security: world.security)
    ).collect(rows: rows)
  }

  @Test("without faults every half-hour is read once and is what the estate counted") func faultless() throws {
    let account = try run(FaultPlan())
    #expect(account.isBalanced)
    #expect(account.halfHoursRead == account.meters * 46)
    #expect(account.commands == account.meters && account.taken == account.meters)
    #expect(account.wattHours > 0)
  }

  @Test("every injected fault is accounted for, and the run is repeatable", arguments: [UInt64(1), 2, 3])
  func faulty(seed: UInt64) throws {
    let plan = FaultPlan(
      seed: seed,
      [
        .lostCommand: 1_000, .lostResponse: 1_000, .repeatedCommand: 500, .repeatedResponse: 500, .lateResponse: 500,
        .wrongMAC: 500, .partialLog: 1_000, .tenDayLimit: 1_000, .missingHalfHours: 2_000,
      ])
    let account = try run(plan)
    #expect(account.isBalanced, "\(account)")
    #expect(account.faults.counts.keys.count >= 6)
    #expect(account.halfHoursNeverRecorded > 0)
    #expect(account.wrongMAC > 0 && account.late > 0 && account.repeated > 0)
    #expect(try run(plan) == account)
  }

  @Test("two halves add up to the whole: what befalls a meter depends on nothing else") func halves() throws {
    let plan = FaultPlan(seed: 5, [.lostCommand: 2_000, .partialLog: 1_000, .missingHalfHours: 2_000])
    let whole = try run(plan, rows: 0..<80)
    #expect(try run(plan, rows: 0..<37) + run(plan, rows: 37..<80) == whole)
  }

  @Test("a clock that is hours wrong shifts what is read, and the account says how much") func drift() throws {
    var plan = FaultPlan(seed: 2, [.clockDrift: 10_000])
    plan.largestDrift = 2_000
    let account = try run(plan, rows: 0..<60)
    #expect(account.isBalanced && account.wrongHalfHours == 0)
    #expect(account.halfHoursShifted > 0 && account.halfHoursShifted < account.halfHoursDue)
  }

  @Test("a channel that loses everything reads nothing, and says so") func nothing() throws {
    let account = try run(FaultPlan(seed: 1, [.lostCommand: 10_000]), rows: 0..<10)
    #expect(account.isBalanced && account.answered == 0 && account.halfHoursRead == 0)
    #expect(account.halfHoursUnread == account.halfHoursDue)
    #expect(account.commands == account.meters * 3)
  }
}
