/// A small, fast generator of numbers that look random and are the same for the same seed, everywhere and always.
///
/// SplitMix64: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014; the
/// constants are those of S. Vigna's public-domain reference. Not for secrets.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  /// A stream of its own for `name`, so that what is drawn for one thing never depends on what else is drawn.
  public init(seed: UInt64, stream name: String) {
    var mixer = SeededGenerator(seed: seed ^ Self.hash(name.utf8))
    state = mixer.next()
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 to `bound - 1`; zero for a bound below one. The bias is below `bound ÷ 2⁶⁴`.
  public mutating func below(_ bound: Int) -> Int {
    guard bound > 1 else { return 0 }
    return Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A number from `range`.
  public mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

  /// True `perMille` times in a thousand.
  public mutating func chance(perMille: Int) -> Bool { below(1_000) < perMille }

  /// The place of one of `weights`, each as likely as its share of their sum; `nil` where none is above zero.
  public mutating func pick(weights: some Sequence<Int>) -> Int? {
    let total = weights.reduce(0) { $0 + max($1, 0) }
    guard total > 0 else { return nil }
    var rest = below(total)
    for (place, weight) in weights.enumerated() where weight > 0 {
      if rest < weight { return place }
      rest -= weight
    }
    return nil
  }

  /// FNV-1a, 64 bits (G. Fowler, L. C. Noll, K.-P. Vo): a stable hash, where Swift's own changes from run to run.
  public static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
  }
}
