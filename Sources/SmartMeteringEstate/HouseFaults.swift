import GBCS
import SettlementCalendar
import SmartMeters

/// What befalls the houses of an estate in its first thirty hours, and when: it follows from the plan and the row.
struct HouseFaults {
  let plan: FaultPlan
  let start: UTCInstant

  /// Half-hours after the start in which something happens.
  static let window: UInt64 = 60

  /// A half-hour boundary within the window.
  private func moment(_ kind: FaultPlan.Kind, _ row: UInt32) -> UTCInstant {
    let first = (start.secondsSince1970 + 1_799) / 1_800
    let step = Int64(plan.detail(kind, UInt64(row), below: Self.window))
    return UTCInstant(secondsSince1970: (first + step) * 1_800)
  }

  /// When the meter is taken out and another put in.
  func exchange(row: UInt32) -> UTCInstant? {
    plan.has(.meterExchange, row: row) ? moment(.meterExchange, row) : nil
  }

  /// When the hub is swapped, and when the new one has the old one's device list, one to six hours later.
  func swap(row: UInt32) -> (from: UTCInstant, until: UTCInstant)? {
    guard plan.has(.hubSwap, row: row) else { return nil }
    let from = moment(.hubSwap, row)
    return (from, from.advanced(byHours: 1 + Int(plan.detail(.hubSwap, UInt64(row) | 1 << 32, below: 6))))
  }

  /// When the meter says the same again and again, how often, and what.
  func storm(row: UInt32) -> (from: UTCInstant, count: Int, code: AlertCode)? {
    guard plan.has(.throttledAlerts, row: row) else { return nil }
    let count = 12 + Int(plan.detail(.throttledAlerts, UInt64(row) | 1 << 32, below: 29))
    let code: AlertCode = row % 2 == 0 ? .supplyInterrupted : .supplyRestored
    return (moment(.throttledAlerts, row), count, code)
  }
}
