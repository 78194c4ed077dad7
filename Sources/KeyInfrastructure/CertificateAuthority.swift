public import Crypto
public import MessageSecurity

/// A root or issuing authority with its key: it issues certificates and revokes them. Nothing of it is random but the
/// library's own number within each signature.
public struct CertificateAuthority: Sendable {
  public let key: P256.Signing.PrivateKey
  public let certificate: Certificate

  public init(key: P256.Signing.PrivateKey, certificate: Certificate) {
    self.key = key
    self.certificate = certificate
  }

  /// A root: its certificate is signed by itself.
  /// - Throws: what the cryptography library says, or ``Certificate/Fault``.
  public init(root profile: CertificateProfile, key: P256.Signing.PrivateKey, serial: [UInt8], validity: Validity)
    throws
  {
    self.key = key
    certificate = try Self.certificate(
      profile, Array(key.publicKey.x963Representation), serial, validity, issuerName: profile.subject,
      issuerKey: Self.keyIdentifier(Array(key.publicKey.x963Representation)), key)
  }

  /// From when to when a certificate holds, both ends included.
  public struct Validity: Hashable, Sendable {
    public var notBefore: CertificateTime
    public var notAfter: CertificateTime

    public init(from notBefore: CertificateTime, to notAfter: CertificateTime) {
      self.notBefore = notBefore
      self.notAfter = notAfter
    }

    public init(from notBefore: CertificateTime, years: Int) {
      self.init(from: notBefore, to: notBefore.adding(years: years))
    }
  }

  /// A certificate for a public key (65 bytes: 04, x, y).
  /// - Parameter serial: magnitude, highest byte first; at most 16 bytes in the profiles.
  public func issue(_ profile: CertificateProfile, publicKey: [UInt8], serial: [UInt8], validity: Validity) throws
    -> Certificate
  {
    try Self.certificate(
      profile, publicKey, serial, validity, issuerName: certificate.subjectName,
      issuerKey: certificate.extensions.subjectKeyIdentifier ?? Self.keyIdentifier(certificate.publicKey), key)
  }

  private static func certificate(
    _ profile: CertificateProfile, _ publicKey: [UInt8], _ serial: [UInt8], _ validity: Validity, issuerName: [UInt8],
    issuerKey: [UInt8], _ key: P256.Signing.PrivateKey
  ) throws -> Certificate {
    let content = Encoding.sequence(
      Encoding.value(0xA0, Encoding.integer([2])), Encoding.integer(serial), Encoding.signatureAlgorithm, issuerName,
      Encoding.sequence(Encoding.time(validity.notBefore), Encoding.time(validity.notAfter)), profile.subject,
      Encoding.publicKey(publicKey),
      Encoding.value(0xA3, profile.extensions(key: keyIdentifier(publicKey), issuerKey: issuerKey)))
    return try Certificate(signed(content, by: key))
  }

  /// Content, algorithm and signature: the frame of certificates, requests and revocation lists.
  static func signed(_ content: [UInt8], by key: P256.Signing.PrivateKey) throws -> [UInt8] {
    let signature = try key.signature(for: content)
    return Encoding.sequence(
      content, Encoding.signatureAlgorithm, Encoding.bits(Array(signature.derRepresentation)))
  }

  /// Eight bytes: 0100 and the low 60 bits of the SHA-1 of the key's bit string (RFC 5280, 4.2.1.2, method 2).
  public static func keyIdentifier(_ publicKey: [UInt8]) -> [UInt8] {
    var bytes = Array(Insecure.SHA1.hash(data: publicKey).suffix(8))
    bytes[0] = 0x40 | bytes[0] & 0x0F
    return bytes
  }
}
