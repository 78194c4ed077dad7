/// The tariff of an electricity meter's primary element (DUIS 1.1.1, GBCS ECS01a), and its prices alone (1.2.1, ECS01b).
public struct ElectricityTariff: Hashable, Sendable {
  public var switching: SwitchingTable
  /// For each of the 8 block rates, 1 to 3 rising limits of consumption (Wh not confirmed) between its blocks.
  public var thresholds: [[UInt32]]
  /// Whether money is in pounds; else in euro.
  public var isInPounds: Bool
  public var prices: TariffPrices

  public init(
    switching: SwitchingTable, thresholds: [[UInt32]] = ElectricityTariff.noThresholds, isInPounds: Bool = true,
    prices: TariffPrices
  ) {
    self.switching = switching
    self.thresholds = thresholds
    self.isInPounds = isInPounds
    self.prices = prices
  }

  /// What a meter has before it is given any.
  public static let none = ElectricityTariff(switching: SwitchingTable(), prices: TariffPrices())

  /// One block for each rate, without a limit.
  public static let noThresholds = Array(repeating: [UInt32.max], count: TariffPrices.blockRates)

  public static let code = MessageCode(rawValue: 0x0019)
  public static let pricesCode = MessageCode(rawValue: 0x00A2)
  public static let readCode = MessageCode(rawValue: 0x003A)

  /// - Returns: `nil` where a meter can follow it.
  public var fault: SwitchingTable.Fault? {
    guard thresholds.count == TariffPrices.blockRates, thresholds.allSatisfy({ (1...3).contains($0.count) }) else {
      return .size
    }
    return switching.fault()
  }

  static let calendar = OBISCode(0, 0, 13, 0, 0, 255)
  private static let newSpecialDays = OBISCode(0, 1, 11, 0, 0, 255)
  private static let specialDays = OBISCode(0, 0, 11, 0, 0, 255)
  private static let currency = OBISCode(0, 0, 94, 44, 2, 0)
  private static let standingCharge = OBISCode(0, 0, 19, 20, 4, 255)
  private static let priceMatrix = OBISCode(0, 0, 19, 20, 0, 255)
  private static let activePrice = OBISCode(0, 0, 94, 44, 1, 7)
  private static let chargeClass: UInt16 = 113
  private static let dataClass: UInt16 = 9_000
  private static let registerMonitorClass: UInt16 = 21

  private static func thresholds(_ rate: Int, isNew: Bool) -> OBISCode {
    OBISCode(0, 0, 16, isNew ? 1 : 0, UInt8(clamping: 11 + rate), 255)
  }

  // MARK: ECS01a and ECS01b

  /// The accesses of the command that sets it.
  public func items(_ activation: ActivationTime) -> [AccessItem] {
    let table: [AccessItem] = [
      .set(SwitchingTable.calendarClass, Self.calendar, 7, switching.seasonsValue),
      .set(SwitchingTable.calendarClass, Self.calendar, 8, switching.weeksValue),
      .set(SwitchingTable.calendarClass, Self.calendar, 9, switching.daysValue(0)),
      .set(SwitchingTable.specialDaysClass, Self.newSpecialDays, 2, switching.specialDaysValue),
    ]
    let limits = thresholds.enumerated().map { rate, limits in
      AccessItem.set(
        Self.registerMonitorClass, Self.thresholds(rate, isNew: true), 2,
        .array(limits.map(DLMSValue.doubleLongUnsigned)))
    }
    let activations: [AccessItem] = [
      .set(SwitchingTable.calendarClass, Self.calendar, 10, activation.value),
      .set(Self.dataClass, OBISCode(0, 0, 94, 44, 128, 29), 6, activation.value),
      .set(Self.dataClass, Self.currency, 6, activation.value),
      .set(Self.chargeClass, Self.standingCharge, 7, activation.value),
      .set(Self.chargeClass, Self.priceMatrix, 7, activation.value),
      .set(Self.dataClass, OBISCode(0, 0, 63, 1, 1, 255), 6, activation.value),
    ]
    return table + limits + [.set(Self.dataClass, Self.currency, 4, .boolean(isInPounds ? 0xFF : 0))]
      + prices.items + activations
  }

  /// Understands the accesses of ECS01a; `nil` for others.
  public static func read(_ request: AccessRequest) -> (tariff: ElectricityTariff, activation: ActivationTime)? {
    let data = request.data
    guard request.specifications == none.items(.now).map(\.specification), data.count == 21, let last = data.last,
      let activation = ActivationTime(last), data[15...].allSatisfy({ $0 == last }),
      let switching = SwitchingTable(seasons: data[0], weeks: data[1], days: data[2], specialDays: data[3]),
      case .boolean(let pounds) = data[12], let prices = TariffPrices(standingCharge: data[13], matrix: data[14])
    else { return nil }
    var thresholds: [[UInt32]] = []
    for value in data[4..<12] {
      guard case .array(let limits) = value, limits.count <= 3 else { return nil }
      let numbers = limits.compactMap { if case .doubleLongUnsigned(let limit) = $0 { limit } else { nil } }
      guard numbers.count == limits.count else { return nil }
      thresholds.append(numbers)
    }
    return (
      ElectricityTariff(switching: switching, thresholds: thresholds, isInPounds: pounds != 0, prices: prices),
      activation
    )
  }

