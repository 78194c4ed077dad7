import Crypto
import GBCS
import KeyInfrastructure
import MessageSecurity
import Testing

@Suite("Replacing the credentials of a device") struct CredentialsTests {
  let pki: TestPKI
  let old: OrganisationIdentity
  let new: OrganisationIdentity
  let network: OrganisationIdentity
  let broker: OrganisationIdentity
  let handover: OrganisationIdentity
  let recovery: OrganisationIdentity
  let credentials: DeviceCredentials

  init() throws {
    let pki = try TestPKI(seed: 21)
    func party(_ number: UInt64, _ role: OrganisationRole) throws -> OrganisationIdentity {
      try pki.organisation(EUI64(rawValue: number), role)
    }
    self.pki = pki
    old = try party(1, .supplier)
    new = try party(2, .supplier)
    network = try party(3, .networkOperator)
    broker = try party(4, .accessControlBroker)
    handover = try party(5, .transitionalChangeOfSupplier)
    recovery = try party(6, .recovery)
    credentials = DeviceCredentials(
      root: pki.organisations.root.certificate, recovery: recovery, supplier: old, networkOperator: network,
      broker: broker, changeOfSupplier: handover)
  }

  func supplierCells(_ identity: OrganisationIdentity) throws -> [CredentialsReplacement.Replacement] {
    [
      .init(CredentialCell(.supplier, .signing), identity.signing.certificate),
      .init(CredentialCell(.supplier, .keyAgreement), identity.keyAgreement.certificate),
      .init(
        CredentialCell(.supplier, .prepaymentKeyAgreement), try #require(identity.prepaymentKeyAgreement).certificate),
    ]
  }

  func command(
    _ mode: CredentialsReplacement.Mode, by party: OrganisationIdentity, _ list: [CredentialsReplacement.Replacement],
    counter: UInt64 = 10
  ) -> CredentialsReplacement {
    CredentialsReplacement(
      mode: mode, originator: party.identifier, counter: counter, newFloor: 500, replacements: list,
      path: [pki.organisations.issuing.certificate])
  }

  /// The signature is what the party's key makes: here, whether the device asks for that party's certificate.
  func run(
    _ credentials: inout DeviceCredentials, _ command: CredentialsReplacement, signer: OrganisationIdentity,
    year: Int = 2026
  ) throws -> [CredentialsReplacement.Status] {
    let bytes: [UInt8] = [1, 2, 3]
    let signature = try signer.signing.key.signature(for: bytes)
    return try credentials.replace(command, at: time(year)) {
      $0.verifies(Array(signature.rawRepresentation), over: bytes)
    }
  }

  @Test("all cells of a meter are filled") func filled() {
    #expect(Set(credentials.certificates.keys) == Set(CredentialCell.ofMeter))
  }

  @Test("a change of supplier: the supplier's cells are the new one's, the others stay, the floor is the new one's")
  func changeOfSupplier() throws {
    var device = credentials
    let command = command(.supplierByChangeOfSupplier, by: handover, try supplierCells(new))
    #expect(try run(&device, command, signer: handover) == [.success, .success, .success])
    #expect(device.holder(.supplier) == new.identifier && device.holder(.networkOperator) == network.identifier)
    #expect(device.certificate(.supplier, .keyAgreement) == new.keyAgreement.certificate)
    #expect(device.floors[.supplier] == 500)
    let ownNew = command
    #expect(throws: CredentialsReplacement.Refusal.counter) { try run(&device, ownNew, signer: handover) }
    // The loser's commands no longer count.
    let late = self.command(.supplierBySupplier, by: old, try supplierCells(old), counter: 1000)
    #expect(throws: CredentialsReplacement.Refusal.originator) { try run(&device, late, signer: old) }
  }

  @Test("only the party of the mode may replace, only what the mode allows, and only signed") func authority() throws {
    var device = credentials
    let cells = try supplierCells(new)
    #expect(throws: CredentialsReplacement.Refusal.originator) {
      try run(&device, command(.supplierByChangeOfSupplier, by: new, cells), signer: new)
    }
    #expect(throws: CredentialsReplacement.Refusal.signature) {
      try run(&device, command(.supplierByChangeOfSupplier, by: handover, cells), signer: new)
    }
    #expect(throws: CredentialsReplacement.Refusal.role(.supplier)) {
      try run(&device, command(.networkOperatorByNetworkOperator, by: network, cells), signer: network)
    }
    #expect(throws: CredentialsReplacement.Refusal.role(.root)) {
      let root = CredentialsReplacement.Replacement(
        CredentialCell(.root, .certificateSigning), pki.organisations.root.certificate)
      _ = try run(&device, command(.anyByRecovery, by: recovery, [root]), signer: recovery)
    }
    #expect(throws: CredentialsReplacement.Refusal.empty) {
      try run(&device, command(.supplierBySupplier, by: old, []), signer: old)
    }
    #expect(device == credentials)
  }

  @Test("recovery replaces a party that lost its keys") func recovered() throws {
    var device = credentials
    let renewed = try pki.organisation(old.identifier, .supplier, generation: 1)
    let command = command(.anyByRecovery, by: recovery, try supplierCells(renewed))
    #expect(try run(&device, command, signer: recovery) == [.success, .success, .success])
    #expect(device.certificate(.supplier, .signing) == renewed.signing.certificate)
    #expect(device.certificate(.supplier, .signing) != old.signing.certificate)
  }

  @Test("bad certificates stay out one by one: role, use, root, date") func badCertificates() throws {
    var device = credentials
    let foreign = try TestPKI(seed: 22).organisation(new.identifier, .supplier)
    let list: [CredentialsReplacement.Replacement] = [
      .init(CredentialCell(.supplier, .signing), network.signing.certificate),
      .init(CredentialCell(.supplier, .signing), new.keyAgreement.certificate),
      .init(CredentialCell(.supplier, .signing), foreign.signing.certificate),
      .init(CredentialCell(.supplier, .keyAgreement), new.keyAgreement.certificate),
    ]
    let statuses = try run(&device, command(.supplierBySupplier, by: old, list), signer: old)
    #expect(statuses == [.badCertificate, .badCertificate, .noTrustAnchor, .success])
    #expect(device.certificate(.supplier, .signing) == old.signing.certificate)
    var late = command(.supplierBySupplier, by: old, try supplierCells(new), counter: 501)
    #expect(try run(&device, late, signer: old, year: 2031) == [.badCertificate, .badCertificate, .badCertificate])
    (late.counter, late.checksDates) = (502, false)
    #expect(try run(&device, late, signer: old, year: 2031) == [.success, .success, .success])
  }

  @Test("message codes") func codes() {
    #expect(CredentialsReplacement.Mode(code: 0x0107) == .supplierByChangeOfSupplier)
    #expect(CredentialsReplacement.Mode(code: 0x0102) == .supplierBySupplier)
    #expect(CredentialsReplacement.Mode(code: 0x0108) == .anyByRecovery)
    #expect(CredentialsReplacement.Mode(code: 0x0109) == nil && CredentialsReplacement.Mode(code: 0x0007) == nil)
  }
}
