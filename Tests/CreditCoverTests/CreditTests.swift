import CreditCover
import MarketIdentifiers
import Quantities
import Rulebooks
import SettlementCalendar
import Testing

func day(_ text: String) -> SettlementDate { SettlementDate(text) ?? .earliest }
func pounds(_ text: String) -> Money { Money(pounds: DecimalNumber(text)!)! }  // test amounts are well formed
func at(_ text: String) -> UTCInstant { UTCInstant(text)! }  // test moments are well formed
func megawattHours(_ count: Int64) -> Energy { Energy(wattHours: count * 1_000_000) }

@Suite("Indebtedness and percentage") struct IndebtednessTests {
  let rules = Result { try CreditRules(Rulebook.named("bsc")!, on: day("2026-01-05")) }  // a shipped rulebook

  /// Cover of 85,000 pounds at 85 pounds per MWh is 1,000 MWh.
  @Test(arguments: [
    (0, "85000", 0), (800, "85000", 8_000_000), (1_000, "85000", 10_000_000), (-500, "85000", -5_000_000),
    (1, "0", 99_999_999), (0, "0", 0), (-1, "0", 0), (20_000, "85000", 99_999_999), (1, "255000", 3_333),
  ])
  func percentages(_ owed: Int64, _ cover: String, _ expected: Int64) throws {
    let percentage = CreditCoverPercentage(
      indebtedness: megawattHours(owed), cover: pounds(cover), price: try rules.get().price)
    #expect(percentage.hundredThousandths == expected)
  }

  @Test(
    "the credit assessment price by date",
    arguments: [
      ("2019-03-06", "56.00"), ("2020-03-01", "41.00"), ("2021-02-01", "62.00"), ("2021-04-01", "54.00"),
      ("2026-01-05", "85.00"),
    ])
  func prices(_ date: String, _ expected: String) throws {
    #expect(try CreditRules(try #require(Rulebook.named("bsc")), on: day(date)).price.poundsPerMWhText == expected)
  }

  @Test("before a price is known nothing is assessed")
  func missing() {
    #expect(throws: CreditRules.Missing.self) { try CreditRules(Rulebook.default, on: day("2018-01-01")) }
  }

  @Test(
    "assumed energy: capability x load factor x half an hour",
    arguments: [
      (-100_000_000, 4_500_000, -22_500_000), (500_000_000, 10_000_000, 250_000_000), (3, 3_333_333, 0),
      (-3, 10_000_000, -2),
    ])
  func assumed(_ watts: Int64, _ factor: Int64, _ expected: Int64) {
    let unit = CreditAssessedUnit(capability: Power(watts: watts), loadFactor: factor)
    #expect(unit.energyPerPeriod.wattHours == expected)
  }

  @Test("a supplier that bought less than it is assumed to take owes the difference")
  func assessment() {
    #expect(
      CreditAssessment.indebtedness(netSold: megawattHours(-10), credited: megawattHours(-12)) == megawattHours(2))
    #expect(CreditAssessment.indebtedness(netSold: megawattHours(5), credited: megawattHours(5)) == .zero)
  }

  @Test func chargeAsEnergy() throws {
    #expect(CreditEnergy.energy(of: pounds("170"), at: try rules.get().price) == megawattHours(2))
    #expect(CreditEnergy.energy(of: pounds("170"), at: .zero) == .zero)
  }

  @Test("stronger evidence replaces weaker, weaker changes nothing; old dates leave the window")
  func window() {
    var window = IndebtednessWindow(length: 29)
    for _ in 0..<48 { window.add(megawattHours(1), on: day("2026-01-05")) }
    #expect(window.total == megawattHours(48) && window.sum(.assessed) == megawattHours(48))
    window.set(day("2026-01-05"), .metered, megawattHours(40))
    window.add(megawattHours(1), on: day("2026-01-05"))
    #expect(window.total == megawattHours(40) && window.sum(.assessed) == .zero)
    window.set(day("2026-01-05"), .actual, megawattHours(30))
    window.set(day("2026-01-05"), .metered, megawattHours(99))
    #expect(window.total == megawattHours(30) && window.sum(.actual) == megawattHours(30))
    window.set(day("2026-02-02"), .assessed, megawattHours(5))
    #expect(window.total == megawattHours(35), "the 29th date is still in")
    window.set(day("2026-02-03"), .assessed, megawattHours(5))
    #expect(window.total == megawattHours(10))
    window.set(day("2026-01-05"), .actual, megawattHours(30))
    #expect(window.total == megawattHours(10), "a date that has left does not come back")
    #expect(window.entries.map(\.date) == [day("2026-02-02"), day("2026-02-03")])
  }

  @Test("LAW: the total is the sum of the parts, in whatever order dates come", arguments: 0..<20)
  func law(_ seed: UInt64) {
    var generator = Steps(seed)
    var window = IndebtednessWindow(length: 29)
    var dates = (0..<25).compactMap { day("2026-03-20").advanced(by: $0) }
    dates.shuffle(using: &generator)
    var expected = Energy.zero
    for date in dates {
      let energy = Energy(wattHours: Int64(generator.next() % 1_000_000))
      window.set(date, .actual, energy)
      expected += energy
    }
    #expect(window.total == expected)
    #expect(window.entries.map(\.date) == dates.sorted())
    #expect(IndebtednessBasis.allCases.map { window.sum($0) }.reduce(.zero, +) == window.total)
  }
}