  // MARK: ECS24

  /// The accesses of the command that reads it.
  public static let readItems: [AccessItem] =
    [
      .get(3, activePrice, 2), .get(3, activePrice, 3), .get(SwitchingTable.calendarClass, calendar, 3),
      .get(SwitchingTable.calendarClass, calendar, 4), .get(SwitchingTable.calendarClass, calendar, 5),
      .get(SwitchingTable.specialDaysClass, specialDays, 2),
    ] + (0..<TariffPrices.blockRates).map { .get(registerMonitorClass, thresholds($0, isNew: false), 2) } + [
      .get(dataClass, currency, 2), .get(chargeClass, standingCharge, 5), .get(chargeClass, priceMatrix, 5),
    ]

  /// What a meter answers to it. - Parameter activePrice: of the rate that counts now.
  public func answer(activePrice: UInt32) -> [DLMSValue] {
    let currencyUnit: UInt8 = 254
    return [
      .doubleLongUnsigned(activePrice), .structure([.integer(prices.priceScale), .enumerated(currencyUnit)]),
      switching.seasonsValue, switching.weeksValue, switching.daysValue(0), switching.specialDaysValue,
    ] + thresholds.map { .array($0.map(DLMSValue.doubleLongUnsigned)) } + [
      .boolean(isInPounds ? 0xFF : 0), prices.standingChargeValue, prices.matrixValue,
    ]
  }

  /// Reads a meter's answer; `nil` where one part was refused or has another form.
  public init?(answer data: [DLMSValue]) {
    guard data.count == 17, case .boolean(let pounds) = data[14],
      let switching = SwitchingTable(seasons: data[2], weeks: data[3], days: data[4], specialDays: data[5]),
      let prices = TariffPrices(standingCharge: data[15], matrix: data[16])
    else { return nil }
    let thresholds = data[6..<14].map { value in
      (value.elements ?? []).compactMap { if case .doubleLongUnsigned(let limit) = $0 { limit } else { nil } }
    }
    self.init(switching: switching, thresholds: thresholds, isInPounds: pounds != 0, prices: prices)
  }
}

extension TariffPrices {
  /// Set standing charge and price matrix, without their activation.
  var items: [AccessItem] {
    [
      .set(113, OBISCode(0, 0, 19, 20, 4, 255), 6, standingChargeValue),
      .set(113, OBISCode(0, 0, 19, 20, 0, 255), 6, matrixValue),
    ]
  }

  /// The accesses of ECS01b, which sets prices alone.
  public func items(_ activation: ActivationTime) -> [AccessItem] {
    items + [
      .set(113, OBISCode(0, 0, 19, 20, 4, 255), 7, activation.value),
      .set(113, OBISCode(0, 0, 19, 20, 0, 255), 7, activation.value),
    ]
  }

  /// Understands the accesses of ECS01b; `nil` for others.
  public static func read(_ request: AccessRequest) -> (prices: TariffPrices, activation: ActivationTime)? {
    guard request.specifications == TariffPrices().items(.now).map(\.specification), request.data.count == 4,
      let prices = TariffPrices(standingCharge: request.data[0], matrix: request.data[1]),
      let activation = ActivationTime(request.data[2]), request.data[3] == request.data[2]
    else { return nil }
    return (prices, activation)
  }
}

/// The tariff of the secondary element (DUIS 1.1.2 and 1.2.2, GBCS ECS01c and ECS01d): 4 rates and no blocks.
public struct SecondaryTariff: Hashable, Sendable {
  /// `nil` where only prices are set.
  public var switching: SwitchingTable?
  public var priceScale: Int8
  public var prices: [Int16]

  public static let rates = 4

  public init(switching: SwitchingTable?, priceScale: Int8, prices: [Int16]) {
    self.switching = switching
    self.priceScale = priceScale
    self.prices = Array((prices + [0, 0, 0, 0]).prefix(Self.rates))
  }

  public func items(_ activation: ActivationTime) -> [AccessItem] {
    let (charge, calendar) = (OBISCode(0, 0, 19, 20, 5, 255), OBISCode(0, 0, 13, 0, 1, 255))
    let matrix = TariffPrices.charge(
      scale: 3, priceScale, (3, OBISCode(1, 20, 1, 8, 0, 255), 2),
      prices.enumerated().map { ([UInt8(clamping: $0.offset + 1)], $0.element) })
    let price = AccessItem.set(113, charge, 6, matrix)
    let activatePrice = AccessItem.set(113, charge, 7, activation.value)
    guard let switching else { return [price, activatePrice] }
    return [
      price, .set(20, calendar, 7, switching.seasonsValue), .set(20, calendar, 8, switching.weeksValue),
      .set(20, calendar, 9, switching.daysValue(200)),
      .set(11, OBISCode(0, 1, 11, 0, 1, 255), 2, switching.specialDaysValue),
      .set(20, calendar, 10, activation.value), activatePrice,
      .set(9_000, OBISCode(0, 0, 94, 44, 128, 30), 6, activation.value),
    ]
  }
}
