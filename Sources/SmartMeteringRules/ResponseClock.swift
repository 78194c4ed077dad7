public import SettlementCalendar

/// Measures how long requests take against their target response times.
public struct ResponseClock: Sendable {
  /// What was counted of one target.
  public struct Tally: Hashable, Sendable {
    public var inTime: Int
    public var late: Int
    /// Not answered and not late when the clock was read.
    public var open: Int

    public init(inTime: Int = 0, late: Int = 0, open: Int = 0) {
      self.inTime = inTime
      self.late = late
      self.open = open
    }

    /// In time in a thousand of all that were answered or are overdue; `nil` without any.
    public var inTimePerMille: Int? { inTime + late == 0 ? nil : inTime * 1000 / (inTime + late) }
  }

  public enum Verdict: Hashable, Sendable {
    case inTime(seconds: Int64)
    case late(seconds: Int64)
    /// No request of that number runs.
    case unknown
  }

  private struct Running {
    let start: UTCInstant
    let target: Int
  }

  private var running: [UInt64: Running] = [:]
  public private(set) var tallies: [Int: Tally] = [:]

  public init() {}

  /// Starts the clock of a request. For a scheduled run it starts with the day, because the DCC may run it at any moment
  /// of the 24 hours (MP162 rule 23).
  public mutating func start(_ request: UInt64, at time: UTCInstant, target seconds: Int, mode: RequestMode) {
    let dayStart = UTCInstant(secondsSince1970: time.secondsSince1970 - Self.remainder(time.secondsSince1970))
    running[request] = Running(start: mode == .scheduled ? dayStart : time, target: seconds)
  }

  private static func remainder(_ seconds: Int64) -> Int64 { ((seconds % 86_400) + 86_400) % 86_400 }

  public mutating func answered(_ request: UInt64, at time: UTCInstant) -> Verdict {
    guard let entry = running.removeValue(forKey: request) else { return .unknown }
    let seconds = time.secondsSince1970 - entry.start.secondsSince1970
    let isInTime = seconds <= Int64(entry.target)
    if isInTime {
      tallies[entry.target, default: Tally()].inTime += 1
    } else {
      tallies[entry.target, default: Tally()].late += 1
    }
    return isInTime ? .inTime(seconds: seconds) : .late(seconds: seconds)
  }

  /// Requests whose time is over without an answer, in the order of their numbers.
  public func overdue(at time: UTCInstant) -> [UInt64] {
    running.filter { time.secondsSince1970 - $0.value.start.secondsSince1970 > Int64($0.value.target) }.keys.sorted()
  }

  /// The tallies with those that still run.
  public func report(at time: UTCInstant) -> [Int: Tally] {
    let overdue = Set(overdue(at: time))
    return running.reduce(into: tallies) { report, entry in
      if overdue.contains(entry.key) {
        report[entry.value.target, default: Tally()].late += 1
      } else {
        report[entry.value.target, default: Tally()].open += 1
      }
    }
  }
}
