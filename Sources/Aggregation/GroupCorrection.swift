import Findings
import MarketIdentifiers
import Quantities
import SettlementCalendar

/// Forces the volumes of a GSP Group to the take measured at its Grid Supply Points, period by period.
///
/// `factor = 1 + (take − Σ volume) ÷ Σ (weight × volume)` (GSP Group Correction; standard form, kept optional because
/// the weights in force were not found: domain notes 2.6). The corrected volumes add up to the take exactly: what whole
/// units cannot express is given out by largest remainder.
public enum GroupCorrection {
  /// Why a group cannot be corrected.
  public enum Fault: Error, Hashable, Sendable {
    /// The weights leave nothing to correct with, though take and volume differ.
    case nothingToCorrect(GSPGroupID, period: Int)
    /// A volume or the take is beyond anything a GSP Group can use in a half-hour (100 TWh).
    case outOfRange(GSPGroupID, period: Int)
  }

  /// One volume that counts towards the take: import positive, export negative.
  public struct Component: Hashable, Sendable {
    public let key: AggregationKey
    public let volume: LossAdjustedEnergy
    /// 0 leaves it alone; 1 corrects it fully.
    public let weight: Int64

    public init(key: AggregationKey, volume: LossAdjustedEnergy, weight: Int64) {
      self.key = key
      self.volume = volume
      self.weight = weight
    }
  }

  /// - Returns: the corrected volumes in the order given, their sum equal to `take`, and the factor to nine decimals
  ///   (NUM(18,9)) for display.
  public static func correct(
    _ components: [Component], take: LossAdjustedEnergy, group: GSPGroupID, period: Int
  ) throws(Fault) -> (volumes: [LossAdjustedEnergy], factorBillionths: Int128) {
    guard let gap = bounded(components, take: take),
      let base = weightedSum(components)
    else { throw .outOfRange(group, period: period) }
    guard gap != 0 else { return (components.map(\.volume), 1_000_000_000) }
    guard base != 0 else { throw .nothingToCorrect(group, period: period) }
    let sign: Int128 = base < 0 ? -1 : 1
    // floor(gap × weighted ÷ base) for each, then the units left over to the largest remainders.
    let shares = components.map { component in
      share(of: gap * sign, Int128(component.weight) * component.volume.tenMicrowattHours, over: base * sign)
    }
    var volumes = zip(components, shares).map { $0.volume.tenMicrowattHours + $1.whole }
    let left = gap - shares.reduce(Int128(0)) { $0 + $1.whole }
    let order = components.indices.filter { components[$0].weight != 0 }.sorted {
      (shares[$1].rest, components[$0].key) < (shares[$0].rest, components[$1].key)
    }
    for position in order.prefix(Int(left)) { volumes[position] += 1 }
    let factor = 1_000_000_000 + Rounding.halfAwayFromZero.quotient(gap * sign * 1_000_000_000, by: base * sign)
    return (volumes.map(LossAdjustedEnergy.init(tenMicrowattHours:)), factor)
  }

  /// 10¹⁹ units of 10⁻⁵ Wh: products of two such volumes fit 128 bits.
  private static let limit: Int128 = 10_000_000_000_000_000_000

  /// `take − Σ volume`, when it and every volume, weighted or not, are within ``limit``.
  private static func bounded(_ components: [Component], take: LossAdjustedEnergy) -> Int128? {
    let volumes = components.map(\.volume.tenMicrowattHours)
    guard (volumes + [take.tenMicrowattHours]).allSatisfy(isWithinLimit) else { return nil }
    let gap = take.tenMicrowattHours - volumes.reduce(0, +)
    return isWithinLimit(gap) ? gap : nil
  }

  private static func weightedSum(_ components: [Component]) -> Int128? {
    // A volume within the limit times any 64-bit weight fits 128 bits.
    let weighted = components.map { Int128($0.weight) * $0.volume.tenMicrowattHours }
    return weighted.allSatisfy(isWithinLimit) ? weighted.reduce(0, +) : nil
  }

  private static func isWithinLimit(_ value: Int128) -> Bool { value.magnitude < limit.magnitude }

  private static func share(of gap: Int128, _ weighted: Int128, over base: Int128) -> (whole: Int128, rest: Int128) {
    let product = gap * weighted
    let whole = Rounding.down.quotient(product, by: base)
    return (whole, product - whole * base)
  }
}
