import DUIS
import GBCS

/// Reads schedules of what is switched when: load control (6.14.2, 6.14.3), times without disablement (2.1), demand
/// periods (6.18.1), billing calendars (6.8).
struct ScheduleReading {
  let body: BodyReading

  /// One row of a schedule (DLMS class 10).
  struct Row {
    var script: OBISCode
    var action: UInt16
    var time: [UInt8]
    /// Monday first.
    var weekdays: [Bool]
    var specialDays: [Bool]
    var start = OpenDate()
    var end = OpenDate()
  }

  static func value(_ rows: [Row]) -> DLMSValue {
    .array(
      rows.enumerated().map { place, row in
        .structure([
          .longUnsigned(UInt16(clamping: place + 1)), .boolean(0xFF), .octetString(row.script.bytes),
          .longUnsigned(row.action), .octetString(row.time), .longUnsigned(.max), bits(row.weekdays),
          bits(row.specialDays), .octetString(row.start.bytes), .octetString(row.end.bytes),
        ])
      })
  }

  static func bits(_ bits: [Bool]) -> DLMSValue {
    var bytes = Array(repeating: UInt8(0), count: (bits.count + 7) / 8)
    for (place, bit) in bits.enumerated() where bit { bytes[place / 8] |= 0x80 >> UInt8(place % 8) }
    return .bitString(count: bits.count, bytes: bytes)
  }

  /// Special days by number; the number stands for the day itself.
  private static func specialDays(_ dates: [OpenDate]) -> DLMSValue {
    .array(
      dates.enumerated().map { place, date in
        .structure([
          .longUnsigned(UInt16(clamping: place + 1)), .octetString(date.bytes), .unsigned(UInt8(clamping: place + 1)),
        ])
      })
  }

  private static func weekdays(_ row: BodyReading) -> [Bool] {
    let named = (row["DaysOfWeekApplicability"]?.elements ?? []).map { $0.first("DayOfWeekID")?.text.trimmedText ?? "" }
    return TariffReading.weekdays.map(named.contains)
  }

  // MARK: Load control

  private static let loadScript = OBISCode(0, 0, 10, 0, 103, 255)

  /// 6.14.2: which switch connects when.
  func switchSchedule() throws(TranslationFault) -> [AccessItem] {
    var items: [AccessItem] = []
    for element in body.element.all("SwitchTypeAndId") {
      let index = try Self.number(element, "index", 1...5)
      var device: [UInt8] = Array(repeating: 0, count: 8)
      if let text = element.first("HCALCS")?.text.trimmedText {
        guard let identifier = EUI64(text) else { throw .unreadable("HCALCS") }
        device = identifier.bytes
      }
      items.append(.set(1, OBISCode(0, 0, 94, 44, 0, 20 + index), 2, .octetString(device)))
    }
    let dates = try dates(body["ALCSHCALCSSpecialDays"]?.all("ALCSHCALCSSpecialDay") ?? [])
    var rows: [Row] = []
    for element in body.element.all("ALCSHCALCSConnectionSchedule") {
      let row = BodyReading(element: element)
      let change = try row.required("ActivateDeactivateSwitch")
      let index = UInt16(try Self.number(change, "index", 1...5))
      rows.append(
        try self.row(
          row, "ALCSScheduleDatesAndTime", action: index * 256 + (change.first("ActivateSwitch") != nil ? 1 : 2),
          days: dates.count, attribute: "index"))
    }
    return items + (try calendar(dates, rows))
  }

  /// 6.14.3: to which level a controller goes when.
  func controllerSchedule() throws(TranslationFault) -> [AccessItem] {
    let definitions = body["AuxiliaryControllerSpecialDayDefinitions"]?.elements ?? []
    let dates = try dates(definitions)
    var rows: [Row] = []
    for element in body.element.all("AuxiliaryControllerSchedule") {
      let row = BodyReading(element: element)
      let action = try Self.level(try row.required("AuxiliaryControllerAction")) | 0x80
      rows.append(
        try self.row(
          row, "AuxiliaryControllerSchedulePeriodAndTime", action: action, days: dates.count, attribute: "identifier"))
    }
    return try calendar(dates, rows)
  }

  private func calendar(_ dates: [OpenDate], _ rows: [Row]) throws(TranslationFault) -> [AccessItem] {
    let when = try body.activation().value
    return [
      .set(11, OBISCode(0, 1, 11, 0, 3, 255), 2, Self.specialDays(dates)),
      .set(10, OBISCode(0, 1, 12, 0, 2, 255), 2, Self.value(rows)),
      .set(9_000, OBISCode(0, 0, 94, 44, 128, 26), 6, when), .set(9_000, OBISCode(0, 0, 94, 44, 128, 35), 6, when),
    ]
  }

