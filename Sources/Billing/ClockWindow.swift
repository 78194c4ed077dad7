import SettlementCalendar

/// The days of the week on which a window of the clock holds. Bank holidays count as the weekday they fall on.
public enum TariffDays: String, Hashable, Sendable, CaseIterable {
  case all
  /// Monday to Friday.
  case weekday
  /// Saturday and Sunday.
  case weekend

  /// Whether a window with these days holds on a date.
  public func hold(on date: SettlementDate) -> Bool {
    switch self {
    case .all: true
    case .weekday: !date.weekday.isWeekend
    case .weekend: date.weekday.isWeekend
    }
  }
}

/// A window of the London clock, from one minute of the day up to another, e.g. 22:00 to 08:00.
///
/// A window whose end is not after its start goes over midnight: 22:00 to 08:00 holds from 22:00 to 24:00 and from
/// 00:00 to 08:00 of **each** day on which it holds. Equal ends are the whole day.
public struct ClockWindow: Hashable, Sendable {
  /// First minute of the clock day, 0...1410, a multiple of 30.
  public let fromMinute: Int
  /// First minute that is no longer in the window, 0...1440, a multiple of 30.
  public let toMinute: Int
  public let days: TariffDays

  /// - Returns: `nil` unless both minutes lie on a half-hour of the clock day.
  public init?(fromMinute: Int, toMinute: Int, days: TariffDays = .all) {
    guard (0...1_410).contains(fromMinute), (0...1_440).contains(toMinute), fromMinute % 30 == 0, toMinute % 30 == 0
    else { return nil }
    self.fromMinute = fromMinute
    self.toMinute = toMinute
    self.days = days
  }

  /// From clock times such as `22:00` and `08:00`; `24:00` is an end. - Returns: `nil` for anything else.
  public init?(from: String, to: String, days: TariffDays = .all) {
    guard let fromMinute = Self.minute(from), let toMinute = Self.minute(to) else { return nil }
    self.init(fromMinute: fromMinute, toMinute: toMinute, days: days)
  }

  /// Whether the clock minute is in the window, whatever the day.
  public func contains(minute: Int) -> Bool {
    if fromMinute < toMinute { return minute >= fromMinute && minute < toMinute }
    return minute >= fromMinute || minute < toMinute
  }

  /// `22:00-08:00`, with the days where they are not all.
  public var text: String {
    let span = "\(Self.clockText(fromMinute))-\(Self.clockText(toMinute))"
    return days == .all ? span : "\(span) \(days.rawValue)"
  }

  /// `08:30` for minute 510; `24:00` for 1440.
  public static func clockText(_ minute: Int) -> String {
    let hours = minute / 60
    let minutes = minute % 60
    return (hours < 10 ? "0\(hours)" : "\(hours)") + (minutes < 10 ? ":0\(minutes)" : ":\(minutes)")
  }

  static func minute(_ text: String) -> Int? {
    let bytes = Array(text.utf8)
    guard bytes.count == 5, bytes[2] == UInt8(ascii: ":") else { return nil }
    var digits: [Int] = []
    for position in [0, 1, 3, 4] {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) else { return nil }
      digits.append(Int(bytes[position]) - 48)
    }
    let hours = digits[0] * 10 + digits[1]
    let minutes = digits[2] * 10 + digits[3]
    return minutes < 60 && hours * 60 + minutes <= 1_440 ? hours * 60 + minutes : nil
  }
}
