public import GBCS

/// Where certificates are found: a repository, a folder of files, a test estate.
public protocol CertificateLookup: Sendable {
  /// The certificate that an XML signature names: the parts of its issuer's name as `OU=07`, in any order, and its
  /// serial number in decimal.
  func certificate(issuer: [String], serial: String) -> Certificate?

  /// All certificates of a holder for one usage, whatever their role and dates; empty where there are none.
  func certificates(holder: EUI64, usage: Certificate.Usage) -> [Certificate]
}

/// Certificates in a list, looked through from the first to the last: enough for a handful.
public struct CertificateList: CertificateLookup {
  public let certificates: [Certificate]

  public init(_ certificates: [Certificate]) { self.certificates = certificates }

  public func certificate(issuer: [String], serial: String) -> Certificate? {
    let parts = issuer.sorted()
    return certificates.first { $0.serialDecimal == serial && $0.issuerParts == parts }
  }

  public func certificates(holder: EUI64, usage: Certificate.Usage) -> [Certificate] {
    certificates.filter { $0.identifier == holder && $0.usage == usage }
  }
}

extension Certificate {
  /// `CN=Z1`, `OU=07`: the issuer's name in parts, sorted, as XML signatures are matched by.
  public var issuerParts: [String] { issuer.map { "\($0.type)=\($0.value)" }.sorted() }
}
