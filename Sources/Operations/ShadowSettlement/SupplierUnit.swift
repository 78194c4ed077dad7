import MarketIdentifiers

/// The BM unit in which a supplier's volume in a GSP Group is settled.
public enum SupplierUnit {
  /// A base unit cannot be named.
  public struct Unnameable: Error, Hashable, Sendable, CustomStringConvertible {
    public let party: ParticipantID

    public var description: String {
      "party \(party) has more than four characters: its BM units cannot be named in a report file"
    }
  }

  /// The base BM unit: `2__`, the letter of the GSP Group, the party's four characters, `000` (shape seen in published
  /// settlement reports; additional units, `001` on, are not told apart here).
  ///
  /// - Throws: ``Unnameable`` where the party's code is longer than four characters, and the id would pass CHAR(11).
  public static func base(_ party: ParticipantID, in group: GSPGroupID) throws(Unnameable) -> String {
    guard party.code.utf8.count <= 4 else { throw Unnameable(party: party) }
    return "2__\(group.rawValue.suffix(1))\(party.code)000"
  }

  /// The base unit that stands for a supplier's unit: additional ones (`001` on) are compared together with it, because a
  /// store does not say which metering point is in which. Other units stand for themselves.
  static func standing(for id: String) -> String {
    guard id.hasPrefix("2__"), id.utf8.count > 6, id.utf8.suffix(3).allSatisfy({ (0x30...0x39).contains($0) }) else {
      return id
    }
    return id.dropLast(3) + "000"
  }
}
