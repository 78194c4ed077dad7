import GBCS
import MeterSecurity
import SettlementCalendar
import SmartMeters
import Testing

@Suite("Reads of a simulated meter, with real cryptography") struct ReadTests {
  @Test("a supplier reads a settlement day: what the estate counted, and nothing else") func supplierRead() throws {
    var world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let day = SettlementDay(try present(SettlementDate("2026-03-29")))
    let now = day.end.advanced(byHours: 5)
    let command = CommandAddress(originator: World.supplier, counter: world.next(), device: meter.identifier)
      .command(.activeImportProfile, LogPeriod(day))
    let effects = meter.receive(world.finished(command), at: now, world.security, world.loads)
    guard case .response(let response)? = effects.first, effects.count == 1 else {
      Issue.record("no response: \(effects)")
      return
    }
    let observation = try world.observation(response, reader: World.supplier, device: meter.identifier)
    let series = try present(observation.series().value.first)
    #expect(series.readings.count == 46)
    #expect(series.readings.compactMap { $0.period?.number } == Array(1...46))
    #expect(series.readings.map { Int32($0.energy.wattHours) } == world.loads.wattHours(row: 3, on: day.date))
    #expect(observation.missing(of: LogPeriod(day)).isEmpty)
  }

  @Test("an MDR reads through the broker; the answer is for it alone, and the broker cannot open it")
  func retrieverRead() throws {
    var world = try World()
    var meter = try present(world.meters.meter(row: 5))
    let day = SettlementDay(try present(SettlementDate("2026-10-25")))
    let certificate = try present(world.parties.others.first).keyAgreement.certificate.bytes
    let address = CommandAddress(
      broker: World.broker, counter: world.next(), for: World.retriever, partyCounter: 55,
      keyAgreementCertificate: certificate, device: meter.identifier)
    let effects = meter.receive(
      world.finished(address.command(.activeImportProfile, LogPeriod(day))), at: day.end.advanced(byHours: 1),
      world.security, world.loads)
    guard case .response(let response)? = effects.first else { throw Absent() }
    let message = try DeviceMessage(response)
    #expect(message.recipient == World.broker)
    #expect(message.supplementary.remoteParty == World.retriever)
    #expect(message.supplementary.remotePartyCounter == 55)
    #expect(message.supplementary.originatorCounter == 2_001)
    let observation = try world.observation(response, reader: World.retriever, device: meter.identifier)
    let readings = try present(observation.series().value.first).readings
    #expect(readings.count == 50)
    #expect(readings.map { Int32($0.energy.wattHours) } == world.loads.wattHours(row: 5, on: day.date))
    #expect(throws: MeterReader.Fault.sealed) {
      try world.observation(response, reader: World.broker, device: meter.identifier)
    }
  }

  @Test("one whole UTC day has 49 rows, stamped at the end of the half-hour") func fortyNine() throws {
    var world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let midnight = try present(UTCInstant("2026-01-10T00:00:00Z"))
    let period = LogPeriod(from: DeviceTime(midnight), to: DeviceTime(midnight.advanced(byHours: 24)))
    let command = CommandAddress(originator: World.supplier, counter: world.next(), device: meter.identifier)
      .command(.activeImportProfile, period)
    let effects = meter.receive(
      world.finished(command), at: midnight.advanced(byHours: 30), world.security, world.loads)
    guard case .response(let response)? = effects.first else { throw Absent() }
    let observation = try world.observation(response, reader: World.supplier, device: meter.identifier)
    guard case .log(let rows) = observation.content else { throw Absent() }
    #expect(rows.count == 49)
    #expect(rows.first?.time == period.from && rows.last?.time == period.to)
  }

  @Test("every read answers, opens, and a changed byte anywhere in the answer is found") func allReads() throws {
    var world = try World()
    let row = try present((0..<1_999 as Range<UInt32>).first { world.meters.rows(of: $0)?.exportRow != nil })
    var meter = try present(world.meters.meter(row: row))
    let now = try present(UTCInstant("2026-07-10T12:00:00Z"))
    let period = LogPeriod(from: DeviceTime(now.advanced(byHours: -72)), to: DeviceTime(now))
    for read in MeterRead.allCases {
      let isKnown = ![.exportDailyLog, .exportProfile, .exportRegisters].contains(read)
      let address =
        isKnown
        ? CommandAddress(originator: World.supplier, counter: world.next(), device: meter.identifier)
        : CommandAddress(
          broker: World.broker, counter: world.next(), for: World.retriever, partyCounter: world.next(),
          keyAgreementCertificate: nil, device: meter.identifier)
      let effects = meter.receive(
        world.finished(address.command(read, period)), at: now, world.security, world.loads)
      guard case .response(let response)? = effects.first else {
        Issue.record("\(read): \(effects)")
        continue
      }
      let reader = isKnown ? World.supplier : World.retriever
      let observation = try world.observation(response, reader: reader, device: meter.identifier)
      switch observation.content {
      case .log(let rows): #expect(!rows.isEmpty, "\(read)")
      case .registers(let values): #expect(values.count == 2 && values[0] > 0, "\(read)")
      }
      for place in stride(from: 0, to: response.count, by: 7) {
        var changed = response
        changed[place] ^= 0x10
        #expect(throws: MeterReader.Fault.self, "\(read), byte \(place)") {
          try world.observation(changed, reader: reader, device: meter.identifier)
        }
      }
    }
  }

  @Test("a meter passes over what is not from whom it says, and says so to its supplier") func refusals() throws {
    var world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let now = try present(UTCInstant("2026-07-10T12:00:00Z"))
    let read = CommandAddress(originator: World.supplier, counter: world.next(), device: meter.identifier)
      .command(.importRegisters)
    var wrong = world.finished(read)
    wrong[wrong.count - 1] ^= 1
    #expect(
      meter.receive(wrong, at: now, world.security, world.loads).first == .discarded(.wrongMAC))
    #expect(meter.core.securityLog.map(\.event) == [AlertCode.authenticationFailed.rawValue])
    let unknown = CommandAddress(originator: World.gaining, counter: 1, device: meter.identifier)
      .command(.importRegisters)
    let effects = meter.receive(world.finished(unknown), at: now, world.security, world.loads)
    #expect(effects.first == .discarded(.unknownParty))
    guard effects.count == 2, case .alert(.sourceWithoutAuthority, World.supplier, let alert) = effects[1] else {
      throw Absent()
    }
    let said = try DeviceMessage(alert)
    #expect(try said.openedPayload().payload.alertCode == 0x8F30 && said.isSigned)
    // ECS17b is not open to the broker: the reason why an MDR cannot use 4.1.1 on SMETS2.
    let throughBroker = CommandAddress(
      broker: World.broker, counter: 9, for: World.retriever, partyCounter: 1, keyAgreementCertificate: nil,
      device: meter.identifier
    ).command(.importRegisters)
    #expect(
      meter.receive(world.finished(throughBroker), at: now, world.security, world.loads).first
        == .discarded(.unknownParty))
    #expect(
      meter.receive(Array(world.finished(read).dropLast()), at: now, world.security, world.loads)
        == [.discarded(.unreadable)])
  }
}
