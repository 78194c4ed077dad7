/// A date of which parts may be left open, as it stands in tariffs and calendars: five bytes.
public struct OpenDate: Hashable, Sendable {
  /// `nil` for every year.
  public var year: UInt16?
  /// 1 ... 12; `nil` for every month.
  public var month: UInt8?
  /// 1 ... 31; `nil` for every day.
  public var day: UInt8?
  /// 1 Monday ... 7 Sunday; `nil` for any.
  public var weekday: UInt8?

  public init(year: UInt16? = nil, month: UInt8? = nil, day: UInt8? = nil, weekday: UInt8? = nil) {
    self.year = year
    self.month = month
    self.day = day
    self.weekday = weekday
  }

  public var bytes: [UInt8] { bigEndian(year ?? 0xFFFF) + [month ?? 0xFF, day ?? 0xFF, weekday ?? 0xFF] }

  /// - Returns: `nil` unless there are five bytes whose parts are open or within their range.
  public init?(_ bytes: some Collection<UInt8>) {
    let bytes = Array(bytes)
    guard bytes.count == 5 else { return nil }
    let year = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
    func part(_ byte: UInt8, _ range: ClosedRange<UInt8>) -> UInt8?? {
      byte == 0xFF ? .some(nil) : range.contains(byte) ? .some(byte) : nil
    }
    guard let month = part(bytes[2], 1...12), let day = part(bytes[3], 1...31), let weekday = part(bytes[4], 1...7)
    else { return nil }
    self.init(year: year == 0xFFFF ? nil : year, month: month, day: day, weekday: weekday)
  }
}

/// Which rate counts when: the calendar of a meter's tariff (GBCS ECS01a; an activity calendar of DLMS, class 20, and a
/// table of special days, class 11). All times are UTC.
public struct SwitchingTable: Hashable, Sendable {
  /// What counts from a switch on.
  public enum Rate: Hashable, Sendable {
    /// 1 ... 48 on the primary element, 1 ... 4 on the secondary.
    case timeOfUse(UInt8)
    /// 1 ... 8: by thresholds of consumption.
    case block(UInt8)
  }

  public struct Switch: Hashable, Sendable {
    /// Seconds after midnight, below 86,400.
    public var second: Int
    public var rate: Rate

    public init(second: Int, rate: Rate) {
      self.second = second
      self.rate = rate
    }
  }

  public struct Day: Hashable, Sendable {
    /// 1 ... 16
    public var name: UInt8
    /// 1 ... 48 of them, rising.
    public var switches: [Switch]

    public init(name: UInt8, switches: [Switch]) {
      self.name = name
      self.switches = switches
    }
  }

  public struct Week: Hashable, Sendable {
    public var name: UInt8
    /// Seven day names, Monday first.
    public var days: [UInt8]

    public init(name: UInt8, days: [UInt8]) {
      self.name = name
      self.days = days
    }
  }

  public struct Season: Hashable, Sendable {
    /// At most eight bytes.
    public var name: [UInt8]
    public var start: OpenDate
    /// The week's name.
    public var week: UInt8

    public init(name: [UInt8], start: OpenDate, week: UInt8) {
      self.name = name
      self.start = start
      self.week = week
    }
  }

  public struct SpecialDay: Hashable, Sendable {
    public var date: OpenDate
    /// The day's name.
    public var day: UInt8

    public init(date: OpenDate, day: UInt8) {
      self.date = date
      self.day = day
    }
  }

  public var seasons: [Season]
  public var weeks: [Week]
  public var days: [Day]
  public var specialDays: [SpecialDay]

  public init(seasons: [Season] = [], weeks: [Week] = [], days: [Day] = [], specialDays: [SpecialDay] = []) {
    self.seasons = seasons
    self.weeks = weeks
    self.days = days
    self.specialDays = specialDays
  }

  /// Why a table is none that a meter takes.
  public enum Fault: String, Error, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    case size =
      "A tariff has 1 to 4 seasons, 1 to 4 weeks, 1 to 16 days of 1 to 48 switches, and at most 50 special days."
    case names = "A tariff names a week or day that it does not have, or one twice."
    case rates = "A tariff has a rate beyond those of the meter."
    case times = "The switches of a day must rise in time, within the day."

    public var description: String { rawValue }
  }

  /// - Parameter rates: time-of-use rates of the element: 48 or 4.
  /// - Returns: `nil` where a meter can follow it.
  public func fault(rates: UInt8 = 48) -> Fault? {
    guard (1...4).contains(seasons.count), (1...4).contains(weeks.count), (1...16).contains(days.count),
      specialDays.count <= 50, seasons.allSatisfy({ $0.name.count <= 8 }), weeks.allSatisfy({ $0.days.count == 7 }),
      days.allSatisfy({ (1...48).contains($0.switches.count) })
    else { return .size }
    let (dayNames, weekNames) = (Set(days.map(\.name)), Set(weeks.map(\.name)))
    guard dayNames.count == days.count, weekNames.count == weeks.count,
      weeks.allSatisfy({ $0.days.allSatisfy(dayNames.contains) }),
      seasons.allSatisfy({ weekNames.contains($0.week) }), specialDays.allSatisfy({ dayNames.contains($0.day) })
    else { return .names }
    for day in days {
      guard day.switches.allSatisfy({ $0.rate.isWithin(rates) }) else { return .rates }
      let seconds = day.switches.map(\.second)
      guard seconds.allSatisfy({ (0..<86_400).contains($0) }), zip(seconds, seconds.dropFirst()).allSatisfy({ $0 < $1 })
      else { return .times }
    }
    return nil
  }
}

extension SwitchingTable.Rate {
  func isWithin(_ rates: UInt8) -> Bool {
    switch self {
    case .timeOfUse(let number): number >= 1 && number <= rates
    case .block(let number): rates == 48 && (1...8).contains(number)
    }
  }

  /// The number of the script that switches to it. - Parameter base: 0 for the primary element, 200 for the secondary.
  func script(_ base: UInt16) -> UInt16 {
    switch self {
    case .timeOfUse(let number): base + UInt16(number)
    case .block(let number): 100 + UInt16(number)
    }
  }

  init?(script: UInt16, _ base: UInt16) {
    switch script {
    case base + 1...base + 48: self = .timeOfUse(UInt8(script - base))
    case 101...108 where base == 0: self = .block(UInt8(script - 100))
    default: return nil
    }
  }
}
