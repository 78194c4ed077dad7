import DUIS
import DataServiceProvider
import GBCS
import SettlementCalendar
import SmartMeters

// SMETS1 homes in the inventory.
extension EstateRegister {
  /// The SMETS version that the inventory gives: an invented text. [?]
  static let smets1Version = "SMETS1 V1.2"

  func addFirstGeneration(
    _ row: UInt32, hub: InventoryDevice, to inventory: inout Inventory, on date: SettlementDate?
  ) {
    let cohort = meters.cohort(row)
    var hub = hub
    hub.model = "HUB1"
    hub.connectivity = nil
    hub.commissioned = date
    var meter = InventoryDevice(
      device: MeterEstate.identifier(.electricityMeter, row: row), type: .electricityMeter, status: .commissioned,
      manufacturer: "HALFHOUR", model: "ESME1", points: points(row))
    meter.commissioned = date
    for var device in [hub, meter] {
      device.smetsVersion = Self.smets1Version
      device.region = NetworkRegion.smets1.rawValue
      device.smets1Provider = Self.serviceProvider(cohort)
      inventory[device.device] = InventoryRecord(
        device, generation: .smets1, hub: hub.device, region: .smets1, cohort: cohort)
    }
  }

  /// What the inventory calls the service provider of a cohort. Invented.
  static func serviceProvider(_ cohort: Int) -> String { "S1SP\(cohort + 1)" }
}

extension EstateSetup {
  func providerSettings(_ parties: EstateParties) -> ProviderSettings {
    var settings = ProviderSettings(
      broker: parties.broker.identifier, changeOfSupplierParty: parties.changeOfSupplier.identifier)
    settings.serviceProviders = parties.serviceProviders.map(\.identifier)
    settings.switches = switches
    settings.commandsPerSecond = commandsPerSecond
    return settings
  }
}
