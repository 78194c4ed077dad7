/// What was described with MP162 and taken out of it, or only considered: all off unless configured.
public struct DCCSwitches: Hashable, Sendable {
  /// Keep SMETS1 results for other readers (rule 49).
  public var smets1Cache: SMETS1CacheRules?
  /// Peak and off-peak windows of scheduled reads (rule 50).
  public var windows: ScheduleWindows?
  /// On-demand requests before scheduled ones (rule 51).
  public var prioritisesOnDemand = false
  /// Two response times for suppliers, by a tag "for settlement" (rule 52).
  public var settlementTag: SettlementTag?
  /// One read for all schedules that ask a device the same (rule 53).
  public var poolsSchedules = false

  public init() {}
}

/// Response times by a tag that DUIS does not have (rule 52).
public struct SettlementTag: Hashable, Sendable {
  public var taggedSeconds: Int
  public var untaggedSeconds: Int

  public init(taggedSeconds: Int, untaggedSeconds: Int) {
    self.taggedSeconds = taggedSeconds
    self.untaggedSeconds = untaggedSeconds
  }

  public func seconds(isTagged: Bool) -> Int { isTagged ? taggedSeconds : untaggedSeconds }
}

/// The windows in which scheduled reads run, in seconds of the UTC day. The hours that were proposed are not public, so
/// there are no defaults.
public struct ScheduleWindows: Hashable, Sendable {
  public enum Fault: String, Error, Hashable, Sendable, CustomStringConvertible {
    case order = "The off-peak window does not begin after the peak window: the gap is for installing meters."
    case end = "The off-peak window goes beyond 20:00, when maintenance begins."
    case rate = "A rate is a whole number of requests a second, of at least 1, the off-peak one below the other."

    public var description: String { rawValue }
  }

  /// Overnight, for everybody's schedules.
  public let peak: Range<Int>
  /// By day, for schedules of export suppliers and retrievers.
  public let offPeak: Range<Int>
  /// Requests a second.
  public let peakRate: Int
  public let offPeakRate: Int

  public init(peak: Range<Int>, offPeak: Range<Int>, peakRate: Int, offPeakRate: Int) throws(Fault) {
    guard peak.lowerBound >= 0, peak.upperBound < offPeak.lowerBound, !peak.isEmpty, !offPeak.isEmpty else {
      throw .order
    }
    guard offPeak.upperBound <= 72_000 else { throw .end }
    guard offPeakRate >= 1, peakRate > offPeakRate else { throw .rate }
    self.peak = peak
    self.offPeak = offPeak
    self.peakRate = peakRate
    self.offPeakRate = offPeakRate
  }

  /// The window in which a role's schedules run.
  public func window(of role: UserRole) -> Range<Int> { Self.isOffPeak(role) ? offPeak : peak }

  private static func isOffPeak(_ role: UserRole) -> Bool { role == .exportSupplier || role == .meterDataRetriever }

  /// Requests a second that may be started for a role at a second of the day.
  public func rate(of role: UserRole, at second: Int) -> Int {
    if peak.contains(second) { return peakRate }
    return offPeak.contains(second) && Self.isOffPeak(role) ? offPeakRate : 0
  }
}
