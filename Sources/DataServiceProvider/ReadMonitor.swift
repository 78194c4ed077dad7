public import GBCS
public import SettlementCalendar
public import SmartMeteringRules

/// How many scheduled and on-demand reads each user sent, by role, service and day (MP162 rule 22). It measures and
/// refuses nothing (rule 21).
public struct ReadMonitor: Hashable, Sendable {
  public struct Class: Hashable, Sendable {
    public var user: EUI64
    public var role: UserRole
    public var variant: String
    public var date: SettlementDate
  }

  public struct Tally: Hashable, Sendable {
    public var scheduled = 0
    public var onDemand = 0

    public init(scheduled: Int = 0, onDemand: Int = 0) {
      self.scheduled = scheduled
      self.onDemand = onDemand
    }

    /// On-demand reads of a thousand; `nil` where there were none of either.
    public var onDemandPerMille: Int? {
      scheduled + onDemand > 0 ? onDemand * 1_000 / (scheduled + onDemand) : nil
    }
  }

  public private(set) var tallies: [Class: Tally] = [:]

  public init() {}

  mutating func count(_ command: PendingCommand, on now: UTCInstant) {
    guard command.variant.description.hasPrefix("4."), let date = now.utcDate else { return }
    let kind = Class(user: command.user, role: command.role, variant: command.variant.description, date: date)
    if command.mode == .scheduled {
      tallies[kind, default: Tally()].scheduled += 1
    } else {
      tallies[kind, default: Tally()].onDemand += 1
    }
  }

  /// In the order of user, role, service and day.
  public var lines: [(kind: Class, tally: Tally)] {
    tallies.map { (kind: $0.key, tally: $0.value) }.sorted {
      ($0.kind.user, $0.kind.role.rawValue, $0.kind.variant, $0.kind.date)
        < ($1.kind.user, $1.kind.role.rawValue, $1.kind.variant, $1.kind.date)
    }
  }
}
