import MarketIdentifiers
import Quantities
import SettlementCalendar

/// The line loss factors of one class of one distributor, as one D0265 file publishes them: a fact.
///
/// A year holds few different days, so days point into a list of distinct patterns.
public struct LossFactorSchedule: Hashable, Sendable {
  public let distributor: Int
  public let lossClass: LineLossFactorClassID
  /// Distinct days; each holds 46, 48 or 50 factors.
  public let patterns: [[LossFactor]]
  /// For each date the number of its pattern.
  public let days: [SettlementDate: Int]
  /// Content hash of the file.
  public let source: String
  public let receivedAt: UTCInstant

  public init(
    distributor: Int, lossClass: LineLossFactorClassID, patterns: [[LossFactor]], days: [SettlementDate: Int],
    source: String, receivedAt: UTCInstant
  ) {
    self.distributor = distributor
    self.lossClass = lossClass
    self.patterns = patterns
    self.days = days
    self.source = source
    self.receivedAt = receivedAt
  }

  /// The factors of a date in period order. - Returns: `nil` where the file has none.
  public func factors(on date: SettlementDate) -> [LossFactor]? { days[date].map { patterns[$0] } }
}
