import SettlementCalendar
import SmartMeteringRules
import Testing

@Suite("MP162: figures, data, entry and what was left out") struct DataRuleTests {
  let facts: MP162Facts
  init() throws { facts = try MP162Facts() }

  @Test("MP162 rule 30: a third of meters are scheduled half-hourly, failures are believed below 5 percent")
  func rule30() {
    #expect(facts.number("half-hourly-schedule-share-per-mille") == 333)
    #expect(facts.number("failed-scheduled-read-share-per-mille-below") == 50)
  }

  @Test("MP162 rule 31: daily collection from 30 million meters, and a register read a month") func rule31() {
    #expect(facts.number("meters-collected-daily") == 30_000_000)
    #expect(facts.number("register-reads-per-month") == 1)
  }

  @Test("MP162 rule 32: nothing of a SMETS2 answer is kept in plaintext") func rule32() throws {
    #expect(!DataKeeping.mayKeepPlaintext(.smets2) && DataKeeping.mayKeepPlaintext(.smets1))
    var cache = SMETS1Cache<[UInt8]>(SMETS1CacheRules())
    let time = try moment("2026-05-01T00:00:00Z")
    let key = SMETS1CacheKey(device: PartyIdentifier(1), variant: "4.8.1", from: time, through: time)
    let isKept = cache.store([1, 2, 3], key, of: .smets2, at: time)
    #expect(!isKept && cache.count == 0)
  }

  @Test("MP162 rule 33: the broker sends a retriever's command, and the device encrypts to the retriever") func rule33()
    throws
  {
    let profile = try #require(CommandRoute(.meterDataRetriever, "4.8.1"))
    #expect(profile.isThroughBroker && profile.carriesUser && profile.carriesUserCertificate)
    let export = try #require(CommandRoute(.meterDataRetriever, "4.8.3"))
    #expect(export.isThroughBroker && !export.carriesUserCertificate)
    let own = try #require(CommandRoute(.importSupplier, "4.8.1"))
    #expect(!own.isThroughBroker && !own.carriesUser)
  }

  @Test("MP162 rule 34: no device changes: the use cases of a retriever's reads are open to the broker already")
  func rule34() {
    for variant in ServiceVariant.ofMeterDataRetriever {
      guard let useCase = ReadUseCase.of(variant) else { continue }
      #expect(useCase.isOpenToBroker == (variant != .readImportRegisters))
      #expect((CommandRoute(.meterDataRetriever, variant) != nil) == useCase.isOpenToBroker)
      #expect(CommandRoute(.otherUser, variant) == CommandRoute(.meterDataRetriever, variant))
    }
    #expect(CommandRoute(.importSupplier, "4.1.1") != nil)
  }

  @Test("MP162 rule 35: ranges are asked in pieces of 10 days, each stamp once") func rule35() throws {
    let (from, through) = (try moment("2026-04-01T00:00:00Z"), try moment("2026-05-01T00:00:00Z"))
    let pieces = ProfileRanges.pieces(from: from, through: through)
    #expect(pieces.count == 4)
    #expect(pieces.allSatisfy { ProfileRanges.stamps(from: $0.from, through: $0.through) <= 480 })
    let sum = pieces.reduce(0) { $0 + ProfileRanges.stamps(from: $1.from, through: $1.through) }
    #expect(sum == ProfileRanges.stamps(from: from, through: through) && sum == 1441)
    #expect(ProfileRanges.stamps(from: from, through: from.advanced(byHours: 24)) == 49)
    // A meter that stops after ten days gives a partial answer.
    let short = Set((0..<480).map { from.advanced(bySeconds: $0 * 1800) })
    guard case .partial(let missing, let last) = ProfileRanges.outcome(short, from: from, through: through) else {
      Issue.record("a short answer was not partial")
      return
    }
    #expect(try missing == moment("2026-04-11T00:00:00Z") && last == through)
    #expect(ProfileRanges.pieces(from: through, through: from).isEmpty)
  }

