import JSONText
import MarketIdentifiers
import Quantities
import Readings
import SettlementCalendar

/// Reads the meter data of the Perseus demonstrator (Icebreaker One): a list of objects with `from`, `to`, `energy`
/// and `cumulative`, each of the latter with a `value` and a `unitCode` (UN/CEFACT: `WHR` watt-hour, `KWH`
/// kilowatt-hour).
///
/// The cumulative register must not fall from one half-hour to a later one.
struct PerseusReader: FormatReader {
  private var document: JSONDocument
  private var report: RowReporter
  /// The register at the end of the last half-hour whose register was taken, in watt-hours with eight decimals.
  private var register: (halfHour: HalfHour, value: Int128)?

  private static let registerPlaces = 8

  init(file: String, quantity: MeasurementQuantity, largestSize: Int) {
    report = RowReporter(file: file, unstatedQuantity: quantity)
    document = JSONDocument(largestSize: largestSize)
  }

  mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (ReadingEvent) -> Void) { document.append(bytes) }

  mutating func finish(_ emit: (ReadingEvent) -> Void) {
    if let value = document.parse(&report, emit) {
      if let rows = value.elements {
        for (index, row) in rows.enumerated() { take(row, "[\(index)]", emit) }
      } else {
        report.refuse(MeterDataRules.json, line: 0, "The JSON file is not a list of readings.", emit)
      }
    }
    report.finish(emit)
  }

  private mutating func take(_ row: JSONValue, _ place: String, _ emit: (ReadingEvent) -> Void) {
    if let type = row["type"]?.text, type != "Electricity" {
      let message = "The reading is not of electricity."
      return report.quarantine(MeterDataRules.quantity, line: 0, field: "\(place).type", message, emit)
    }
    guard let unit = Self.unit(row["energy"]) else {
      let message = "The unit of the energy is neither WHR nor KWH."
      return report.quarantine(MeterDataRules.quantity, line: 0, field: "\(place).energy.unitCode", message, emit)
    }
    guard let series = report.series(nil, report.unstatedQuantity, line: 0, emit),
      let halfHour = report.halfHour(row, start: "from", end: "to", place, emit),
      isRegisterRising(row["cumulative"], at: halfHour, place, emit)
    else { return }
    report.reading(row["energy"]?["value"], unit, series: series, at: halfHour, field: "\(place).energy.value", emit)
  }

  private static func unit(_ energy: JSONValue?) -> EnergyUnit? {
    switch energy?["unitCode"]?.text {
    case "WHR": .wattHours
    case "KWH": .kilowattHours
    default: nil
    }
  }

  /// A row without a register passes: not every source has one.
  private mutating func isRegisterRising(
    _ cumulative: JSONValue?, at halfHour: HalfHour, _ place: String, _ emit: (ReadingEvent) -> Void
  ) -> Bool {
    guard let unit = Self.unit(cumulative), let number = cumulative?["value"]?.decimal else { return true }
    let places = unit == .wattHours ? Self.registerPlaces : Self.registerPlaces + 3
    guard let value = number.units(places: places, rounding: .halfAwayFromZero)?.value else { return true }
    defer { register = (halfHour, value) }
    guard let register else { return true }
    let isRising = register.halfHour < halfHour ? register.value <= value : register.value >= value
    guard register.halfHour != halfHour, !isRising else { return true }
    let message = "The cumulative register is lower than at the half-hour before."
    let field = "\(place).cumulative.value"
    report.quarantine(MeterDataRules.fallingRegister, line: 0, field: field, message, emit)
    return false
  }
}
