import SettlementCalendar

/// What goes wrong with one home's readings of one day in the sample estate. At most one thing does.
enum SampleFault: Hashable, Sendable {
  case none
  /// Periods `first ..< first + count`, counted from 0, never come.
  case missing(first: Int, count: Int)
  /// The whole day comes `days` calendar days later.
  case late(days: Int)
  /// One reading is corrected later to another value.
  case correction(period: Int, addedWattHours: Int)
  /// The whole day is an estimate.
  case estimated
  /// One reading is far more than the supply can carry.
  case spike(period: Int, wattHours: Int)
  /// One row stands twice in the same file.
  case duplicate(period: Int)

  /// Days after the settlement date on which late readings come, and their share of all home-days in thousandths:
  /// after each of the runs II, SF, R1 and R2 of the timetable that has them 1, 14, 24 and 44 working days after.
  static let delays = [
    (days: 5, perMille: 20), (days: 28, perMille: 2), (days: 45, perMille: 1), (days: 80, perMille: 1),
  ]
  static let correctionDays = 10

  /// The fault of one home on one day.
  init(_ home: SampleHome, _ day: SampleDay) {
    var chance = home.chance(day.day.date, salt: 2)
    let periods = day.slots.count
    var rest = chance.below(1_000)
    func isWithin(_ perMille: Int) -> Bool {
      rest -= perMille
      return rest < 0
    }
    for delay in Self.delays where isWithin(delay.perMille) {
      self = .late(days: delay.days)
      return
    }
    if isWithin(10) {
      let count = chance.within(1...6)
      self = .missing(first: chance.below(periods - count + 1), count: count)
    } else if isWithin(4) {
      self = .correction(period: chance.below(periods), addedWattHours: chance.within(100...900))
    } else if isWithin(8) {
      self = .estimated
    } else if isWithin(1) {
      self = .spike(period: chance.below(periods), wattHours: chance.within(30_000...90_000))
    } else if isWithin(4) {
      self = .duplicate(period: chance.below(periods))
    } else {
      self = .none
    }
  }
}
