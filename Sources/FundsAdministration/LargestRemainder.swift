import Quantities

/// Rounds many exact fractions so that their sum is the rounded sum: nothing is made and nothing is lost.
///
/// Each fraction is rounded down, and the units that are then missing go one by one to the largest remainders, the
/// earlier place first among equals. Where the exact sum is nothing, the rounded sum is nothing.
public enum LargestRemainder {
  /// `numerators ÷ denominator`, rounded to whole units.
  ///
  /// - Parameters:
  ///   - denominator: above zero.
  ///   - rounding: how the sum itself is rounded, where it is not whole.
  /// - Returns: as many values as numerators, or `nil` when the denominator is not above zero or the numbers are
  ///   beyond 128 bits.
  public static func round(_ numerators: [Int128], by denominator: Int128, _ rounding: Rounding) -> [Int128]? {
    guard denominator > 0 else { return nil }
    var sum: Int128 = 0
    for numerator in numerators {
      let (next, overflow) = sum.addingReportingOverflow(numerator)
      guard !overflow else { return nil }
      sum = next
    }
    var units = numerators.map { Rounding.down.quotient($0, by: denominator) }
    let missing = rounding.quotient(sum, by: denominator) - units.reduce(0, +)
    guard missing > 0 else { return units }
    let rests = zip(numerators, units).map { $0 - $1 * denominator }
    let order = rests.indices.sorted { (rests[$1], $0) < (rests[$0], $1) }
    for place in order.prefix(Int(missing)) { units[place] += 1 }
    return units
  }

  /// Parts of `total` in proportion to `weights`, in whole `step`s, adding up to `total`.
  ///
  /// - Parameters:
  ///   - total: a whole number of steps, zero or more.
  ///   - weights: zero or more; where all are zero, nobody gets anything.
  /// - Returns: one part a weight; `nil` where nothing can be shared out: a negative total or weight, a total that is
  ///   not in whole steps, or one above zero without a weight.
  public static func share(_ total: Money, by weights: [Int64], step: Money) -> [Money]? {
    guard step > .zero, total >= .zero, total.micropounds % step.micropounds == 0, weights.allSatisfy({ $0 >= 0 })
    else { return nil }
    let whole = weights.reduce(Int128(0)) { $0 + Int128($1) }
    guard whole > 0 else { return total == .zero ? weights.map { _ in .zero } : nil }
    let steps = Int128(total.micropounds / step.micropounds)
    return round(weights.map { steps * Int128($0) }, by: whole, .halfAwayFromZero)?
      .map { Money(micropounds: Int64($0) * step.micropounds) }
  }
}
