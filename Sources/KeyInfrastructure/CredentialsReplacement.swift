public import GBCS
public import MessageSecurity

/// A command that replaces certificates on a device (GBCS CS02b).
public struct CredentialsReplacement: Hashable, Sendable {
  /// Who replaces whose: the number is also the last digit of the message code, 0x0100 to 0x0109.
  public enum Mode: UInt8, Hashable, Sendable, CaseIterable {
    case rootBySupplier = 0
    case rootByWANProvider = 1
    case supplierBySupplier = 2
    case networkOperatorByNetworkOperator = 3
    case brokerByBroker = 4
    case wanProviderByWANProvider = 5
    case changeOfSupplierByChangeOfSupplier = 6
    /// What a change of supplier leads to (service request 6.23).
    case supplierByChangeOfSupplier = 7
    case anyByRecovery = 8

    /// From the message code of the command. The tenth mode, by contingency, is under a key that only exists offline.
    public init?(code: UInt16) {
      guard (0x0100...0x0108).contains(code) else { return nil }
      self.init(rawValue: UInt8(code & 0xF))
    }

    /// Whose signature the command bears.
    public var authority: OrganisationRole {
      switch self {
      case .rootBySupplier, .supplierBySupplier: .supplier
      case .rootByWANProvider, .wanProviderByWANProvider: .wanProvider
      case .networkOperatorByNetworkOperator: .networkOperator
      case .brokerByBroker: .accessControlBroker
      case .changeOfSupplierByChangeOfSupplier, .supplierByChangeOfSupplier: .transitionalChangeOfSupplier
      case .anyByRecovery: .recovery
      }
    }

    /// Whether it may replace a certificate of that role. Recovery replaces all but the root.
    public func replaces(_ role: OrganisationRole) -> Bool {
      switch self {
      case .rootBySupplier, .rootByWANProvider: role == .root
      case .supplierBySupplier, .supplierByChangeOfSupplier: role == .supplier
      case .networkOperatorByNetworkOperator: role == .networkOperator
      case .brokerByBroker: role == .accessControlBroker
      case .wanProviderByWANProvider: role == .wanProvider
      case .changeOfSupplierByChangeOfSupplier: role == .transitionalChangeOfSupplier
      case .anyByRecovery: role != .root
      }
    }
  }

  public struct Replacement: Hashable, Sendable {
    public var cell: CredentialCell
    public var certificate: Certificate

    public init(_ cell: CredentialCell, _ certificate: Certificate) {
      self.cell = cell
      self.certificate = certificate
    }
  }

  /// How one replacement ended, by its number in the response.
  public enum Status: UInt8, Hashable, Sendable, CaseIterable {
    case success = 0
    case badCertificate = 5
    case noTrustAnchor = 10
    case notFound = 25
    case other = 127
  }

  /// Why the whole command was not carried out.
  public enum Refusal: Error, Hashable, Sendable {
    case unknownAuthority
    /// Another than the party whose certificate the device holds.
    case originator
    case signature
    /// Not above the last counter of that party.
    case counter
    /// The mode does not replace certificates of that role.
    case role(OrganisationRole)
    case empty
  }

  public var mode: Mode
  public var originator: EUI64
  public var counter: UInt64
  /// From which counter on the new party's commands count; `nil` leaves the floor as it is.
  public var newFloor: UInt64?
  public var replacements: [Replacement]
  /// Authorities between the new certificates and the root; at most three.
  public var path: [Certificate]
  /// Whether the device looks at dates. Its clock may not be set when it is installed.
  public var checksDates: Bool

  public init(
    mode: Mode, originator: EUI64, counter: UInt64, newFloor: UInt64? = nil, replacements: [Replacement],
    path: [Certificate], checksDates: Bool = true
  ) {
    self.mode = mode
    self.originator = originator
    self.counter = counter
    self.newFloor = newFloor
    self.replacements = replacements
    self.path = path
    self.checksDates = checksDates
  }
}

extension DeviceCredentials {
  /// Carries out a replacement: each certificate for itself, in order; one that is refused leaves the old one in place.
  /// - Parameter isSignedBy: whether the command bears a signature by the key of a certificate.
  /// - Returns: a status for each replacement.
  /// - Throws: ``CredentialsReplacement/Refusal``; nothing has changed then.
  public mutating func replace(
    _ command: CredentialsReplacement, at time: CertificateTime, isSignedBy: (Certificate) -> Bool
  ) throws(CredentialsReplacement.Refusal) -> [CredentialsReplacement.Status] {
    guard !command.replacements.isEmpty else { throw .empty }
    if let wrong = command.replacements.first(where: { !command.mode.replaces($0.cell.role) }) {
      throw .role(wrong.cell.role)
    }
    guard let authority = certificate(command.mode.authority, .signing) else { throw .unknownAuthority }
    guard authority.identifier == command.originator else { throw .originator }
    guard isSignedBy(authority) else { throw .signature }
    guard take(command.counter, of: command.mode.authority) else { throw .counter }
    var statuses: [CredentialsReplacement.Status] = []
    for replacement in command.replacements {
      let status = status(replacement, command, time)
      if status == .success { put(replacement.certificate, in: replacement.cell, floor: command.newFloor) }
      statuses.append(status)
    }
    return statuses
  }

  private func status(
    _ replacement: CredentialsReplacement.Replacement, _ command: CredentialsReplacement, _ time: CertificateTime
  ) -> CredentialsReplacement.Status {
    guard certificates[replacement.cell] != nil else { return .notFound }
    guard let root = certificate(.root, .certificateSigning) else { return .noTrustAnchor }
    guard command.path.count <= 3 else { return .badCertificate }
    let demand: CertificateDemand
    switch replacement.cell.use {
    // A new root is signed by itself: what vouches for it is the command's signature.
    case .certificateSigning:
      let isRoot =
        replacement.certificate.extensions.isAuthority && replacement.certificate.role == OrganisationRole.root.unit
      return isRoot && replacement.certificate.isSigned(by: replacement.certificate) ? .success : .badCertificate
    case .signing: demand = CertificateDemand(roles: [replacement.cell.role], use: .signing)
    case .keyAgreement, .prepaymentKeyAgreement:
      demand = CertificateDemand(roles: [replacement.cell.role], use: .keyAgreement)
    }
    let faults = ChainJudge(roots: [root], authorities: command.path)
      .verdict(replacement.certificate, at: time, demand: demand).faults
      .filter { fault in
        switch fault {
        case .expired, .notYetValid: command.checksDates
        default: true
        }
      }
    if faults.isEmpty { return .success }
    let isUnanchored = faults.contains { fault in
      switch fault {
      case .untrustedRoot, .unknownIssuer: true
      default: false
      }
    }
    return isUnanchored ? .noTrustAnchor : .badCertificate
  }
}
