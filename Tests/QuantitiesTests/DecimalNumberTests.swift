import Quantities
import Testing

@Suite("Decimal numbers") struct DecimalNumberTests {
  @Test(
    "are read exactly",
    arguments: [
      ("0", 0, 0), ("-0", 0, 0), ("0.000", 0, 0), ("0.086", 86, 3), ("-12", -12, 0), ("+7", 7, 0), (".5", 5, 1),
      ("3.", 3, 0), ("1e-05", 1, 5), ("1E-05", 1, 5), ("-0.00091", -91, 5), ("0.39600000000000000000", 396, 3),
      ("1200", 1_200, 0), ("1.2e3", 1_200, 0), ("10e-1", 1, 0), ("1.5e-3", 15, 4), ("100.010", 10_001, 2),
      ("000012.50", 125, 1), ("56311.0", 56_311, 0), ("1.47", 147, 2),
    ] as [(String, Int, Int)])
  func reads(_ text: String, _ significand: Int, _ scale: Int) {
    #expect(DecimalNumber(text) == DecimalNumber(significand: Int128(significand), scale: scale))
  }

  @Test(
    "refuses what is not one",
    arguments: [
      "", "-", "+", ".", "e5", "1e", "1e+", "1.2.3", "1,000", " 1", "1 ", "0x10", "NaN", "inf", "1e5e5", "--1", "1-",
      "1e61", "1e-61", "1e999999999999999999999", "١", "1\u{0}", "1234567890123456789012345678901234567",
    ])
  func refuses(_ text: String) { #expect(DecimalNumber(text) == nil) }

  @Test("36 digits fit, 37 do not; zeros in front count for nothing")
  func digitLimit() {
    #expect(DecimalNumber(String(repeating: "9", count: 36)) != nil)
    #expect(DecimalNumber(String(repeating: "9", count: 37)) == nil)
    #expect(DecimalNumber(String(repeating: "0", count: 5_000) + "1")?.significand == 1)
    #expect(DecimalNumber("0." + String(repeating: "0", count: 5_000)) == DecimalNumber("0"))
    #expect(DecimalNumber("0." + String(repeating: "0", count: 5_000) + "1") == nil)
    #expect(DecimalNumber("1e38")?.scale == 0)
    #expect(DecimalNumber("2e38") == nil)
  }

  @Test(
    "in units of a place, rounded once",
    arguments: [
      ("1.2345", 3, Rounding.halfAwayFromZero, 1_235, false), ("1.2345", 3, .halfToEven, 1_234, false),
      ("-1.2345", 3, .halfAwayFromZero, -1_235, false), ("-1.2345", 3, .down, -1_235, false),
      ("-1.2345", 3, .up, -1_234, false), ("1.234", 3, .down, 1_234, true), ("5", 3, .up, 5_000, true),
      ("0", 3, .up, 0, true), ("0.0001", 0, .up, 1, false), ("-0.0001", 0, .down, -1, false),
      ("1e-60", 3, .halfAwayFromZero, 0, false), ("1e-60", 3, .up, 1, false),
    ] as [(String, Int, Rounding, Int, Bool)])
  func units(_ text: String, _ places: Int, _ rounding: Rounding, _ value: Int, _ isExact: Bool) throws {
    let units = try #require(DecimalNumber(text)?.units(places: places, rounding: rounding))
    #expect(units.value == Int128(value))
    #expect(units.isExact == isExact)
  }

  @Test func unitsBeyondRange() {
    #expect(DecimalNumber("1e38")?.units(places: 3, rounding: .up) == nil)
    #expect(DecimalNumber(significand: 1, scale: 0).units(places: 39, rounding: .up) == nil)
    #expect(DecimalNumber(significand: 0, scale: 0).units(places: 39, rounding: .up)?.value == 0)
  }

  @Test("writing and reading meet", arguments: [0, 1, 3, 6])
  func roundTrip(_ places: Int) throws {
    for units in [0, 1, -1, 9, 10, -10, 999, 1_000, 1_001, -123_456, 1_000_000, Int.max, Int.min] {
      let text = DecimalNumber.text(Int128(units), places: places)
      #expect(
        try #require(DecimalNumber(text)?.units(places: places, rounding: .down)).value == Int128(units), "\(text)")
    }
  }

  @Test(
    "text",
    arguments: [
      (0, 3, nil, "0.000"), (5, 3, nil, "0.005"), (-5, 3, nil, "-0.005"), (12_345, 3, nil, "12.345"),
      (12, 0, nil, "12"),
      (1_500_000, 6, 2, "1.50"), (1_500_001, 6, 2, "1.500001"), (2_000_000, 6, 0, "2"), (-10, 6, 2, "-0.00001"),
    ] as [(Int, Int, Int?, String)])
  func text(_ units: Int, _ places: Int, _ keeping: Int?, _ expected: String) {
    #expect(DecimalNumber.text(Int128(units), places: places, keeping: keeping) == expected)
  }

  /// Seeded; any bytes either read or do not, and what reads has a place in the range.
  @Test func arbitraryBytes() {
    var seed: UInt64 = 42
    let alphabet = Array("0123456789.eE+-x ,\u{7f}".utf8)
    for _ in 0..<20_000 {
      var bytes: [UInt8] = []
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      for place in 0..<Int(seed >> 60) + 1 {
        bytes.append(alphabet[Int((seed >> UInt64(place * 3)) & 0xff) % alphabet.count])
      }
      guard let number = DecimalNumber(bytes) else { continue }
      #expect((0...60).contains(number.scale))
      _ = number.units(places: 3, rounding: .halfToEven)
    }
  }
}
