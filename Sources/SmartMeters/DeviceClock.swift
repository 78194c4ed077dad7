public import GBCS
public import SettlementCalendar

/// The clock of a device: right when it was set, then ahead or behind by a steady share.
public struct DeviceClock: Hashable, Sendable {
  /// When it was last set, in true time.
  public private(set) var setAt: DeviceTime
  /// Seconds ahead of true time at that moment; negative when behind.
  public private(set) var offset: Int32
  /// Gained seconds a million; negative when it loses.
  public let partsPerMillion: Int16
  public private(set) var status: DeviceTime.ClockStatus

  public init(setAt: DeviceTime, offset: Int32 = 0, partsPerMillion: Int16 = 0) {
    self.setAt = setAt
    self.offset = offset
    self.partsPerMillion = partsPerMillion
    status = .reliable
  }

  /// Seconds that the clock is ahead.
  public func error(at now: DeviceTime) -> Int {
    Int(offset) + (Int(now.seconds) - Int(setAt.seconds)) * Int(partsPerMillion) / 1_000_000
  }

  /// What the clock shows.
  public func reading(at now: DeviceTime) -> DeviceTime { now.advanced(by: error(at: now)) }

  /// Sets the clock to the hub's time if that lies within the window that the supplier allows (ECS70).
  ///
  /// - Returns: whether it does; otherwise the clock goes on as it was and says that it is not reliable.
  mutating func synchronise(at now: DeviceTime, within window: ClosedRange<DeviceTime>) -> Bool {
    guard window.contains(now) else {
      status = .unreliable
      return false
    }
    self = DeviceClock(setAt: now, partsPerMillion: partsPerMillion)
    return true
  }
}

extension DeviceTime {
  private static let secondsFrom1970: Int64 = 946_684_800

  /// - Returns: the nearest moment that a device can tell.
  public init(_ instant: UTCInstant) {
    let (seconds, overflow) = instant.secondsSince1970.subtractingReportingOverflow(Self.secondsFrom1970)
    self.init(seconds: overflow ? 0 : UInt32(clamping: seconds))
  }

  public var instant: UTCInstant { UTCInstant(secondsSince1970: Int64(seconds) + Self.secondsFrom1970) }

  public func advanced(by seconds: Int) -> DeviceTime {
    DeviceTime(seconds: UInt32(clamping: Int(self.seconds) + seconds))
  }

  /// The half-hour that ends here; `nil` between half-hours.
  public var halfHourEnding: HalfHour? { seconds % 1_800 == 0 ? HalfHour(endingAt: instant) : nil }
}
