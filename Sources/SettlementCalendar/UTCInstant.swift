/// A moment, in whole seconds of Coordinated Universal Time since 1970-01-01T00:00:00Z, leap seconds left out.
public struct UTCInstant: Hashable, Comparable, Sendable {
  public let secondsSince1970: Int64

  public init(secondsSince1970: Int64) { self.secondsSince1970 = secondsSince1970 }

  public static let distantFuture = UTCInstant(secondsSince1970: .max)

  public static func < (a: Self, b: Self) -> Bool { a.secondsSince1970 < b.secondsSince1970 }

  public func advanced(bySeconds seconds: Int64) -> UTCInstant {
    UTCInstant(secondsSince1970: secondsSince1970 + seconds)
  }
  public func advanced(byHours hours: Int) -> UTCInstant { advanced(bySeconds: Int64(hours) * 3_600) }

  /// From a date and time of day on the UTC clock. - Returns: `nil` for a time that does not exist.
  public init?(date: SettlementDate, hour: Int, minute: Int, second: Int = 0) {
    guard (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second) else { return nil }
    secondsSince1970 = Int64(date.dayNumber) * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
  }

  /// From ISO 8601 with an explicit offset: `2026-03-29T01:00:00Z`, `2026-03-29T02:00:00+01:00`, `...+0100`,
  /// seconds and their fraction optional (the fraction must be zero), a blank allowed in place of `T`.
  ///
  /// - Returns: `nil` for anything else; a local time without offset is not a moment (see ``LondonClock``).
  public init?(_ text: some StringProtocol) {
    guard let stamp = CivilStamp(text), let offset = stamp.offsetMinutes,
      let instant = UTCInstant(date: stamp.date, hour: stamp.hour, minute: stamp.minute, second: stamp.second)
    else { return nil }
    self = instant.advanced(bySeconds: Int64(-offset * 60))
  }

  /// The date on the UTC clock, or `nil` outside the calendar's range.
  public var utcDate: SettlementDate? {
    let days = secondsSince1970 >= 0 ? secondsSince1970 / 86_400 : -1
    return SettlementDate(dayNumber: Int(days))
  }
}

extension UTCInstant: CustomStringConvertible {
  /// `2026-03-29T01:00:00Z`, or the plain number of seconds outside the calendar's range.
  public var description: String {
    guard let date = utcDate else { return "\(secondsSince1970)s" }
    let second = Int(secondsSince1970 % 86_400)
    return "\(date)T\(twoDigits(second / 3_600)):\(twoDigits(second / 60 % 60)):\(twoDigits(second % 60))Z"
  }
}

/// A date and time of day as text wrote them, with the offset it gave, if any. It is not yet a moment.
public struct CivilStamp: Hashable, Sendable {
  public var date: SettlementDate
  public var hour: Int
  public var minute: Int
  public var second: Int
  /// Minutes east of UTC, when the text said so; `Z` is zero.
  public var offsetMinutes: Int?

  public init(date: SettlementDate, hour: Int, minute: Int, second: Int = 0, offsetMinutes: Int? = nil) {
    self.date = date
    self.hour = hour
    self.minute = minute
    self.second = second
    self.offsetMinutes = offsetMinutes
  }

  /// Reads `YYYY-MM-DD`, `T` or one blank, `HH:MM`, then optional `:SS`, optional `.000…`, optional `Z`, `±HH:MM`, `±HHMM`.
  ///
  /// - Returns: `nil` for anything else, a non-zero fraction of a second included.
  public init?(_ text: some StringProtocol) {
    self.init(utf8: Array(text.utf8)[...])
  }

  /// The same for bytes; costs no allocation.
  public init?(utf8 bytes: ArraySlice<UInt8>) {
    let start = bytes.startIndex
    guard bytes.count >= 16, bytes[start + 4] == UInt8(ascii: "-"), bytes[start + 7] == UInt8(ascii: "-"),
      bytes[start + 10] == UInt8(ascii: "T") || bytes[start + 10] == UInt8(ascii: " "),
      bytes[start + 13] == UInt8(ascii: ":"),
      let century = Self.pair(bytes, start), let years = Self.pair(bytes, start + 2),
      let month = Self.pair(bytes, start + 5), let day = Self.pair(bytes, start + 8),
      let hour = Self.pair(bytes, start + 11), let minute = Self.pair(bytes, start + 14),
      let date = SettlementDate(year: century * 100 + years, month: month, day: day),
      hour <= 23, minute <= 59
    else { return nil }
    var index = start + 16
    var second = 0
    if index < bytes.endIndex, bytes[index] == UInt8(ascii: ":") {
      guard let read = Self.pair(bytes, index + 1), read <= 59 else { return nil }
      second = read
      index += 3
      if index < bytes.endIndex, bytes[index] == UInt8(ascii: ".") {
        index += 1
        let digits = index
        while index < bytes.endIndex, bytes[index] == UInt8(ascii: "0") { index += 1 }
        guard index > digits else { return nil }
      }
    }
    guard let offset = Self.offset(bytes[index...]) else { return nil }
    self.init(date: date, hour: hour, minute: minute, second: second, offsetMinutes: offset.minutes)
  }

  static func pair(_ bytes: ArraySlice<UInt8>, _ index: Int) -> Int? {
    guard index + 1 < bytes.endIndex else { return nil }
    let (high, low) = (bytes[index] &- 48, bytes[index + 1] &- 48)
    return high <= 9 && low <= 9 ? Int(high) * 10 + Int(low) : nil
  }

  /// The offset that a stamp ends with: none, `Z`, `+01:00`, `+0100`; `nil` when it is malformed.
  static func offset(_ bytes: ArraySlice<UInt8>) -> (minutes: Int?, Void)? {
    guard let sign = bytes.first else { return (nil, ()) }
    if bytes.count == 1, sign == UInt8(ascii: "Z") || sign == UInt8(ascii: "z") { return (0, ()) }
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
    let hasColon = bytes.count == 6 && bytes[bytes.startIndex + 3] == UInt8(ascii: ":")
    guard bytes.count == 5 || hasColon, let hours = pair(bytes, bytes.startIndex + 1),
      let minutes = pair(bytes, bytes.startIndex + (hasColon ? 4 : 3)), hours <= 14, minutes <= 59
    else { return nil }
    return ((hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -1 : 1), ())
  }
}
