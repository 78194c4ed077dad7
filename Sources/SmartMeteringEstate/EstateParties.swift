public import GBCS
public import KeyInfrastructure
import MessageSecurity
public import SettlementCalendar
public import SmartMeteringRules
import SmartMeters

/// A user of the simulated DCC: who, in which roles, with which keys.
public struct EstateUser: Sendable {
  /// A short name for commands: `mdr`, `supplier`.
  public let name: String
  public let roles: [UserRole]
  public let identity: OrganisationIdentity

  public var identifier: EUI64 { identity.identifier }
}

/// The parties of the simulated estate, with test keys from its seed. All identifiers are locally administered ones, so
/// that they are nobody's.
public struct EstateParties: Sendable {
  public let pki: TestPKI
  public let broker: OrganisationIdentity
  public let changeOfSupplier: OrganisationIdentity
  /// Replaces credentials of others whose keys are lost.
  public let recovery: OrganisationIdentity
  /// The users, supplier first.
  public let users: [EstateUser]
  /// The service providers of SMETS1 meters (S1SP) by cohort. They sign documents like users; which role their
  /// certificates have in the field is not public. [?]
  public let serviceProviders: [OrganisationIdentity]

  private static let first: UInt64 = 0x0248_48F0_0000_0000

  /// - Throws: what the cryptography library says; it does not happen with keys that are on the curve.
  public init(seed: UInt64) throws {
    let pki = try TestPKI(seed: seed)
    func identifier(_ number: UInt64) -> EUI64 { EUI64(rawValue: Self.first + number) }
    func user(
      _ name: String, _ number: UInt64, _ roles: [UserRole], _ role: OrganisationRole
    ) throws -> EstateUser {
      EstateUser(name: name, roles: roles, identity: try pki.organisation(identifier(number), role))
    }
    self.pki = pki
    broker = try pki.organisation(identifier(2), .accessControlBroker)
    changeOfSupplier = try pki.organisation(identifier(4), .transitionalChangeOfSupplier)
    recovery = try pki.organisation(identifier(1), .recovery)
    users = [
      try user("supplier", 0x10, [.importSupplier], .supplier),
      try user("supplier2", 0x11, [.importSupplier], .supplier),
      try user("export", 0x12, [.exportSupplier], .other),
      try user("network", 0x13, [.electricityDistributor], .networkOperator),
      try user("mdr", 0x19, [.meterDataRetriever], .other),
      try user("other", 0x1A, [.otherUser], .other),
    ]
    serviceProviders = try (0..<SMETS1Meter.cohorts).map {
      try pki.organisation(identifier(0x20 + UInt64($0)), .other)
    }
  }

  public func user(_ name: String) -> EstateUser? { users.first { $0.name == name } }
  public func user(_ identifier: EUI64) -> EstateUser? { users.first { $0.identifier == identifier } }

  /// The certificates of all parties and authorities.
  public var repository: CertificateRepository {
    CertificateRepository(
      pki.authorities + broker.certificates + changeOfSupplier.certificates + recovery.certificates
        + users.flatMap(\.identity.certificates) + serviceProviders.flatMap(\.certificates))
  }
}

extension EstateParties {
  /// Lists of the issuing authorities on which certificates of holders stand: all that a party has, and a device's two.
  ///
  /// - Parameter from: the moment of revocation, from which the lists hold for ten years.
  /// - Throws: what the cryptography library says.
  public func revocationLists(of holders: [EUI64], from moment: UTCInstant) throws -> [RevocationList] {
    guard let time = CertificateTime(moment) else { return [] }
    var (organisations, devices): ([Certificate], [Certificate]) = ([], [])
    for holder in holders {
      let found = repository.search(holder: holder)
      organisations += found
      if found.isEmpty { devices += try pki.device(holder).certificates }
    }
    func list(_ authority: CertificateAuthority, _ revoked: [Certificate]) throws -> RevocationList {
      try authority.revocationList(
        revoked.map { .init($0, at: time, reason: .keyCompromise) }, number: 1, thisUpdate: time,
        nextUpdate: time.adding(years: 10))
    }
    return [try list(pki.organisations.issuing, organisations), try list(pki.devices.issuing, devices)]
  }
}
