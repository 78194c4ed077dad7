import SettlementCalendar
import SmartMeteringRules

/// How many scheduled reads start in a second while the windows of MP162 rule 50 are on: beyond that many they start
/// later, first in, first out.
struct WindowPace: Sendable {
  enum Room: Hashable, Sendable {
    case now
    /// The first second that has room.
    case later(UTCInstant)
    /// The window is over before there would be room.
    case full
  }

  /// The second in which the last one was given its place, and how many have places in it.
  private var last = UTCInstant(secondsSince1970: 0)
  private var taken = 0
  /// Schedules that have a place.
  private var placed: Set<UInt64> = []

  /// - Parameter rate: starts allowed at a second of the UTC day.
  mutating func room(for schedule: UInt64, at now: UTCInstant, rate: (Int) -> Int) -> Room {
    if placed.remove(schedule) != nil { return .now }
    func rateThen(_ moment: UTCInstant) -> Int {
      rate(Int(((moment.secondsSince1970 % 86_400) + 86_400) % 86_400))
    }
    var moment = max(last, now)
    if moment == last, taken >= rateThen(moment) { moment = moment.advanced(bySeconds: 1) }
    guard rateThen(moment) > 0 else { return .full }
    if moment != last { (last, taken) = (moment, 0) }
    taken += 1
    if moment == now { return .now }
    placed.insert(schedule)
    return .later(moment)
  }
}

extension ServiceProvider {
  /// The reason that the hop log gives for a run that has no room in its window.
  public static let windowFull = "window full"

  /// When a run may start. A schedule with a time of its own outside its window starts then: it was promised that time
  /// (MP162 rule 24).
  mutating func room(for schedule: Schedule, _ now: UTCInstant) -> WindowPace.Room {
    guard let windows = settings.switches.windows else { return .now }
    let room = windowPace.room(for: schedule.id, at: now) { windows.rate(of: schedule.role, at: $0) }
    return room == .full && schedule.details.executionSecond != nil ? .now : room
  }
}
