import Quantities
import SettlementCalendar

/// What one settlement period of one ``AggregationKey`` adds up to.
public struct PeriodSums: Hashable, Sendable {
  /// At the meters.
  public var metered: Energy
  /// At the Grid Supply Point: metered times line loss factor, exact.
  public var lossAdjusted: LossAdjustedEnergy
  /// Of `metered`, what is not measured.
  public var estimated: Energy
  /// How many half-hours.
  public var count: Int64
  /// Of those, how many are not measured.
  public var estimatedCount: Int64

  public init(
    metered: Energy = .zero, lossAdjusted: LossAdjustedEnergy = .zero, estimated: Energy = .zero, count: Int64 = 0,
    estimatedCount: Int64 = 0
  ) {
    self.metered = metered
    self.lossAdjusted = lossAdjusted
    self.estimated = estimated
    self.count = count
    self.estimatedCount = estimatedCount
  }

  public static func + (a: Self, b: Self) -> Self {
    PeriodSums(
      metered: a.metered + b.metered, lossAdjusted: a.lossAdjusted + b.lossAdjusted,
      estimated: a.estimated + b.estimated, count: a.count + b.count,
      estimatedCount: a.estimatedCount + b.estimatedCount)
  }
}

/// The sums of one settlement date. They merge: in any order, over any split of the metering points, to the same value.
public struct AggregateSums: Hashable, Sendable {
  public let day: SettlementDay
  /// For each key one entry per period.
  public private(set) var rows: [AggregationKey: [PeriodSums]]

  /// Nothing added yet: the identity of merging.
  public init(_ day: SettlementDay) {
    self.day = day
    rows = [:]
  }

  public mutating func add(_ sums: PeriodSums, to key: AggregationKey, period: Int) {
    precondition(period >= 1 && period <= day.periodCount, "a period of this day")
    rows[key, default: Array(repeating: PeriodSums(), count: day.periodCount)][period - 1] =
      (rows[key]?[period - 1] ?? PeriodSums()) + sums
  }

  /// Puts another loss-adjusted volume in the place of one that is there; the key must have a row.
  mutating func replaceVolume(_ volume: LossAdjustedEnergy, of key: AggregationKey, period: Int) {
    rows[key]?[period - 1].lossAdjusted = volume
  }

  /// - Precondition: both are of the same date.
  public mutating func merge(_ other: AggregateSums) {
    precondition(day == other.day, "sums of one date merge")
    for (key, periods) in other.rows {
      guard let mine = rows[key] else {
        rows[key] = periods
        continue
      }
      rows[key] = zip(mine, periods).map { $0 + $1 }
    }
  }

  public var sortedKeys: [AggregationKey] { rows.keys.sorted() }

  public func periods(of key: AggregationKey) -> [PeriodSums] {
    rows[key] ?? Array(repeating: PeriodSums(), count: day.periodCount)
  }

  /// Everything of one direction, over all keys and periods.
  public func total(_ isIncluded: (AggregationKey) -> Bool = { _ in true }) -> PeriodSums {
    var total = PeriodSums()
    for (key, periods) in rows where isIncluded(key) {
      for sums in periods { total = total + sums }
    }
    return total
  }
}
