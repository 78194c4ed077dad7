public import GBCS
public import MessageSecurity

/// What a certificate must be to be taken.
public struct CertificateDemand: Hashable, Sendable {
  public var holder: EUI64?
  /// Any of these; `nil` asks for none.
  public var roles: Set<OrganisationRole>?
  public var use: CertificateUse?
  /// One of these policies; `nil` asks for none.
  public var policies: Set<String>?

  public init(
    holder: EUI64? = nil, roles: Set<OrganisationRole>? = nil, use: CertificateUse? = nil, policies: Set<String>? = nil
  ) {
    self.holder = holder
    self.roles = roles
    self.use = use
    self.policies = policies
  }
}

/// A chain and all that is wrong with it.
public struct ChainVerdict: Hashable, Sendable {
  /// From the certificate up, as far as issuers were found.
  public let path: [Certificate]
  public let faults: [ChainFault]
  public var isValid: Bool { faults.isEmpty }
}

/// Judges certificates against trusted roots, at a moment that the caller gives: there is no clock in it.
public struct ChainJudge: Sendable {
  /// Whether a certificate without a current revocation list of its issuer is taken.
  public enum Revocation: Hashable, Sendable {
    case ifListed
    case required
  }

  public var roots: [Certificate]
  public var authorities: [Certificate]
  public var revocationLists: [RevocationList]
  public var revocation = Revocation.ifListed

  public init(roots: [Certificate], authorities: [Certificate], revocationLists: [RevocationList] = []) {
    self.roots = roots
    self.authorities = authorities
    self.revocationLists = revocationLists
  }

  /// For smart metering certificates of a test infrastructure.
  public init(smartMetering pki: TestPKI, revocationLists: [RevocationList] = []) {
    self.init(roots: pki.roots, authorities: pki.authorities, revocationLists: revocationLists)
  }

  /// For certificates of its transport, which has a root of its own.
  public init(transport pki: TestPKI, revocationLists: [RevocationList] = []) {
    self.init(
      roots: [pki.transport.root.certificate], authorities: pki.authorities, revocationLists: revocationLists)
  }

  private static let longestChain = 4

  /// Judges a certificate at a moment. All faults are named, those of the certificate first.
  public func verdict(
    _ certificate: Certificate, at time: CertificateTime, demand: CertificateDemand = CertificateDemand()
  ) -> ChainVerdict {
    var faults = Self.faults(certificate, demand)
    var path = [certificate]
    while true {
      let (place, last) = (path.count - 1, path[path.count - 1])
      faults += Self.dateFaults(last, time, place)
      faults += last.extensions.unknownCritical.map { .unknownExtension($0, place) }
      if place > 0 { faults += authorityFaults(last, place) }
      if roots.contains(last) { break }
      guard last.issuerName != last.subjectName || last.subject.isEmpty else {
        faults.append(.untrustedRoot)
        break
      }
      guard path.count < Self.longestChain else {
        faults.append(.chainTooLong)
        break
      }
      let named = (authorities + roots).filter { $0.subjectName == last.issuerName && !$0.subject.isEmpty }
      guard let issuer = named.first(where: { last.isSigned(by: $0) }) else {
        faults.append(named.isEmpty ? .unknownIssuer(place) : .wrongChain(place))
        break
      }
      faults += revocationFaults(last, issuer, time, place)
      path.append(issuer)
    }
    return ChainVerdict(path: path, faults: faults)
  }

  private static func faults(_ certificate: Certificate, _ demand: CertificateDemand) -> [ChainFault] {
    var faults: [ChainFault] = []
    if let holder = demand.holder, certificate.identifier != holder { faults.append(.wrongHolder(expected: holder)) }
    if let roles = demand.roles {
      let role = certificate.role.flatMap(OrganisationRole.init(unit:))
      if role.map(roles.contains) != true { faults.append(.wrongRole(found: role)) }
    }
    if let use = demand.use, certificate.usage != (use == .signing ? .digitalSignature : .keyAgreement) {
      faults.append(.wrongUsage)
    }
    if let policies = demand.policies, policies.isDisjoint(with: certificate.extensions.policies) {
      faults.append(.wrongPolicy)
    }
    return faults
  }

  private static func dateFaults(_ certificate: Certificate, _ time: CertificateTime, _ place: Int) -> [ChainFault] {
    guard let from = CertificateTime(certificate.notBefore), let to = CertificateTime(certificate.notAfter) else {
      return [.unreadableDates(place)]
    }
    if time < from { return [.notYetValid(from: from, place)] }
    return time > to ? [.expired(at: to, place)] : []
  }

  /// keyCertSign is bit 5; `pathLength` counts the authorities below, without the end certificate.
  private func authorityFaults(_ certificate: Certificate, _ place: Int) -> [ChainFault] {
    let extensions = certificate.extensions
    let maySign = extensions.isAuthority && (extensions.keyUsage ?? 0) & 0x04 != 0
    return maySign && extensions.pathLength.map { place - 1 <= $0 } != false ? [] : [.notAnAuthority(place)]
  }

  private func revocationFaults(
    _ certificate: Certificate, _ issuer: Certificate, _ time: CertificateTime, _ place: Int
  ) -> [ChainFault] {
    let lists = revocationLists.filter { $0.thisUpdate <= time && $0.isSigned(by: issuer) }
    let entries = lists.compactMap { $0.entry(of: certificate) }.filter { $0.revokedAt <= time }
    if let entry = entries.first { return [.revoked(at: entry.revokedAt, entry.reason, place)] }
    let isKnown = lists.contains { time <= $0.nextUpdate }
    return revocation == .required && !isKnown ? [.revocationUnknown(place)] : []
  }
}
