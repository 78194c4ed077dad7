public import SettlementCalendar

/// How long a smart meter has not been in smart mode, and whether its supplier has kept the 90 days to mend it. One value
/// for each meter: events go in with their day.
public struct SmartModeClock: Hashable, Sendable {
  public enum State: Hashable, Sendable {
    case smart
    /// The meter works and sends nothing, since that day.
    case dumb(since: SettlementDate)
  }

  public enum Standing: Hashable, Sendable {
    case smart
    /// Days that are left, the last of them included.
    case running(daysLeft: Int)
    /// Days beyond the last allowed one.
    case breached(daysOver: Int)
  }

  /// A stretch out of smart mode that has ended.
  public struct Outage: Hashable, Sendable {
    public let from: SettlementDate
    public let to: SettlementDate
    public let isBreach: Bool
  }

  /// The rule's days: 90.
  public let days: Int
  public private(set) var state = State.smart
  public private(set) var outages: [Outage] = []

  public init(days: Int = 90) { self.days = max(0, days) }

  /// The meter left smart mode. A second loss changes nothing: the clock runs from the first.
  public mutating func lost(on day: SettlementDate) {
    if case .smart = state { state = .dumb(since: day) }
  }

  /// The meter is in smart mode again.
  public mutating func restored(on day: SettlementDate) {
    guard case .dumb(let since) = state else { return }
    let last = max(day, since)
    outages.append(Outage(from: since, to: last, isBreach: since.days(to: last) > days))
    state = .smart
  }

  /// On the day of the loss none has passed; day 90 is the last, day 91 a breach.
  public func standing(on day: SettlementDate) -> Standing {
    guard case .dumb(let since) = state else { return .smart }
    let passed = max(0, since.days(to: day))
    return passed <= days ? .running(daysLeft: days - passed) : .breached(daysOver: passed - days)
  }
}
