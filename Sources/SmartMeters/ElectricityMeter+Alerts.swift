public import GBCS
public import SettlementCalendar

extension ElectricityMeter {
  /// Something happens at the meter that it tells its supplier unasked: recorded in its log and said.
  public mutating func raise(
    _ code: AlertCode, at now: UTCInstant, _ security: any DeviceSecurity
  ) -> [DeviceEffect] {
    let now = DeviceTime(now)
    core.record(code, at: core.clock.reading(at: now), security: false)
    return core.alert(code, at: now, security)
  }
}
