public import SmartMeteringRules

/// How long answers took, against their targets.
public struct ResponseClocks: Hashable, Sendable {
  public struct Class: Hashable, Sendable, Comparable {
    public var variant: String
    public var role: UserRole
    public var mode: RequestMode
    /// Targets are not the same for both.
    public var generation: MeterGeneration

    public static func < (a: Self, b: Self) -> Bool {
      (a.variant, a.role.rawValue, a.mode.rawValue, a.generation.rawValue)
        < (b.variant, b.role.rawValue, b.mode.rawValue, b.generation.rawValue)
    }
  }

  public struct Tally: Hashable, Sendable {
    public var answered = 0
    /// Answered within the target.
    public var inTime = 0
    /// Given up without an answer.
    public var unanswered = 0
    /// Seconds from the moment from which the target counts to the answer: sum and longest.
    public var seconds = 0
    public var longest = 0
    /// Seconds.
    public var target: Int?
  }

  public private(set) var tallies: [Class: Tally] = [:]

  public init() {}

  mutating func answered(_ kind: Class, after seconds: Int, target: Int?) {
    tallies[kind, default: Tally()].answered += 1
    tallies[kind, default: Tally()].seconds += seconds
    tallies[kind, default: Tally()].target = target
    if target.map({ seconds <= $0 }) != false { tallies[kind, default: Tally()].inTime += 1 }
    if seconds > tallies[kind]?.longest ?? 0 { tallies[kind, default: Tally()].longest = seconds }
  }

  mutating func gaveUp(_ kind: Class, target: Int?) {
    tallies[kind, default: Tally()].unanswered += 1
    tallies[kind, default: Tally()].target = target
  }

  public static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.tallies.merge(b.tallies) { one, other in
      Tally(
        answered: one.answered + other.answered, inTime: one.inTime + other.inTime,
        unanswered: one.unanswered + other.unanswered, seconds: one.seconds + other.seconds,
        longest: max(one.longest, other.longest), target: one.target ?? other.target)
    }
    return sum
  }

  /// In the order of variant, role, mode and generation.
  public var lines: [(kind: Class, tally: Tally)] {
    tallies.map { (kind: $0.key, tally: $0.value) }.sorted { $0.kind < $1.kind }
  }
}
