import DUIS
import DataServiceProvider
import GBCS
import MeterSecurity
import SettlementCalendar
import SmartMeteringEstate
import SmartMeteringRules
import SmartMeters
import Testing

/// Real meters, real cryptography, one process.
@Suite struct EstateTests {
  static let start = UTCInstant(secondsSince1970: 1_777_593_600)

  static func estate(
    points: Int = 60, faults: FaultPlan = FaultPlan(), appoints: Bool = true
  ) throws -> EstateSimulation {
    var setup = EstateSetup(seed: 7, points: points, start: start, faults: faults)
    setup.appointsRetriever = appoints
    return try EstateSimulation(setup)
  }

  static func request(
    _ estate: EstateSimulation, _ name: String, _ variant: String, _ body: ServiceBody, to target: EUI64,
    counter: UInt64, cv: Int = 1
  ) throws -> ReceivedRequest {
    let user = try #require(estate.parties.user(name))
    let id = RequestID(originator: user.identifier, target: target, counter: counter)
    return ReceivedRequest(
      port: try #require(CommandVariantRules.port(cv)),
      request: ServiceRequest(id: id, commandVariant: cv, variant: variant, body: body), signer: user.identifier)
  }

  static let dayBefore = ReadPeriod(start: start.advanced(bySeconds: -86_400 + 1_800), end: start)

