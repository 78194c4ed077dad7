import BalancingMechanism
import Findings
import Quantities
import SettlementCalendar
import WireFormat

/// Reads typed values out of texts; each refusal names the rule and the field.
enum BalancingFields {
  static func unit(_ text: String) throws(BalancingFault) -> String {
    guard (1...32).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw BalancingFault(BalancingDataRules.unit, "This is not a BM unit identifier.", field: "unit")
    }
    return text
  }

  /// `20220319130000`, UTC.
  static func compactStamp(_ text: String) throws(BalancingFault) -> UTCInstant {
    let bytes = Array(text.utf8)
    if bytes.count == 14 || bytes.count == 12,
      let year = bytes[0..<4].wholeNumber(), let month = bytes[4..<6].wholeNumber(),
      let day = bytes[6..<8].wholeNumber(), let hour = bytes[8..<10].wholeNumber(),
      let minute = bytes[10..<12].wholeNumber(),
      let second = bytes.count == 12 ? 0 : bytes[12..<14].wholeNumber(),
      let date = SettlementDate(year: year, month: month, day: day),
      let stamp = UTCInstant(date: date, hour: hour, minute: minute, second: second)
    {
      return stamp
    }
    throw BalancingFault(BalancingDataRules.stamp, "This is not a time yyyymmddhhmmss.", field: "time")
  }

  static func decimal(_ text: String, _ rule: RuleID, _ field: String) throws(BalancingFault) -> DecimalNumber {
    guard let number = DecimalNumber(text) else {
      throw BalancingFault(rule, "This is not a decimal number.", field: field)
    }
    return number
  }

  static func level(_ number: DecimalNumber) throws(BalancingFault) -> PowerLevel {
    guard let level = PowerLevel(megawatts: number) else {
      throw BalancingFault(
        BalancingDataRules.level, "The level is finer than a kilowatt or out of range.", field: "level")
    }
    return level
  }

  static func segment(
    _ from: UTCInstant, _ fromLevel: DecimalNumber, _ to: UTCInstant, _ toLevel: DecimalNumber
  ) throws(BalancingFault) -> LevelSegment {
    guard let segment = LevelSegment(from: from, try level(fromLevel), to: to, try level(toLevel)) else {
      throw BalancingFault(
        BalancingDataRules.stamp, "The row ends before it starts, or lasts longer than eight days.", field: "time")
    }
    return segment
  }

  static func segment(_ fields: ArraySlice<String>) throws(BalancingFault) -> LevelSegment {
    let base = fields.startIndex
    return try segment(
      compactStamp(fields[base]), decimal(fields[base + 1], BalancingDataRules.level, "level"),
      compactStamp(fields[base + 2]), decimal(fields[base + 3], BalancingDataRules.level, "level"))
  }

  static func price(_ number: DecimalNumber, _ field: String = "price") throws(BalancingFault) -> UnitRate {
    // Published prices are binary floating point now and then: finer digits are rounded once.
    guard let units = number.units(places: 8, rounding: .halfAwayFromZero), let value = Int64(exactly: units.value),
      value.magnitude <= UnitRate.limit.micropencePerMWh.magnitude
    else { throw BalancingFault(BalancingDataRules.price, "The price is out of range.", field: field) }
    return UnitRate(micropencePerMWh: value)
  }

  static func price(_ text: String, _ field: String = "price") throws(BalancingFault) -> UnitRate {
    try price(decimal(text, BalancingDataRules.price, field), field)
  }

  static func volume(_ number: DecimalNumber, _ field: String = "volume") throws(BalancingFault) -> BalancingEnergy {
    guard let volume = BalancingEnergy(megawattHours: number) else {
      throw BalancingFault(BalancingDataRules.volume, "The volume is out of range.", field: field)
    }
    return volume
  }

  static func volume(_ text: String, _ field: String = "volume") throws(BalancingFault) -> BalancingEnergy {
    try volume(decimal(text, BalancingDataRules.volume, field), field)
  }

  static func whole(
    _ text: String, _ range: ClosedRange<Int>, _ rule: RuleID, _ field: String
  ) throws(BalancingFault) -> Int {
    guard text.utf8.count <= 12, let value = Int(text), range.contains(value) else {
      throw BalancingFault(rule, "This is not a whole number within its range.", field: field)
    }
    return value
  }

  static func pair(_ number: Int) throws(BalancingFault) -> Int {
    guard (-6...6).contains(number), number != 0 else {
      throw BalancingFault(BalancingDataRules.number, "A pair is -6...6 without 0.", field: "pair")
    }
    return number
  }

  static func flag(_ text: String) throws(BalancingFault) -> Bool {
    switch text {
    case "T", "t", "true", "True", "TRUE": return true
    case "F", "f", "false", "False", "FALSE": return false
    default: throw BalancingFault(BalancingDataRules.flag, "A flag is T or F.", field: "flag")
    }
  }

  static func period(_ date: SettlementDate?, _ number: Int?) throws(BalancingFault) -> HalfHour {
    guard let date, let number, let period = SettlementDay(date).period(number) else {
      throw BalancingFault(
        BalancingDataRules.period, "The settlement period does not exist on its date.", field: "settlementPeriod")
    }
    return period.halfHour
  }

  /// A date as `2026-01-31`, `31/01/2026`, `20260131` or `31 January 2026`.
  static func date(_ text: String) -> SettlementDate? {
    if let date = publishedDate(text) { return date }
    let bytes = Array(text.utf8)
    if bytes.count == 8, let year = bytes[0..<4].wholeNumber(), let month = bytes[4..<6].wholeNumber(),
      let day = bytes[6..<8].wholeNumber()
    {
      return SettlementDate(year: year, month: month, day: day)
    }
    let words = text.split(separator: " ")
    guard words.count == 3, let day = Array(words[0].utf8).wholeNumber(longest: 2),
      let month = months.firstIndex(of: words[1].lowercased()), let year = Array(words[2].utf8).wholeNumber(longest: 4)
    else { return nil }
    return SettlementDate(year: year, month: month + 1, day: day)
  }

  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]
}
