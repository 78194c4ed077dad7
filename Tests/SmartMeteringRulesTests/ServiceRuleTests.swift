import Quantities
import SettlementCalendar
import SmartMeteringRules
import Testing

@Suite("Service rules") struct ServiceRuleTests {
  @Test("smart mode: 90 days are allowed, day 91 is a breach") func smartMode() throws {
    let facts = try ServiceFacts()
    var clock = SmartModeClock(days: try #require(facts.number("smart-mode-days", on: day("2026-05-01"))))
    #expect(facts.number("smart-mode-days", on: try day("2026-01-29")) == nil)
    let lost = try day("2026-03-01")
    #expect(clock.standing(on: lost) == .smart)
    clock.lost(on: lost)
    clock.lost(on: try day("2026-04-01"))
    #expect(clock.standing(on: lost) == .running(daysLeft: 90))
    #expect(clock.standing(on: try day("2026-05-30")) == .running(daysLeft: 0))
    #expect(clock.standing(on: try day("2026-05-31")) == .breached(daysOver: 1))
    var kept = clock
    kept.restored(on: try day("2026-05-30"))
    clock.restored(on: try day("2026-05-31"))
    #expect(kept.outages.map(\.isBreach) == [false] && clock.outages.map(\.isBreach) == [true])
    #expect(clock.state == .smart)
    clock.restored(on: try day("2026-06-30"))
    #expect(clock.outages.count == 1)
  }

  @Test("guaranteed standards: amount, limit, date, and what is switched off") func standards() throws {
    var standards = try GuaranteedStandards()
    let calendar = WorkingDayCalendar(
      division: "England and Wales", years: 2026...2026, holidays: try ["2026-04-03", "2026-04-06"].map(day))
    func verdict(_ duty: GuaranteedStandards.Duty, _ text: String) throws -> GuaranteedStandards.Verdict {
      standards.verdict(duty, on: try day(text), calendar)
    }
    let forty = Money(pence: 4_000)
    let offer = GuaranteedStandards.Duty(.appointmentOffer, began: try day("2026-03-01"))
    #expect(try verdict(offer, "2026-04-12") == .running(until: day("2026-04-12")))
    #expect(try verdict(offer, "2026-04-13") == .owed(forty, since: day("2026-04-13")))
    #expect(
      try verdict(.init(.appointmentOffer, began: day("2026-03-01"), done: day("2026-04-12")), "2026-06-01") == .kept)
    #expect(
      try verdict(.init(.appointmentOffer, began: day("2026-03-01"), done: day("2026-04-13")), "2026-06-01")
        == .owed(forty, since: day("2026-04-13")))
    #expect(try verdict(.init(.appointmentOffer, began: day("2026-02-22")), "2026-06-01") == .notCovered)
    #expect(
      try verdict(.init(.appointmentOffer, began: day("2026-03-01"), isDomestic: false), "2026-06-01") == .notCovered)
    // Five working days over Easter: 1 April to 10 April.
    let plan = GuaranteedStandards.Duty(.resolutionPlan, began: try day("2026-04-01"))
    #expect(try verdict(plan, "2026-04-10") == .running(until: day("2026-04-10")))
    #expect(try verdict(plan, "2026-04-11") == .owed(forty, since: day("2026-04-11")))
    #expect(
      try verdict(.init(.failedInstallation, began: day("2026-03-02")), "2026-03-02")
        == .owed(forty, since: day("2026-03-02")))
    let smart = GuaranteedStandards.Duty(.smartMode, began: try day("2026-03-01"))
    #expect(try verdict(smart, "2026-07-01") == .notCovered)
    standards.switchedOn = [.smartMode]
    #expect(try verdict(smart, "2026-05-30") == .running(until: day("2026-05-30")))
    #expect(try verdict(smart, "2026-05-31") == .owed(forty, since: day("2026-05-31")))
    #expect(try verdict(.init(.resolutionPlan, began: day("2026-12-31")), "2026-12-31") == .calendarEnds)
  }

  @Test("coverage is compared exactly: 99.25 percent of premises; 70 and 96.5 percent of homes") func coverage() throws
  {
    let facts = try ServiceFacts()
    let today = try day("2026-05-01")
    let least = try #require(facts.number("wan-coverage-per-ten-thousand", on: today))
    #expect(facts.number("han-single-band-per-ten-thousand", on: today) == 7_000)
    #expect(facts.number("han-dual-band-per-ten-thousand", on: today) == 9_650)
    #expect(try #require(Coverage(covered: 9_925, of: 10_000)).reaches(perTenThousand: least))
    let short = try #require(Coverage(covered: 29_774_999, of: 30_000_000))
    #expect(!short.reaches(perTenThousand: least) && short.missing(toReach: least) == 1)
    #expect(short.perTenThousand == 9_924)
    #expect(
      Coverage(covered: 2, of: 1) == nil && Coverage(covered: 0, of: 0) == nil && Coverage(covered: -1, of: 2) == nil)
    #expect(Coverage(covered: .max, of: .max)?.perTenThousand == 10_000)
  }

  @Test("teleswitch meters: each is followed to its replacement, and counted by area") func teleswitch() throws {
    var tracker = TeleswitchReplacement()
    let off = try day("2025-06-30")
    for number in 0..<10 {
      try tracker.identify("\(number)", area: number < 4 ? "Scotland" : "England", switchOff: off)
    }
    #expect(throws: TeleswitchReplacement.Fault.alreadyThere) { try tracker.identify("1", area: "x", switchOff: off) }
    #expect(throws: TeleswitchReplacement.Fault.unknownMeter) { try tracker.record(.identified, of: "99") }
    #expect(throws: TeleswitchReplacement.Fault.order) { try tracker.record(.replaced(off), of: "0") }
    try tracker.record(.appointmentOffered(day("2025-05-01")), of: "0")
    try tracker.record(.visitFailed(day("2025-05-20")), of: "0")
    try tracker.record(.appointmentOffered(day("2025-06-01")), of: "0")
    try tracker.record(.replaced(day("2025-06-20")), of: "0")
    #expect(throws: TeleswitchReplacement.Fault.order) { try tracker.record(.visitFailed(off), of: "0") }
    let report = tracker.report(on: off)
    #expect(report["Scotland"]?.left == 3 && report["Scotland"]?.overdue == 3 && report["England"]?.total == 6)
    #expect(tracker.report(on: try day("2025-06-29")).values.allSatisfy { $0.overdue == 0 })
    #expect(tracker.report(on: try day("2025-06-19"))["Scotland"]?.replaced == 0)
    let facts = try ServiceFacts()
    #expect(facts.text("teleswitch-switch-off", on: off) == "2025-06-30")
    #expect(facts.number("teleswitch-meters-mid-2025", on: off) == 300_000)
    #expect(facts.number("teleswitch-meters-scotland-mid-2025", on: off) == 105_000)
  }

  @Test("assurance: meters and hubs need an entry that has not expired, for their firmware") func assurance() throws {
    var register = DeviceAssurance()
    let model = DeviceAssurance.Model(manufacturer: "M", model: "E1", firmware: "1")
    register.list(model, until: try day("2026-06-30"))
    for kind in DeviceKind.allCases {
      let isCovered = [.electricityMeter, .gasMeter, .communicationsHub].contains(kind)
      let verdict = register.verdict(kind, model, on: try day("2026-06-30"))
      #expect(try verdict == (isCovered ? .assured(until: day("2026-06-30")) : .notNeeded))
    }
    #expect(
      try register.verdict(.electricityMeter, model, on: day("2026-07-01")) == .expired(on: day("2026-06-30")))
    var newer = model
    newer.firmware = "2"
    #expect(register.verdict(.electricityMeter, newer, on: try day("2026-05-01")) == .notListed)
    register.list(model, until: try day("2027-06-30"))
    #expect(try register.verdict(.gasMeter, model, on: day("2026-07-01")) == .assured(until: day("2027-06-30")))
    register.remove(model)
    #expect(register.verdict(.gasMeter, model, on: try day("2026-07-01")) == .notListed)
  }

  @Test("top-ups: value, counter and limits; what is held is vended once it is released") func topUps() throws {
    var detection = AnomalyDetection()
    detection.declare(AnomalyDetection.AttributeLimits(1...25_000), for: "2.2")
    detection.declare(
      try #require(.init(count: 3, seconds: 3600)),
      for: .init(user: World.supplier, role: .importSupplier, variant: "2.2"))
    var desk = TopUpDesk(supplier: World.supplier, detection: detection)
    let time = try moment("2026-05-01T12:00:00Z")
    func topUp(_ id: UInt64, _ value: Int, pounds: Bool = true, counter: UInt64, device: UInt64 = 1) -> TopUpDesk.TopUp
    {
      .init(id: id, device: PartyIdentifier(device), value: value, isPounds: pounds, counter: counter << 32)
    }
    let first = topUp(1, 20, counter: 1)
    #expect(desk.request(first, of: .smets2, at: time) == .vend(first))
    #expect(desk.request(topUp(2, 20, counter: 1), of: .smets2, at: time) == .refused(.counterUsed))
    #expect(desk.request(topUp(3, 0, counter: 2), of: .smets2, at: time) == .refused(.value))
    #expect(desk.request(topUp(3, 8192, counter: 2), of: .smets2, at: time) == .refused(.value))
    var odd = topUp(4, 5, counter: 2)
    odd.counter += 1
    #expect(desk.request(odd, of: .smets2, at: time) == .refused(.counterForm))
    let large = topUp(5, 300, counter: 2)
    #expect(desk.request(large, of: .smets2, at: time) == .held(1, .attributeLimits))
    #expect(desk.request(topUp(6, 300, counter: 2, device: 2), of: .smets1, at: time) == .deleted(.attributeLimits))
    #expect(desk.release(1) == .vend(large))
    #expect(desk.release(1) == nil)
    for id in 7...8 as ClosedRange<UInt64> {
      let next = topUp(id, 10, pounds: false, counter: id)
      #expect(desk.request(next, of: .smets2, at: time) == .vend(next))
    }
    #expect(desk.request(topUp(9, 10, counter: 9), of: .smets2, at: time) == .held(2, .user))
    let (isDeleted, isDeletedAgain) = (desk.delete(2), desk.delete(2))
    #expect(isDeleted && !isDeletedAgain && desk.detection.quarantine.isEmpty)
  }
}
