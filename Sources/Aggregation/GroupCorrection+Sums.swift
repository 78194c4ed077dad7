import MarketIdentifiers
import MarketRegistration
import Quantities
import SettlementCalendar

extension GroupCorrection {
  /// A group of a settlement date that cannot be corrected, as a sentence that says what to do.
  public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    public let date: SettlementDate
    public let fault: Fault

    public init(date: SettlementDate, fault: Fault) {
      self.date = date
      self.fault = fault
    }

    public var description: String {
      switch fault {
      case .nothingToCorrect(let group, let period):
        "GSP Group \(group) on \(date), period \(period): the group's take differs from its volumes, and the volumes "
          + "that may be corrected add up to nothing: check the take and the readings, or settle without "
          + "--group-correction"
      case .outOfRange(let group, let period):
        "GSP Group \(group) on \(date), period \(period): the take or a volume is beyond 100 TWh in half an hour, "
          + "which no group can use: check the group takes and the readings"
      }
    }
  }

  /// The sums of a date with the loss-adjusted volumes of each group and period that has a take corrected to it.
  ///
  /// Rule AGG-4. A group without a take stays as it is, and so does a take of a group in which there is no metering
  /// point. Energy at the meters is never changed.
  /// - Parameter weight: how far a consumption class is corrected; 0 leaves it alone.
  public static func correct(
    _ sums: AggregateSums, takes: GroupTakeBook, weight: (ConsumptionClass) -> Int64
  ) throws(Refusal) -> AggregateSums {
    var corrected = sums
    for (group, keys) in Dictionary(grouping: sums.sortedKeys, by: \.gspGroup).sorted(by: { $0.key < $1.key }) {
      for period in 1...sums.day.periodCount {
        guard let take = takes.take(group, period: period) else { continue }
        let components = keys.map { key in
          Component(
            key: key, volume: key.signed(sums.periods(of: key)[period - 1].lossAdjusted),
            weight: weight(key.consumptionClass))
        }
        let volumes: [LossAdjustedEnergy]
        do throws(Fault) {
          volumes = try correct(components, take: LossAdjustedEnergy(take.take), group: group, period: period).volumes
        } catch {
          throw Refusal(date: sums.day.date, fault: error)
        }
        for (key, volume) in zip(keys, volumes) { corrected.replaceVolume(key.signed(volume), of: key, period: period) }
      }
    }
    return corrected
  }
}

extension AggregationKey {
  /// Import as it is, export taken off.
  public func signed(_ volume: LossAdjustedEnergy) -> LossAdjustedEnergy {
    quantity == .activeExport ? -volume : volume
  }
}
