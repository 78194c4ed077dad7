public import SettlementCalendar

/// How a read for settlement ended.
public enum ReadOutcome: Hashable, Sendable {
  case complete
  /// What the meter had; the half-hours that are missing are those from `from` to `through`, both ends of stamps.
  case partial(missingFrom: UTCInstant, through: UTCInstant)
  case failed

  /// A partial answer is a success of the request (MP162 rule 25).
  public var isSuccess: Bool { self != .failed }
}

/// The order of attempts for settlement data (SEC H3.13A). It is guidance for users: the DCC cannot know a request's
/// purpose and never refuses for it.
public enum ReadAttempts {
  public enum Step: Hashable, Sendable {
    case scheduled
    /// On demand, for the range that is missing; `nil` for all of it.
    case onDemand(from: UTCInstant?, through: UTCInstant?)
    case nothing
  }

  /// What to try next: first a scheduled request, and only after it has failed or was partial one on demand.
  public static func next(after outcomes: [ReadOutcome]) -> Step {
    switch outcomes.last {
    case nil: .scheduled
    case .complete: .nothing
    case .partial(let from, let through): .onDemand(from: from, through: through)
    case .failed: .onDemand(from: nil, through: nil)
    }
  }

  /// Whether a user's own first attempt keeps to the rule.
  public static func keeps(_ mode: RequestMode, isFirstAttempt: Bool) -> Bool { mode == .scheduled || !isFirstAttempt }
}

/// Ranges of half-hourly logs as meters answer them.
public enum ProfileRanges {
  /// Some meters put at most 10 days in an answer whatever was asked (MP162 rule 35).
  public static let longestAnswerDays = 10

  /// Half-hours in a range of stamps, both ends included: a day from midnight to midnight has 49.
  public static func stamps(from: UTCInstant, through: UTCInstant) -> Int {
    from > through ? 0 : Int((through.secondsSince1970 - from.secondsSince1970) / 1800) + 1
  }

  /// The same range in pieces that any meter answers whole. Each stamp is in one piece.
  public static func pieces(from: UTCInstant, through: UTCInstant, days: Int = longestAnswerDays) -> [(
    from: UTCInstant, through: UTCInstant
  )] {
    let length = Int64(max(1, days)) * 86_400 - 1800
    var pieces: [(from: UTCInstant, through: UTCInstant)] = []
    var start = from
    while start <= through {
      let end = min(start.advanced(bySeconds: length), through)
      pieces.append((start, end))
      start = end.advanced(bySeconds: 1800)
    }
    return pieces
  }

  /// Judges an answer by its stamps (the ends of half-hours): a short one is partial.
  public static func outcome(_ stamps: Set<UTCInstant>, from: UTCInstant, through: UTCInstant) -> ReadOutcome {
    let expected = stride(from: from.secondsSince1970, through: through.secondsSince1970, by: 1800)
      .map { UTCInstant(secondsSince1970: $0) }
    let missing = expected.filter { !stamps.contains($0) }
    guard let first = missing.first, let last = missing.last else { return .complete }
    return missing.count == expected.count ? .failed : .partial(missingFrom: first, through: last)
  }
}