  private func dates(_ elements: [MarkupElement]) throws(TranslationFault) -> [OpenDate] {
    var dates: [OpenDate] = []
    for element in elements { dates.append(try TariffReading.date(element.first("Date") ?? element)) }
    guard dates.count <= 20 else { throw .unsupported("more than 20 special days") }
    return dates
  }

  private func row(
    _ row: BodyReading, _ times: String, action: UInt16, days: Int, attribute: String
  ) throws(TranslationFault) -> Row {
    let marked = row.element.all("SpecialDaysApplicability").compactMap { $0.attribute(attribute) }
    return Row(
      script: Self.loadScript, action: action,
      time: SwitchingTable.time(try TariffReading.second(row, times + "/SwitchTime")),
      weekdays: Self.weekdays(row), specialDays: (0..<days).map { marked.contains(String($0 + 1)) },
      start: try TariffReading.date(try row.required(times + "/StartDate")),
      end: try TariffReading.date(try row.required(times + "/EndDate")))
  }

  /// Direction, controller and level in one number.
  private static func level(_ element: MarkupElement) throws(TranslationFault) -> UInt16 {
    let controller = try number(element, "auxiliaryControllerN", 1...5)
    let level: UInt16 = try BodyReading(element: element).number("CommandedStateLevel")
    guard level <= 100 else { throw .unreadable("CommandedStateLevel") }
    let direction: UInt16 = element.first("InputFromControlledLoad") != nil ? 0x2000 : 0x1000
    return direction + UInt16(controller) * 0x100 + level
  }

  private static func number(
    _ element: MarkupElement, _ attribute: String, _ range: ClosedRange<UInt8>
  ) throws(TranslationFault) -> UInt8 {
    guard let number = element.attribute(attribute).flatMap({ UInt8($0) }), range.contains(number) else {
      throw .unreadable(attribute)
    }
    return number
  }

  /// 7.13 and 7.16: a level from a moment to another. - Parameter isLimit: 7.16.
  func controllerState(isLimit: Bool) throws(TranslationFault) -> [AccessItem] {
    let controller = try Self.number(body.element, "auxiliaryControllerN", 1...5)
    let place: UInt8 = isLimit ? 3 : 1
    func moment(_ path: String, _ offset: UInt8) throws(TranslationFault) -> AccessItem {
      .set(
        1, OBISCode(0, 0, 94, 44, 116 + controller, place + offset), 2,
        .octetString(try body.time(path).dateTime()))
    }
    return [
      try moment("StartDateTime", 0), try moment("EndDateTime", 1),
      .action(9, OBISCode(0, 0, 10, 0, isLimit ? 107 : 103, 255), 1, .longUnsigned(try Self.level(body.element))),
    ]
  }

  /// 7.5, 7.6 and 7.8: switches on, off, or back to their schedule.
  func switches() throws(TranslationFault) -> [AccessItem] {
    let kinds: [(name: String, script: UInt16, timer: UInt8?)] = [
      ("ActivateALCSHCALCS", 0x11, 1), ("DeactivateALCSHCALCS", 0x12, 2), ("ResetALCSHCALCS", 0x20, nil),
    ]
    var items: [AccessItem] = []
    for kind in kinds {
      for element in body.element.all(kind.name) {
        let index = try Self.number(element, "index", 1...5)
        if let timer = kind.timer {
          items.append(
            .set(
              1, OBISCode(0, 0, 94, 44, 116 + index, timer), 2,
              .longUnsigned(try BodyReading(element: element).number("Duration"))))
        }
        items.append(.action(9, Self.loadScript, 1, .longUnsigned(UInt16(index) * 256 + kind.script)))
      }
    }
    guard !items.isEmpty else { throw .missing("a switch") }
    return items
  }

  /// 6.14.1: what the switches are called.
  func switchNames() throws(TranslationFault) -> [AccessItem] {
    var items: [AccessItem] = []
    for element in body.element.all("ALCSHCALCSDescription") {
      let index = try Self.number(element, "index", 1...5)
      let text = try BodyReading(element: element).required("SwitchDescription").text
      items.append(.set(1, OBISCode(0, 0, 94, 44, 0, 10 + index), 2, .visibleString(Array(text.utf8))))
    }
    guard !items.isEmpty else { throw .unsupported("a list without descriptions of switches") }
    return items
  }

