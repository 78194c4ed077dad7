public import GBCS
import SwiftASN1

/// What is read of an X.509 certificate of the smart metering key infrastructure: enough to look it up and to use its
/// key. Chains, lifetimes and policies are not judged here.
public struct Certificate: Hashable, Sendable {
  public enum Usage: Hashable, Sendable {
    case digitalSignature
    case keyAgreement
    case other
  }

  public enum Fault: String, Error, Hashable, Sendable, CustomStringConvertible {
    case encoding = "The certificate is not in distinguished encoding or not an X.509 certificate."
    case key = "The certificate's key is not an uncompressed point of P-256."

    public var description: String { rawValue }
  }

  /// The whole certificate (DER).
  public let bytes: [UInt8]
  /// Magnitude of the serial number, highest byte first, without leading zeros.
  public let serialNumber: [UInt8]
  /// `CN=Z1, OU=07` in the order in which the certificate has it.
  public let issuer: [NameAttribute]
  public let subject: [NameAttribute]
  /// The holder: from the subject's unique identifier (organisations) or the hardware module name (devices).
  public let identifier: EUI64?
  public let usage: Usage
  /// What the extensions say that chains are judged by.
  public let extensions: CertificateExtensions
  /// 65 bytes: 04, x, y.
  public let publicKey: [UInt8]
  /// As written: `20251029235959Z`, years of two digits widened.
  public let notBefore: String
  public let notAfter: String
  /// The two names as they stand in the certificate (DER): names of a chain are compared byte by byte.
  public let issuerName: [UInt8]
  public let subjectName: [UInt8]
  /// What the issuer signed (DER) and its signature (DER).
  public let signedPart: [UInt8]
  public let issuerSignature: [UInt8]

  /// One part of a name.
  public struct NameAttribute: Hashable, Sendable {
    /// `CN`, `OU` or the object identifier's numbers.
    public let type: String
    public let value: String
  }

  /// The subject's organisational unit: the role as two hexadecimal digits.
  public var role: String? { subject.first { $0.type == "OU" }?.value }

  /// Serial number in decimal, however long.
  public var serialDecimal: String {
    var digits: [UInt8] = [0]
    for byte in serialNumber {
      var carry = Int(byte)
      for place in digits.indices {
        carry += Int(digits[place]) * 256
        digits[place] = UInt8(carry % 10)
        carry /= 10
      }
      while carry > 0 {
        digits.append(UInt8(carry % 10))
        carry /= 10
      }
    }
    return String(decoding: digits.reversed().map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
  }

  /// Reads a PEM text with one certificate. - Throws: ``Fault``.
  public init(pem: String) throws(Fault) {
    guard let document = try? PEMDocument(pemString: pem), document.discriminator == "CERTIFICATE" else {
      throw .encoding
    }
    try self.init(document.derBytes)
  }

  /// Reads one certificate (DER). - Throws: ``Fault``.
  public init(_ der: [UInt8]) throws(Fault) {
    guard der.count <= 16384, let root = try? DER.parse(der) else { throw .encoding }
    self = try CertificateReader(root, der).certificate()
  }

  init(
    bytes: [UInt8], serialNumber: [UInt8], issuer: [NameAttribute], subject: [NameAttribute],
    names: (issuer: [UInt8], subject: [UInt8]), identifier: EUI64?, usage: Usage, extensions: CertificateExtensions,
    publicKey: [UInt8], validity: (String, String), signedPart: [UInt8], issuerSignature: [UInt8]
  ) {
    (issuerName, subjectName) = names
    self.extensions = extensions
    self.bytes = bytes
    self.serialNumber = serialNumber
    self.issuer = issuer
    self.subject = subject
    self.identifier = identifier
    self.usage = usage
    self.publicKey = publicKey
    (notBefore, notAfter) = validity
    self.signedPart = signedPart
    self.issuerSignature = issuerSignature
  }
}
