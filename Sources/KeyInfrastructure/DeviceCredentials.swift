public import GBCS
public import MessageSecurity

/// One place of a device for a remote party's certificate.
public struct CredentialCell: Hashable, Sendable {
  /// For what the party's key is used in this cell.
  public enum Use: Hashable, Sendable, CaseIterable {
    case signing
    case keyAgreement
    /// Key agreement for top-up tokens.
    case prepaymentKeyAgreement
    /// The root that replacement certificates must end in.
    case certificateSigning
  }

  public var role: OrganisationRole
  public var use: Use

  public init(_ role: OrganisationRole, _ use: Use) {
    self.role = role
    self.use = use
  }

  /// The cells of a meter.
  public static let ofMeter: [CredentialCell] = [
    CredentialCell(.root, .certificateSigning), CredentialCell(.recovery, .signing),
    CredentialCell(.supplier, .signing), CredentialCell(.supplier, .keyAgreement),
    CredentialCell(.supplier, .prepaymentKeyAgreement), CredentialCell(.networkOperator, .signing),
    CredentialCell(.networkOperator, .keyAgreement), CredentialCell(.accessControlBroker, .keyAgreement),
    CredentialCell(.transitionalChangeOfSupplier, .signing),
  ]
}

/// The certificates of remote parties that a device holds, each with the counter below which it takes nothing more of
/// that party. Only commands change them: see ``replace(_:at:isSignedBy:)``.
public struct DeviceCredentials: Hashable, Sendable {
  public private(set) var certificates: [CredentialCell: Certificate]
  /// The last counter taken, by role: replaying a command does nothing.
  public private(set) var floors: [OrganisationRole: UInt64]

  public init(certificates: [CredentialCell: Certificate], floors: [OrganisationRole: UInt64] = [:]) {
    self.certificates = certificates
    self.floors = floors
  }

  /// As a meter leaves the factory or the fitter's van: all parties of a test estate in place.
  public init(
    root: Certificate, recovery: OrganisationIdentity, supplier: OrganisationIdentity,
    networkOperator: OrganisationIdentity, broker: OrganisationIdentity, changeOfSupplier: OrganisationIdentity
  ) {
    var cells: [CredentialCell: Certificate] = [
      CredentialCell(.root, .certificateSigning): root,
      CredentialCell(.recovery, .signing): recovery.signing.certificate,
      CredentialCell(.supplier, .signing): supplier.signing.certificate,
      CredentialCell(.supplier, .keyAgreement): supplier.keyAgreement.certificate,
      CredentialCell(.networkOperator, .signing): networkOperator.signing.certificate,
      CredentialCell(.networkOperator, .keyAgreement): networkOperator.keyAgreement.certificate,
      CredentialCell(.accessControlBroker, .keyAgreement): broker.keyAgreement.certificate,
      CredentialCell(.transitionalChangeOfSupplier, .signing): changeOfSupplier.signing.certificate,
    ]
    cells[CredentialCell(.supplier, .prepaymentKeyAgreement)] = supplier.prepaymentKeyAgreement?.certificate
    self.init(certificates: cells)
  }

  public func certificate(_ role: OrganisationRole, _ use: CredentialCell.Use) -> Certificate? {
    certificates[CredentialCell(role, use)]
  }

  /// Who the device takes for that role.
  public func holder(_ role: OrganisationRole) -> EUI64? {
    (certificate(role, .signing) ?? certificate(role, .keyAgreement))?.identifier
  }

  /// Takes a counter of a party, if it is above the last one. - Returns: whether it was.
  public mutating func take(_ counter: UInt64, of role: OrganisationRole) -> Bool {
    guard counter > floors[role, default: 0] else { return false }
    floors[role] = counter
    return true
  }

  mutating func put(_ certificate: Certificate, in cell: CredentialCell, floor: UInt64?) {
    certificates[cell] = certificate
    if let floor { floors[cell.role] = floor }
  }
}
