import GBCS
public import SettlementCalendar
import SmartMeteringRules

extension EstateSimulation {
  /// The switching service registers a supplier for an import point from a day on; whoever was registered before is until
  /// the day before. The meter keeps the old supplier's certificates until the new one asks for them to be replaced (6.23).
  ///
  /// - Returns: `false` for no import supplier of that name, no meter of that point, or a day at the edge of the calendar.
  public func register(supplier name: String, of number: String, from date: SettlementDate) -> Bool {
    guard let supplier = parties.user(name), supplier.roles.contains(.importSupplier),
      provider.inventory.devices(at: number).contains(where: {
        provider.inventory[$0]?.device.points.importPoint == number
      }), let last = date.advanced(by: -1)
    else { return false }
    let point = SupplyPoint(.importElectricity, number)
    provider.registration.end(.importSupplier, on: point, last: last)
    provider.registration.insert(
      RegistrationRecord(
        point, role: .importSupplier, user: PartyIdentifier(supplier.identifier.rawValue), from: date))
    return true
  }
}
