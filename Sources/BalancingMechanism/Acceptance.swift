import SettlementCalendar

/// Why and how an acceptance was issued.
public struct AcceptanceFlags: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Made up by rule, not sent by the control room.
  public static let deemed = AcceptanceFlags(rawValue: 1)
  /// Potentially for system reasons: the SO-flag.
  public static let systemOperator = AcceptanceFlags(rawValue: 2)
  /// From a short-term operating reserve provider.
  public static let reserveProvider = AcceptanceFlags(rawValue: 4)
  /// A replacement reserve instruction.
  public static let replacementReserve = AcceptanceFlags(rawValue: 8)
  /// A replacement reserve schedule.
  public static let replacementSchedule = AcceptanceFlags(rawValue: 16)
}

/// A bid-offer acceptance: the level that the control room told a unit to follow.
public struct Acceptance: Hashable, Sendable {
  public var unit: String
  public var number: Int
  public var acceptedAt: UTCInstant
  public var flags: AcceptanceFlags
  public var profile: LevelProfile

  public init(unit: String, number: Int, acceptedAt: UTCInstant, flags: AcceptanceFlags, profile: LevelProfile) {
    self.unit = unit
    self.number = number
    self.acceptedAt = acceptedAt
    self.flags = flags
    self.profile = profile
  }

  /// The order in which acceptances of one unit replace each other.
  public static func precedes(_ a: Acceptance, _ b: Acceptance) -> Bool {
    (a.acceptedAt, a.number) < (b.acceptedAt, b.number)
  }
}

/// Unbroken runs of acceptances, for the Continuous Acceptance Duration Limit (CADL).
public enum ContinuousAcceptance {
  /// Seconds that the unbroken run lasts to which each acceptance of ONE unit belongs; runs that touch are one.
  ///
  /// - Returns: acceptance number to duration. An acceptance without levels is left out.
  public static func durations(_ acceptances: [Acceptance]) -> [Int: Int64] {
    let spans = acceptances.compactMap { acceptance -> (number: Int, from: Int64, to: Int64)? in
      guard let from = acceptance.profile.start, let to = acceptance.profile.end else { return nil }
      return (acceptance.number, from.secondsSince1970, to.secondsSince1970)
    }.sorted { ($0.from, $0.to, $0.number) < ($1.from, $1.to, $1.number) }
    var result: [Int: Int64] = [:]
    var run: (members: [Int], from: Int64, to: Int64)?
    func close() {
      guard let run else { return }
      for member in run.members { result[member] = run.to - run.from }
    }
    for span in spans {
      if let open = run, span.from <= open.to {
        run = (open.members + [span.number], open.from, max(open.to, span.to))
      } else {
        close()
        run = ([span.number], span.from, span.to)
      }
    }
    close()
    return result
  }
}
