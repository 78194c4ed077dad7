/// The part that a party plays towards a device (GBCS, `RemotePartyRole`).
public enum RemotePartyRole: UInt8, Hashable, Sendable, CaseIterable, Comparable {
  case root = 0
  case recovery = 1
  case supplier = 2
  case networkOperator = 3
  case accessControlBroker = 4
  case transitionalCoS = 5
  case wanProvider = 6
  case issuingAuthority = 7
  case other = 127

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// What the key of a certificate is for (the bit of X.509's key usage).
public enum KeyUse: UInt8, Hashable, Sendable, CaseIterable, Comparable {
  case digitalSignature = 0
  case keyAgreement = 4
  case certificateSigning = 5

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// Which of two keys of the same use is meant (GBCS, `CellUsage`).
public enum CellUse: UInt8, Hashable, Sendable, CaseIterable, Comparable {
  case management = 0
  case prepaymentTopUp = 1

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// The place of one certificate in a device's store (GBCS, `TrustAnchorCell`).
public struct TrustAnchorCell: Hashable, Sendable, Comparable {
  public var role: RemotePartyRole
  public var use: KeyUse
  public var cell: CellUse

  public init(_ role: RemotePartyRole, _ use: KeyUse, _ cell: CellUse = .management) {
    self.role = role
    self.use = use
    self.cell = cell
  }

  public static func < (a: Self, b: Self) -> Bool { (a.role, a.use, a.cell) < (b.role, b.use, b.cell) }
}
