/// A moment on the clock of a device: whole seconds since 2000-01-01T00:00:00Z, always UTC, until February 2136.
///
/// Logs and gas commands have the seconds as they are; elsewhere the twelve bytes of ``DLMSDateTime`` stand for them.
public struct DeviceTime: Hashable, Comparable, Sendable {
  public var seconds: UInt32

  public init(seconds: UInt32) { self.seconds = seconds }

  /// What a device says about its clock in the last byte.
  public enum ClockStatus: UInt8, Hashable, Sendable {
    case reliable = 0
    /// The clock was not set within its tolerance (GBCS: "unreliable").
    case unreliable = 2
    /// Not specified: what electricity meters and all commands have.
    case unspecified = 0xFF
  }

  /// Year, month, day, any weekday, hour, minute, second, no hundredths, no deviation.
  public func dateTime(_ status: ClockStatus = .unspecified) -> [UInt8] {
    let (year, month, day) = Self.civil(Int(seconds / 86_400))
    let time = seconds % 86_400
    return bigEndian(UInt16(clamping: year)) + [
      UInt8(clamping: month), UInt8(clamping: day), 0xFF, UInt8(clamping: time / 3_600),
      UInt8(clamping: time / 60 % 60), UInt8(clamping: time % 60), 0, 0x80, 0, status.rawValue,
    ]
  }

  /// Reads twelve bytes of which date and time are all given. An open hour, minute or second counts as zero, as in the
  /// start of a day. - Returns: `nil` for open dates, and for what is no moment from 2000 to February 2136.
  public init?(dateTime bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    guard bytes.count == 12 else { return nil }
    let year = Int(bytes[0]) << 8 | Int(bytes[1])
    guard (2000...2136).contains(year), (1...12).contains(bytes[2]) else { return nil }
    let time = bytes[5...7].map { $0 == 0xFF ? 0 : Int($0) }
    guard time[0] < 24, time[1] < 60, time[2] < 60 else { return nil }
    let days = Self.days(year, Int(bytes[2]), Int(bytes[3]))
    guard Self.civil(days) == (year, Int(bytes[2]), Int(bytes[3])) else { return nil }
    guard let seconds = UInt32(exactly: days * 86_400 + time[0] * 3_600 + time[1] * 60 + time[2]) else { return nil }
    self.init(seconds: seconds)
  }

  /// Days since 2000-01-01 as year, month and day (H. Hinnant's algorithm, years from March).
  private static func civil(_ days: Int) -> (Int, Int, Int) {
    let fromMarch0000 = days + 730_425
    let era = fromMarch0000 / 146_097
    let ofEra = fromMarch0000 % 146_097
    let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * ofYear + 2) / 153
    let day = ofYear - (153 * month + 2) / 5 + 1
    let civilMonth = month < 10 ? month + 3 : month - 9
    return (yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0), civilMonth, day)
  }

  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let yearOfEra = shifted % 400
    let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return shifted / 400 * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + ofYear - 730_425
  }

  public static func < (a: Self, b: Self) -> Bool { a.seconds < b.seconds }
}