  @Test("MP162 rule 36: meters hold 13 months of import half-hours") func rule36() {
    #expect(facts.number("import-log-months") == 13)
    #expect(facts.number("import-log-half-hours") == 397 * 48 && facts.number("export-log-half-hours") == 93 * 48)
  }

  @Test("MP162 rule 37: retrievers have the self-service interface") func rule37() {
    #expect(facts.isYes("self-service-interface"))
  }

  @Test("MP162 rule 38: a DCC alert goes to the originator, a device alert never to the retriever") func rule38() throws
  {
    let request = AccessRequest(
      user: World.retriever, role: .meterDataRetriever, variant: "4.8.1", mode: .onDemand,
      time: try moment("2026-05-01T00:00:00Z"))
    #expect(AlertRouting.recipient(ofAlertOn: request) == World.retriever)
    for kind in DeviceKind.allCases {
      for isSupplyAlert in [false, true] {
        let roles = AlertRouting.roles(ofDeviceAlert: kind, isSupplyAlert: isSupplyAlert)
        #expect(roles.first == (kind.isGas ? .gasSupplier : .importSupplier))
        #expect(!roles.contains(.meterDataRetriever) && !roles.contains(.otherUser))
      }
    }
  }

  // MARK: Becoming a retriever

  func entrant(_ role: UserRole = .meterDataRetriever) -> EntryProcess { EntryProcess(role: role) }

  @Test("MP162 rule 39: accession comes first, as an Other SEC Party: there is no new category") func rule39() throws {
    #expect(!facts.isYes("new-party-category"))
    #expect(EntryProcess.PartyCategory.allCases.count == 4 && entrant().category == .otherParty)
    var process = entrant()
    #expect(throws: EntryProcess.Fault.needs(.acceded)) { try process.complete(.roleRegistered, on: day("2026-01-01")) }
    try process.complete(.acceded, on: day("2026-01-01"))
    try process.complete(.roleRegistered, on: day("2026-01-02"))
  }

