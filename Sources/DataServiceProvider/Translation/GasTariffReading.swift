import DUIS
import GBCS

/// Reads tariffs (DUIS 1.1.1, 1.2.1) and prepayment settings (2.1) of gas into commands of the price, calendar and
/// prepayment clusters of the ZigBee Cluster Library.
struct GasTariffReading {
  let body: BodyReading
  let now: DeviceTime

  private static let price: UInt16 = 0x0700
  private static let calendarCluster: UInt16 = 0x0707
  private static let prepayment: UInt16 = 0x0705

  private var stamp: [UInt8] { GasRecipe.low(now.seconds) }
  private let provider: [UInt8] = [0, 0, 0, 0]
  private let tariffID: [UInt8] = [1, 0, 0, 0]

  init(body: BodyReading, now: DeviceTime) {
    self.body = body
    self.now = now
  }

  /// Start time of calendars, thresholds and prices; taken back by the number before the last.
  private func start() throws(TranslationFault) -> [UInt8] {
    GasRecipe.low(GasRecipe.seconds(try body.activation(), never: .max - 1))
  }

  /// Start time of the tariff itself and of settings; taken back by the last number.
  private func change() throws(TranslationFault) -> [UInt8] {
    GasRecipe.low(GasRecipe.seconds(try body.activation(), never: .max))
  }

  private static func closed(_ parts: [(UInt16, UInt8, UInt8, [UInt8])]) -> GasPayload {
    GasRecipe.closed(
      parts.enumerated().map { place, part in
        GasComponent(
          isLast: false, cluster: part.0, frameControl: part.1, sequence: UInt8(truncatingIfNeeded: place),
          command: part.2, content: .clear(part.3))
      })
  }

  // MARK: Tariff

  /// 1.1.1, or 1.2.1 where the body has no tariff elements.
  func tariff() throws(TranslationFault) -> GasPayload {
    let prices = BodyReading(element: try body.required("PriceElements/GasPriceElements"))
    let table = body["GasTariffElements"].map(BodyReading.init)
    let thresholds: [UInt32] =
      try table.flatMap { $0["ThresholdMatrix"] }.map { matrix throws(TranslationFault) in
        try TariffReading.indexed(matrix, "BlockThreshold", 3)
      } ?? []
    let isBlock = prices["BlockTariff"] != nil
    var parts: [(UInt16, UInt8, UInt8, [UInt8])] = []
    if let table { parts += try tables(table) }
    parts.append((Self.price, 9, 4, try information(prices, isBlock: isBlock, thresholds: thresholds.count)))
    if isBlock, !thresholds.isEmpty { parts.append((Self.price, 9, 6, try limits(thresholds))) }
    parts.append((Self.price, 9, 5, try matrix(prices, isBlock: isBlock)))
    return Self.closed(parts)
  }

  private func tables(_ table: BodyReading) throws(TranslationFault) -> [(UInt16, UInt8, UInt8, [UInt8])] {
    var days: [(UInt8, [[UInt8]])] = []
    for element in try table.required("SwitchingTable/DayProfiles").all("DayProfile") {
      let day = BodyReading(element: element)
      let tier: UInt8 = day["BlockTariff"] != nil ? 0 : try day.number("TOUTariffAction")
      days.append((try day.number("DayName"), [[0, 0, tier]]))
    }
    return try calendar(
      type: 0, days: days, weeks: try table.required("SwitchingTable/WeekProfiles"),
      seasons: try table.required("SwitchingTable/Seasons"), special: try table.required("SpecialDays"))
  }

  private func information(
    _ prices: BodyReading, isBlock: Bool, thresholds: Int
  ) throws(TranslationFault) -> [UInt8] {
    let tiers = prices["TOUTariff"]?.all("TOUPrice").count ?? 0
    let blocks: UInt8 =
      !isBlock
      ? 0 : thresholds > 0 ? UInt8(clamping: thresholds) : try prices.number("BlockTariff/NumberOfThresholds")
    // Numbers of ISO 4217.
    let currency: UInt16 = try prices.text("CurrencyUnits") == "GBP" ? 826 : 978
    let standing: UInt32 = try prices.number("StandingCharge")
    let tail: [UInt8] = [0xFF, 1, 0, 0, 0xE8, 3, 0]
    return try provider + stamp + tariffID + change() + [isBlock ? 0x10 : 0, 0, UInt8(clamping: tiers), blocks, 0]
      + GasRecipe.low(currency) + [0x50] + GasRecipe.low(standing) + tail
  }

  private func limits(_ thresholds: [UInt32]) throws(TranslationFault) -> [UInt8] {
    try provider + stamp + start() + tariffID + [0, 1, 1, UInt8(clamping: thresholds.count)]
      + thresholds.flatMap { GasRecipe.low($0) + [0, 0] }
  }

  private func matrix(_ prices: BodyReading, isBlock: Bool) throws(TranslationFault) -> [UInt8] {
    let list = try prices.required(isBlock ? "BlockTariff" : "TOUTariff")
    let numbers: [UInt32] = try TariffReading.indexed(list, isBlock ? "BlockPrice" : "TOUPrice", 4)
    let first = isBlock ? 0 : 1
    return try provider + stamp + start() + tariffID + [0, 1, isBlock ? 0 : 1]
      + numbers.enumerated().flatMap { [UInt8(clamping: $0.offset + first)] + GasRecipe.low($0.element) }
  }

