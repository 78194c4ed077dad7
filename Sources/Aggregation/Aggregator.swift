import MarketIdentifiers
import MarketRegistration
import Quantities
import ReadingValidation
import SettlementCalendar

/// Adds validated half-hours up to the GSP Group (seed 002, stage 3).
///
/// Readings are added within a bucket of equal loss factors first, and the factor multiplies the sum: exact, because a
/// sum of whole numbers times a whole number is the sum of the products.
public enum Aggregator {
  /// No loss factor could be found for a class on a date.
  public struct MissingLossFactor: Error, Hashable, Sendable, CustomStringConvertible {
    public let distributor: Int
    public let lossClass: LineLossFactorClassID
    public let date: SettlementDate

    public var description: String {
      "no line loss factor for distributor \(distributor), class \(lossClass) on \(date): ingest the distributor's "
        + "D0265 file, or check that --loss-factor-shift lands on a day with the same number of periods"
    }
  }

  struct Bucket: Hashable {
    let key: AggregationKey
    let distributor: Int
    let lossClass: LineLossFactorClassID
  }

  /// - Parameter rows: which of the day's points to add; all by default. Any split of the rows merges to the same sums.
  public static func aggregate(
    _ validated: ValidatedDay, factors: LossFactorBook, rows: Range<Int>? = nil
  ) throws(MissingLossFactor) -> AggregateSums {
    let periods = validated.day.periodCount
    var buckets: [Bucket: [PeriodSums]] = [:]
    for row in rows ?? validated.points.indices {
      let registration = validated.points[row].registration
      guard registration.quantity.isActive else { continue }
      let bucket = Bucket(
        key: AggregationKey(registration), distributor: registration.distributor, lossClass: registration.lossClass)
      add(validated, row, to: &buckets[bucket, default: Array(repeating: PeriodSums(), count: periods)])
    }
    var sums = AggregateSums(validated.day)
    for (bucket, cells) in buckets {
      guard
        let answer = factors.factors(
          distributor: bucket.distributor, lossClass: bucket.lossClass, on: validated.day)
      else {
        throw MissingLossFactor(
          distributor: bucket.distributor, lossClass: bucket.lossClass, date: validated.day.date)
      }
      for period in 1...periods {
        var cell = cells[period - 1]
        cell.lossAdjusted = cell.metered * answer.factors[period - 1]
        sums.add(cell, to: bucket.key, period: period)
      }
    }
    return sums
  }

  private static func add(_ validated: ValidatedDay, _ row: Int, to cells: inout [PeriodSums]) {
    let periods = validated.day.periodCount
    for period in 0..<periods {
      let cell = row * periods + period
      let energy = Energy(wattHours: validated.energies[cell])
      cells[period].metered += energy
      cells[period].count += 1
      if !validated.methods[cell].isMeasured {
        cells[period].estimated += energy
        cells[period].estimatedCount += 1
      }
    }
  }
}
