/// Chance without a state: what is drawn for one thing never depends on what else is drawn, nor on the order.
///
/// The finalizer of SplitMix64 (S. Vigna, public domain) over seed and place. Not for secrets.
struct MarketChance: Sendable {
  let seed: UInt64

  init(seed: UInt64, stream: UInt64) { self.seed = Self.mix(seed &+ stream &* 0x9E37_79B9_7F4A_7C15) }

  static func mix(_ value: UInt64) -> UInt64 {
    var mixed = value &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  func bits(_ a: Int, _ b: Int = 0, _ c: Int = 0) -> UInt64 {
    let place = UInt64(bitPattern: Int64(a)) &* 0xD6E8_FEB8_6659_FD93
    let part = UInt64(bitPattern: Int64(b)) &* 0xA076_1D64_78BD_642F
    return Self.mix(seed ^ place ^ part ^ UInt64(bitPattern: Int64(c)) &* 0xE703_7ED1_A0B4_28DB)
  }

  /// 0..<`bound`; the bias is below `bound ÷ 2⁶⁴`. Zero for a bound below two.
  func below(_ bound: Int, _ a: Int, _ b: Int = 0, _ c: Int = 0) -> Int {
    bound < 2 ? 0 : Int(truncatingIfNeeded: bits(a, b, c).multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// -`reach`...`reach`.
  func around(_ reach: Int, _ a: Int, _ b: Int = 0, _ c: Int = 0) -> Int { below(2 * reach + 1, a, b, c) - reach }
}

/// Puts things into another order, the same for the same number; zero leaves them as they are.
struct Shuffler: RandomNumberGenerator {
  private var state: UInt64

  init(_ number: UInt64, _ place: Int) { state = MarketChance(seed: number, stream: 99).bits(place) }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return MarketChance.mix(state)
  }
}
