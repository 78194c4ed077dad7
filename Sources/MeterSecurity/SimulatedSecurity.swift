import Crypto
public import GBCS
public import MessageSecurity
public import SmartMeters

/// The cryptography of simulated devices and of the parties that talk to them.
///
/// Keys agree once for each pair and are kept: the keys of smart metering are static, so the shared secret of a device
/// and a party is the same for years, and a real device or head-end keeps it too. One for each thread.
public final class SimulatedSecurity: DeviceSecurity {
  private let keys: (EUI64) -> KeyPair?
  private var secrets: [Pair: SharedSecretValue] = [:]
  private var certificates: [[UInt8]: CertificateFacts?] = [:]
  /// Secrets kept at most: some 100 bytes each.
  private let secretsKept: Int
  /// Agreements worked out so far.
  public private(set) var agreements = 0
  private static let certificatesKept = 1_000

  private struct Pair: Hashable {
    let own: EUI64
    let other: [UInt8]
  }

  /// - Parameter keys: private keys of a device or a party; `nil` where they are not there.
  public init(secretsKept: Int = 400_000, keys: @escaping (EUI64) -> KeyPair?) {
    self.keys = keys
    self.secretsKept = secretsKept
  }

  /// What the key agreement key of `own` and a public key (65 bytes) agree on.
  public func secret(_ own: EUI64, _ publicKey: [UInt8]) -> SharedSecretValue? {
    let pair = Pair(own: own, other: publicKey)
    if let known = secrets[pair] { return known }
    guard let key = keys(own)?.keyAgreement,
      let other = try? P256.KeyAgreement.PublicKey(x963Representation: publicKey),
      let agreed = try? key.sharedSecretFromKeyAgreement(with: other),
      let secret = SharedSecretValue(agreed.withUnsafeBytes { Array($0) })
    else { return nil }
    agreements += 1
    if secrets.count >= secretsKept { secrets.removeAll(keepingCapacity: true) }
    secrets[pair] = secret
    return secret
  }

  /// The public key of a device's or party's key agreement (65 bytes); `nil` where its keys are not there.
  public func publicKey(_ holder: EUI64, _ use: KeyUse) -> [UInt8]? {
    keys(holder).map {
      Array(
        use == .keyAgreement
          ? $0.keyAgreement.publicKey.x963Representation : $0.signing.publicKey.x963Representation)
    }
  }

  // MARK: Devices

  public func isAuthentic(_ message: DeviceMessage, device: EUI64, party: PublicCredential) -> Bool {
    isAuthentic(message, own: device, publicKey: party.publicKey)
  }

  public func protected(_ message: DeviceMessage, device: EUI64, party: PublicCredential) -> DeviceMessage? {
    protected(message, own: device, publicKey: party.publicKey)
  }

  public func sealed(
    _ content: [UInt8], in message: DeviceMessage, device: EUI64, party: PublicCredential
  ) -> [UInt8]? {
    try? secret(device, party.publicKey)?.key(for: KeyContext(encryption: message)).sealedContent(content)
  }

  public func signed(_ message: DeviceMessage, device: EUI64) -> DeviceMessage? {
    keys(device).flatMap { try? message.signed(with: $0.signing) }
  }

  public func isSigned(_ message: DeviceMessage, by party: PublicCredential) -> Bool {
    guard case .present(let raw) = message.signature,
      let key = try? P256.Signing.PublicKey(x963Representation: party.publicKey),
      let signature = try? P256.Signing.ECDSASignature(rawRepresentation: raw)
    else { return false }
    return key.isValidSignature(signature, for: message.signedContent)
  }

  public func facts(ofCertificate der: [UInt8]) -> CertificateFacts? {
    if let known = certificates[der] { return known }
    let facts = (try? Certificate(der)).flatMap(CertificateFacts.init)
    if certificates.count >= Self.certificatesKept { certificates.removeAll(keepingCapacity: true) }
    certificates[der] = facts
    return facts
  }

  public func isIssued(_ der: [UInt8], through issuers: [[UInt8]], anchor: PublicCredential?) -> Bool {
    guard let anchor, let certificate = try? Certificate(der) else { return false }
    if certificate.isSigned(byKey: anchor.publicKey) { return true }
    return issuers.contains { bytes in
      guard let issuer = try? Certificate(bytes) else { return false }
      return certificate.isSigned(byKey: issuer.publicKey) && issuer.isSigned(byKey: anchor.publicKey)
    }
  }

  public func judge(topUp digits: [UInt8], counter: UInt64, device: EUI64, party: PublicCredential) -> TopUpVerdict {
    guard let token = try? TopUpToken(String(decoding: digits, as: UTF8.self)) else { return .malformed }
    guard let secret = secret(device, party.publicKey), let content = token.content,
      let again = try? TopUpToken(
        value: content.value, of: content.valueClass, counter: counter, supplier: party.holder, device: device,
        secret: secret), again == token
    else { return .notAuthentic }
    return .authentic(pence: content.valueClass == .pounds ? content.value * 100 : content.value)
  }

  // MARK: Parties

  /// Whether a message bears the MAC of `own` and the other's key.
  public func isAuthentic(_ message: DeviceMessage, own: EUI64, publicKey: [UInt8]) -> Bool {
    guard let secret = secret(own, publicKey) else { return false }
    return (try? secret.key(for: KeyContext(mac: message)).authenticates(message)) ?? false
  }

  /// The message with the MAC of `own` and the other's key.
  public func protected(_ message: DeviceMessage, own: EUI64, publicKey: [UInt8]) -> DeviceMessage? {
    try? secret(own, publicKey).map { try message.protected(with: $0) }
  }

  /// Content that a device encrypted to `own`; `nil` where its tag does not agree.
  public func open(_ sealed: SealedContent, in message: DeviceMessage, own: EUI64, publicKey: [UInt8]) -> [UInt8]? {
    try? secret(own, publicKey)?.key(for: KeyContext(encryption: message)).open(sealed)
  }
}

extension Certificate {
  /// Whether the issuer's signature is by that key (65 bytes).
  func isSigned(byKey key: [UInt8]) -> Bool {
    guard let key = try? P256.Signing.PublicKey(x963Representation: key),
      let signature = try? P256.Signing.ECDSASignature(derRepresentation: issuerSignature)
    else { return false }
    return key.isValidSignature(signature, for: signedPart)
  }
}

extension PublicCredential {
  /// RFC 5280, 4.2.1.2, method 2: four bits 0100 and the last 60 bits of the key's SHA-1.
  static func keyIdentifier(_ publicKey: [UInt8]) -> UInt64 {
    let digest = Insecure.SHA1.hash(data: publicKey).suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return digest & 0x0FFF_FFFF_FFFF_FFFF | 4 << 60
  }

  /// What a device keeps of a certificate; `nil` where it names no holder.
  public init?(_ certificate: Certificate) {
    guard let holder = certificate.identifier else { return nil }
    self.init(
      holder: holder, keyIdentifier: Self.keyIdentifier(certificate.publicKey), publicKey: certificate.publicKey)
  }
}

extension CertificateFacts {
  init?(_ certificate: Certificate) {
    guard let credential = PublicCredential(certificate), certificate.usage != .other else { return nil }
    self.init(
      credential: credential, use: certificate.usage == .keyAgreement ? .keyAgreement : .digitalSignature,
      role: certificate.role.flatMap { UInt8($0, radix: 16) }.flatMap(RemotePartyRole.init))
  }
}