  // MARK: Calendar

  /// - Parameter days: names, with minutes (two bytes) and action of each switch.
  private func calendar(
    type: UInt8, days: [(UInt8, [[UInt8]])], weeks: MarkupElement, seasons: MarkupElement, special: MarkupElement
  ) throws(TranslationFault) -> [(UInt16, UInt8, UInt8, [UInt8])] {
    let head = provider + stamp + stamp
    let weekList = weeks.all("WeekProfile")
    let (seasonList, specialList) = (seasons.all("Season"), special.all("SpecialDay"))
    guard weekList.count <= 4, seasonList.count <= 4, days.count <= 16, specialList.count <= 50 else {
      throw .tariff(SwitchingTable.Fault.size.description)
    }
    var parts: [(UInt16, UInt8, UInt8, [UInt8])] = []
    func add(_ command: UInt8, _ data: [UInt8]) { parts.append((Self.calendarCluster, 9, command, data)) }
    let counts = [seasonList.count, weekList.count, days.count].map { UInt8(clamping: $0) }
    add(0, head + (try start()) + [type, 0, 0] + counts)
    for (name, switches) in days {
      add(1, head + [name, UInt8(clamping: switches.count), 0, 1, type] + switches.flatMap { $0 })
    }
    for element in weekList {
      let names: [UInt8] = try TariffReading.indexed(element, "ReferencedDayName", 7)
      add(2, head + [try BodyReading(element: element).number("WeekName")] + names)
    }
    var data: [UInt8] = head + [0, 1]
    for element in seasonList {
      let season = BodyReading(element: element)
      data += try Self.date(try season.required("SeasonStartDate")) + [try season.number("ReferencedWeekName")]
    }
    add(3, data)
    data = head + (try start()) + [type, UInt8(clamping: specialList.count), 0, 1]
    for element in specialList {
      let day = BodyReading(element: element)
      data += try Self.date(try day.required("Date")) + [try day.number("ReferencedDayName")]
    }
    add(4, data)
    return parts
  }

  /// Years since 1900, month, day, weekday; all ones for any.
  private static func date(_ element: MarkupElement) throws(TranslationFault) -> [UInt8] {
    let reading = BodyReading(element: element)
    func part(_ name: String, _ from: Int = 0) throws(TranslationFault) -> UInt8 {
      let path = "Gas\(name)WithWildcards/Specified\(name)"
      guard reading[path] != nil else { return 0xFF }
      let number: Int = try reading.number(path)
      guard let byte = UInt8(exactly: number - from), byte < 0xFF else { throw .unreadable("Specified\(name)") }
      return byte
    }
    return [try part("Year", 1_900), try part("Month"), try part("DayOfMonth"), try part("DayOfWeek")]
  }

  // MARK: Prepayment

  /// 2.1.
  func prepaymentSettings() throws(TranslationFault) -> GasPayload {
    let settings = BodyReading(element: try body.required("UpdatePrepayConfigGas"))
    func money(_ name: String) throws(TranslationFault) -> [UInt8] {
      GasRecipe.low(UInt32(bitPattern: try settings.number(name, Int32.self)))
    }
    let when = try change()
    var payload = Self.closed(
      [
        (
          Self.prepayment, 1, 3,
          stamp + when + (try money("EmergencyCreditLimit")) + (try money("EmergencyCreditThreshold"))
        ),
        (Self.prepayment, 1, 0x0C, provider + stamp + when + (try money("DebtRecoveryRateCap"))),
        (Self.prepayment, 1, 9, try money("LowCreditThreshold")),
        (
          Self.prepayment, 1, 0x0B,
          provider + stamp + when + (try money("MaxMeterBalance")) + (try money("MaxCreditThreshold"))
        ),
      ] + (try nonDisablement(settings)))
    // The threshold of low credit has its time before the frame.
    let dated = payload.components[2]
    payload.components[2] = GasComponent(
      isLast: false, cluster: dated.cluster, fromDateTime: GasRecipe.seconds(try body.activation(), never: .max),
      frameControl: dated.frameControl, sequence: dated.sequence, command: dated.command, content: dated.content)
    return payload
  }

  private func nonDisablement(
    _ settings: BodyReading
  ) throws(TranslationFault) -> [(UInt16, UInt8, UInt8, [UInt8])] {
    let calendar = BodyReading(element: try settings.required("GasNonDisablementCalendar"))
    var days: [(UInt8, [[UInt8]])] = []
    for element in try calendar.required("DayProfiles").all("GasNonDisablementDayProfile") {
      var switches: [[UInt8]] = []
      for change in element.all("TimeStartAction") {
        let reading = BodyReading(element: change)
        let minute = UInt16(try TariffReading.second(reading, "StartTime") / 60)
        switches.append(GasRecipe.low(minute) + [try reading.text("NonDisablementAction") == "START" ? 1 : 0])
      }
      guard switches.count <= 48 else { throw .tariff(SwitchingTable.Fault.size.description) }
      days.append((try BodyReading(element: element).number("GasDayName"), switches))
    }
    return try self.calendar(
      type: 3, days: days, weeks: try calendar.required("WeekProfiles"),
      seasons: try calendar.required("SeasonProfiles"), special: try calendar.required("SpecialDays"))
  }
}
