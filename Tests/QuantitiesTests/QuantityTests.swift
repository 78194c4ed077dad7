import Quantities
import Testing

@Suite("Energy, money and rates") struct QuantityTests {
  func number(_ text: String) -> DecimalNumber { DecimalNumber(text)! }

  @Test(
    "kilowatt-hours become watt-hours",
    arguments: [
      ("1.47", 1_470, true), ("0.0005", 1, false), ("-0.0005", -1, false), ("0.00049", 0, false), ("1e-05", 0, false),
      ("1000000", 1_000_000_000, true), ("-1000000", -1_000_000_000, true),
    ] as [(String, Int64, Bool)])
  func kilowattHours(_ text: String, _ wattHours: Int64, _ isExact: Bool) throws {
    let read = try #require(Energy.kilowattHours(number(text), rounding: .halfAwayFromZero))
    #expect(read.energy.wattHours == wattHours && read.isExact == isExact)
  }

  @Test(
    "more than a gigawatt-hour in a half-hour is refused", arguments: ["1000000.001", "-1000000.001", "1e30", "1e38"])
  func readingLimit(_ text: String) {
    #expect(Energy.kilowattHours(number(text), rounding: .halfAwayFromZero) == nil)
    #expect(Energy.wattHours(number("1000000001"), rounding: .down) == nil)
  }

  @Test(
    "line losses are exact",
    arguments: [
      ("1.47", "1.05", "1.5435"), ("1200", "1.05", "1260.000"), ("0.001", "1.00001", "0.00100001"),
      ("0", "1.123", "0.000"),
      ("-2.5", "1.005", "-2.5125"), ("1", "10", "10.000"),
    ])
  func losses(_ energy: String, _ factor: String, _ expected: String) throws {
    let metered = try #require(Energy.kilowattHours(number(energy), rounding: .towardZero)).energy
    #expect((metered * (try #require(LossFactor(number(factor))))).kilowattHoursText == expected)
  }

  @Test("a sum of products is the product of the sum")
  func distributive() throws {
    let factor = try #require(LossFactor(hundredThousandths: 107_813))
    let readings = (1...500).map { Energy(wattHours: Int64($0 * $0 % 977) - 300) }
    let sum = readings.reduce(Energy.zero, +)
    let adjusted = readings.reduce(LossAdjustedEnergy.zero) { $0 + $1 * factor }
    #expect(adjusted == sum * factor)
    #expect(readings.reversed().reduce(LossAdjustedEnergy.zero) { $0 + $1 * factor } == adjusted)
    #expect(sum * .one == LossAdjustedEnergy(sum))
  }

  @Test(
    "factors",
    arguments: [
      ("0", false), ("-1", false), ("0.00001", true), ("10", true), ("10.00001", false), ("1.000001", false),
      ("1.078", true),
    ])
  func factors(_ text: String, _ isOne: Bool) { #expect((LossFactor(number(text)) != nil) == isOne) }

  @Test(
    "money as text",
    arguments: [
      (350_030_000, "350.03", "£350.03"), (-12_345, "-0.012345", "-£0.012345"), (0, "0.00", "£0.00"),
      (1, "0.000001", "£0.000001"), (-5_000_000, "-5.00", "-£5.00"), (1_500, "0.0015", "£0.0015"),
    ] as [(Int64, String, String)])
  func moneyText(_ micropounds: Int64, _ pounds: String, _ description: String) {
    let money = Money(micropounds: micropounds)
    #expect(money.poundsText == pounds && money.description == description)
    #expect(Money(pounds: number(pounds)) == money)
  }

  @Test(
    "rounding to the penny",
    arguments: [
      (16_668_999, Int64(1_667)), (16_665_000, 1_667), (16_664_999, 1_666), (-16_665_000, -1_667), (0, 0),
    ] as [(Int64, Int64)])
  func penny(_ micropounds: Int64, _ pence: Int64) {
    #expect(Money(micropounds: micropounds).rounded(to: .penny, .halfAwayFromZero).wholePence == pence)
  }

  @Test func partsOfAPenny() {
    #expect(Money(micropounds: 12_345).wholePence == nil)
    #expect(Money(pence: -3).micropounds == -30_000)
    #expect(Money(pounds: number("0.0000001")) == nil)
    #expect(Money(pounds: number("9223372036854.775808")) == nil)
    #expect(Money(micropounds: 2_500_000).rounded(to: .pound, .halfToEven) == Money(micropounds: 2_000_000))
  }

  /// The worked household of the lifecycle source document.
  @Test(
    "energy charges",
    arguments: [
      ("144", "35", "50.40"), ("552", "24", "132.48"), ("504", "12", "60.48"), ("1200", "17.4", "208.80"),
      ("1200", "20.0", "240.00"),
    ])
  func charges(_ energy: String, _ rate: String, _ pounds: String) throws {
    let rate = try #require(UnitRate(pencePerKWh: number(rate)))
    let metered = try #require(Energy.kilowattHours(number(energy), rounding: .towardZero)).energy
    #expect(rate.charge(for: metered, to: .penny, .halfAwayFromZero).poundsText == pounds)
    #expect(rate.charge(for: LossAdjustedEnergy(metered), to: .penny, .halfAwayFromZero).poundsText == pounds)
  }

  @Test func wholesalePrices() throws {
    let price = try #require(UnitRate(poundsPerMWh: number("-52.28142687")))
    #expect(price.micropencePerMWh == -5_228_142_687 && price.poundsPerMWhText == "-52.28142687")
    #expect(
      price.charge(for: Energy(wattHours: 1_000_000), to: .micropound, .halfAwayFromZero).micropounds == -52_281_427)
    #expect(UnitRate(poundsPerMWh: number("80.000000001")) == nil)
    #expect(UnitRate(poundsPerMWh: number("100000.00000001")) == nil)
    #expect(UnitRate(poundsPerMWh: number("100000")) == .limit)
    #expect(try #require(UnitRate(pencePerKWh: number("24.67"))).poundsPerMWhText == "246.70")
    #expect(try #require(UnitRate(pencePerKWh: number("24.67"))).pencePerKWhText == "24.67")
  }

  @Test func shares() throws {
    let vat = try #require(Proportion(percent: number("5")))
    #expect(vat.of(Money(pence: 33_336), to: .penny, .halfAwayFromZero).poundsText == "16.67")
    #expect(Proportion(1_436, of: 1_440).percentText() == "99.72")
    #expect(Proportion(4, of: 0).billionths == 0)
    #expect(Proportion(1, of: 3, .up).billionths == 333_333_334)
    #expect(Proportion(percent: number("0.00000001")) == nil)
    #expect(vat.percentText(places: 0) == "5")
  }

  @Test func power() {
    #expect(Power(watts: 23_000).energyPerHalfHour.wattHours == 11_500)
    #expect(Power(watts: 3).energyPerHalfHour.wattHours == 2)
  }
}
