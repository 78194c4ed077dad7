public import GBCS
public import MessageSecurity

/// What the repository tells of a certificate beside the certificate itself.
public struct PublishedCertificate: Hashable, Sendable {
  public let certificate: Certificate
  public let status: CertificateRepository.Status

  public init(_ certificate: Certificate, status: CertificateRepository.Status) {
    self.certificate = certificate
    self.status = status
  }

  /// Upper-case hexadecimal digits, as the repository's interface writes serial numbers.
  public var serial: String { hexText(certificate.serialNumber).uppercased() }

  /// `DS` or `KA`; `nil` for authorities, which the interface has no letters for.
  public var usage: RepositorySearch.Usage? {
    switch certificate.usage {
    case .digitalSignature: .signing
    case .keyAgreement: .keyAgreement
    case .other: nil
    }
  }

  /// Organisations have one; devices do not.
  public var role: OrganisationRole? { certificate.role.flatMap(OrganisationRole.init(unit:)) }
}

/// A search in the repository, as its interface takes it: by the identifier of an organisation or of a device, perhaps
/// narrowed down.
public struct RepositorySearch: Hashable, Sendable {
  public enum Name: Hashable, Sendable {
    /// An organisation (CertificateSubjectName).
    case subject(EUI64)
    /// A device (CertificateSubjectAltName).
    case alternative(EUI64)
  }

  public enum Usage: String, Hashable, Sendable, CaseIterable {
    case signing = "DS"
    case keyAgreement = "KA"
  }

  public var name: Name
  public var usage: Usage?
  public var status: CertificateRepository.Status?
  public var role: OrganisationRole?

  public init(
    _ name: Name, usage: Usage? = nil, status: CertificateRepository.Status? = nil, role: OrganisationRole? = nil
  ) {
    self.name = name
    self.usage = usage
    self.status = status
    self.role = role
  }

  /// Whether a certificate of that name is meant.
  public func means(_ item: PublishedCertificate) -> Bool {
    (usage == nil || item.usage == usage) && (status == nil || item.status == status)
      && (role == nil || item.role == role)
  }
}

extension CertificateRepository {
  /// A certificate as it stands at a moment: revoked by a list, expired by its date, or as it was put in.
  public func published(
    _ certificate: Certificate, at time: CertificateTime, _ lists: [RevocationList]
  ) -> PublishedCertificate {
    PublishedCertificate(certificate, status: Self.status(certificate, status(certificate) ?? .inUse, time, lists))
  }

  static func status(
    _ certificate: Certificate, _ kept: Status, _ time: CertificateTime, _ lists: [RevocationList]
  ) -> Status {
    if lists.contains(where: { $0.entry(of: certificate).map { $0.revokedAt <= time } == true }) { return .revoked }
    if let end = CertificateTime(certificate.notAfter), end < time { return .expired }
    if let start = CertificateTime(certificate.notBefore), time < start { return .pending }
    return kept
  }
}
