/// The prices of a tariff as a meter keeps them (GBCS ECS01a, ECS01b): whole numbers with a power of ten of their own.
public struct TariffPrices: Hashable, Sendable {
  /// A day's charge, times ten to the power of ``standingChargeScale``, in the currency's main unit.
  public var standingCharge: Int16
  public var standingChargeScale: Int8
  public var priceScale: Int8
  /// A kWh's price in each of the 48 time-of-use rates, times ten to the power of ``priceScale``.
  public var timeOfUse: [Int16]
  /// For each of the 4 blocks, the prices of the 8 block rates.
  public var blocks: [[Int16]]

  public static let rates = 48
  public static let blockCount = 4
  public static let blockRates = 8

  /// Prices that are not given are zero; those beyond 48, or 4 by 8, are left out.
  public init(
    standingCharge: Int16 = 0, standingChargeScale: Int8 = 0, priceScale: Int8 = 0, timeOfUse: [Int16] = [],
    blocks: [[Int16]] = []
  ) {
    self.standingCharge = standingCharge
    self.standingChargeScale = standingChargeScale
    self.priceScale = priceScale
    self.timeOfUse = Self.filled(timeOfUse, Self.rates)
    self.blocks = (0..<Self.blockCount).map { Self.filled(blocks.count > $0 ? blocks[$0] : [], Self.blockRates) }
  }

  private static func filled(_ prices: [Int16], _ count: Int) -> [Int16] {
    Array((prices + Array(repeating: 0, count: count)).prefix(count))
  }

  var standingChargeValue: DLMSValue {
    Self.charge(scale: 0, standingChargeScale, (0, OBISCode(0, 0, 0, 0, 0, 0), 0), [([], standingCharge)])
  }

  /// The price matrix: time-of-use rates 01 to 30 (hexadecimal), then blocks a to d of the rates 1 to 8.
  var matrixValue: DLMSValue {
    let rates = timeOfUse.enumerated().map { ([UInt8(clamping: $0.offset + 1)], $0.element) }
    let blocks = blocks.enumerated().flatMap { block in
      block.element.enumerated().map { ([UInt8(clamping: 0xA1 + block.offset * 16 + $0.offset)], $0.element) }
    }
    return Self.charge(scale: 3, priceScale, (3, OBISCode(1, 0, 1, 8, 0, 255), 2), rates + blocks)
  }

  /// A charge's unit table: scale of commodity and price, what it is charged on, and prices by name.
  public static func charge(
    scale: Int8, _ priceScale: Int8, _ commodity: (UInt16, OBISCode, Int8), _ prices: [([UInt8], Int16)]
  ) -> DLMSValue {
    .structure([
      .structure([.integer(scale), .integer(priceScale)]),
      .structure([.longUnsigned(commodity.0), .octetString(commodity.1.bytes), .integer(commodity.2)]),
      .array(prices.map { .structure([.octetString($0.0), .long($0.1)]) }),
    ])
  }

  /// Reads standing charge and price matrix; `nil` for another form.
  init?(standingCharge: DLMSValue, matrix: DLMSValue) {
    guard let charge = Self.prices(standingCharge), charge.prices.count == 1, let all = Self.prices(matrix),
      all.prices.count == Self.rates + Self.blockCount * Self.blockRates
    else { return nil }
    let numbers = all.prices.map(\.1)
    self.init(
      standingCharge: charge.prices[0].1, standingChargeScale: charge.scale, priceScale: all.scale,
      timeOfUse: Array(numbers[..<Self.rates]),
      blocks: (0..<Self.blockCount).map { block in
        Array(numbers[(Self.rates + block * Self.blockRates)...].prefix(Self.blockRates))
      })
    guard matrixValue == matrix, standingChargeValue == standingCharge else { return nil }
  }

  private static func prices(_ value: DLMSValue) -> (scale: Int8, prices: [([UInt8], Int16)])? {
    guard let parts = value.elements, parts.count == 3, let scales = parts[0].elements, scales.count == 2,
      case .integer(let scale) = scales[1], let items = parts[2].elements
    else { return nil }
    let prices = items.compactMap { item -> ([UInt8], Int16)? in
      guard let pair = item.elements, pair.count == 2, case .octetString(let name) = pair[0],
        case .long(let price) = pair[1]
      else { return nil }
      return (name, price)
    }
    return prices.count == items.count ? (scale, prices) : nil
  }
}
