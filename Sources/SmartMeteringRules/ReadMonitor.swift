public import SettlementCalendar

/// Counts reads by user, role, service and day, scheduled and on demand (MP162 rule 22). It only counts: what follows
/// from a ratio is a talk with the user, never a refusal.
public struct ReadMonitor: Sendable {
  public struct Key: Hashable, Sendable {
    public var user: PartyIdentifier
    public var role: UserRole
    public var variant: ServiceVariant
    public var day: SettlementDate

    public init(user: PartyIdentifier, role: UserRole, variant: ServiceVariant, day: SettlementDate) {
      self.user = user
      self.role = role
      self.variant = variant
      self.day = day
    }
  }

  public struct Count: Hashable, Sendable {
    public var scheduled: Int
    public var onDemand: Int

    public init(scheduled: Int = 0, onDemand: Int = 0) {
      self.scheduled = scheduled
      self.onDemand = onDemand
    }

    public var total: Int { scheduled + onDemand }
    /// On demand in a thousand; 0 without reads.
    public var onDemandPerMille: Int { total == 0 ? 0 : onDemand * 1000 / total }

    public static func + (a: Count, b: Count) -> Count {
      Count(scheduled: a.scheduled + b.scheduled, onDemand: a.onDemand + b.onDemand)
    }
  }

  /// When a rise of reads on demand is disproportionate. MP162 gives no figure: these are Halfhour's.
  public struct Rise: Hashable, Sendable {
    /// So many times the mean of the days before.
    public var factor = 3
    /// Below this count nothing is flagged.
    public var minimum = 100
    /// How many days before are looked at.
    public var days = 7

    public init() {}
  }

  public private(set) var counts: [Key: Count] = [:]

  public init() {}

  public mutating func record(_ key: Key, _ mode: RequestMode) {
    switch mode {
    case .scheduled: counts[key, default: Count()].scheduled += 1
    case .onDemand: counts[key, default: Count()].onDemand += 1
    }
  }

  /// The sum of a user's reads over days; `nil` leaves role or service open.
  public func count(
    of user: PartyIdentifier, role: UserRole? = nil, variant: ServiceVariant? = nil,
    days: ClosedRange<SettlementDate>
  ) -> Count {
    counts.reduce(Count()) { sum, entry in
      let key = entry.key
      let isMeant =
        key.user == user && (role == nil || key.role == role) && (variant == nil || key.variant == variant)
        && days.contains(key.day)
      return isMeant ? sum + entry.value : sum
    }
  }

  /// Users whose reads on demand of a day are disproportionately more than on the days before.
  public func risen(on day: SettlementDate, _ rise: Rise = Rise()) -> [PartyIdentifier] {
    guard rise.days > 0, let first = day.advanced(by: -rise.days), let last = day.advanced(by: -1) else { return [] }
    return Set(counts.keys.map(\.user)).filter { user in
      let today = count(of: user, days: day...day).onDemand
      let before = count(of: user, days: first...last).onDemand
      return today >= rise.minimum && today * rise.days > before * rise.factor
    }.sorted()
  }
}
