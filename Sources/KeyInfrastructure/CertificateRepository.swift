public import GBCS
public import MessageSecurity

/// What is published of issued certificates, found by holder, role and usage or by issuer and serial number.
public struct CertificateRepository: CertificateLookup {
  /// The state in which the repository keeps a certificate (its interface's letters P, I, N, E, R).
  public enum Status: String, Hashable, Sendable, CaseIterable {
    case pending = "P"
    case inUse = "I"
    case notInUse = "N"
    case expired = "E"
    case revoked = "R"
  }

  public private(set) var certificates: [Certificate] = []
  private var statuses: [Status] = []
  private var byName: [String: Int] = [:]
  private var byHolder: [EUI64: [Int]] = [:]

  public init() {}

  /// With certificates that are in use.
  public init(_ certificates: some Sequence<Certificate>) {
    for certificate in certificates { insert(certificate) }
  }

  /// Adds a certificate; one that is there already gets the status.
  public mutating func insert(_ certificate: Certificate, status: Status = .inUse) {
    let name = Self.name(certificate.issuerParts, certificate.serialDecimal)
    if let place = byName[name] {
      statuses[place] = status
      return
    }
    byName[name] = certificates.count
    if let holder = certificate.identifier { byHolder[holder, default: []].append(certificates.count) }
    certificates.append(certificate)
    statuses.append(status)
  }

  public func status(_ certificate: Certificate) -> Status? {
    byName[Self.name(certificate.issuerParts, certificate.serialDecimal)].map { statuses[$0] }
  }

  public func certificate(issuer: [String], serial: String) -> Certificate? {
    byName[Self.name(issuer.sorted(), serial)].map { certificates[$0] }
  }

  public func certificates(holder: EUI64, usage: Certificate.Usage) -> [Certificate] {
    (byHolder[holder] ?? []).map { certificates[$0] }.filter { $0.usage == usage }
  }

  /// What a search finds; `nil` leaves a condition out. In the order in which they were added.
  public func search(
    holder: EUI64, role: OrganisationRole? = nil, usage: Certificate.Usage? = nil, status: Status? = nil
  ) -> [Certificate] {
    (byHolder[holder] ?? []).filter { place in
      let certificate = certificates[place]
      return (role == nil || certificate.role.flatMap(OrganisationRole.init(unit:)) == role)
        && (usage == nil || certificate.usage == usage) && (status == nil || statuses[place] == status)
    }.map { certificates[$0] }
  }

  private static func name(_ issuer: [String], _ serial: String) -> String {
    issuer.joined(separator: ",") + "|" + serial
  }
}
