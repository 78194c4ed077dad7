// A switching table as it stands in messages.
extension SwitchingTable {
  static let calendarClass: UInt16 = 20
  static let specialDaysClass: UInt16 = 11
  private static let script = OBISCode(0, 0, 10, 0, 100, 255)

  var seasonsValue: DLMSValue {
    .array(
      seasons.map { season in
        .structure([
          .octetString(season.name), .octetString(season.start.bytes + [0, 0, 0, 0, 0x80, 0, 0xFF]),
          .octetString([season.week]),
        ])
      })
  }

  var weeksValue: DLMSValue {
    .array(weeks.map { .structure([.octetString([$0.name])] + $0.days.map(DLMSValue.unsigned)) })
  }

  func daysValue(_ base: UInt16) -> DLMSValue {
    .array(
      days.map { day in
        .structure([
          .unsigned(day.name),
          .array(
            day.switches.map {
              .structure([
                .octetString(Self.time($0.second)), .octetString(Self.script.bytes),
                .longUnsigned($0.rate.script(base)),
              ])
            }),
        ])
      })
  }

  var specialDaysValue: DLMSValue {
    .array(
      specialDays.enumerated().map { place, special in
        .structure([
          .longUnsigned(UInt16(clamping: place + 1)), .octetString(special.date.bytes), .unsigned(special.day),
        ])
      })
  }

  /// Hour, minute, second, no hundredths.
  public static func time(_ second: Int) -> [UInt8] {
    [UInt8(clamping: second / 3_600), UInt8(clamping: second / 60 % 60), UInt8(clamping: second % 60), 0]
  }

  /// Reads the four parts; `nil` where one has another form. What they say together is judged by ``fault(rates:)``.
  init?(seasons: DLMSValue, weeks: DLMSValue, days: DLMSValue, specialDays: DLMSValue, base: UInt16 = 0) {
    guard let seasons = Self.list(seasons, 4, Self.season), let weeks = Self.list(weeks, 4, Self.week),
      let days = Self.list(days, 16, { Self.day($0, base) }),
      let special = Self.list(specialDays, 50, Self.special)
    else { return nil }
    self.init(seasons: seasons, weeks: weeks, days: days, specialDays: special)
  }

  /// At most so many elements, all of which can be read.
  private static func list<Element>(
    _ value: DLMSValue, _ most: Int, _ read: ([DLMSValue]) -> Element?
  ) -> [Element]? {
    guard case .array(let items) = value, items.count <= most else { return nil }
    let elements = items.compactMap { $0.elements.flatMap(read) }
    return elements.count == items.count ? elements : nil
  }

  private static func season(_ parts: [DLMSValue]) -> Season? {
    guard parts.count == 3, case .octetString(let name) = parts[0], case .octetString(let start) = parts[1],
      start.count == 12, let date = OpenDate(start[..<5]), case .octetString(let week) = parts[2], week.count == 1
    else { return nil }
    return Season(name: name, start: date, week: week[0])
  }

  private static func week(_ parts: [DLMSValue]) -> Week? {
    guard parts.count == 8, case .octetString(let name) = parts[0], name.count == 1 else { return nil }
    let days = parts[1...].compactMap { if case .unsigned(let day) = $0 { day } else { nil } }
    return days.count == 7 ? Week(name: name[0], days: days) : nil
  }

  private static func day(_ parts: [DLMSValue], _ base: UInt16) -> Day? {
    guard parts.count == 2, case .unsigned(let name) = parts[0],
      let switches = list(parts[1], 48, { change($0, base) })
    else { return nil }
    return Day(name: name, switches: switches)
  }

  private static func change(_ parts: [DLMSValue], _ base: UInt16) -> Switch? {
    guard parts.count == 3, case .octetString(let time) = parts[0], time.count == 4, time[0] < 24, time[1] < 60,
      time[2] < 60, parts[1] == .octetString(script.bytes), case .longUnsigned(let number) = parts[2],
      let rate = Rate(script: number, base)
    else { return nil }
    return Switch(second: Int(time[0]) * 3_600 + Int(time[1]) * 60 + Int(time[2]), rate: rate)
  }

  private static func special(_ parts: [DLMSValue]) -> SpecialDay? {
    guard parts.count == 3, case .octetString(let date) = parts[1], let open = OpenDate(date),
      case .unsigned(let day) = parts[2]
    else { return nil }
    return SpecialDay(date: open, day: day)
  }
}
