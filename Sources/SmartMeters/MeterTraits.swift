/// How a meter differs from a faultless one; a ``FaultPlan`` decides.
public struct MeterTraits: Hashable, Sendable {
  /// Answers a profile with at most ten days, whatever is asked (MP162: some meters do).
  public var answersTenDays = false
  /// The next answer to a profile read has its first half only; cleared by it.
  public var cutsNextLog = false
  /// Half-hours of a thousand that the meter never recorded.
  public var gapsPerMille: UInt16 = 0
  /// What the gaps are drawn from.
  public var gapSeed: UInt64 = 0

  public init(answersTenDays: Bool = false, gapsPerMille: UInt16 = 0, gapSeed: UInt64 = 0) {
    self.answersTenDays = answersTenDays
    self.gapsPerMille = gapsPerMille
    self.gapSeed = gapSeed
  }

  /// Whether the log has nothing for a half-hour. - Parameter index: the half-hour's number since 1970.
  public func isGap(_ index: Int32) -> Bool {
    gapsPerMille > 0 && Draw.below(1_000, gapSeed, UInt64(UInt32(bitPattern: index))) < UInt64(gapsPerMille)
  }
}

/// Numbers that look random and follow from what they are drawn for.
enum Draw {
  /// From 0 to `bound` − 1. SplitMix64's finisher (S. Vigna, public domain).
  static func below(_ bound: UInt64, _ seed: UInt64, _ purpose: UInt64) -> UInt64 {
    var mixed = (seed ^ purpose &* 0xD1B5_4A32_D192_ED03) &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return (mixed ^ (mixed >> 31)).multipliedFullWidth(by: bound).high
  }
}
