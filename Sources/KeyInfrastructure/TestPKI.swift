public import Crypto
public import GBCS
public import MessageSecurity

/// A whole key infrastructure that follows from a seed: the smart metering one (SMKI) with its roots for organisations
/// and for devices, and the DCC's own one (DCCKI) for transport, which shares no root with them.
///
/// It is a value that keeps no certificates: identities are made when asked for, the same keys, names, serial numbers
/// and dates every time. Only the signatures' bytes differ, because the cryptography library draws a number for each.
/// These are test keys; nothing real must ever trust them.
public struct TestPKI: Sendable {
  public let seed: UInt64
  /// How long certificates hold.
  public let lifetimes: CertificateLifetimes
  /// From when all certificates hold, unless asked otherwise.
  public let validFrom: CertificateTime
  public let organisations: CertificateHierarchy
  public let devices: CertificateHierarchy
  public let transport: CertificateHierarchy
  private let keys: TestKeys

  /// - Throws: what the cryptography library says; it does not happen with keys that are on the curve.
  public init(
    seed: UInt64, validFrom: CertificateTime? = nil, lifetimes: CertificateLifetimes = CertificateLifetimes()
  ) throws {
    let keys = TestKeys(seed: seed)
    let start = validFrom ?? CertificateTime(year: 2020, month: 1, day: 1) ?? .never
    // Names tell the infrastructures of different seeds apart.
    let suffix = String(hexText(SHA256.hash(data: bigEndian(seed)).prefix(2)).uppercased())
    func hierarchy(_ letter: String, _ policy: String, hasUnits: Bool) throws -> CertificateHierarchy {
      try CertificateHierarchy(
        keys, names: (root: "HR\(letter)\(suffix)", issuing: "HI\(letter)\(suffix)"), policy: policy,
        hasUnits: hasUnits, from: start, lifetimes)
    }
    self.seed = seed
    self.lifetimes = lifetimes
    self.validFrom = start
    self.keys = keys
    organisations = try hierarchy("O", CertificateProfile.organisationPolicy, hasUnits: true)
    devices = try hierarchy("D", CertificateProfile.devicePolicy, hasUnits: false)
    transport = try hierarchy("T", CertificateProfile.transportPolicy, hasUnits: false)
  }

  /// The roots that smart metering certificates must end in.
  public var roots: [Certificate] { [organisations.root.certificate, devices.root.certificate] }
  /// The issuing authorities, and the transport's.
  public var authorities: [Certificate] {
    [organisations, devices, transport].flatMap { [$0.root.certificate, $0.issuing.certificate] }
  }

  // MARK: Organisations

  /// The identity of an organisation in a role.
  /// - Parameter generation: 0 for the first certificates, more for those that replace them: other keys and serials.
  public func organisation(
    _ identifier: EUI64, _ role: OrganisationRole, generation: Int = 0, from: CertificateTime? = nil
  ) throws -> OrganisationIdentity {
    let label = "organisation|\(identifier)|\(role.unit)|\(generation)|"
    let xmlRole: OrganisationRole = role == .accessControlBroker ? .dspXMLSign : .xmlSign
    return OrganisationIdentity(
      identifier: identifier, role: role, signing: try organisationSigning(label + "signing", identifier, role, from),
      keyAgreement: try organisationAgreement(label + "agreement", identifier, role, from),
      prepaymentKeyAgreement: role == .supplier
        ? try organisationAgreement(label + "prepayment", identifier, role, from) : nil,
      // One XML key an identifier: whatever the role, the signer of a document is the identifier's holder.
      xmlSigning: try organisationSigning("xml|\(identifier)|\(xmlRole.unit)|\(generation)", identifier, xmlRole, from))
  }

  private func organisationSigning(
    _ label: String, _ identifier: EUI64, _ role: OrganisationRole, _ from: CertificateTime?
  ) throws -> SigningCredential {
    let key = try keys.signing(label)
    let certificate = try organisations.issuing.issue(
      .organisation(identifier, role: role, use: .signing), publicKey: Array(key.publicKey.x963Representation),
      serial: keys.serial(label), validity: .init(from: from ?? validFrom, years: lifetimes.organisation))
    return SigningCredential(key: key, certificate: certificate)
  }

  private func organisationAgreement(
    _ label: String, _ identifier: EUI64, _ role: OrganisationRole, _ from: CertificateTime?
  ) throws -> AgreementCredential {
    let key = try keys.agreement(label)
    let certificate = try organisations.issuing.issue(
      .organisation(identifier, role: role, use: .keyAgreement), publicKey: Array(key.publicKey.x963Representation),
      serial: keys.serial(label), validity: .init(from: from ?? validFrom, years: lifetimes.organisation))
    return AgreementCredential(key: key, certificate: certificate)
  }

  // MARK: Devices

  /// A device's key agreement key alone: without certificates, for estates of many meters.
  public func deviceAgreementKey(_ identifier: EUI64, generation: Int = 0) throws -> P256.KeyAgreement.PrivateKey {
    try keys.agreement(Self.label(identifier, generation) + "agreement")
  }

  /// A device's signing key alone.
  public func deviceSigningKey(_ identifier: EUI64, generation: Int = 0) throws -> P256.Signing.PrivateKey {
    try keys.signing(Self.label(identifier, generation) + "signing")
  }

  /// The serial numbers of a device's certificates, signing first, without making them.
  public func deviceSerials(_ identifier: EUI64, generation: Int = 0) -> [[UInt8]] {
    let label = Self.label(identifier, generation)
    return [keys.serial(label + "signing"), keys.serial(label + "agreement")]
  }

  /// A device's keys with its certificates, which do not expire.
  public func device(_ identifier: EUI64, generation: Int = 0) throws -> DeviceIdentity {
    let signing = try deviceSigningKey(identifier, generation: generation)
    let agreement = try deviceAgreementKey(identifier, generation: generation)
    let label = Self.label(identifier, generation)
    func certificate(_ use: CertificateUse, _ publicKey: [UInt8], _ name: String) throws -> Certificate {
      try devices.issuing.issue(
        .device(identifier, use: use), publicKey: publicKey, serial: keys.serial(label + name),
        validity: .init(from: validFrom, to: .never))
    }
    return DeviceIdentity(
      identifier: identifier,
      signing: SigningCredential(
        key: signing,
        certificate: try certificate(.signing, Array(signing.publicKey.x963Representation), "signing")),
      keyAgreement: AgreementCredential(
        key: agreement,
        certificate: try certificate(.keyAgreement, Array(agreement.publicKey.x963Representation), "agreement")))
  }

  private static func label(_ identifier: EUI64, _ generation: Int) -> String { "device|\(identifier)|\(generation)|" }

  // MARK: Transport

  /// The TLS identity of a server or client of the DCC's interfaces.
  public func transportIdentity(hostName: String, isServer: Bool) throws -> SigningCredential {
    let label = "transport|\(isServer ? "server" : "client")|\(hostName)"
    let key = try keys.signing(label)
    let certificate = try transport.issuing.issue(
      .transport(hostName: hostName, isServer: isServer), publicKey: Array(key.publicKey.x963Representation),
      serial: keys.serial(label), validity: .init(from: validFrom, years: lifetimes.transport))
    return SigningCredential(key: key, certificate: certificate)
  }
}