struct Steps: RandomNumberGenerator {
  var state: UInt64
  init(_ seed: UInt64) { state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493 }
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}

@Suite("Clocks") struct ClockTests {
  let rules = Result { try CreditRules(Rulebook.named("bsc")!, on: day("2026-01-05")) }  // a shipped rulebook

  @Test(
    "a query period: 24 hours at least, with five business hours in a row",
    arguments: [
      ("2026-01-06T10:00:00Z", "2026-01-07T10:00:00Z"),  // Tuesday 10:00: five hours on the day itself
      ("2026-01-06T14:00:00Z", "2026-01-07T14:00:00Z"),  // too late on Tuesday, 09:00 to 14:00 on Wednesday
      ("2026-01-09T13:00:00Z", "2026-01-12T14:00:00Z"),  // Friday afternoon: Monday 14:00
      ("2026-01-09T11:00:00Z", "2026-01-10T11:00:00Z"),  // Friday 11:00: its own five hours, until Saturday 11:00
      ("2026-01-10T03:00:00Z", "2026-01-12T14:00:00Z"),  // Saturday
      ("2026-04-02T16:00:00Z", "2026-04-07T13:00:00Z"),  // before Good Friday and Easter Monday, summer time
    ])
  func query(_ start: String, _ end: String) throws {
    #expect(try rules.get().queryPeriodEnd(from: at(start)) == at(end))
  }

  @Test(
    "a cure period: to midnight ending the first working day after",
    arguments: [
      ("2026-01-07T10:00:00Z", "2026-01-09T00:00:00Z"), ("2026-01-09T10:00:00Z", "2026-01-13T00:00:00Z"),
      ("2026-04-02T16:00:00Z", "2026-04-07T23:00:00Z"),
    ])
  func cure(_ end: String, _ expected: String) throws {
    #expect(try rules.get().curePeriodEnd(afterQueryUntil: at(end)) == at(expected))
  }
}

@Suite("Credit default") struct CreditDefaultTests {
  /// 1,000 MWh of cover; each assessed MWh is a tenth of a percent.
  func credit() throws -> PartyCredit {
    var credit = PartyCredit(try CreditRules(try #require(Rulebook.named("bsc")), on: day("2026-01-05")))
    _ = credit.receive(.coverSet(pounds("85000")), at: at("2026-01-05T00:00:00Z"))
    return credit
  }

  func owe(_ credit: inout PartyCredit, _ change: Int64, _ moment: String) -> [CreditEffect] {
    credit.receive(.periodAssessed(day("2026-01-06"), megawattHours(change)), at: at(moment))
  }

  @Test("at the thresholds nothing happens, above them a query period opens")
  func thresholds() throws {
    var credit = try credit()
    #expect(owe(&credit, 800, "2026-01-06T10:00:00Z") == [])
    let effects = credit.receive(
      .periodAssessed(day("2026-01-06"), Energy(wattHours: 10_000)), at: at("2026-01-06T10:30:00Z"))
    #expect(effects.count == 1)
    #expect(credit.reason == "Owed 800.010 MWh (AEI 0.000, MEI 0.000, CEI 800.010) against £85000.00 at 85.00 £/MWh.")
    #expect(
      effects.first?.description
        == "Level 1: the credit cover percentage is 80.001%; the query period ends at 2026-01-07T10:30:00Z.")
  }

  @Test("Level 1: query, cure, default, cleared at 75")
  func level1() throws {
    var credit = try credit()
    #expect(owe(&credit, 850, "2026-01-06T10:00:00Z").count == 1)
    #expect(owe(&credit, 0, "2026-01-07T09:30:00Z") == [])
    #expect(owe(&credit, -20, "2026-01-07T10:00:00Z") == [.curePeriodOpened(until: at("2026-01-09T00:00:00Z"))])
    #expect(owe(&credit, -70, "2026-01-08T10:00:00Z") == [], "76 percent is not low enough")
    #expect(
      owe(&credit, 0, "2026-01-09T00:00:00Z") == [
        .defaulted(.one, percentage: CreditCoverPercentage(hundredThousandths: 7_600_000))
      ])
    #expect(!credit.isRefusing)
    #expect(owe(&credit, -10, "2026-01-10T00:00:00Z").map(\.description) == ["Level 1 is over at 75.00%."])
    #expect(credit.level1 == .clear)
  }

