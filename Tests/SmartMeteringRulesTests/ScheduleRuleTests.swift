import SettlementCalendar
import SmartMeteringRules
import Testing

@Suite("MP162: schedules and attempts") struct ScheduleRuleTests {
  var world: World
  let rules: ScheduleRules
  let meter = PartyIdentifier(100)

  init() throws {
    let world = try World()
    self.world = world
    rules = ScheduleRules(access: world.access)
  }

  func schedule(
    _ owner: PartyIdentifier, _ role: UserRole, _ variant: ServiceVariant, start: String = "2026-05-01",
    end: String? = nil, second: Int? = nil, _ frequency: ScheduleFrequency = .daily
  ) throws -> ReadSchedule {
    ReadSchedule(
      owner: owner, role: role, device: meter, variant: variant, frequency: frequency, start: try day(start),
      end: try end.map(day), executionSecond: second)
  }

  func refusal(
    _ schedule: ReadSchedule, now: String = "2026-02-01T12:00:00Z", schema: SchemaVersion = SchemaVersion(5, 4),
    _ generation: MeterGeneration = .smets2
  ) throws -> ScheduleRules.Refusal? {
    rules.refusal(
      schedule, now: try moment(now), schema: schema, users: world.users, device: world.meter(generation),
      registration: world.registration)
  }

  @Test("MP162 rule 8: a schedule may be created before Effective From if its first run is not before it") func rule8()
    throws
  {
    #expect(try refusal(schedule(World.retriever, .meterDataRetriever, "4.8.1", start: "2026-03-01")) == nil)
    let early = try schedule(World.retriever, .meterDataRetriever, "4.8.1", start: "2026-02-28")
    guard case .firstRun(let access) = try refusal(early) else {
      Issue.record("a start before Effective From was not refused")
      return
    }
    #expect(access.code == .notRegistered)
  }

  @Test("MP162 rule 9: a run after the appointment ended is refused, and nothing reaches the meter") func rule9() throws
  {
    let schedule = try schedule(World.retriever, .meterDataRetriever, "4.8.1", start: "2026-03-01")
    var reached = 0
    for text in ["2026-09-30T03:00:00Z", "2026-10-01T03:00:00Z", "2027-01-01T03:00:00Z"] {
      let refusal = rules.runRefusal(
        schedule, at: try moment(text), users: world.users, device: world.meter(), registration: world.registration)
      if refusal == nil { reached += 1 } else { #expect(refusal?.code == .notRegistered) }
    }
    #expect(reached == 1)
  }

  @Test("MP162 rule 18: 4.2 becomes schedulable for each of its roles, from DUIS 5.3 on") func rule18() throws {
    let catalogue = world.access.catalogue
    #expect(catalogue.definition("4.2", on: try day("2024-06-26"))?.isSchedulable == false)
    #expect(catalogue.definition("4.2", on: try day("2024-06-27"))?.isSchedulable == true)
    for (user, role) in [
      (World.exporter, UserRole.exportSupplier), (World.network, .electricityDistributor),
      (World.retriever, .meterDataRetriever),
    ] {
      let schedule = try schedule(user, role, "4.2")
      #expect(try refusal(schedule) == nil && refusal(schedule, schema: SchemaVersion(5, 3)) == nil)
      #expect(
        try refusal(schedule, schema: SchemaVersion(5, 2)) == .schemaVersion(needs: SchemaVersion(5, 3)))
    }
    // Nobody else need upgrade: the other services are as they were.
    #expect(try refusal(schedule(World.exporter, .exportSupplier, "4.6.2"), schema: SchemaVersion(5, 1)) == nil)
    #expect(try refusal(schedule(World.supplier, .importSupplier, "4.1.1")) == .notSchedulable("4.1.1"))
  }

  @Test("MP162 rule 19: for settlement the first attempt is a scheduled request, by any user") func rule19() {
    #expect(ReadAttempts.next(after: []) == .scheduled)
    #expect(ReadAttempts.keeps(.scheduled, isFirstAttempt: true))
    #expect(!ReadAttempts.keeps(.onDemand, isFirstAttempt: true))
  }

