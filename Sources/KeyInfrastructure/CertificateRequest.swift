public import Crypto
public import MessageSecurity
import SwiftASN1

/// A request for a certificate (PKCS#10, RFC 2986): a subject, a public key, and the proof that the asker has the
/// private key.
///
/// The profile's extensions are the authority's to write; a device's request asks with its alternative name, because
/// its subject is empty.
public struct CertificateRequest: Hashable, Sendable {
  public enum Fault: String, Error, Hashable, Sendable, CustomStringConvertible {
    case encoding = "The request is not in distinguished encoding or not a PKCS#10 request."
    case key = "The request's key is not an uncompressed point of P-256."
    case proof = "The request is not signed by its own key."
    case subject = "The request's subject is not the one that the profile gives."

    public var description: String { rawValue }
  }

  /// The whole request (DER).
  public let bytes: [UInt8]
  /// The subject's name (DER).
  public let subject: [UInt8]
  /// 65 bytes.
  public let publicKey: [UInt8]
  /// The alternative names that are asked for (DER); `nil` for none.
  public let alternativeNames: [UInt8]?

  /// Makes a request for a profile. - Throws: what the cryptography library says, or ``Fault``.
  public init(_ profile: CertificateProfile, key: P256.Signing.PrivateKey) throws {
    let point = Array(key.publicKey.x963Representation)
    var attributes: [UInt8] = []
    if let names = profile.alternativeNames {
      let extensions = Encoding.sequence(
        CertificateProfile.item("2.5.29.17", isCritical: names.isCritical, names.value))
      attributes = Encoding.sequence(Encoding.identifier(Self.extensionRequest), Encoding.set(extensions))
    }
    let content = Encoding.sequence(
      Encoding.integer([0]), profile.subject, Encoding.publicKey(point), Encoding.value(0xA0, attributes))
    try self.init(CertificateAuthority.signed(content, by: key))
  }

  /// Reads a request and checks its proof.
  public init(_ der: [UInt8]) throws(Fault) {
    guard let signed = NodeReader.signed(NodeReader.parse(der, limit: 16384)),
      let fields = NodeReader.children(signed.content), fields.count >= 3,
      let key = NodeReader.children(fields[2]), key.count == 2, let bits = NodeReader.content(key[1])
    else { throw .encoding }
    let point = Array(bits.dropFirst())
    guard point.count == 65, let holder = try? P256.Signing.PublicKey(x963Representation: point) else { throw .key }
    guard let signature = try? P256.Signing.ECDSASignature(derRepresentation: signed.signature),
      holder.isValidSignature(signature, for: NodeReader.encoded(signed.content))
    else { throw .proof }
    bytes = der
    subject = NodeReader.encoded(fields[1])
    publicKey = point
    alternativeNames = Self.alternativeNames(fields.dropFirst(3).first)
  }

  private static let extensionRequest = "1.2.840.113549.1.9.14"

  private static func alternativeNames(_ attributes: ASN1Node?) -> [UInt8]? {
    for attribute in NodeReader.children(attributes) ?? [] {
      guard let parts = NodeReader.children(attribute), NodeReader.identifier(parts.first) == extensionRequest,
        let extensions = NodeReader.children(NodeReader.children(parts.last)?.first)
      else { continue }
      for item in extensions {
        let fields = NodeReader.children(item)
        if NodeReader.identifier(fields?.first) == "2.5.29.17" { return NodeReader.content(fields?.last) }
      }
    }
    return nil
  }
}

extension CertificateAuthority {
  /// Issues what was asked for, if the request's subject is the one of the profile under which it is judged.
  public func issue(
    _ request: CertificateRequest, as profile: CertificateProfile, serial: [UInt8], validity: Validity
  ) throws -> Certificate {
    guard request.subject == profile.subject, request.alternativeNames == profile.alternativeNames?.value else {
      throw CertificateRequest.Fault.subject
    }
    return try issue(profile, publicKey: request.publicKey, serial: serial, validity: validity)
  }
}
