import DUIS
import DataServiceProvider
import EstateSimulator
import GBCS
import MarketIdentifiers
import SettlementCalendar
import SmartMeteringRules
import SmartMeters

/// What the DCC knows of an estate at the start: inventory, users and registration data.
struct EstateRegister {
  let setup: EstateSetup
  let parties: EstateParties
  let meters: MeterEstate

  /// The rows of this part at which meters stand, spares left out.
  var rows: [UInt32] {
    (0..<UInt32(setup.points)).filter { Int($0) % setup.parts == setup.part && meters.rows(of: $0) != nil }
  }

  func region(_ row: UInt32) -> NetworkRegion {
    let place = Int(LoadSpreading.second(schedule: UInt64(row) ^ setup.seed, window: 0..<1_000))
    if place < setup.northPerMille { return .north }
    return (place - setup.northPerMille) * 2 < 1_000 - setup.northPerMille ? .central : .south
  }

  func points(_ row: UInt32) -> MeteringPoints {
    let rows = meters.rows(of: row)
    func number(_ row: UInt32?) -> String? { row.flatMap { MeterEstate.mpan(row: $0)?.description } }
    return MeteringPoints(importPoint: number(rows?.importRow), export: number(rows?.exportRow))
  }

  func fill(_ inventory: inout Inventory, on date: SettlementDate?) {
    let spares = UInt32(setup.points)..<UInt32(setup.points + setup.spares)
    for row in rows + (setup.part == 0 ? Array(spares) : []) {
      let hub = hub(row)
      if row < UInt32(setup.points), meters.isFirstGeneration(row) {
        addFirstGeneration(row, hub: hub.device, to: &inventory, on: date)
        continue
      }
      inventory[hub.device.device] = hub
      guard row < UInt32(setup.points) else { continue }
      let meter = meter(row, hub: hub, on: date)
      inventory[meter.device.device] = meter
    }
  }

  /// The SMETS2 hub of a row. - Parameter generation: rises with every exchange.
  func hub(_ row: UInt32, generation: UInt8 = 0) -> InventoryRecord {
    let hub = MeterEstate.identifier(.hub, row: row, generation: generation)
    let region = region(row)
    var device = InventoryDevice(
      device: hub, type: .communicationsHub, status: .commissioned, manufacturer: "HALFHOUR", model: "HUB")
    device.region = region.rawValue
    device.connectivity = "Cellular"
    return InventoryRecord(device, hub: hub, region: region)
  }

  /// The SMETS2 meter of a row behind a hub, commissioned on a date.
  func meter(
    _ row: UInt32, generation: UInt8 = 0, hub: InventoryRecord, on date: SettlementDate?
  ) -> InventoryRecord {
    var meter = InventoryDevice(
      device: MeterEstate.identifier(.electricityMeter, row: row, generation: generation), type: .electricityMeter,
      status: .commissioned, manufacturer: "HALFHOUR", model: "ESME", points: points(row))
    meter.region = hub.region.rawValue
    meter.commissioned = date
    return InventoryRecord(meter, hub: hub.hub, region: hub.region)
  }

  func users() -> UserRegister {
    var register = UserRegister()
    for user in parties.users {
      for role in user.roles { register.set(.live, of: PartyIdentifier(user.identifier.rawValue), in: role) }
    }
    return register
  }

  func registrations(from date: SettlementDate) -> RegistrationData {
    var data = RegistrationData()
    func holder(_ name: String) -> PartyIdentifier? {
      parties.user(name).map { PartyIdentifier($0.identifier.rawValue) }
    }
    guard let supplier = holder("supplier"), let network = holder("network"), let export = holder("export"),
      let retriever = holder("mdr")
    else { return data }
    let spares = UInt32(setup.points)..<UInt32(setup.points + setup.spares)
    for row in rows + (setup.part == 0 ? Array(spares) : []) {
      let points = points(row)
      if let number = points.importPoint {
        let point = SupplyPoint(.importElectricity, number)
        data.insert(RegistrationRecord(point, role: .importSupplier, user: supplier, from: date))
        data.insert(RegistrationRecord(point, role: .electricityDistributor, user: network, from: date))
        if setup.appointsRetriever {
          data.insert(RegistrationRecord(point, role: .meterDataRetriever, user: retriever, from: date))
        }
      }
      if let number = points.export {
        let point = SupplyPoint(.exportElectricity, number)
        data.insert(RegistrationRecord(point, role: .exportSupplier, user: export, from: date))
        data.insert(RegistrationRecord(point, role: .electricityDistributor, user: network, from: date))
        if setup.appointsRetriever {
          data.insert(RegistrationRecord(point, role: .meterDataRetriever, user: retriever, from: date))
        }
      }
    }
    return data
  }
}
