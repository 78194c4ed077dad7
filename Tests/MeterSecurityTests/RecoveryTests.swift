import GBCS
import KeyInfrastructure
import MessageSecurity
import MeterSecurity
import SettlementCalendar
import SmartMeters
import Testing

@Suite("Credentials when keys are lost, or certificates are not good") struct RecoveryTests {
  static let noon = UTCInstant("2026-07-10T12:00:00Z")

  private func answer(_ effects: [DeviceEffect]) throws -> [Int] {
    guard case .response(let bytes)? = effects.first,
      case .asn1(let value) = try DeviceMessage(bytes).openedPayload().payload
    else { return [] }
    return value.elements?.last?.elements?.last?.elements?.compactMap { $0.elements?[1].wholeNumber } ?? []
  }

  /// The supplier's and the network's certificates replaced by new ones.
  private func recovery(_ world: World, counter: UInt64) throws -> CredentialsUpdate {
    let supplier = try world.parties.pki.organisation(World.supplier, .supplier, generation: 1)
    let network = try world.parties.pki.organisation(World.network, .networkOperator, generation: 1)
    return CredentialsUpdate(
      mode: .anyByRecovery, authorisingCounter: counter,
      otherFloors: [.init(.supplier, 50_000), .init(.networkOperator, 60_000)],
      replacements: [
        .init(certificate: supplier.signing.certificate.bytes, cell: TrustAnchorCell(.supplier, .digitalSignature)),
        .init(certificate: supplier.keyAgreement.certificate.bytes, cell: TrustAnchorCell(.supplier, .keyAgreement)),
        .init(
          certificate: network.signing.certificate.bytes, cell: TrustAnchorCell(.networkOperator, .digitalSignature)),
      ], path: [world.parties.pki.organisations.issuing.certificate.bytes])
  }

  private func command(_ update: CredentialsUpdate, _ originator: EUI64, _ meter: ElectricityMeter) throws
    -> DeviceMessage
  {
    try CommandAddress(originator: originator, counter: update.authorisingCounter, device: meter.identifier)
      .command(update)
  }

  @Test("recovery replaces many parties' certificates under its signature alone, once") func recovered() throws {
    let world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let now = try present(Self.noon)
    let message = try command(recovery(world, counter: 7_000), World.recovery, meter)
    let signed = try present(world.security.signed(message, device: World.recovery))
    #expect(signed.mac == nil)
    let before = meter.core.credentials
    #expect(try answer(meter.receive(signed.bytes, at: now, world.security, world.loads)) == [0, 0, 0])
    for (role, use) in [(RemotePartyRole.supplier, KeyUse.digitalSignature), (.networkOperator, .digitalSignature)] {
      #expect(meter.core.credentials[role, use]?.holder == before[role, use]?.holder)
      #expect(meter.core.credentials[role, use]?.publicKey != before[role, use]?.publicKey)
    }
    // Not replaced, and without a new floor.
    #expect(meter.core.credentials[.networkOperator, .keyAgreement] == before[.networkOperator, .keyAgreement])
    #expect(meter.core.credentials.floor(of: .supplier) == 50_000)
    #expect(meter.core.credentials.floor(of: .networkOperator) == 60_000)
    #expect(meter.core.credentials.floor(of: .recovery) == 7_000)
    #expect(meter.receive(signed.bytes, at: now, world.security, world.loads).first == .discarded(.repeatedCounter))
  }

