import SettlementCalendar

/// Puts stamps of the London clock without an offset on the UTC clock, row after row.
///
/// Only the hour that the clocks show twice needs a choice. The rule (`MET-06`): within one series the first row of
/// such a stamp is summer time when the row before it has an earlier stamp (the file rises there) or there is none,
/// and winter time when the row before it has a later stamp (it falls). The second row of the stamp is the other
/// one; a third row starts again, as in a file that repeats whole days.
struct LocalClockResolver {
  enum Resolution: Equatable {
    case moment(UTCInstant)
    /// The clocks showed it twice; this is the choice.
    case chosen(UTCInstant, isSummerTime: Bool)
    /// The clocks skipped it.
    case skipped
    /// More doubtful stamps than are kept track of.
    case tooMany
  }

  private struct Doubt: Hashable {
    let series: Int32
    let secondOfClock: Int64
  }

  /// Two half-hours a year for a hundred thousand series.
  private static let mostDoubts = 200_000

  private var previous: CivilStamp?
  private var previousSeries: Int32?
  /// Doubtful stamps that were seen an odd number of times, with the choice made.
  private var choseSummer: [Doubt: Bool] = [:]

  mutating func resolve(_ stamp: CivilStamp, series: Int32) -> Resolution {
    defer {
      previous = stamp
      previousSeries = series
    }
    if let offset = stamp.offsetMinutes {
      return .moment(Self.naive(stamp).advanced(bySeconds: Int64(-offset * 60)))
    }
    switch LondonClock.meaning(of: stamp) {
    case .none: return .skipped
    case .one(let instant): return .moment(instant)
    case .two(let first, let second):
      let doubt = Doubt(series: series, secondOfClock: Self.naive(stamp).secondsSince1970)
      let isSummer: Bool
      if let earlier = choseSummer.removeValue(forKey: doubt) {
        isSummer = !earlier
      } else {
        guard choseSummer.count < Self.mostDoubts else { return .tooMany }
        isSummer = !isFalling(to: stamp, series)
        choseSummer[doubt] = isSummer
      }
      return .chosen(isSummer ? first : second, isSummerTime: isSummer)
    }
  }

  private func isFalling(to stamp: CivilStamp, _ series: Int32) -> Bool {
    guard let previous, previousSeries == series else { return false }
    return Self.naive(previous) > Self.naive(stamp)
  }

  /// The stamp's own figures read as if they were UTC.
  private static func naive(_ stamp: CivilStamp) -> UTCInstant {
    let clock = Int64(stamp.hour * 3_600 + stamp.minute * 60 + stamp.second)
    return UTCInstant(secondsSince1970: Int64(stamp.date.dayNumber) * 86_400 + clock)
  }
}
