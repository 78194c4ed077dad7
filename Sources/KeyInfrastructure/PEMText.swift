public import MessageSecurity
import SwiftASN1

extension Certificate {
  /// The certificate as PEM text, which other tools read.
  public var pem: String { PEMDocument(type: "CERTIFICATE", derBytes: bytes).pemString + "\n" }
}

extension RevocationList {
  public var pem: String { PEMDocument(type: "X509 CRL", derBytes: bytes).pemString + "\n" }

  /// Reads a PEM text with one list. - Throws: ``Fault``.
  public init(pem: String) throws(Fault) {
    guard let document = try? PEMDocument(pemString: pem), document.discriminator == "X509 CRL" else { throw .encoding }
    try self.init(document.derBytes)
  }
}

extension CertificateRequest {
  public var pem: String { PEMDocument(type: "CERTIFICATE REQUEST", derBytes: bytes).pemString + "\n" }
}
