public import SettlementCalendar

/// A moment as certificates write it, to the second, in UTC: years from 1 to 9999. It goes beyond the settlement
/// calendar because device certificates end on 9999-12-31.
public struct CertificateTime: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The digits of year, month, day, hour, minute and second as one number.
  public let digits: Int64

  private init(digits: Int64) { self.digits = digits }

  /// The end of certificates that do not expire (RFC 5280, 4.1.2.5).
  public static let never = CertificateTime(digits: 99_991_231_235_959)

  /// From `20260101000000Z`. - Returns: `nil` for anything else or for a day that does not exist.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == 15, bytes[14] == UInt8(ascii: "Z"), bytes[..<14].allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    digits = bytes[..<14].reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    guard exists else { return nil }
  }

  /// The start of a day. - Returns: `nil` for a day that does not exist.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
    digits = Int64(year * 10_000 + month * 100 + day) * 1_000_000
    guard exists else { return nil }
  }

  /// - Returns: `nil` for a moment outside the calendar's range.
  public init?(_ instant: UTCInstant) {
    guard let date = instant.utcDate else { return nil }
    let (year, month, day) = date.civil
    let second = Int(instant.secondsSince1970 - Int64(date.dayNumber) * 86_400)
    let time = second / 3_600 * 10_000 + second / 60 % 60 * 100 + second % 60
    digits = Int64((year * 10_000 + month * 100 + day) * 1_000_000 + time)
  }

  /// The same day and time in a later year; the 28th for a 29 February that is not there. Stops at ``never``.
  public func adding(years: Int) -> CertificateTime {
    let moved = min(max(digits / 10_000_000_000 + Int64(clamping: years), 1), 9999)
    let later = CertificateTime(digits: moved * 10_000_000_000 + digits % 10_000_000_000)
    return later.exists ? later : CertificateTime(digits: later.digits - 1_000_000)
  }

  public var year: Int { Int(digits / 10_000_000_000) }

  /// `20260101000000Z`
  public var text: String {
    let text = String(digits)
    return String(repeating: "0", count: max(0, 14 - text.utf8.count)) + text + "Z"
  }

  /// `2026-01-01T00:00:00Z`
  public var description: String {
    let part = Array(text)
    return "\(String(part[0..<4]))-\(String(part[4..<6]))-\(String(part[6..<8]))"
      + "T\(String(part[8..<10])):\(String(part[10..<12])):\(String(part[12..<14]))Z"
  }

  public static func < (a: Self, b: Self) -> Bool { a.digits < b.digits }

  private var exists: Bool {
    func part(_ divisor: Int64) -> Int { Int(digits / divisor % 100) }
    let (month, day) = (part(100_000_000), part(1_000_000))
    guard year >= 1, (1...12).contains(month), part(10_000) < 24, part(100) < 60, part(1) < 60 else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[month - 1]).contains(day)
  }
}
