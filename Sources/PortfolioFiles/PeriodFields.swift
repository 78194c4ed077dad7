import Findings
import Quantities
import SettlementCalendar

/// The columns that the tables of volumes by settlement period share.
extension TableCore.Row {
  /// The largest magnitude of one volume: 1 TWh in half an hour, more than fifty times the demand of Great Britain.
  static var volumeLimit: Energy { Energy(wattHours: 1_000_000_000_000) }

  func date(_ column: Int, _ rule: RuleID) throws(RowFault) -> SettlementDate {
    guard let date = SettlementDate(text(column)) else {
      throw RowFault(
        rule, "date", "This is not a date from 1996 to 2099.", remedy: "Write it like 2026-03-29.",
        detail: text(column))
    }
    return date
  }

  /// The number of a period that the date has.
  func period(_ column: Int, of date: SettlementDate, _ rule: RuleID) throws(RowFault) -> Int {
    let day = SettlementDay(date)
    guard let number = Int(text(column)), let period = day.period(number) else {
      throw RowFault(
        rule, "period", "The date has \(day.periodCount) settlement periods, and this is none of them.",
        remedy: "Number the periods from 1 in clock order.", detail: text(column))
    }
    return period.number
  }

  /// Kilowatt-hours exact to the watt-hour, of either sign, within ``volumeLimit``.
  func volume(_ column: Int, _ name: String, _ rule: RuleID) throws(RowFault) -> Energy {
    let units = withField(column) { DecimalNumber($0)?.units(places: 3, rounding: .towardZero) }
    guard let units, units.isExact, let wattHours = Int64(exactly: units.value),
      wattHours.magnitude <= Self.volumeLimit.wattHours.magnitude
    else {
      throw RowFault(
        rule, name, "This is not a number of kilowatt-hours exact to the watt-hour.",
        remedy: "Write kilowatt-hours with a point and no more than three decimals.", detail: text(column))
    }
    return Energy(wattHours: wattHours)
  }
}
