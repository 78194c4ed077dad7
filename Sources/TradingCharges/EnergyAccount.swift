import MarketIdentifiers

/// Which of the two energy accounts of a party.
public enum AccountKind: String, Hashable, Sendable, CaseIterable {
  case production = "P"
  case consumption = "C"
}

/// One energy account of a party, by names; see ``AccountIndex`` for the dense form.
public struct EnergyAccount: Hashable, Comparable, Sendable {
  public var party: ParticipantID
  public var kind: AccountKind

  public init(_ party: ParticipantID, _ kind: AccountKind) {
    self.party = party
    self.kind = kind
  }

  public static func < (a: Self, b: Self) -> Bool { (a.party, a.kind.rawValue) < (b.party, b.kind.rawValue) }
}

extension EnergyAccount: CustomStringConvertible {
  /// `MRCY/C`.
  public var description: String { "\(party)/\(kind.rawValue)" }
}

/// The place of an energy account in the arrays of a ``TradingRoster``: twice its party's place, and one more for the
/// consumption account.
public struct AccountIndex: Hashable, Comparable, Sendable {
  /// 0..<``TradingRoster/accountCount``.
  public let place: Int

  public init(place: Int) { self.place = place }

  public init(party: Int, _ kind: AccountKind) { place = party * 2 + (kind == .production ? 0 : 1) }

  /// The place of the party in ``TradingRoster/parties``.
  public var party: Int { place / 2 }
  public var kind: AccountKind { place % 2 == 0 ? .production : .consumption }

  public static func < (a: Self, b: Self) -> Bool { a.place < b.place }
}
