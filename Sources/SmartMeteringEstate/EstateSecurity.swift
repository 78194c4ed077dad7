import Crypto
public import DataServiceProvider
public import GBCS
import KeyInfrastructure
import MessageSecurity
public import MeterSecurity
public import SmartMeters

/// All keys of a simulated estate: those of the DSP's parties, of the users and of the devices. One for each thread.
public final class EstateSecurity: BrokerSecurity {
  /// The devices' and parties' cryptography.
  public let keys: SimulatedSecurity
  let parties: EstateParties
  /// Who signs and judges XML documents; without it there are no SMETS1 meters.
  let documents: (any DocumentSignatures)?
  private let members: [EUI64: OrganisationIdentity]
  private var deviceSigners: [EUI64: PublicCredential] = [:]

  public init(_ parties: EstateParties, documents: (any DocumentSignatures)? = nil) {
    self.parties = parties
    self.documents = documents
    let identities = [parties.broker, parties.changeOfSupplier, parties.recovery] + parties.users.map(\.identity)
    let members = Dictionary(identities.map { ($0.identifier, $0) }, uniquingKeysWith: { first, _ in first })
    self.members = members
    let pki = parties.pki
    keys = SimulatedSecurity(
      keys: KeyRing(
        keyAgreement: { members[$0]?.keyAgreement.key ?? (try? pki.deviceAgreementKey($0)) },
        signing: { members[$0]?.signing.key ?? (try? pki.deviceSigningKey($0)) }))
  }

  /// The public key agreement key of a device's certificate (65 bytes).
  public func deviceKey(_ device: EUI64) -> [UInt8]? { keys.publicKey(device, .keyAgreement) }

  /// What all devices of the estate trust: its first supplier and network, the broker, the change of supplier party and
  /// the root.
  public func trustAnchors() -> CredentialStore {
    var cells: [TrustAnchorCell: PublicCredential] = [:]
    func hold(_ role: GBCS.RemotePartyRole, _ use: KeyUse, _ certificate: Certificate?, _ cell: CellUse = .management) {
      guard let certificate, let facts = keys.facts(ofCertificate: certificate.bytes) else { return }
      cells[TrustAnchorCell(role, use, cell)] = facts.credential
    }
    let supplier = parties.user("supplier")?.identity
    let network = parties.user("network")?.identity
    hold(.supplier, .digitalSignature, supplier?.signing.certificate)
    hold(.supplier, .keyAgreement, supplier?.keyAgreement.certificate)
    hold(.supplier, .keyAgreement, supplier?.prepaymentKeyAgreement?.certificate, .prepaymentTopUp)
    hold(.networkOperator, .digitalSignature, network?.signing.certificate)
    hold(.networkOperator, .keyAgreement, network?.keyAgreement.certificate)
    hold(.accessControlBroker, .keyAgreement, parties.broker.keyAgreement.certificate)
    hold(.transitionalCoS, .digitalSignature, parties.changeOfSupplier.signing.certificate)
    hold(.recovery, .digitalSignature, parties.recovery.signing.certificate)
    let root = parties.pki.organisations.root.certificate
    let digest = Insecure.SHA1.hash(data: root.publicKey).suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    cells[TrustAnchorCell(.root, .certificateSigning)] = PublicCredential(
      holder: EUI64(rawValue: 0), keyIdentifier: digest & 0x0FFF_FFFF_FFFF_FFFF | 4 << 60, publicKey: root.publicKey)
    return CredentialStore(cells)
  }

  // MARK: The DSP's side

  public func protected(_ command: DeviceMessage) -> DeviceMessage? {
    deviceKey(command.recipient).flatMap { keys.protected(command, own: parties.broker.identifier, publicKey: $0) }
  }

  public func verdict(_ message: DeviceMessage) -> MessageVerdict {
    if message.isSigned {
      guard let signer = signer(message.originator) else { return .wrong }
      return keys.isSigned(message, by: signer) ? .authentic : .wrong
    }
    guard message.recipient == parties.broker.identifier else { return .forAnother }
    guard let key = deviceKey(message.originator) else { return .wrong }
    return keys.isAuthentic(message, own: parties.broker.identifier, publicKey: key) ? .authentic : .wrong
  }

  private func signer(_ device: EUI64) -> PublicCredential? {
    if let known = deviceSigners[device] { return known }
    // Signatures are judged by the key alone; its identifier is of no use here.
    let credential = keys.publicKey(device, .digitalSignature).map {
      PublicCredential(holder: device, keyIdentifier: 0, publicKey: $0)
    }
    deviceSigners[device] = credential
    return credential
  }

  public func isSigned(_ command: DeviceMessage, by user: EUI64) -> Bool {
    members[user].map { command.isSigned(by: $0.signing.certificate) } ?? false
  }

  public func keyAgreementCertificate(of user: EUI64) -> [UInt8]? {
    members[user]?.keyAgreement.certificate.bytes
  }

  public func signedForChangeOfSupplier(_ command: DeviceMessage) -> DeviceMessage? {
    try? command.signed(with: parties.changeOfSupplier.signing.key)
  }

  public func fingerprint(_ certificate: [UInt8]) -> [UInt8] { Array(Insecure.SHA1.hash(data: certificate)) }

  // MARK: A user's side

  /// A pre-command signed with the user's device-facing key; `nil` where it is signed already or nobody is that user.
  public func signed(_ command: DeviceMessage, by user: EUI64) -> DeviceMessage? {
    members[user].flatMap { try? command.signed(with: $0.signing.key) }
  }

  /// What a user reads in a meter's answer.
  public func observation(_ message: [UInt8], reader: EUI64) throws(MeterReader.Fault) -> MeterObservation {
    guard let device = try? DeviceMessage(message).originator, let key = deviceKey(device) else { throw .unreadable }
    return try MeterReader(broker: parties.broker.identifier, security: keys).observation(
      message, reader: reader, deviceKey: key)
  }
}
