/// Random choices that repeat for a seed (SplitMix64), so that a failing case can be run again.
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// 0..<`count`.
  mutating func pick(_ count: Int) -> Int { Int(next() % UInt64(count)) }
  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[pick(elements.count)] }
  /// True in `part` of `whole` cases.
  mutating func chance(_ part: Int, of whole: Int) -> Bool { pick(whole) < part }
}
