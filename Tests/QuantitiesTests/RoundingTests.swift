import Quantities
import Testing

@Suite("Rounding") struct RoundingTests {
  /// Tenths to whole numbers: away-from-zero half, even half, toward zero, down, up.
  @Test(
    "every mode",
    arguments: [
      (-25, [-3, -2, -2, -3, -2]), (-24, [-2, -2, -2, -3, -2]), (-16, [-2, -2, -1, -2, -1]),
      (-15, [-2, -2, -1, -2, -1]), (-14, [-1, -1, -1, -2, -1]), (-10, [-1, -1, -1, -1, -1]), (-6, [-1, -1, 0, -1, 0]),
      (-5, [-1, 0, 0, -1, 0]), (-4, [0, 0, 0, -1, 0]), (-1, [0, 0, 0, -1, 0]), (0, [0, 0, 0, 0, 0]),
      (1, [0, 0, 0, 0, 1]), (4, [0, 0, 0, 0, 1]), (5, [1, 0, 0, 0, 1]), (6, [1, 1, 0, 0, 1]), (10, [1, 1, 1, 1, 1]),
      (14, [1, 1, 1, 1, 2]), (15, [2, 2, 1, 1, 2]), (16, [2, 2, 1, 1, 2]), (20, [2, 2, 2, 2, 2]),
      (24, [2, 2, 2, 2, 3]), (25, [3, 2, 2, 2, 3]), (26, [3, 3, 2, 2, 3]), (35, [4, 4, 3, 3, 4]),
    ] as [(Int, [Int])])
  func table(_ tenths: Int, _ expected: [Int]) {
    let modes: [Rounding] = [.halfAwayFromZero, .halfToEven, .towardZero, .down, .up]
    #expect(modes.map { Int($0.quotient(Int128(tenths), by: 10)) } == expected)
  }

  @Test(
    "laws: nearest is within half, directed within one, exact quotients stay, signs mirror",
    arguments: Rounding.allCases)
  func laws(_ rounding: Rounding) {
    for denominator in [1, 2, 3, 7, 10, 1_000] as [Int128] {
      for numerator in -2_100...2_100 as ClosedRange<Int128> {
        let quotient = rounding.quotient(numerator, by: denominator)
        let rest = numerator - quotient * denominator
        switch rounding {
        case .halfAwayFromZero, .halfToEven: #expect(rest.magnitude * 2 <= denominator.magnitude)
        case .towardZero:
          #expect(
            rest.magnitude < denominator.magnitude && quotient.magnitude * denominator.magnitude <= numerator.magnitude)
        case .down: #expect(rest >= 0 && rest < denominator)
        case .up: #expect(rest <= 0 && -rest < denominator)
        }
        if numerator % denominator == 0 { #expect(rest == 0) }
        let mirror = rounding == .down ? Rounding.up : rounding == .up ? .down : rounding
        #expect(mirror.quotient(-numerator, by: denominator) == -quotient)
      }
    }
  }

  @Test("denominators near the end of the range do not overflow")
  func extremes() {
    #expect(Rounding.halfAwayFromZero.quotient(.max - 1, by: .max) == 1)
    #expect(Rounding.halfToEven.quotient(1, by: .max) == 0)
    #expect(Rounding.up.quotient(1, by: .max) == 1)
    #expect(Rounding.down.quotient(-1, by: .max) == -1)
    #expect(Rounding.halfAwayFromZero.quotient(.min, by: 2) == Int128.min / 2)
  }
}
