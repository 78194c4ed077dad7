import Aggregation
import MarketIdentifiers
import Quantities

extension DayExplainer {
  /// What GSP Group Correction adds to the volumes of some keys in one period, one part for each group with a take.
  ///
  /// The correction is made again from the facts that the run knew; nothing where the run made none.
  func corrections(period: Int, where isIncluded: (AggregationKey) -> Bool) throws -> [Explanation] {
    guard engine.settings.correctsGroups else { return [] }
    let (before, after) = try correction.get()
    let takes = try engine.snapshot.takes(day.date)
    let groups = Set(before.sortedKeys.filter(isIncluded).map(\.gspGroup)).sorted()
    return groups.compactMap { group in
      guard let take = takes.take(group, period: period) else { return nil }
      let keys = before.sortedKeys.filter { $0.gspGroup == group }
      let old = Self.volume(keys.filter(isIncluded), before, period)
      let new = Self.volume(keys.filter(isIncluded), after, period)
      let whole = Self.volume(keys, before, period)
      return Explanation.sum(
        "GSP Group correction, group \(group)", new - old,
        how: "take less volume of the group (\(whole) in all), shared out by weighted volume", rule: "AGG-4",
        parts: [
          Explanation("the same volume corrected", .lossAdjusted(new), how: "the correction made again"),
          Explanation("the volume before, taken off", .lossAdjusted(-old), how: "meters times loss factors"),
          Explanation(
            "the group's take", .energy(take.take),
            how: "at its Grid Supply Points, \(sources[take.source]?.name ?? String(take.source.prefix(12)))"),
        ])
    }
  }

  /// What the correction adds here less what it added at an earlier run; nothing where that is the same.
  func correctionMoved(
    since earlier: DayExplainer, period: Int, where isIncluded: (AggregationKey) -> Bool
  ) throws -> [Explanation] {
    let before = Explanation.lossAdjusted(of: try earlier.corrections(period: period, where: isIncluded))
    let after = Explanation.lossAdjusted(of: try corrections(period: period, where: isIncluded))
    guard after != before else { return [] }
    return [
      Explanation(
        "GSP Group correction moved", .lossAdjusted(after - before),
        how: "correction at the later run less at the earlier", rule: "AGG-4")
    ]
  }

  func correct() throws -> (before: AggregateSums, after: AggregateSums) {
    let before = try Aggregator.aggregate(validated, factors: factors)
    return (before, try engine.corrected(before))
  }

  private static func volume(_ keys: [AggregationKey], _ sums: AggregateSums, _ period: Int) -> LossAdjustedEnergy {
    keys.reduce(.zero) { $0 + $1.signed(sums.periods(of: $1)[period - 1].lossAdjusted) }
  }
}
