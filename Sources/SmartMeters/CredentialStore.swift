public import GBCS

/// The certificates that a device trusts, cell by cell, and the counters below which it takes no command.
///
/// A value whose cells are shared between devices until one of them changes its own.
public struct CredentialStore: Hashable, Sendable {
  private(set) var cells: [TrustAnchorCell: PublicCredential]
  /// The last counter of a command protected against replay, by role.
  private(set) var floors: [RemotePartyRole: UInt64] = [:]

  public init(_ cells: [TrustAnchorCell: PublicCredential]) { self.cells = cells }

  public subscript(_ cell: TrustAnchorCell) -> PublicCredential? { cells[cell] }

  public subscript(_ role: RemotePartyRole, _ use: KeyUse, _ cell: CellUse = .management) -> PublicCredential? {
    cells[TrustAnchorCell(role, use, cell)]
  }

  /// What a device holds of a role, by cell.
  public func cells(of role: RemotePartyRole) -> [TrustAnchorCell: PublicCredential] {
    cells.filter { $0.key.role == role }
  }

  /// Who a device believes to hold a role.
  public func holder(of role: RemotePartyRole) -> EUI64? {
    (self[role, .digitalSignature] ?? self[role, .keyAgreement])?.holder
  }

  /// The role, out of those that a use case is open to, in which a party is known.
  public func role(of party: EUI64, among roles: Set<RemotePartyRole>) -> RemotePartyRole? {
    roles.sorted().first { holder(of: $0) == party }
  }

  public func floor(of role: RemotePartyRole) -> UInt64 { floors[role] ?? 0 }

  mutating func raise(_ role: RemotePartyRole, to counter: UInt64) { floors[role] = counter }

  /// Puts a certificate in the place of another. - Returns: the one that was there.
  @discardableResult
  public mutating func replace(_ cell: TrustAnchorCell, with credential: PublicCredential) -> PublicCredential? {
    cells.updateValue(credential, forKey: cell)
  }
}