  @Test("MP162 rule 40: a retriever on a DUIS version without the role is refused") func rule40() throws {
    var process = entrant()
    #expect(throws: EntryProcess.Fault.schemaVersion) { try process.adopt(SchemaVersion(5, 2)) }
    try process.complete(.acceded, on: day("2026-01-01"))
    try process.complete(.roleRegistered, on: day("2026-01-01"))
    try process.complete(.repositoryTestPassed, on: day("2026-01-01"))
    #expect(throws: EntryProcess.Fault.schemaVersion) { try process.complete(.entryTestPassed, on: day("2026-01-02")) }
    try process.adopt(SchemaVersion(5, 3))
    try process.complete(.entryTestPassed, on: day("2026-01-02"))
    #expect(
      !SchemaRules.has(.meterDataRetriever, SchemaVersion(5, 2))
        && SchemaRules.has(.meterDataRetriever, SchemaVersion(5, 4)))
    #expect(SchemaRules.has(.importSupplier, SchemaVersion(4, 1)))
    #expect(SchemaVersion("5.3") == .withRetriever && SchemaVersion("5") == nil && SchemaVersion("a.b") == nil)
  }

  func lived(_ role: UserRole = .meterDataRetriever) throws -> EntryProcess {
    var process = entrant(role)
    try process.adopt(SchemaVersion(5, 4))
    for step in process.steps { try process.complete(step, on: day("2026-01-10")) }
    return process
  }

  @Test("MP162 rule 41: the repository test before the entry test; until all is done the role does not work")
  func rule41() throws {
    var process = entrant()
    try process.adopt(SchemaVersion(5, 4))
    try process.complete(.acceded, on: day("2026-01-01"))
    try process.complete(.roleRegistered, on: day("2026-01-02"))
    #expect(throws: EntryProcess.Fault.needs(.repositoryTestPassed)) {
      try process.complete(.entryTestPassed, on: day("2026-01-03"))
    }
    try process.complete(.repositoryTestPassed, on: day("2026-01-03"))
    try process.complete(.entryTestPassed, on: day("2026-01-04"))
    #expect(process.standing(on: try day("2026-01-05")) == .inEntry(next: .securityAssessed))
    let done = try lived()
    #expect(done.standing(on: try day("2026-01-09")) == .inEntry(next: .acceded))
    #expect(done.standing(on: try day("2026-01-10")) == .live)
    var world = try World()
    world.users.set(process.standing(on: try day("2026-01-05")), of: World.retriever, in: .meterDataRetriever)
    #expect(try world.ask(World.retriever, .meterDataRetriever, "4.8.1", of: world.meter()) == .userStatus)
    world.users.set(done.standing(on: try day("2026-05-01")), of: World.retriever, in: .meterDataRetriever)
    #expect(try world.ask(World.retriever, .meterDataRetriever, "4.8.1", of: world.meter()) == nil)
  }

  @Test("MP162 rule 42: a full security assessment, or one as Other User, and then one each year") func rule42() throws
  {
    var process = entrant()
    try process.complete(.acceded, on: day("2026-01-01"))
    #expect(throws: EntryProcess.Fault.needs(.securityAssessed)) { try process.takeAssessment(of: entrant(.otherUser)) }
    try process.takeAssessment(of: lived(.otherUser))
    #expect(process.wasAssessedAsOtherUser)
    var live = try lived()
    #expect(live.standing(on: try day("2027-01-10")) == .live)
    #expect(live.standing(on: try day("2027-01-11")) == .assessmentOverdue)
    try live.assessAgain(on: day("2027-01-11"))
    #expect(live.standing(on: try day("2027-06-01")) == .live)
    #expect(facts.number("security-assessment-months") == 12)
  }

  @Test("MP162 rule 43: no privacy assessment") func rule43() throws {
    #expect(!entrant().steps.contains(.privacyAssessed) && entrant(.otherUser).steps.contains(.privacyAssessed))
    var process = try lived()
    #expect(throws: EntryProcess.Fault.notAsked(.privacyAssessed)) {
      try process.complete(.privacyAssessed, on: day("2026-02-01"))
    }
  }

  @Test("MP162 rule 44: thresholds are declared; what exceeds them is quarantined, then released or deleted")
  func rule44() throws {
    #expect(entrant().steps.contains(.thresholdsDeclared))
    var detection = AnomalyDetection()
    let scope = AnomalyDetection.Scope(user: World.retriever, role: .meterDataRetriever)
    detection.declare(try #require(.init(count: 2, seconds: 3600)), for: scope)
    #expect(detection.hasThresholds(World.retriever, .meterDataRetriever))
    func submit(_ id: UInt64, _ time: String) throws -> AnomalyDetection.Outcome {
      detection.submit(
        .init(id: id, user: World.retriever, role: .meterDataRetriever, variant: "4.8.1"), at: try moment(time))
    }
    #expect(try submit(1, "2026-05-01T10:00:00Z") == .passed && submit(2, "2026-05-01T10:30:00Z") == .passed)
    #expect(try submit(3, "2026-05-01T10:59:59Z") == .quarantined(1, .user))
    #expect(try submit(4, "2026-05-01T11:00:00Z") == .passed)
    #expect(try submit(5, "2026-05-01T10:00:00Z") == .passed)
    let (released, again) = (detection.release(1), detection.release(1))
    #expect(released?.id == 3 && again == nil)
    for id in 6...8 as ClosedRange<UInt64> { _ = try submit(id, "2026-05-01T12:00:00Z") }
    #expect(detection.quarantine.count == 1)
    let deleted = detection.delete(2)
    #expect(deleted?.id == 8 && detection.quarantine.isEmpty)
    detection.declare(try #require(.init(count: 0, seconds: 60)), for: "4.8.3")
    detection.declare(AnomalyDetection.AttributeLimits(0...100), for: "2.2")
    let other = AnomalyDetection.Request(id: 9, user: World.other, role: .otherUser, variant: "4.8.3")
    #expect(detection.submit(other, at: try moment("2026-05-01T12:00:00Z")) == .quarantined(3, .dcc))
    for generation in MeterGeneration.allCases {
      let topUp = AnomalyDetection.Request(
        id: 10, user: World.supplier, role: .importSupplier, variant: "2.2", generation: generation, attribute: 101)
      let outcome = detection.submit(topUp, at: try moment("2026-05-01T12:00:00Z"))
      #expect(outcome == (generation == .smets1 ? .deleted(.attributeLimits) : .quarantined(4, .attributeLimits)))
    }
    #expect(AnomalyDetection.Threshold(count: 1, seconds: 0) == nil)
  }

  @Test("MP162 rule 45: retrievers bear no share of the implementation, and a request costs nothing") func rule45() {
    #expect(facts.number("implementation-share-per-mille") == 0 && facts.number("request-charge-pence") == 0)
  }

  // MARK: Timetable and money

  @Test("MP162 rule 46: 27 June 2024, or later by its date of decision; test scenarios on 29 February 2024")
  func rule46() throws {
    #expect(facts.implementation(decidedOn: try day("2022-10-26")) == (try day("2024-06-27")))
    #expect(facts.implementation(decidedOn: try day("2022-12-31")) == (try day("2024-06-27")))
    #expect(facts.implementation(decidedOn: try day("2023-01-01")) == (try day("2024-07-04")))
    #expect(facts.date("test-scenarios") == (try day("2024-02-29")))
    #expect(try day("2024-06-27").weekday == .thursday)
  }

  @Test("MP162 rule 47: what it cost the DCC") func rule47() {
    #expect(facts.number("cost-to-pre-integration-pounds") == 1_500_000)
    #expect(facts.number("cost-after-lowest-pounds") == 2_700_000)
    #expect(facts.number("cost-after-highest-pounds") == 3_600_000)
  }

  @Test("MP162 rule 48: data by working day 5, with 4 working days to submit") func rule48() {
    #expect(facts.number("data-needed-by-working-day") == 5 && facts.number("working-days-to-submit") == 4)
  }

  // MARK: Left out, as switches

  @Test("MP162 rules 49 to 53: all switches are off by default") func switches() {
    let switches = DCCSwitches()
    #expect(switches.smets1Cache == nil && switches.windows == nil && switches.settlementTag == nil)
    #expect(!switches.prioritisesOnDemand && !switches.poolsSchedules)
  }

  @Test("MP162 rule 49: the SMETS1 cache answers at 47:59 and not at 48:00, with access control for each reader")
  func rule49() throws {
    var cache = SMETS1Cache<[UInt8]>(SMETS1CacheRules())
    let stored = try moment("2026-05-01T12:00:00Z")
    func key(_ variant: ServiceVariant) -> SMETS1CacheKey {
      .init(device: PartyIdentifier(1), variant: variant, from: stored, through: stored)
    }
    for variant in ["4.6.1", "4.8.1", "4.8.3"] as [ServiceVariant] {
      let isKept = cache.store([1], key(variant), of: .smets1, at: stored)
      #expect(isKept)
    }
    let isNetworkDataKept = cache.store([1], key("4.10"), of: .smets1, at: stored)
    #expect(!isNetworkDataKept)
    #expect(SMETS1CacheRules.withNetworkData.variants.contains("4.10"))
    #expect(cache.result(key("4.8.1"), at: try moment("2026-05-03T11:59:00Z")) == [1])
    #expect(cache.result(key("4.8.1"), at: try moment("2026-05-03T12:00:00Z")) == nil)
    cache.expire(at: try moment("2026-05-03T11:59:59Z"))
    #expect(cache.count == 3)
    cache.expire(at: try moment("2026-05-03T12:00:00Z"))
    #expect(cache.count == 0)
    let world = try World()
    #expect(try world.ask(World.rival, .meterDataRetriever, "4.8.1", of: world.meter(.smets1)) == .notRegistered)
  }

  @Test("MP162 rule 49: what is stored again lasts from then on, and the cache has a bound") func rule49Bounds() throws
  {
    var rules = SMETS1CacheRules()
    rules.mostResults = 2
    var cache = SMETS1Cache<Int>(rules)
    let start = try moment("2026-05-01T00:00:00Z")
    func key(_ device: UInt64) -> SMETS1CacheKey {
      .init(device: PartyIdentifier(device), variant: "4.8.1", from: start, through: start.advanced(byHours: 24))
    }
    func store(_ value: Int, _ device: UInt64, _ hours: Int) -> Bool {
      cache.store(value, key(device), of: .smets1, at: start.advanced(byHours: hours))
    }
    #expect(store(1, 1, 0) && store(2, 2, 1) && !store(3, 3, 2))
    #expect(store(4, 1, 10) && cache.count == 2)
    #expect(cache.result(key(1), at: start.advanced(byHours: 57)) == 4)
    // The second went at 49 hours and left room.
    #expect(store(3, 3, 49) && cache.count == 2)
    #expect(cache.result(key(2), at: start.advanced(byHours: 48)) == nil)
    cache.expire(at: start.advanced(byHours: 58))
    #expect(cache.result(key(1), at: start) == nil && cache.count == 1)
    // A whole day from midnight to midnight has 49 half-hours and two midnights.
    #expect(key(1).entries == 49)
    var daily = key(1)
    daily.variant = .retrieveImportDailyReadLog
    #expect(daily.entries == 2)
    daily.through = start.advanced(byHours: -1)
    #expect(daily.entries == 0)
  }

  @Test(
    "MP162 rule 50: windows for everybody at night, for export suppliers and retrievers by day, with a gap, not after 20:00"
  )
  func rule50() throws {
    let windows = try ScheduleWindows(peak: 0..<21_600, offPeak: 36_000..<72_000, peakRate: 1000, offPeakRate: 100)
    for role in UserRole.allCases {
      let isOffPeak = role == .exportSupplier || role == .meterDataRetriever
      #expect(windows.window(of: role) == (isOffPeak ? windows.offPeak : windows.peak))
      #expect(windows.rate(of: role, at: 3600) == 1000)
      #expect(windows.rate(of: role, at: 40_000) == (isOffPeak ? 100 : 0))
      #expect(windows.rate(of: role, at: 30_000) == 0 && windows.rate(of: role, at: 75_000) == 0)
    }
    #expect(throws: ScheduleWindows.Fault.end) {
      try ScheduleWindows(peak: 0..<10, offPeak: 20..<72_001, peakRate: 2, offPeakRate: 1)
    }
    #expect(throws: ScheduleWindows.Fault.order) {
      try ScheduleWindows(peak: 0..<20, offPeak: 20..<30, peakRate: 2, offPeakRate: 1)
    }
    #expect(throws: ScheduleWindows.Fault.rate) {
      try ScheduleWindows(peak: 0..<10, offPeak: 20..<30, peakRate: 1, offPeakRate: 1)
    }
    #expect(facts.text("off-peak-latest-end") == "20:00")
  }

  @Test("MP162 rule 51: on demand before scheduled, each in its order") func rule51() {
    var queue = RequestQueue<String>(prioritisesOnDemand: true)
    for (name, mode) in [("s1", RequestMode.scheduled), ("d1", .onDemand), ("s2", .scheduled), ("d2", .onDemand)] {
      queue.append(name, mode)
    }
    var served: [String] = []
    while let next = queue.next() { served.append(next) }
    #expect(served == ["d1", "d2", "s1", "s2"])
  }

  @Test("MP162 rule 52: a tag for settlement was not adopted; as a switch it gives two times") func rule52() {
    #expect(!facts.isYes("settlement-tag-adopted"))
    let tag = SettlementTag(taggedSeconds: 86_400, untaggedSeconds: 30)
    #expect(tag.seconds(isTagged: true) == 86_400 && tag.seconds(isTagged: false) == 30)
  }

  @Test("MP162 rule 53: pooling, push and random windows were ideas; pooling is a switch") func rule53() throws {
    #expect(facts.facts(ofRule: 53).count == 3 && facts.facts(ofRule: 53).allSatisfy { $0.value == "no" })
    let start = try day("2026-05-01")
    let schedules = try [(1, 9, "4.8.1"), (2, 9, "4.8.1"), (3, 9, "4.8.3"), (4, 8, "4.8.1")].map { row in
      (
        id: try #require(ScheduleIdentifier(row.0)),
        schedule: ReadSchedule(
          owner: World.retriever, role: .meterDataRetriever, device: PartyIdentifier(UInt64(row.1)),
          variant: ServiceVariant(row.2), frequency: .daily, start: start)
      )
    }
    #expect(SchedulePool.groups(schedules).map { $0.map(\.number) } == [[1, 2], [3], [4]])
  }

  @Test("MP162 rule 54: the DCO serves one at a time within a cohort, three cohorts side by side") func rule54() {
    #expect(facts.number("dual-control-cohorts") == CohortWork<Int>.cohorts)
    var work = CohortWork<Int>()
    for number in 0..<9 { work.append(number, cohort: number % 3) }
    let isTaken = work.append(9, cohort: 3)
    #expect(!isTaken)
    #expect(work.begin().map(\.request) == [0, 1, 2] && work.begin().isEmpty)
    work.finish(cohort: 1)
    #expect(work.begin().map(\.request) == [4] && work.waiting == 5)
  }

  @Test("MP162 rule 51: within a cohort, too, on demand comes before scheduled where modes are given")
  func rule51Cohorts() {
    var work = CohortWork<String>(cohorts: 1)
    for (name, mode) in [("s1", RequestMode.scheduled), ("d1", .onDemand), ("s2", .scheduled), ("d2", .onDemand)] {
      work.append(name, cohort: 0, mode: mode)
    }
    var served: [String] = []
    while let next = work.begin().first {
      served.append(next.request)
      work.finish(cohort: 0)
    }
    #expect(served == ["d1", "d2", "s1", "s2"])
  }

  @Test("a SMETS1 device takes command variant 1 alone, for critical services too") func smets1CommandVariants() throws
  {
    let catalogue = try ServiceCatalogue()
    let date = try day("2026-05-01")
    for variant in ["4.8.1", "6.11", "7.2"] as [ServiceVariant] {
      let definition = try #require(catalogue.definition(variant, on: date))
      for number in 1...8 {
        let port = CommandVariantRules.port(number) ?? .sendCommand
        let refusal = CommandVariantRules.refusal(number, of: definition, at: port, generation: .smets1)
        #expect(refusal == (number == 1 ? nil : .commandVariant))
      }
      #expect(
        CommandVariantRules.refusal(1, of: definition, at: .transform, generation: .smets1) == .wrongAddress)
    }
    let inventory = try #require(catalogue.definition("8.2", on: date))
    #expect(CommandVariantRules.refusal(8, of: inventory, at: .nonDevice, generation: .smets1) == nil)
  }

  @Test("MP162 rule 55: shares of the scenarios A, B and C") func rule55() {
    for (scenario, supplier) in [("a", 750), ("b", 500), ("c", 0)] {
      #expect(facts.number("scenario-\(scenario)-supplier-per-mille") == supplier)
      #expect(facts.number("scenario-\(scenario)-retriever-per-mille") == 1000 - supplier)
    }
    #expect(facts.number("scenario-b-supplier-data-reused-per-mille") == 500)
  }
}