  // MARK: Others

  /// 2.1: times at which a supply without credit stays on.
  func nonDisablement(_ calendar: BodyReading) throws(TranslationFault) -> (days: DLMSValue, schedule: DLMSValue) {
    let dates = try dates(calendar.required("ElectricitySpecialDays").all("SpecialDay"))
    var rows: [Row] = []
    for element in calendar.element.all("ElectricityNonDisablementSchedule") {
      let row = BodyReading(element: element)
      let marked = (row["SpecialDaysApplicability"]?.elements ?? []).compactMap {
        $0.first("SpecialDayID")?.text.trimmedText
      }
      rows.append(
        Row(
          script: OBISCode(0, 0, 10, 0, 106, 255), action: try row.text("NonDisablementScript") == "START" ? 32 : 33,
          time: SwitchingTable.time(try TariffReading.second(row, "ScheduleDatesAndTime/SwitchTime")),
          weekdays: Self.weekdays(row), specialDays: dates.indices.map { marked.contains(String($0 + 1)) },
          start: try Self.day(row, "ScheduleDatesAndTime/StartDate"),
          end: try Self.day(row, "ScheduleDatesAndTime/EndDate")))
    }
    return (Self.specialDays(dates), Self.value(rows))
  }

  /// `2014-10-27Z`; the year 65535 is any year.
  private static func day(_ reading: BodyReading, _ path: String) throws(TranslationFault) -> OpenDate {
    let parts = try reading.text(path).prefix { $0 != "Z" && $0 != "+" }.split(separator: "-")
    guard parts.count == 3, let year = UInt16(parts[0]), let month = UInt8(parts[1]), let day = UInt8(parts[2]),
      (1...12).contains(month), (1...31).contains(day)
    else { throw .unreadable(path) }
    return OpenDate(year: year == .max ? nil : year, month: month, day: day)
  }

  /// 6.18.1: from when to when the demand of a day counts.
  func demandPeriod() throws(TranslationFault) -> [AccessItem] {
    var rows: [Row] = []
    for (place, name) in ["StartTime", "EndTime"].enumerated() {
      let second = try TariffReading.second(body, "MaximumDemandTimePeriodSchedule/\(name)")
      rows.append(
        Row(
          script: OBISCode(0, 0, 10, 128, 100, 255), action: UInt16(place + 1), time: SwitchingTable.time(second),
          weekdays: Array(repeating: true, count: 7), specialDays: []))
    }
    // Rows count from zero here, and the first date is the pattern 000001FFFF.
    let open = DLMSValue.octetString([0, 0, 1, 0xFF, 0xFF])
    let list = (Self.value(rows).elements ?? []).enumerated().map { place, row -> DLMSValue in
      var parts = row.elements ?? []
      parts[0] = .longUnsigned(UInt16(place))
      parts[8] = open
      return .structure(parts)
    }
    return [.set(10, OBISCode(0, 0, 12, 0, 0, 255), 2, .array(list))]
  }

  /// 6.8: on which dates a bill is struck.
  func billingCalendar() throws(TranslationFault) -> [AccessItem] {
    let calendar = BodyReading(element: try body.required("ElectricityBillingCalendar"))
    let time = SwitchingTable.time(try TariffReading.second(calendar, "BillingTime"))
    let dates: [OpenDate]
    if calendar["Daily"] != nil {
      dates = [OpenDate()]
    } else if calendar["Monthly"] != nil {
      dates = [OpenDate(day: try calendar.number("Monthly"))]
    } else {
      dates = try yearly(calendar)
    }
    return [
      .set(
        22, OBISCode(0, 0, 15, 0, 0, 255), 4,
        .array(dates.map { .structure([.octetString(time), .octetString($0.bytes)]) }))
    ]
  }

  private func yearly(_ calendar: BodyReading) throws(TranslationFault) -> [OpenDate] {
    for (name, months) in [("Quarterly", 3), ("SixMonthly", 6), ("Yearly", 12)] where calendar[name] != nil {
      let first: Int = try calendar.number("\(name)/BillingPeriodStartMonth")
      let day: UInt8 = try calendar.number("\(name)/DayOfMonth")
      guard (1...12).contains(first), (1...31).contains(day) else { throw .unreadable(name) }
      return stride(from: 0, to: 12, by: months).map { OpenDate(month: UInt8((first - 1 + $0) % 12 + 1), day: day) }
    }
    throw .unsupported("a weekly billing calendar")
  }
}