  @Test("Level 1 that is down to 75 in the cure period is no default; down to 80 in the query period neither")
  func cured() throws {
    var credit = try credit()
    _ = owe(&credit, 850, "2026-01-06T10:00:00Z")
    _ = owe(&credit, 0, "2026-01-07T10:00:00Z")
    #expect(owe(&credit, -100, "2026-01-08T12:00:00Z").map(\.description) == ["Level 1 is over at 75.00%."])
    _ = owe(&credit, 100, "2026-01-12T10:00:00Z")
    _ = owe(&credit, -60, "2026-01-13T09:00:00Z")
    #expect(owe(&credit, 0, "2026-01-13T10:00:00Z").map(\.description) == ["Level 1 is over at 79.00%."])
  }

  @Test("Level 2 refuses what raises the indebtedness, and nothing else, until 90")
  func level2() throws {
    var credit = try credit()
    #expect(owe(&credit, 950, "2026-01-06T10:00:00Z").count == 2, "both levels")
    let notification = PartyCredit.Event.notification(change: megawattHours(1))
    #expect(credit.receive(notification, at: at("2026-01-06T11:00:00Z")) == [.notificationAccepted])
    let effects = owe(&credit, 0, "2026-01-07T10:00:00Z")
    #expect(effects.contains(.defaulted(.two, percentage: CreditCoverPercentage(hundredThousandths: 9_500_000))))
    #expect(effects.contains(.notificationsRejected) && credit.isRefusing)
    #expect(credit.receive(notification, at: at("2026-01-07T11:00:00Z")) == [.notificationRefused])
    #expect(
      credit.receive(.notification(change: megawattHours(-1)), at: at("2026-01-07T11:00:00Z")) == [
        .notificationAccepted
      ])
    #expect(credit.receive(.coverSet(pounds("89722.21")), at: at("2026-01-07T12:00:00Z")) == [], "just above 90")
    #expect(
      credit.receive(.coverSet(pounds("89722.22")), at: at("2026-01-07T12:30:00Z")) == [
        .cleared(.two, percentage: CreditCoverPercentage(hundredThousandths: 9_000_000))
      ])
    #expect(credit.receive(notification, at: at("2026-01-07T13:00:00Z")) == [.notificationAccepted])
  }

  @Test("material doubt: no default is authorised")
  func doubt() throws {
    var credit = try credit()
    _ = owe(&credit, 950, "2026-01-06T10:00:00Z")
    _ = credit.receive(.materialDoubt(.two, true), at: at("2026-01-06T12:00:00Z"))
    #expect(owe(&credit, 0, "2026-01-07T10:00:00Z").contains(.notAuthorised(.two)))
    #expect(!credit.isRefusing)
  }

  @Test("three authorised defaults in six months are a breach, and ninety days of Level 1 go to the Panel")
  func persistent() throws {
    var credit = try credit()
    var seen: [CreditEffect] = []
    for moment in ["2026-01-06T10:00:00Z", "2026-01-13T10:00:00Z", "2026-01-20T10:00:00Z"] {
      seen += credit.receive(.dayKnown(day("2026-01-21"), .actual, megawattHours(950)), at: at(moment))
      seen += credit.receive(.tick, at: at(moment).advanced(byHours: 24))
      if !moment.hasPrefix("2026-01-20") {
        seen += credit.receive(.dayKnown(day("2026-01-21"), .actual, .zero), at: at(moment).advanced(byHours: 25))
      }
    }
    #expect(seen.contains(.persistent(defaults: 3, months: 6)))
    seen = credit.receive(.tick, at: at("2026-01-23T00:00:00Z"))
    #expect(seen.contains { if case .defaulted(.one, _) = $0 { true } else { false } })
    #expect(credit.receive(.tick, at: at("2026-04-22T00:00:00Z")) == [])
    #expect(credit.receive(.tick, at: at("2026-04-23T00:00:00Z")) == [.escalated(days: 90)])
    #expect(credit.receive(.tick, at: at("2026-05-23T00:00:00Z")) == [])
  }

  @Test("energies, money and moments beyond anything do not stop the program")
  func extremes() throws {
    var credit = try credit()
    for energy in [Int64.max, .max, .min, .min] {
      _ = credit.receive(.periodAssessed(day("2026-01-06"), Energy(wattHours: energy)), at: at("2026-01-06T10:00:00Z"))
      _ = credit.receive(
        .dayKnown(day("2026-01-07"), .actual, Energy(wattHours: energy)), at: at("2026-01-06T10:00:00Z"))
    }
    #expect(credit.window.total == .zero - IndebtednessWindow.limit - IndebtednessWindow.limit)
    _ = credit.receive(.withdrawalRequested(Money(micropounds: .min)), at: at("2026-01-06T10:00:00Z"))
    _ = credit.receive(.coverSet(Money(micropounds: .max)), at: at("2026-01-06T10:00:00Z"))
    _ = credit.receive(.coverSet(Money(micropounds: .min)), at: at("2026-01-06T10:00:00Z"))
    _ = credit.receive(.dayKnown(day("2026-01-07"), .actual, Energy(wattHours: .max)), at: .distantFuture)
    let rules = try CreditRules(try #require(Rulebook.named("bsc")), on: day("2026-01-05"))
    #expect(rules.queryPeriodEnd(from: .distantFuture) == nil)
  }

  @Test("cover may go where 75 percent is left, after ten days")
  func withdrawal() throws {
    var credit = try credit()
    _ = owe(&credit, 600, "2026-01-06T10:00:00Z")
    let moment = at("2026-01-06T11:00:00Z")
    #expect(
      credit.receive(.withdrawalRequested(pounds("17000")), at: moment) == [
        .withdrawalAllowed(pounds("17000"), on: day("2026-01-16"))
      ])
    #expect(
      credit.receive(.withdrawalRequested(pounds("17001")), at: moment).first?.description.contains(
        "may not be withdrawn") == true)
    #expect(
      credit.receive(.withdrawalRequested(pounds("90000")), at: moment).first?.description.contains(
        "may not be withdrawn") == true)
  }
}