  @Test("MP162 rule 20: a retry after a failed or partial scheduled read may be on demand") func rule20() throws {
    #expect(ReadAttempts.next(after: [.failed]) == .onDemand(from: nil, through: nil))
    let (from, through) = (try moment("2026-05-01T10:00:00Z"), try moment("2026-05-02T00:00:00Z"))
    #expect(
      ReadAttempts.next(after: [.partial(missingFrom: from, through: through)])
        == .onDemand(from: from, through: through))
    #expect(ReadAttempts.next(after: [.failed, .complete]) == .nothing)
    #expect(ReadAttempts.keeps(.onDemand, isFirstAttempt: false))
  }

  @Test("MP162 rule 21: a first read on demand is not blocked: purpose is unknown") func rule21() throws {
    #expect(try world.ask(World.retriever, .meterDataRetriever, "4.8.1", .onDemand, of: world.meter()) == nil)
    #expect(try world.ask(World.supplier, .importSupplier, "4.8.1", .onDemand, of: world.meter()) == nil)
  }

  @Test("MP162 rule 22: reads are counted per user, role, service and day; a rise is flagged and never refused")
  func rule22()
    throws
  {
    var monitor = ReadMonitor()
    let days = try (1...8).map { try day("2026-05-0\($0)") }
    func key(_ day: SettlementDate) -> ReadMonitor.Key {
      .init(user: World.retriever, role: .meterDataRetriever, variant: "4.8.1", day: day)
    }
    for day in days {
      for _ in 0..<190 { monitor.record(key(day), .scheduled) }
      for _ in 0..<10 { monitor.record(key(day), .onDemand) }
    }
    #expect(monitor.count(of: World.retriever, days: days[0]...days[7]) == .init(scheduled: 1520, onDemand: 80))
    #expect(monitor.count(of: World.retriever, variant: "4.8.1", days: days[0]...days[0]).onDemandPerMille == 50)
    #expect(monitor.count(of: World.retriever, role: .otherUser, days: days[0]...days[7]).total == 0)
    #expect(monitor.risen(on: days[7]) == [])
    for _ in 0..<90 { monitor.record(key(days[7]), .onDemand) }
    #expect(monitor.risen(on: days[7]) == [World.retriever])
    #expect(try world.ask(World.retriever, .meterDataRetriever, "4.8.1", .onDemand, of: world.meter()) == nil)
    #expect(try MP162Facts().isYes("bespoke-ratio-report-required") == false)
  }

  @Test("MP162 rule 23: a scheduled read runs at any moment of its 24 hours, and its clock counts against them")
  func rule23()
    throws
  {
    var clock = ResponseClock()
    clock.start(1, at: try moment("2026-05-01T20:00:00Z"), target: 86_400, mode: .scheduled)
    clock.start(2, at: try moment("2026-05-01T20:00:00Z"), target: 86_400, mode: .onDemand)
    clock.start(3, at: try moment("2026-05-01T20:00:00Z"), target: 86_400, mode: .scheduled)
    #expect(clock.answered(1, at: try moment("2026-05-02T00:00:00Z")) == .inTime(seconds: 86_400))
    #expect(clock.answered(2, at: try moment("2026-05-02T20:00:01Z")) == .late(seconds: 86_401))
    #expect(clock.answered(2, at: try moment("2026-05-02T20:00:01Z")) == .unknown)
    #expect(clock.overdue(at: try moment("2026-05-02T00:00:00Z")) == [])
    #expect(clock.overdue(at: try moment("2026-05-02T00:00:01Z")) == [3])
    let report = clock.report(at: try moment("2026-05-02T00:00:01Z"))
    #expect(report[86_400] == .init(inTime: 1, late: 2, open: 0))
    #expect(report[86_400]?.inTimePerMille == 333)
  }

  @Test("MP162 rule 24: without a time the DCC spreads, with a time it is kept; a linter warns") func rule24() throws {
    let free = try schedule(World.retriever, .meterDataRetriever, "4.8.1")
    let fixed = try schedule(World.retriever, .meterDataRetriever, "4.8.1", second: 3600)
    #expect(ScheduleAdvice.on(free) == [] && ScheduleAdvice.on(fixed) == [.timeGiven])
    #expect(ScheduleAdvice.on(try schedule(World.retriever, .meterDataRetriever, "4.8.1", .weekly)) == [.notDaily])
    #expect(ScheduleAdvice.on(try schedule(World.retriever, .meterDataRetriever, "4.2", .monthly)) == [])
    let date = try day("2026-05-01")
    var seconds: Set<Int64> = []
    var hours = [Int](repeating: 0, count: 24)
    for number in 1...86_400 as ClosedRange<Int64> {
      let id = try #require(ScheduleIdentifier(number))
      let time = free.runTime(id: id, on: date)
      #expect(time.utcDate == date)
      seconds.insert(time.secondsSince1970)
      if number <= 2_400 { hours[Int(time.secondsSince1970 % 86_400 / 3600)] += 1 }
      if number < 10 { #expect(fixed.runTime(id: id, on: date) == UTCInstant(date: date, hour: 1, minute: 0)) }
    }
    #expect(seconds.count == 86_400)
    #expect(hours.allSatisfy { (95...105).contains($0) }, "\(hours)")
  }

  @Test("MP162 rule 25: a partial result is a success, and the rest is asked for on demand") func rule25() throws {
    let (from, through) = (try moment("2026-05-01T00:00:00Z"), try moment("2026-05-02T00:00:00Z"))
    let all = (0...48).map { from.advanced(bySeconds: Int64($0) * 1800) }
    #expect(ProfileRanges.outcome(Set(all), from: from, through: through) == .complete)
    let partial = ProfileRanges.outcome(Set(all.prefix(30)), from: from, through: through)
    #expect(partial.isSuccess && partial == .partial(missingFrom: all[30], through: all[48]))
    #expect(ReadAttempts.next(after: [partial]) == .onDemand(from: all[30], through: all[48]))
    #expect(!ProfileRanges.outcome([], from: from, through: through).isSuccess)
  }

  @Test("MP162 rule 26: requests of a day are served first in, first out") func rule26() {
    var queue = RequestQueue<Int>()
    for number in 0..<10_000 { queue.append(number, number % 3 == 0 ? .onDemand : .scheduled) }
    var served: [Int] = []
    while let next = queue.next() { served.append(next) }
    #expect(served == Array(0..<10_000) && queue.count == 0)
  }

  @Test("MP162 rule 27: schedules are created and deleted, never edited, and numbers do not come back") func rule27()
    throws
  {
    var book = ScheduleBook()
    let first = try book.create(schedule(World.retriever, .meterDataRetriever, "4.8.1"))
    #expect(throws: ScheduleBook.Fault.unknown) { try book.delete(first, by: World.rival) }
    try book.delete(first, by: World.retriever)
    #expect(throws: ScheduleBook.Fault.unknown) { try book.delete(first, by: World.retriever) }
    let second = try book.create(schedule(World.retriever, .meterDataRetriever, "4.8.1", .weekly))
    #expect(second != first && book.schedules.count == 1)
    #expect(
      book.schedules(of: World.retriever, on: meter) == [second] && book.schedules(of: World.rival, on: meter) == [])
  }

  @Test("MP162 rule 28: an export supplier's schedules stay after a change of export supplier") func rule28() throws {
    var book = ScheduleBook()
    let id = try book.create(schedule(World.exporter, .exportSupplier, "4.8.3"))
    #expect(book.importSupplierReplaced(on: meter, by: World.rival) == [])
    #expect(book.schedules[id] != nil)
    var world = world
    world.registration.end(.exportSupplier, on: World.exported, last: try day("2026-05-31"))
    let refusal = rules.runRefusal(
      try #require(book.schedules[id]), at: try moment("2026-06-01T03:00:00Z"), users: world.users,
      device: world.meter(), registration: world.registration)
    #expect(refusal?.code == .notRegistered)
    #expect(try !MP162Facts().isYes("export-schedules-deleted-on-change-of-supplier"))
  }

  @Test("MP162 rule 29: the old import supplier's schedules go on and fail until the gaining supplier's 6.23")
  func rule29() throws {
    var world = world
    var book = ScheduleBook()
    let old = try book.create(schedule(World.supplier, .importSupplier, "4.8.1"))
    let other = try book.create(schedule(World.retriever, .meterDataRetriever, "4.8.1"))
    world.registration.end(.importSupplier, on: World.imported, last: try day("2026-05-31"))
    world.registration.insert(
      RegistrationRecord(World.imported, role: .importSupplier, user: World.rival, from: try day("2026-06-01")))
    for text in ["2026-06-01T03:00:00Z", "2026-08-01T03:00:00Z"] {
      let schedule = try #require(book.schedules[old])
      let refusal = rules.runRefusal(
        schedule, at: try moment(text), users: world.users, device: world.meter(), registration: world.registration)
      #expect(refusal?.code == .notRegistered)
    }
    let removed = book.importSupplierReplaced(on: meter, by: World.rival)
    #expect(removed.map(\.id) == [old] && removed.map(\.schedule.owner) == [World.supplier])
    #expect(Array(book.schedules.keys) == [other])
  }

  @Test("days on which schedules run") func runDays() throws {
    let cases: [(ScheduleFrequency, String, [String], [String])] = [
      (.daily, "2026-05-01", ["2026-05-01", "2026-05-02"], ["2026-04-30"]),
      (.weekly, "2026-05-01", ["2026-05-08", "2027-04-30"], ["2026-05-07"]),
      (.monthly, "2026-01-31", ["2026-02-28", "2026-03-31", "2026-04-30"], ["2026-02-27", "2026-03-28"]),
      (.quarterly, "2026-01-15", ["2026-04-15"], ["2026-02-15"]),
      (.halfYearly, "2026-01-15", ["2026-07-15"], ["2026-04-15"]),
      (.yearly, "2024-02-29", ["2025-02-28", "2028-02-29"], ["2025-03-01"]),
    ]
    for (frequency, start, days, others) in cases {
      let schedule = try schedule(World.supplier, .importSupplier, "4.8.1", start: start, frequency)
      for text in days { #expect(schedule.runs(on: try day(text)), "\(frequency) \(text)") }
      for text in others { #expect(!schedule.runs(on: try day(text)), "\(frequency) \(text)") }
    }
    let ended = try schedule(World.supplier, .importSupplier, "4.8.1", end: "2026-05-02")
    #expect(try ended.runs(on: day("2026-05-02")) && !ended.runs(on: day("2026-05-03")))
  }
}
