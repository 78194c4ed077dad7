import MarketIdentifiers
import Quantities
import Readings
import SettlementCalendar

/// Gives out numbers for series as they appear; the series of the line before costs no lookup.
struct SeriesNumbers {
  enum Answer {
    case known(Int32)
    case new(Int32, name: String)
    /// Not a name.
    case refused
    case tooMany
  }

  private var numbers: [SeriesKey: Int32] = [:]
  private var lastName: [UInt8] = []
  private var lastQuantity = MeasurementQuantity.activeImport
  private var lastNumber: Int32 = -1

  mutating func number(_ name: UnsafeBufferPointer<UInt8>, _ quantity: MeasurementQuantity, limit: Int) -> Answer {
    if lastNumber >= 0, quantity == lastQuantity, isLast(name) { return .known(lastNumber) }
    guard name.count <= SeriesKey.longestName, let text = String(validating: name, as: UTF8.self),
      let key = SeriesKey(name: text, quantity: quantity)
    else { return .refused }
    let known = numbers[key]
    guard known != nil || numbers.count < limit else { return .tooMany }
    let number = known ?? Int32(clamping: numbers.count)
    numbers[key] = number
    lastName.replaceSubrange(lastName.startIndex..., with: name)
    (lastQuantity, lastNumber) = (quantity, number)
    return known == nil ? .new(number, name: text) : .known(number)
  }

  @inline(__always)
  private func isLast(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    guard name.count == lastName.count else { return false }
    for index in 0..<name.count where name[index] != lastName[index] { return false }
    return true
  }
}

/// Reads the starts of half-hours; the plain form `2026-03-29T01:00Z` on the date of the line before is read in place.
struct HalfHourText {
  private var date: [UInt8] = []
  private var midnight: Int32 = 0

  mutating func halfHour(_ text: UnsafeBufferPointer<UInt8>) -> HalfHour? {
    if text.count == 17, date.count == 10, text[16] == UInt8(ascii: "Z"), isLastDate(text),
      let slot = Self.slot(text)
    {
      return HalfHour(index: midnight + slot)
    }
    guard text.count <= 40, let stamp = CivilStamp(utf8: Array(text)[...]), let offset = stamp.offsetMinutes,
      let instant = UTCInstant(date: stamp.date, hour: stamp.hour, minute: stamp.minute, second: stamp.second),
      let halfHour = HalfHour(startingAt: instant.advanced(bySeconds: Int64(-offset * 60)))
    else { return nil }
    date = Array(text[..<10])
    midnight = stamp.date.dayNumber * 48
    return halfHour
  }

  @inline(__always)
  private func isLastDate(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    for index in 0..<10 where text[index] != date[index] { return false }
    return true
  }

  /// The half-hour of the day in `THH:MM`, if that is what stands there.
  @inline(__always)
  private static func slot(_ text: UnsafeBufferPointer<UInt8>) -> Int32? {
    guard text[10] == UInt8(ascii: "T"), text[13] == UInt8(ascii: ":"), text[15] == UInt8(ascii: "0") else {
      return nil
    }
    let (tens, units) = (text[11] &- 48, text[12] &- 48)
    guard tens <= 2, units <= 9 else { return nil }
    let hour = Int32(tens) * 10 + Int32(units)
    guard hour <= 23 else { return nil }
    switch text[14] {
    case UInt8(ascii: "0"): return hour * 2
    case UInt8(ascii: "3"): return hour * 2 + 1
    default: return nil
    }
  }
}

/// Reads kilowatt-hours exactly; the plain form `12.345` is read in place, the rest by ``DecimalNumber``.
enum KilowattHourText {
  static func energy(_ text: UnsafeBufferPointer<UInt8>) -> Energy? {
    if let wattHours = plain(text) { return Energy(wattHours: wattHours) }
    guard let number = DecimalNumber(text),
      let (energy, isExact) = Energy.kilowattHours(number, rounding: .towardZero), isExact
    else { return nil }
    return energy
  }

  /// At most five digits, a point, three digits.
  @inline(__always)
  private static func plain(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    let point = text.count - 4
    guard point >= 1, point <= 5, text[point] == UInt8(ascii: ".") else { return nil }
    var value: Int64 = 0
    for index in 0..<text.count where index != point {
      let digit = text[index] &- 48
      guard digit <= 9 else { return nil }
      value = value * 10 + Int64(digit)
    }
    return value
  }
}
