import Crypto
public import GBCS
import KeyInfrastructure
public import MessageSecurity
import SettlementCalendar
public import SmartMeters

/// The cryptography of simulated devices and of the parties that talk to them.
///
/// Keys agree once for each pair and are kept: the keys of smart metering are static, so the shared secret of a device
/// and a party is the same for years, and a real device or head-end keeps it too. One for each thread.
public final class SimulatedSecurity: DeviceSecurity {
  private let ring: KeyRing
  private var secrets: AgreedSecrets
  private var certificates: [[UInt8]: CertificateFacts?] = [:]
  /// Own public keys (65 bytes): a device's are asked for at each of its messages, its private key only at the first.
  private var ownKeys: SmallCache<EUI64, [UInt8]>
  /// Private keys that were made last: a device's first message needs one three times.
  private var privateKeys = SmallCache<EUI64, P256.KeyAgreement.PrivateKey>(capacity: 256)
  private var agreementKeys = SmallCache<[UInt8], P256.KeyAgreement.PublicKey>(capacity: certificatesKept)
  private var signingKeys = SmallCache<[UInt8], P256.Signing.PublicKey>(capacity: certificatesKept)
  private static let certificatesKept = 1_000

  /// - Parameter secretsKept: at most; some 200 bytes each, and 100 for the device's public key.
  public init(secretsKept: Int = 400_000, keys: KeyRing) {
    ring = keys
    secrets = AgreedSecrets(capacity: secretsKept)
    ownKeys = SmallCache(capacity: secretsKept)
  }

  /// Agreements worked out so far.
  public var agreements: Int { secrets.count }

  /// What the key agreement key of `own` and a public key (65 bytes) agree on.
  public func secret(_ own: EUI64, _ publicKey: [UInt8]) -> SharedSecretValue? {
    guard let ownKey = self.publicKey(own, .keyAgreement) else { return nil }
    return secrets.secret(ownKey, publicKey) {
      guard let key = privateKey(own),
        let other = agreementKeys.value(publicKey, make: { try? .init(x963Representation: publicKey) })
      else { return nil }
      return try? SharedSecretValue(privateKey: key, publicKey: other)
    }
  }

  private func privateKey(_ own: EUI64) -> P256.KeyAgreement.PrivateKey? {
    privateKeys.value(own) { ring.keyAgreement(own) }
  }

  /// The public key of a device or party for a use (65 bytes); `nil` where its keys are not there.
  public func publicKey(_ holder: EUI64, _ use: KeyUse) -> [UInt8]? {
    guard use == .keyAgreement else {
      return ring.signing(holder).map { Array($0.publicKey.x963Representation) }
    }
    return ownKeys.value(holder) { privateKey(holder).map { Array($0.publicKey.x963Representation) } }
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
    ring.signing(device).flatMap { try? message.signed(with: $0) }
  }

  public func isSigned(_ message: DeviceMessage, by party: PublicCredential) -> Bool {
    guard case .present(let raw) = message.signature,
      let key = signingKeys.value(party.publicKey, make: { try? .init(x963Representation: party.publicKey) }),
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

  public func isIssued(
    _ der: [UInt8], through issuers: [[UInt8]], anchor: PublicCredential?, at time: DeviceTime?
  ) -> Bool {
    guard let anchor, let certificate = try? Certificate(der) else { return false }
    if certificate.isSigned(byKey: anchor.publicKey) { return true }
    return issuers.contains { bytes in
      guard let issuer = try? Certificate(bytes), time.map({ issuer.validity?.contains($0) == true }) != false else {
        return false
      }
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

extension Certificate {
  /// From when to when it holds, as far as a device can tell; `nil` for dates that are none.
  var validity: ClosedRange<DeviceTime>? {
    guard let from = Self.time(notBefore), let to = Self.time(notAfter), from <= to else { return nil }
    return from...to
  }

  private static func time(_ text: String) -> DeviceTime? {
    guard let time = CertificateTime(text) else { return nil }
    if let date = SettlementDate(
      year: time.year, month: Int(time.digits / 100_000_000 % 100), day: Int(time.digits / 1_000_000 % 100))
    {
      let clock = Int(time.digits % 1_000_000)
      let second = clock / 10_000 * 3_600 + clock / 100 % 100 * 60 + clock % 100
      return DeviceTime(UTCInstant(secondsSince1970: Int64(date.dayNumber) * 86_400 + Int64(second)))
    }
    return DeviceTime(seconds: time.year < 2_000 ? 0 : .max)
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
    guard let credential = PublicCredential(certificate), certificate.usage != .other,
      let validity = certificate.validity
    else { return nil }
    self.init(
      credential: credential, use: certificate.usage == .keyAgreement ? .keyAgreement : .digitalSignature,
      role: certificate.role.flatMap { UInt8($0, radix: 16) }.flatMap(RemotePartyRole.init), validity: validity)
  }
}
