import DUIS
import GBCS

/// Reads tariffs and prices of electricity out of a request's body (DUIS 1.1.1, 1.1.2, 1.2.1, 1.2.2).
struct TariffReading {
  let body: BodyReading

  func tariff() throws(TranslationFault) -> ElectricityTariff {
    let table = BodyReading(element: try body.required("ElecTariffElements"))
    var thresholds: [[UInt32]] = []
    for element in try table.required("ThresholdMatrix").all("Thresholds") {
      thresholds.append(try Self.numbers(element, "BlockThreshold", most: 3))
    }
    let tariff = ElectricityTariff(
      switching: try Self.switching(table), thresholds: thresholds,
      isInPounds: try table.text("CurrencyUnits") == "GBP", prices: try prices())
    if let fault = tariff.fault { throw .tariff(fault.description) }
    return tariff
  }

  func prices() throws(TranslationFault) -> TariffPrices {
    let elements = BodyReading(element: try body.required("PriceElements/ElectricityPriceElements"))
    var rates: [Int16] = []
    var blocks = Array(repeating: [Int16](repeating: 0, count: TariffPrices.blockRates), count: TariffPrices.blockCount)
    for kind in ["TOUTariff", "BlockTariff", "HybridTariff"] {
      guard let list = elements[kind] else { continue }
      if kind != "BlockTariff" { rates = try Self.indexed(list, "TOUPrice", TariffPrices.rates) }
      for block in list.all("BlockPrices") {
        let rate = try Self.index(block, TariffPrices.blockRates)
        let list: [Int16] = try Self.indexed(block, "BlockPrice", TariffPrices.blockCount)
        for (place, price) in list.enumerated() {
          blocks[place][rate] = price
        }
      }
    }
    return TariffPrices(
      standingCharge: try elements.number("StandingCharge"),
      standingChargeScale: try elements.number("StandingChargeScale"), priceScale: try elements.number("PriceScale"),
      timeOfUse: rates, blocks: blocks)
  }

  func secondary() throws(TranslationFault) -> SecondaryTariff {
    let elements = BodyReading(element: try body.required("PriceElements"))
    let switching = body["SwitchingTable"] == nil ? nil : try Self.switching(body)
    if let fault = switching?.fault(rates: UInt8(SecondaryTariff.rates)) { throw .tariff(fault.description) }
    return SecondaryTariff(
      switching: switching, priceScale: try elements.number("PriceScale"),
      prices: try Self.indexed(elements.element, "ElectricityPriceElement", SecondaryTariff.rates))
  }

  // MARK: Switching

  private static func switching(_ table: BodyReading) throws(TranslationFault) -> SwitchingTable {
    var result = SwitchingTable()
    for element in try table.required("SwitchingTable/Seasons").all("Season") {
      let season = BodyReading(element: element)
      result.seasons.append(
        .init(
          name: Array(try season.text("SeasonName").utf8), start: try date(try season.required("SeasonStartDate")),
          week: try season.number("ReferencedWeekName")))
    }
    for element in try table.required("SwitchingTable/WeekProfiles").all("WeekProfile") {
      let days: [UInt8] = try indexed(element, "ReferencedDayName", 7)
      result.weeks.append(.init(name: try BodyReading(element: element).number("WeekName"), days: days))
    }
    for element in try table.required("SwitchingTable/DayProfiles").all("DayProfile") {
      var switches: [SwitchingTable.Switch] = []
      for schedule in element.all("ProfileSchedule") { switches.append(try change(BodyReading(element: schedule))) }
      result.days.append(.init(name: try BodyReading(element: element).number("DayName"), switches: switches))
    }
    for element in try table.required("SpecialDays").all("SpecialDay") {
      let special = BodyReading(element: element)
      result.specialDays.append(
        .init(date: try date(try special.required("Date")), day: try special.number("ReferencedDayName")))
    }
    return result
  }

  private static func change(_ schedule: BodyReading) throws(TranslationFault) -> SwitchingTable.Switch {
    let second = try second(schedule, "StartTime")
    if schedule["BlockTariffAction"] != nil {
      return .init(second: second, rate: .block(try schedule.number("BlockTariffAction")))
    }
    return .init(second: second, rate: .timeOfUse(try schedule.number("TOUTariffAction")))
  }

  static func second(_ reading: BodyReading, _ path: String) throws(TranslationFault) -> Int {
    guard let second = DUISTime.secondOfDay(try reading.text(path)) else { throw .unreadable(path) }
    return second
  }

  /// A date of which parts may be "not specified".
  static func date(_ element: MarkupElement) throws(TranslationFault) -> OpenDate {
    let reading = BodyReading(element: element)
    func part<Value: FixedWidthInteger>(_ name: String, _: Value.Type = Value.self) throws(TranslationFault) -> Value? {
      reading["\(name)/Specified\(name)"] == nil ? nil : try reading.number("\(name)/Specified\(name)")
    }
    return OpenDate(
      year: try part("Year"), month: try part("Month"), day: try part("DayOfMonth"),
      weekday: try weekday(reading))
  }

  static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

  /// By number or by name.
  private static func weekday(_ reading: BodyReading) throws(TranslationFault) -> UInt8? {
    guard let text = reading["DayOfWeek/SpecifiedDayOfWeek"]?.text.trimmedText else { return nil }
    if let place = weekdays.firstIndex(of: text) { return UInt8(place + 1) }
    guard let number = UInt8(text), (1...7).contains(number) else { throw .unreadable("SpecifiedDayOfWeek") }
    return number
  }

  // MARK: Lists with an index

  private static func index(_ element: MarkupElement, _ most: Int) throws(TranslationFault) -> Int {
    guard let index = element.attribute("index").flatMap({ Int($0) }), (1...most).contains(index) else {
      throw .unreadable("index")
    }
    return index - 1
  }

  /// Values by their index, zero where there is none, as many as the highest index has.
  static func indexed<Value: FixedWidthInteger>(
    _ parent: MarkupElement, _ name: String, _ most: Int
  ) throws(TranslationFault) -> [Value] {
    var values: [Value] = []
    for element in parent.all(name) {
      let place = try index(element, most)
      guard let value = Value(element.text.trimmedText) else { throw .unreadable(name) }
      while values.count <= place { values.append(0) }
      values[place] = value
    }
    return values
  }

  private static func numbers(
    _ parent: MarkupElement, _ name: String, most: Int
  ) throws(TranslationFault) -> [UInt32] { try indexed(parent, name, most) }
}