  @Test("nobody but recovery recovers, and the root stays") func refused() throws {
    let world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let now = try present(Self.noon)
    let before = meter.core.credentials.cells(of: .supplier)
    // The supplier, with its own signature and the broker's MAC.
    let bySupplier = try command(recovery(world, counter: 7_000), World.supplier, meter)
    #expect(
      meter.receive(world.finished(bySupplier, critical: true), at: now, world.security, world.loads).first
        == .discarded(.unknownParty))
    // In recovery's name, unsigned.
    let unsigned = try command(recovery(world, counter: 7_001), World.recovery, meter)
    #expect(
      meter.receive(unsigned.bytes, at: now, world.security, world.loads).first == .discarded(.wrongSignature))
    var root = try recovery(world, counter: 7_002)
    root.replacements[0].cell = TrustAnchorCell(.root, .certificateSigning)
    let signed = try present(world.security.signed(try command(root, World.recovery, meter), device: World.recovery))
    #expect(
      meter.receive(signed.bytes, at: now, world.security, world.loads).first == .discarded(.unreadablePayload))
    #expect(meter.core.credentials.cells(of: .supplier) == before)
  }

  @Test("a command cut anywhere is passed over", arguments: [0, 1]) func hostile(seed: Int) throws {
    let world = try World()
    let now = try present(Self.noon)
    let fresh = try present(world.meters.meter(row: 3))
    let message = try command(recovery(world, counter: 7_000), World.recovery, fresh)
    let payload = message.payload
    for place in stride(from: seed, to: payload.count, by: 7) {
      var broken = message
      if seed == 0 { broken.payload = Array(payload.prefix(place)) } else { broken.payload[place] ^= 0x55 }
      guard let signed = world.security.signed(broken, device: World.recovery) else { continue }
      var meter = fresh
      let effects = meter.receive(signed.bytes, at: now, world.security, world.loads)
      // Passed over, or answered with a reason for each cell; never a supplier of another chain.
      #expect(!effects.isEmpty)
      #expect(meter.core.credentials.holder(of: .supplier) == World.supplier)
    }
  }

  @Test("lifetimes are judged where the command asks for it, and not where it does not", arguments: [true, false])
  func lifetimes(_ judges: Bool) throws {
    let world = try World()
    let gaining = try world.parties.pki.organisation(
      World.gaining, .supplier, generation: 1, from: present(CertificateTime(year: 2026, month: 8, day: 1)))
    var meter = try present(world.meters.meter(row: 3))
    let update = CredentialsUpdate(
      mode: .supplierByTransitionalCoS, authorisingCounter: 6_000,
      replacements: [
        .init(certificate: gaining.signing.certificate.bytes, cell: TrustAnchorCell(.supplier, .digitalSignature)),
        .init(
          certificate: try present(world.parties.others.last).keyAgreement.certificate.bytes,
          cell: TrustAnchorCell(.supplier, .keyAgreement)),
      ], path: [world.parties.pki.organisations.issuing.certificate.bytes], judgesLifetimes: judges)
    let message = try command(update, World.changeOfSupplier, meter)
    let effects = meter.receive(
      world.finished(message, critical: true), at: try present(Self.noon), world.security, world.loads)
    // The first begins in three weeks; the second is good and is replaced for itself.
    #expect(try answer(effects) == (judges ? [5, 0] : [0, 0]))
    #expect(meter.core.credentials[.supplier, .keyAgreement]?.holder == World.gaining)
    #expect(
      meter.core.credentials[.supplier, .digitalSignature]?.holder == (judges ? World.supplier : World.gaining))
  }

  @Test("an issuer that has expired vouches for nothing where lifetimes are judged") func expiredIssuer() throws {
    let world = try World()
    let der = try present(world.parties.others.last).signing.certificate.bytes
    let root = world.parties.pki.organisations.root.certificate
    let anchor = PublicCredential(holder: EUI64(rawValue: 0), keyIdentifier: 0, publicKey: root.publicKey)
    let path = [world.parties.pki.organisations.issuing.certificate.bytes]
    let good = DeviceTime(try present(Self.noon))
    let late = DeviceTime(try present(UTCInstant("2065-01-01T00:00:00Z")))
    #expect(world.security.isIssued(der, through: path, anchor: anchor, at: good))
    #expect(!world.security.isIssued(der, through: path, anchor: anchor, at: late))
    #expect(world.security.isIssued(der, through: path, anchor: anchor, at: nil))
  }

  @Test("a change that waited is told to whoever ordered it") func told() throws {
    let world = try World()
    var meter = try present(world.meters.meter(row: 3))
    let now = try present(Self.noon)
    let gaining = try present(world.parties.others.last)
    let update = CredentialsUpdate(
      mode: .supplierByTransitionalCoS, authorisingCounter: 6_000,
      replacements: [
        .init(certificate: gaining.signing.certificate.bytes, cell: TrustAnchorCell(.supplier, .digitalSignature))
      ], path: [world.parties.pki.organisations.issuing.certificate.bytes],
      executionTime: DeviceTime(now.advanced(byHours: 1)))
    let message = try command(update, World.changeOfSupplier, meter)
    _ = meter.receive(world.finished(message, critical: true), at: now, world.security, world.loads)
    guard
      case .alert(.futureDatedDone, let party, let bytes)? = meter.tick(at: now.advanced(byHours: 2), world.security)
        .first
    else { throw Absent() }
    #expect(party == World.changeOfSupplier)
    #expect(try DeviceMessage(bytes).recipient == World.changeOfSupplier)
  }

  @Test("both sides of an agreement come to one secret, worked out once") func agreedOnce() throws {
    let world = try World()
    let meter = try present(world.meters.meter(row: 8)).identifier
    let deviceKey = try present(world.security.publicKey(meter, .keyAgreement))
    let brokerKey = try present(world.security.publicKey(World.broker, .keyAgreement))
    let before = world.security.agreements
    let one = try present(world.security.secret(World.broker, deviceKey))
    #expect(world.security.agreements == before + 1)
    #expect(world.security.secret(meter, brokerKey) == one && world.security.agreements == before + 1)
    // As the library has it from either private key.
    let pki = world.parties.pki
    let fromDevice = try SharedSecretValue(
      privateKey: pki.deviceAgreementKey(meter), certificate: world.parties.broker.keyAgreement.certificate)
    let fromBroker = try SharedSecretValue(
      privateKey: world.parties.broker.keyAgreement.key, certificate: pki.device(meter).keyAgreement.certificate)
    #expect(fromDevice == one && fromBroker == one)
    // Another device's key gives another secret, and what is no point of the curve none.
    let other = try present(world.security.publicKey(world.meters.meter(row: 9)?.identifier ?? meter, .keyAgreement))
    #expect(world.security.secret(World.broker, other) != one)
    #expect(world.security.secret(World.broker, [4] + [UInt8](repeating: 7, count: 64)) == nil)
    #expect(world.security.secret(World.broker, []) == nil)
  }
}
