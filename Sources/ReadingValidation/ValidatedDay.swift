import Findings
import MarketRegistration
import Quantities
import Readings
import SettlementCalendar

/// A metering point as validation sees it: who it is, and under which series its readings are stored.
public struct ValidationPoint: Sendable {
  public let registration: Registration
  /// `nil` when no reading of it was ever stored.
  public let series: SeriesIndex?

  public init(registration: Registration, series: SeriesIndex?) {
    self.registration = registration
    self.series = series
  }
}

/// One settlement date after validation: every period of every registered metering point has an energy, and says how
/// it is known.
public struct ValidatedDay: Sendable {
  public let day: SettlementDay
  /// Rising by MPAN.
  public let points: [ValidationPoint]
  /// `points.count × periodCount` of whole Wh.
  public let energies: [Int64]
  /// How each is known.
  public let methods: [EstimationMethod]
  public let quality: QualityCounts

  /// The cell of a point's row in a period counted from 1.
  public func cell(row: Int, period: Int) -> Int { row * day.periodCount + period - 1 }

  public func energy(row: Int, period: Int) -> Energy { Energy(wattHours: energies[cell(row: row, period: period)]) }
  public func method(row: Int, period: Int) -> EstimationMethod { methods[cell(row: row, period: period)] }
}

/// How much of a day was measured, and how the rest was filled. Counts of half-hours; they add over days.
public struct QualityCounts: Hashable, Sendable {
  /// Half-hours that registered metering points should have had.
  public var expected: Int
  /// Measured, passed, and arrived within the window.
  public var validAtFirstPass: Int
  /// By method, indexed by ``EstimationMethod``'s raw value; sums to `expected`.
  public var byMethod: [Int]
  /// Readings that failed a check, by rule.
  public var failures: [RuleID: Int]
  /// Energy of all half-hours that are not measured.
  public var estimatedEnergy: Energy

  public init() {
    expected = 0
    validAtFirstPass = 0
    byMethod = Array(repeating: 0, count: EstimationMethod.allCases.count)
    failures = [:]
    estimatedEnergy = .zero
  }

  /// Measured half-hours.
  public var measured: Int { byMethod[Int(EstimationMethod.measured.rawValue)] }
  public var estimated: Int { expected - measured }
  /// Share measured at this run.
  public var validatedShare: Proportion { Proportion(Int64(measured), of: Int64(expected)) }
  /// Share that was measured, passed and came in time.
  public var firstPassShare: Proportion { Proportion(Int64(validAtFirstPass), of: Int64(expected)) }

  public static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.expected += b.expected
    sum.validAtFirstPass += b.validAtFirstPass
    for index in sum.byMethod.indices { sum.byMethod[index] += b.byMethod[index] }
    sum.failures.merge(b.failures, uniquingKeysWith: +)
    sum.estimatedEnergy += b.estimatedEnergy
    return sum
  }
}
