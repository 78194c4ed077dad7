/// The three characters that begin a record, packed into a number so that choosing by them costs one comparison.
public struct RecordTag: Hashable, Comparable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  let code: UInt32

  init(code: UInt32) { self.code = code }

  /// - Parameter value: three ASCII characters; of others only the low seven bits count, of a longer text the start.
  public init(stringLiteral value: String) {
    code = value.utf8.prefix(3).reduce(0) { $0 << 8 | UInt32($1 & 0x7F) }
  }

  /// `BP7`.
  public var description: String {
    String(
      decoding: [
        UInt8(truncatingIfNeeded: code >> 16), UInt8(truncatingIfNeeded: code >> 8),
        UInt8(truncatingIfNeeded: code),
      ], as: UTF8.self)
  }

  public static func < (a: Self, b: Self) -> Bool { a.code < b.code }

  /// File header.
  public static let header: RecordTag = "AAA"
  /// File footer.
  public static let footer: RecordTag = "ZZZ"
  /// Run header of a settlement report.
  public static let runHeader: RecordTag = "SRH"
  /// System period information.
  public static let systemPeriod: RecordTag = "SPI"
  /// Party header.
  public static let partyHeader: RecordTag = "BPH"
  /// Period within a party.
  public static let partyPeriod: RecordTag = "SP7"
  /// Energy account of a party in a period.
  public static let accountPeriod: RecordTag = "APD"
  /// BM unit of a party in a period.
  public static let unitPeriod: RecordTag = "BP7"
  /// Charges of a party over the day.
  public static let dayCharges: RecordTag = "APC"
  /// GSP Group of a take file, and one period of it.
  public static let groupTake: RecordTag = "AGV"
  public static let groupTakePeriod: RecordTag = "AGP"
  /// Distribution area; its Grid Supply Points, interconnectors, inter-group connections; a period of each.
  public static let area: RecordTag = "MPD"
  public static let supplyPoint: RecordTag = "GP9"
  public static let supplyPointPeriod: RecordTag = "GMP"
  public static let interconnector: RecordTag = "EPD"
  public static let interconnectorPeriod: RecordTag = "EMP"
  public static let interGroup: RecordTag = "IPD"
  public static let interGroupPeriod: RecordTag = "IMP"
  /// BM unit of an aggregation file, and one period of it.
  public static let unit: RecordTag = "ABV"
  public static let unitVolume: RecordTag = "ABP"
}