  @Test(arguments: ["supplier", "mdr", "network", "other"])
  func eachRoleReadsAProfileThatTheMeterCounted(_ name: String) throws {
    let estate = try Self.estate()
    let meter = MeterEstate.identifier(.electricityMeter, row: 3)
    let user = try #require(estate.parties.user(name))
    let body = ServiceBody.read(ReadService(.activeImportProfile, period: Self.dayBefore))
    let sent = estate.submit(try Self.request(estate, name, "4.8.1", body, to: meter, counter: 5))
    guard case .answer(let response) = sent else {
      Issue.record("\(sent)")
      return
    }
    #expect(response.code == "I99")
    var posts: [PostedResponse] = []
    estate.advance(to: Self.start.advanced(bySeconds: 60)) { posts += $0 }
    let post = try #require(posts.first)
    #expect(posts.count == 1 && post.user == user.identifier && post.response.code == "I0")
    guard case .message("4.8.1", .device(let bytes)) = try ResponseBody(post.response) else {
      Issue.record("no device message")
      return
    }
    let observation = try estate.security.observation(bytes, reader: user.identifier)
    let series = try #require(observation.series().value.first)
    #expect(series.readings.count == 48)
    // Six hops, each with one message; the device proved the command.
    for hop in Hop.allCases { #expect(estate.hops.taken(hop) == 1) }
    #expect(estate.hops.count(.networkToDevice, .proved) == 1)
    #expect(estate.hops.count(.networkToProvider, name == "mdr" || name == "other" ? .proved : .passed) == 1)
    // Nobody else can open what was encrypted to this reader.
    let other = try #require(estate.parties.user(name == "mdr" ? "other" : "mdr"))
    #expect(throws: MeterReader.Fault.self) { try estate.security.observation(bytes, reader: other.identifier) }
  }

  @Test func withoutAnAppointmentARetrieverIsRefused() throws {
    let estate = try Self.estate(appoints: false)
    let meter = MeterEstate.identifier(.electricityMeter, row: 3)
    let body = ServiceBody.read(ReadService(.activeImportProfile, period: Self.dayBefore))
    guard
      case .answer(let response) = estate.submit(
        try Self.request(estate, "mdr", "4.8.1", body, to: meter, counter: 5))
    else {
      Issue.record("no answer")
      return
    }
    #expect(response.code == "E4")
  }

  @Test func aFaultyDayIsAccountedForHopByHop() throws {
    let faults = FaultPlan(
      seed: 3, [.lostCommand: 500, .lostResponse: 500, .wrongMAC: 500, .repeatedResponse: 500, .noWAN: 500])
    let estate = try Self.estate(points: 300, faults: faults)
    let read = try #require(ScheduledRead(variant: "4.8.1", period: .dayBefore))
    let tomorrow = try #require(SettlementDate("2026-05-02"))
    var created = 0
    for device in estate.provider.inventory.devices
    where estate.provider.inventory[device]?.device.points.importPoint != nil {
      let body = ServiceBody.createSchedule(
        ScheduleDetails(startDate: tomorrow, endDate: tomorrow, read: read, device: device))
      let broker = estate.parties.broker.identifier
      created += 1
      guard
        case .answer(let response) = estate.submit(
          try Self.request(estate, "mdr", "5.1", body, to: broker, counter: UInt64(created), cv: 8)),
        response.code == "I0"
      else {
        Issue.record("no schedule")
        return
      }
    }
    var (answered, failed) = (0, 0)
    estate.advance(to: Self.start.advanced(byHours: 49)) { posts in
      for post in posts {
        switch try? ResponseBody(post.response) {
        case .message(_, .scheduled)?: answered += 1
        case .dccAlert(_, _, .commandFailure)?: failed += 1
        default: Issue.record("unexpected")
        }
      }
    }
    let hops = estate.hops
    let runs = hops.total(.providerToNetwork)
    #expect(runs == created)
    #expect(answered + failed == runs)
    let account = estate.channel.account
    let lost = account.counts[.lostCommand] ?? 0
    let noWAN = account.counts[.noWAN] ?? 0
    #expect(hops.total(.networkToDevice) == runs)
    #expect(hops.count(.networkToDevice, .lost) == lost + noWAN)
    let responses = hops.count(.networkToDevice, .proved)
    let repeated = account.counts[.repeatedResponse] ?? 0
    let lostResponses = account.counts[.lostResponse] ?? 0
    #expect(hops.total(.deviceToNetwork) == responses + repeated)
    #expect(hops.count(.deviceToNetwork, .lost) == lostResponses)
    #expect(hops.total(.networkToProvider) == hops.taken(.deviceToNetwork))
    #expect(answered == hops.count(.networkToProvider, .proved))
    #expect(lost > 0 && repeated > 0 && lostResponses > 0 && noWAN > 0)
    #expect(estate.faults.unexplained.isEmpty, "\(estate.faults.unexplained)")
  }

  @Test func theSameSeedGivesTheSameDay() throws {
    func day() throws -> [PostedResponse] {
      let estate = try Self.estate(faults: FaultPlan(seed: 1, [.lostResponse: 2_000]))
      for row in 0..<20 as Range<UInt32> {
        let body = ServiceBody.read(ReadService(.activeImportProfile, period: Self.dayBefore))
        let meter = MeterEstate.identifier(.electricityMeter, row: row)
        _ = estate.submit(try Self.request(estate, "supplier", "4.8.1", body, to: meter, counter: UInt64(row)))
      }
      var posts: [PostedResponse] = []
      estate.advance(to: Self.start.advanced(byHours: 2)) { posts += $0 }
      return posts
    }
    #expect(try day() == day())
  }

  @Test func theGainingSupplierTakesAMeterOverAndReadsIt() throws {
    let estate = try Self.estate()
    let meter = MeterEstate.identifier(.electricityMeter, row: 3)
    let gaining = try #require(estate.parties.user("supplier2"))
    let number = try #require(estate.provider.inventory[meter]?.device.points.importPoint)
    let point = SupplyPoint(.importElectricity, number)
    let today = try #require(estate.now.utcDate)
    estate.provider.registration.end(.importSupplier, on: point, last: try #require(today.advanced(by: -1)))
    estate.provider.registration.insert(
      RegistrationRecord(
        point, role: .importSupplier, user: PartyIdentifier(gaining.identifier.rawValue), from: today))
    let body = ServiceBody.replaceSupplier(
      SupplierReplacement(
        signing: gaining.identity.signing.certificate.bytes,
        keyAgreement: gaining.identity.keyAgreement.certificate.bytes,
        topUpKeyAgreement: gaining.identity.prepaymentKeyAgreement?.certificate.bytes,
        path: [estate.parties.pki.organisations.issuing.certificate.bytes], importPoint: number))
    _ = estate.submit(try Self.request(estate, "supplier2", "6.23", body, to: meter, counter: 9))
    var alerts: [DCCAlert] = []
    estate.advance(to: estate.now.advanced(bySeconds: 60)) { posts in
      for post in posts {
        if case .dccAlert(_, _, let alert)? = try? ResponseBody(post.response) { alerts.append(alert) }
      }
    }
    #expect(alerts.contains { if case .credentialsUpdated = $0 { true } else { false } })
    #expect(alerts.contains { if case .supplierChanged = $0 { true } else { false } })
    // The meter now knows the new supplier and answers it.
    let read = ServiceBody.read(ReadService(.activeImportProfile, period: Self.dayBefore))
    _ = estate.submit(try Self.request(estate, "supplier2", "4.8.1", read, to: meter, counter: 10))
    var answers: [[UInt8]] = []
    estate.advance(to: estate.now.advanced(bySeconds: 60)) { posts in
      for post in posts {
        if case .message("4.8.1", .device(let bytes))? = try? ResponseBody(post.response) { answers.append(bytes) }
      }
    }
    let answer = try #require(answers.first)
    #expect(try estate.security.observation(answer, reader: gaining.identifier).device == meter)
  }
}
