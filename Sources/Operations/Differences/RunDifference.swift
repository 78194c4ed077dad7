import Aggregation
import MarketIdentifiers
import Quantities
import Settlement
import SettlementCalendar

/// The difference between two runs of one settlement date, taken apart by cause.
///
/// For each party, period and bucket the causes add up to the difference to the last unit.
public struct RunDifference: Hashable, Sendable {
  /// One party's cash.
  public struct Party: Hashable, Sendable {
    public let party: ParticipantID
    /// Of the day at the earlier run, positive to the party.
    public let before: Money
    public let after: Money
    /// What each cause moved, positive to the party; causes that moved nothing are left out.
    public let causes: [ChangeCause: Money]

    public var difference: Money { after - before }
  }

  /// What one cause moved for one party in one period.
  public struct Period: Hashable, Sendable {
    public let party: ParticipantID
    public let period: Int
    public let cause: ChangeCause
    /// Positive to the party.
    public let cash: Money
    /// Of the imbalance: positive is a larger surplus.
    public let imbalance: LossAdjustedEnergy
  }

  /// One bucket's energy at the Grid Supply Point over the day.
  public struct Bucket: Hashable, Sendable {
    public let key: AggregationKey
    public let before: LossAdjustedEnergy
    public let after: LossAdjustedEnergy
    public let causes: [ChangeCause: LossAdjustedEnergy]

    public var difference: LossAdjustedEnergy { after - before }
  }

  public let date: SettlementDate
  public let from: RunType
  public let to: RunType
  public let rulebook: String
  /// Rising by party; those that did not change too.
  public let parties: [Party]
  /// By party, period and cause; only where something moved.
  public let periods: [Period]
  /// Rising by key; those that did not change too.
  public let buckets: [Bucket]
  /// Half-hours whose reading changed, by cause.
  public let readings: [ChangeCause: Int]
  /// Files that the later run knew and the earlier did not.
  public let newSources: [SourceRecord]

  /// What each cause moved for all parties together.
  public var totals: [ChangeCause: Money] {
    parties.reduce(into: [:]) { totals, party in
      for (cause, amount) in party.causes { totals[cause, default: .zero] += amount }
    }
  }

  /// For all parties together.
  public var difference: Money { parties.reduce(.zero) { $0 + $1.difference } }
}
