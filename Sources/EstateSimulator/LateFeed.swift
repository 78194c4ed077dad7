import Readings
import SettlementCalendar

/// Makes the late-reading feed of a research file: which days of which series come late, and by how much.
public struct LateFeed: Hashable, Sendable {
  /// A share of the series' days, and when they come.
  public struct Delay: Hashable, Sendable {
    /// Of a thousand series-days.
    public var perMille: Int
    /// Calendar days after the end of the settlement day.
    public var days: Int

    public init(perMille: Int, days: Int) {
      self.perMille = perMille
      self.days = days
    }
  }

  public var seed: UInt64
  public var delays: [Delay]

  /// - Parameter delays: ``afterEachRun`` by default; shares beyond a thousand in all are not reached.
  public init(seed: UInt64, delays: [Delay] = LateFeed.afterEachRun) {
    self.seed = seed
    self.delays = delays
  }

  /// Some two and a half percent late, 0.4 percent after SF, so that some come after each of the runs II, SF, R1, R2 and R3 of the timetable that runs them
  /// 14, 24, 44 and 87 working days after the settlement date. The shares are invented.
  public static let afterEachRun: [Delay] = [
    Delay(perMille: 20, days: 5), Delay(perMille: 1, days: 28), Delay(perMille: 1, days: 45),
    Delay(perMille: 1, days: 80), Delay(perMille: 1, days: 140),
  ]

  /// The delay of one series' day, or `nil` when it is on time.
  public func delay(series: String, _ date: SettlementDate) -> Delay? {
    delay(SeriesStream(seed: seed, series), date)
  }

  /// One statement for each late day of a series; by series in the order given, then by date.
  public func arrivals(series names: [String], _ dates: ClosedRange<SettlementDate>) -> [Arrival] {
    let days = settlementDates(dates.lowerBound, through: dates.upperBound).map { SettlementDay($0) }
    return names.flatMap { name in
      let stream = SeriesStream(seed: seed, name)
      return days.compactMap { day in
        delay(stream, day.date).map { late in
          Arrival(
            series: name, from: day.firstHalfHour, to: day.firstHalfHour.advanced(by: day.periodCount),
            receivedAt: day.end.advanced(byHours: 24 * late.days))
        }
      }
    }
  }

  private struct SeriesStream {
    let base: UInt64
    init(seed: UInt64, _ name: String) {
      var mixer = SeededGenerator(seed: seed, stream: "late/\(name)")
      base = mixer.next()
    }
  }

  private func delay(_ stream: SeriesStream, _ date: SettlementDate) -> Delay? {
    var chance = SeededGenerator(seed: stream.base &+ UInt64(date.dayNumber) &* 0xD134_2543_DE82_EF95)
    var rest = chance.below(1_000)
    for delay in delays {
      if rest < delay.perMille { return delay }
      rest -= max(delay.perMille, 0)
    }
    return nil
  }
}
