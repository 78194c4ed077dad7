import JSONText
import Quantities
import Readings
import SettlementCalendar

extension RowReporter {
  /// The half-hour between two stamps of a JSON row, or `nil` after saying what is wrong with them.
  mutating func halfHour(
    _ row: JSONValue, start: String, end: String, _ place: String, _ emit: Emit
  ) -> HalfHour? {
    guard let first = instant(row[start], "\(place).\(start)", emit),
      let halfHour = halfHour(
        first, isEnd: false, line: 0, field: "\(place).\(start)", detail: row[start]?.text ?? "", emit),
      let last = instant(row[end], "\(place).\(end)", emit)
    else { return nil }
    guard last == halfHour.end else {
      let message = "The row's end is not 30 minutes after its start."
      quarantine(MeterDataRules.interval, line: 0, field: "\(place).\(end)", message, emit)
      return nil
    }
    return halfHour
  }

  private mutating func instant(_ value: JSONValue?, _ field: String, _ emit: Emit) -> UTCInstant? {
    if let text = value?.text, let instant = UTCInstant(text) { return instant }
    let message = "The row has no date and time with an offset from UTC there."
    quarantine(
      MeterDataRules.stamp, line: 0, field: field, message, detail: value?.text.map { String($0.prefix(80)) }, emit)
    return nil
  }

  /// A JSON number (or a number written as text) as a reading.
  mutating func reading(
    _ value: JSONValue?, _ unit: EnergyUnit, series: Int32, at halfHour: HalfHour, field: String, _ emit: Emit
  ) {
    switch value {
    case .number(let text), .string(let text):
      reading(Array(text.utf8), unit, series: series, at: halfHour, line: 0, field: field, emit)
    case nil, .null:
      missing(line: 0, field: field, emit)
    case .bool, .array, .object:
      quarantine(MeterDataRules.number, line: 0, field: field, "The value is not a decimal number.", emit)
    }
  }
}
