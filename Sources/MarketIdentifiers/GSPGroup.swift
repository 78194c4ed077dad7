/// A GSP Group: one of the fourteen zones in which supply is settled, `_A` to `_P` without `_I` and `_O`.
public enum GSPGroupID: String, Hashable, Sendable, CaseIterable, Comparable {
  case a = "_A"
  case b = "_B"
  case c = "_C"
  case d = "_D"
  case e = "_E"
  case f = "_F"
  case g = "_G"
  case h = "_H"
  case j = "_J"
  case k = "_K"
  case l = "_L"
  case m = "_M"
  case n = "_N"
  case p = "_P"

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  /// The area's usual name.
  public var name: String { Distributor.all.first { $0.group == self }?.area ?? rawValue }

  /// The distributor id of the area's licensed network, 10...23.
  public var distributor: Int { Distributor.all.first { $0.group == self }?.id ?? 0 }
}

extension GSPGroupID: CustomStringConvertible {
  public var description: String { rawValue }
}

/// A distribution network operator as the first two digits of an MPAN name it.
public struct Distributor: Hashable, Sendable {
  /// 10...99.
  public let id: Int
  /// Four-letter participant code.
  public let code: String
  public let area: String
  /// The GSP Group of a licensed area; `nil` for an independent network, whose prefix names no group.
  public let group: GSPGroupID?

  init(_ id: Int, _ code: String, _ area: String, _ group: GSPGroupID?) {
    self.id = id
    self.code = code
    self.area = area
    self.group = group
  }

  /// Source: Market Domain Data version 377, tables Market Participant Role and GSP Group.
  public static let all: [Distributor] = [
    Distributor(10, "EELC", "Eastern", .a), Distributor(11, "EMEB", "East Midlands", .b),
    Distributor(12, "LOND", "London", .c), Distributor(13, "MANW", "Merseyside and North Wales", .d),
    Distributor(14, "MIDE", "Midlands", .e), Distributor(15, "NEEB", "Northern", .f),
    Distributor(16, "NORW", "North Western", .g), Distributor(17, "HYDE", "North Scotland", .p),
    Distributor(18, "SPOW", "South Scotland", .n), Distributor(19, "SEEB", "South Eastern", .j),
    Distributor(20, "SOUT", "Southern", .h), Distributor(21, "SWAE", "South Wales", .k),
    Distributor(22, "SWEB", "South Western", .l), Distributor(23, "YELG", "Yorkshire", .m),
    Distributor(24, "IPNL", "independent", nil), Distributor(25, "LENG", "independent", nil),
    Distributor(26, "GUCL", "independent", nil), Distributor(27, "ETCL", "independent", nil),
    Distributor(28, "EDFI", "independent (closed)", nil), Distributor(29, "HARL", "independent", nil),
    Distributor(30, "PENL", "independent", nil), Distributor(31, "UKPD", "independent", nil),
    Distributor(32, "UDNL", "independent", nil), Distributor(33, "GGEN", "independent", nil),
    Distributor(34, "MPDL", "independent", nil), Distributor(35, "FEAL", "independent", nil),
    Distributor(36, "VATT", "independent", nil), Distributor(37, "FORB", "independent", nil),
    Distributor(38, "INDI", "independent", nil), Distributor(39, "STRK", "independent", nil),
    Distributor(40, "UTAL", "independent", nil), Distributor(42, "AENL", "independent", nil),
    Distributor(43, "IDCS", "independent", nil), Distributor(45, "AURO", "independent", nil),
    Distributor(46, "AIDI", "independent", nil), Distributor(47, "VEPN", "independent", nil),
    Distributor(48, "EONN", "independent", nil), Distributor(51, "AGRN", "independent", nil),
    Distributor(52, "GLPN", "independent", nil), Distributor(77, "AMSN", "independent", nil),
    Distributor(78, "NHHA", "independent", nil),
  ]

  public static func named(_ code: String) -> Distributor? { all.first { $0.code == code } }
  public static func numbered(_ id: Int) -> Distributor? { all.first { $0.id == id } }
}