@Suite("What if") struct WhatIfTests {
  let rules = Result { try CreditRules(Rulebook.named("bsc")!, on: day("2026-01-05")) }  // a shipped rulebook

  func position(_ code: String, owed: Int64, short: Int64) throws -> CreditPosition {
    CreditPosition(
      party: try #require(ParticipantID(code)), cover: pounds("85000"), indebtedness: megawattHours(owed),
      shortfalls: [megawattHours(short)])
  }

  @Test("which party defaults if the price is 850 for three hours")
  func outcomes() throws {
    let whatIf = CreditWhatIf(
      price: try #require(DecimalNumber("850").flatMap { UnitRate(poundsPerMWh: $0) }), hours: 3, rules: try rules.get()
    )
    // Each MWh short at 850 pounds is 10 MWh at the assessment price: one percent of the cover.
    let outcomes = whatIf.outcomes([
      try position("LONG", owed: 100, short: -5), try position("CALM", owed: 100, short: 1),
      try position("EDGE", owed: 700, short: 4), try position("OVER", owed: 850, short: 10),
    ])
    #expect(outcomes.map(\.party.code) == ["OVER", "EDGE", "CALM", "LONG"])
    #expect(outcomes.map(\.after.hundredThousandths) == [14_500_000, 9_400_000, 1_600_000, -2_000_000])
    #expect(outcomes.map(\.level1After) == [0, 3, nil, nil] as [Int?])
    #expect(outcomes.map(\.level2After) == [1, 6, nil, nil] as [Int?])
    #expect(outcomes.map(\.isBeyondCover) == [true, false, false, false])
    #expect(
      whatIf.sentence(outcomes[1])
        == "EDGE: 850.00 £/MWh for 3 h costs £20400.00; credit cover percentage 70.00% to 94.00%: Level 1 after 1.5 h, Level 2 after 3.0 h."
    )
    #expect(whatIf.sentence(outcomes[3]).hasSuffix("no default."))
  }

  @Test("no hours, no change; extreme numbers do not stop the program")
  func extremes() throws {
    let rules = try rules.get()
    let none = CreditWhatIf(price: UnitRate.limit, hours: 0, rules: rules).outcomes([
      try position("EDGE", owed: 700, short: 4)
    ])
    #expect(none.map(\.after) == none.map(\.before))
    let huge = CreditPosition(
      party: try #require(ParticipantID("HUGE")), cover: pounds("1"), indebtedness: Energy(wattHours: .max),
      shortfalls: [])
    #expect(
      CreditWhatIf(price: UnitRate.limit, hours: .max, rules: rules).outcomes([huge]).first?.after.hundredThousandths
        == 99_999_999)
  }
}
