/// What a device tells of the certificates that it trusts (CS02a; 6.24.1).
public enum CredentialsReport {
  /// One role's cells.
  public struct Entry {
    public var role: RemotePartyRole
    /// The counter below which the device takes no command of the role.
    public var floor: UInt64
    public var cells: [(cell: TrustAnchorCell, party: CredentialsUpdate.Outcome.Party)]

    public init(
      role: RemotePartyRole, floor: UInt64, cells: [(TrustAnchorCell, CredentialsUpdate.Outcome.Party)]
    ) {
      self.role = role
      self.floor = floor
      self.cells = cells.map { ($0.0, $0.1) }
    }
  }

  static let code = MessageCode(rawValue: 0x0008)
  /// GBCS status 25: not found.
  private static let notFound: UInt8 = 25

  /// The roles that a command asks about; `nil` for what is no such command.
  public static func roles(_ value: ASN1Value) -> [RemotePartyRole]? {
    guard let parts = value.elements, parts.count == 2, let asked = parts[1].elements, !asked.isEmpty else {
      return nil
    }
    let roles = asked.compactMap { $0.counter.flatMap { RemotePartyRole(rawValue: UInt8(clamping: $0)) } }
    return roles.count == asked.count ? roles : nil
  }

  /// What the broker asks, which names itself first.
  public static func question(_ roles: [RemotePartyRole]) -> ASN1Value {
    let broker = TrustAnchorCell(.accessControlBroker, .keyAgreement)
    return .sequence([broker.value, .sequence(roles.map { .integer(UInt64($0.rawValue)) })])
  }

  public static func answer(_ entries: [Entry]) -> ASN1Value {
    .sequence(
      entries.map { entry in
        .sequence([
          .integer(UInt64(entry.role.rawValue)), .enumerated(entry.cells.isEmpty ? notFound : 0),
          .integer(entry.floor),
          .sequence(
            entry.cells.map { item in
              .sequence(
                Array((item.cell.value.elements ?? []).dropFirst())
                  + [.octets(item.party.holder.bytes), .octets(bigEndian(item.party.keyIdentifier))])
            }),
        ])
      })
  }
}

extension CommandAddress {
  /// The broker asks which certificates a device has for some roles.
  public func credentialsReport(of roles: [RemotePartyRole]) -> DeviceMessage {
    command(CredentialsReport.code, CredentialsReport.question(roles).bytes)
  }
}
