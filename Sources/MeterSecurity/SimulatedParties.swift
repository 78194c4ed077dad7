public import GBCS
public import KeyInfrastructure
import MessageSecurity
public import SmartMeters

/// The organisations whose certificates are in the meters of an estate, and others that ask through the broker, all
/// with keys of one test infrastructure.
public struct SimulatedParties: Sendable {
  public let pki: TestPKI
  public let supplier: OrganisationIdentity
  public let networkOperator: OrganisationIdentity
  public let broker: OrganisationIdentity
  public let changeOfSupplier: OrganisationIdentity
  /// Replaces credentials of others whose keys are lost; `nil` where meters trust none.
  public let recovery: OrganisationIdentity?
  /// Meter Data Retrievers, other users, and suppliers to come.
  public let others: [OrganisationIdentity]

  /// - Throws: what the cryptography library says; it does not happen with the keys of a test infrastructure.
  public init(
    _ pki: TestPKI, supplier: EUI64, networkOperator: EUI64, broker: EUI64, changeOfSupplier: EUI64,
    recovery: EUI64? = nil, others: [(EUI64, OrganisationRole)] = []
  ) throws {
    self.recovery = try recovery.map { try pki.organisation($0, .recovery) }
    self.pki = pki
    self.supplier = try pki.organisation(supplier, .supplier)
    self.networkOperator = try pki.organisation(networkOperator, .networkOperator)
    self.broker = try pki.organisation(broker, .accessControlBroker)
    self.changeOfSupplier = try pki.organisation(changeOfSupplier, .transitionalChangeOfSupplier)
    self.others = try others.map { try pki.organisation($0.0, $0.1) }
  }

  public var all: [OrganisationIdentity] {
    [supplier, networkOperator, broker, changeOfSupplier] + (recovery.map { [$0] } ?? []) + others
  }

  /// What every meter of the estate trusts when it is installed.
  public var credentials: CredentialStore {
    var cells: [TrustAnchorCell: PublicCredential] = [:]
    let root = pki.organisations.root.certificate
    cells[TrustAnchorCell(.root, .certificateSigning)] = PublicCredential(
      holder: EUI64(rawValue: 0), keyIdentifier: PublicCredential.keyIdentifier(root.publicKey),
      publicKey: root.publicKey)
    for (role, party) in [
      (RemotePartyRole.supplier, supplier), (.networkOperator, networkOperator), (.accessControlBroker, broker),
      (.transitionalCoS, changeOfSupplier),
    ] {
      cells[TrustAnchorCell(role, .digitalSignature)] = PublicCredential(party.signing.certificate)
      cells[TrustAnchorCell(role, .keyAgreement)] = PublicCredential(party.keyAgreement.certificate)
    }
    if let recovery {
      cells[TrustAnchorCell(.recovery, .digitalSignature)] = PublicCredential(recovery.signing.certificate)
    }
    cells[TrustAnchorCell(.supplier, .keyAgreement, .prepaymentTopUp)] =
      supplier.prepaymentKeyAgreement.flatMap { PublicCredential($0.certificate) }
    return CredentialStore(cells)
  }

  /// The cryptography of all these parties and of all devices. One for each thread.
  public func security(secretsKept: Int = 400_000) -> SimulatedSecurity {
    let pki = pki
    let parties = Dictionary(all.map { ($0.identifier, $0) }, uniquingKeysWith: { first, _ in first })
    return SimulatedSecurity(
      secretsKept: secretsKept,
      keys: KeyRing(
        keyAgreement: { parties[$0]?.keyAgreement.key ?? (try? pki.deviceAgreementKey($0)) },
        signing: { parties[$0]?.signing.key ?? (try? pki.deviceSigningKey($0)) }))
  }
}
