import GBCS
import KeyInfrastructure
import MessageSecurity
import MeterSecurity
import SettlementCalendar
import SmartMeters
import Testing

@Suite("What a simulated meter does beside telling its energy") struct OperationTests {
  static let noon = UTCInstant("2026-07-10T12:00:00Z")

  /// Sends a command from the supplier. - Returns: all effects.
  private func send(
    _ command: MeterCommand, _ world: inout World, _ meter: inout ElectricityMeter, counter: UInt64? = nil,
    at now: UTCInstant
  ) -> [DeviceEffect] {
    let address = CommandAddress(
      originator: World.supplier, counter: counter ?? world.next(), device: meter.identifier)
    return meter.receive(
      world.finished(address.command(command), critical: command.isCritical), at: now, world.security, world.loads)
  }

  private func results(_ effects: [DeviceEffect]) throws -> [UInt8] {
    guard case .response(let bytes)? = effects.first,
      case .dlms(.accessResponse(let response)) = try DeviceMessage(bytes).openedPayload().payload
    else { return [] }
    return response.results.map(\.code)
  }

  @Test("critical commands need a signature, are answered with one, and are taken once") func critical() throws {
    var world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let now = try present(Self.noon)
    let address = CommandAddress(originator: World.supplier, counter: world.next(), device: meter.identifier)
    let bytes = world.finished(address.command(.disableSupply), critical: true)
    let effects = meter.receive(bytes, at: now, world.security, world.loads)
    guard case .response(let response)? = effects.first else { throw Absent() }
    let message = try DeviceMessage(response)
    #expect(message.mac == nil)
    #expect(message.isSigned(by: try world.parties.pki.device(meter.identifier).signing.certificate))
    #expect(meter.supply == .disabled)
    #expect(
      meter.receive(bytes, at: now, world.security, world.loads).first == .discarded(.repeatedCounter))
    let unsigned = CommandAddress(originator: World.supplier, counter: world.next(), device: meter.identifier)
    #expect(
      meter.receive(world.finished(unsigned.command(.enableSupply)), at: now, world.security, world.loads).first
        == .discarded(.wrongSignature))
    #expect(meter.supply == .disabled)
    #expect(try results(send(.armSupply, &world, &meter, at: now)) == [0])
    let isOn = meter.pressToRestore()
    #expect(isOn && meter.supply == .enabled)
  }

  @Test("the clock is set within the supplier's window only, and drifts from then on") func clock() throws {
    var world = try World(faults: FaultPlan(seed: 3, [.clockDrift: 10_000]))
    var meter = try present(world.meters.meter(row: 4))
    let now = try present(Self.noon)
    let error = meter.core.clock.error(at: DeviceTime(now))
    #expect(error != 0)
    let wrong = DeviceTime(now).advanced(by: 100)...DeviceTime(now).advanced(by: 200)
    #expect(try results(send(.synchroniseClock(wrong), &world, &meter, at: now)) == [0, 0, 0, 1, 250])
    #expect(meter.core.clock.status == .unreliable)
    let right = DeviceTime(now).advanced(by: -5)...DeviceTime(now).advanced(by: 5)
    #expect(try results(send(.synchroniseClock(right), &world, &meter, at: now)) == [0, 0, 0, 0, 0])
    #expect(meter.core.clock.error(at: DeviceTime(now)) == 0 && meter.core.clock.status == .reliable)
    #expect(meter.core.eventLog.map(\.event) == [0x8F0C, 0x8145])
  }

  @Test("a top-up is credited once, by its own supplier's token only") func topUp() throws {
    var world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let now = try present(Self.noon)
    let prepayment = try present(world.parties.supplier.prepaymentKeyAgreement)
    func token(_ value: Int, _ counter: UInt64, device: EUI64) throws -> String {
      let secret = try SharedSecretValue(
        privateKey: prepayment.key, certificate: world.parties.pki.device(device).keyAgreement.certificate)
      return try TopUpToken(
        value: value, of: .pounds, counter: counter, supplier: World.supplier, device: device, secret: secret
      ).digits
    }
    let first = try token(20, 3 << 32, device: meter.identifier)
    #expect(try results(send(.topUp(digits: first), &world, &meter, counter: 3 << 32, at: now)) == [0])
    #expect(meter.prepayment.balancePence == 2_000)
    #expect(
      send(.topUp(digits: first), &world, &meter, counter: 3 << 32, at: now).first == .discarded(.repeatedCounter))
    let other = try present(world.meters.meter(row: 5)).identifier
    let foreign = try token(20, 4 << 32, device: other)
    let effects = send(.topUp(digits: foreign), &world, &meter, counter: 4 << 32, at: now)
    #expect(try results(effects) == [1])
    guard effects.count == 2, case .alert(.topUpNotAuthentic, World.supplier, _) = effects[1] else { throw Absent() }
    let large = try token(501, 5 << 32, device: meter.identifier)
    #expect(try results(send(.topUp(digits: large), &world, &meter, counter: 5 << 32, at: now)) == [1])
    #expect(meter.prepayment.balancePence == 2_000)
  }

  private func changeOfSupplier(
    _ world: World, _ gaining: OrganisationIdentity, at time: DeviceTime?
  ) throws -> CredentialsUpdate {
    CredentialsUpdate(
      mode: .supplierByTransitionalCoS, authorisingCounter: 6_000, newFloor: 9_000,
      replacements: [
        .init(certificate: gaining.signing.certificate.bytes, cell: TrustAnchorCell(.supplier, .digitalSignature)),
        .init(certificate: gaining.keyAgreement.certificate.bytes, cell: TrustAnchorCell(.supplier, .keyAgreement)),
        .init(
          certificate: try present(gaining.prepaymentKeyAgreement).certificate.bytes,
          cell: TrustAnchorCell(.supplier, .keyAgreement, .prepaymentTopUp)),
      ], path: [world.parties.pki.organisations.issuing.certificate.bytes], executionTime: time)
  }

  @Test("change of supplier: the gaining one reads, the losing one does not", arguments: [false, true])
  func switching(isFutureDated: Bool) throws {
    let world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let now = try present(Self.noon)
    let later = now.advanced(byHours: 12)
    let gaining = try present(world.parties.others.last)
    let update = try changeOfSupplier(world, gaining, at: isFutureDated ? DeviceTime(later) : nil)
    let command = try CommandAddress(
      originator: World.changeOfSupplier, counter: 6_000, device: meter.identifier
    ).command(update)
    let effects = meter.receive(
      world.finished(command, critical: true), at: now, world.security, world.loads)
    guard case .response(let response)? = effects.first,
      case .asn1(let answer) = try DeviceMessage(response).openedPayload().payload
    else {
      Issue.record("\(effects)")
      return
    }
    if isFutureDated {
      #expect(answer == CredentialsUpdate.accepted)
      #expect(meter.tick(at: now, world.security).isEmpty)
      #expect(meter.core.credentials.holder(of: .supplier) == World.supplier)
      guard case .alert(.futureDatedDone, _, let alert)? = meter.tick(at: later, world.security).first else {
        throw Absent()
      }
      #expect(try DeviceMessage(alert).code.rawValue == 0x00CB)
    }
    #expect(meter.core.credentials.holder(of: .supplier) == World.gaining)
    for (party, isTaken) in [(World.supplier, false), (World.gaining, true)] {
      let read = CommandAddress(originator: party, counter: 1, device: meter.identifier).command(.importRegisters)
      let effects = meter.receive(world.finished(read), at: later, world.security, world.loads)
      if case .response? = effects.first { #expect(isTaken) } else { #expect(!isTaken) }
    }
    // The gaining supplier's floor holds for its critical commands.
    let low = CommandAddress(originator: World.gaining, counter: 8_999, device: meter.identifier)
    #expect(
      meter.receive(world.finished(low.command(.disableSupply), critical: true), at: later, world.security, world.loads)
        .first == .discarded(.repeatedCounter))
  }

  @Test("credentials of another chain are refused as a whole") func foreignChain() throws {
    let world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let now = try present(Self.noon)
    let stranger = try TestPKI(seed: 99).organisation(World.gaining, .supplier)
    let update = try changeOfSupplier(world, stranger, at: nil)
    let command = try CommandAddress(
      originator: World.changeOfSupplier, counter: 6_000, device: meter.identifier
    ).command(update)
    let before = meter.core.credentials.holder(of: .supplier)
    let effects = meter.receive(world.finished(command, critical: true), at: now, world.security, world.loads)
    guard case .response(let response)? = effects.first,
      case .asn1(let answer) = try DeviceMessage(response).openedPayload().payload
    else { throw Absent() }
    let statuses = answer.elements?.last?.elements?.last?.elements?.compactMap { $0.elements?[1].wholeNumber }
    #expect(statuses == [10, 10, 10])
    #expect(meter.core.credentials.holder(of: .supplier) == before)
  }

  @Test("a change of supplier that waits is taken back") func cancelled() throws {
    let world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let now = try present(Self.noon)
    let later = now.advanced(byHours: 12)
    var update = try changeOfSupplier(world, try present(world.parties.others.last), at: DeviceTime(later))
    for counter in [UInt64(6_000), 6_001] {
      update.authorisingCounter = counter
      let command = try CommandAddress(
        originator: World.changeOfSupplier, counter: counter, device: meter.identifier
      ).command(update)
      let effects = meter.receive(world.finished(command, critical: true), at: now, world.security, world.loads)
      guard case .response? = effects.first else { throw Absent() }
      update.isCancellation = true
    }
    #expect(meter.tick(at: later, world.security).isEmpty)
    #expect(meter.core.credentials.holder(of: .supplier) == World.supplier)
  }

  @Test("firmware: only the image that came is activated, at its time, and the supplier is told") func firmware() throws
  {
    var world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let now = try present(Self.noon)
    let later = now.advanced(byHours: 2)
    let hash = [UInt8](repeating: 0xAA, count: 32)
    func activate(at time: UTCInstant?) throws -> [DeviceEffect] {
      let counter = world.next()
      let command = CommandAddress(originator: World.supplier, counter: counter, device: meter.identifier).command(
        FirmwareActivation(hash: hash, counter: counter, executionTime: time.map { DeviceTime($0) }))
      return meter.receive(world.finished(command, critical: true), at: now, world.security, world.loads)
    }
    let before = meter.firmware.version
    guard case .response? = try activate(at: nil).first else { throw Absent() }
    #expect(meter.firmware.version == before, "nothing waits")
    meter.receiveFirmware(.init(hash: hash, version: 0x0200_0000))
    guard case .response? = try activate(at: later).first else { throw Absent() }
    #expect(meter.firmware.version == before)
    #expect(meter.tick(at: now, world.security).isEmpty)
    guard case .alert(.futureDatedDone, World.supplier, let alert)? = meter.tick(at: later, world.security).first else {
      throw Absent()
    }
    #expect(try DeviceMessage(alert).code.rawValue == 0x00CA)
    #expect(meter.firmware.version == 0x0200_0000)
  }

  @Test("the broker asks which certificates a meter has") func credentialsReport() throws {
    var world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let command = CommandAddress(originator: World.broker, counter: world.next(), device: meter.identifier)
      .credentialsReport(of: [.supplier, .networkOperator])
    let effects = meter.receive(world.finished(command), at: try present(Self.noon), world.security, world.loads)
    guard case .response(let bytes)? = effects.first,
      case .asn1(let report) = try DeviceMessage(bytes).openedPayload().payload, let roles = report.elements
    else { throw Absent() }
    #expect(roles.map { $0.elements?.first?.wholeNumber } == [2, 3])
    #expect(roles.map { $0.elements?.last?.elements?.count } == [3, 2])
    let holders = roles[0].elements?.last?.elements?.compactMap { $0.elements?.dropLast().last?.octets }
    #expect(holders == [[UInt8]](repeating: World.supplier.bytes, count: 3))
  }
}
