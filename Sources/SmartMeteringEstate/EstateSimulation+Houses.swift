import DUIS
import DataServiceProvider
import GBCS
import SettlementCalendar
import SmartMeters

/// Something that happens in a house by itself.
enum HouseEvent: Hashable, Sendable {
  case exchange(row: UInt32)
  case swapHub(row: UInt32)
  case restoreHub(row: UInt32)
  case alert(row: UInt32, AlertCode)
}

/// How the devices of an estate differ from those that it began with.
struct HouseChanges {
  /// Meters that were taken out.
  var gone: Set<EUI64> = []
  /// The first half-hour of meters that were put in.
  var installed: [EUI64: HalfHour] = [:]
  /// Meters whose hub does not know them yet.
  var unjoined: Set<EUI64> = []
}

extension EstateSimulation {
  /// Sets alarms for all that the plan has for the houses of this part.
  func planHouses(_ rows: [UInt32]) {
    let kinds: [FaultPlan.Kind] = [.meterExchange, .hubSwap, .throttledAlerts]
    guard kinds.contains(where: { setup.faults.perTenThousand[$0] ?? 0 > 0 }) else { return }
    let faults = HouseFaults(plan: setup.faults, start: setup.start)
    for row in rows {
      if let moment = faults.exchange(row: row) { arrivals.insert(.house(.exchange(row: row)), at: moment) }
      // Nobody makes SMETS1 hubs any more to swap one, and SMETS1 meters send no GBCS alerts.
      if meters.isFirstGeneration(row) { continue }
      if let swap = faults.swap(row: row) {
        arrivals.insert(.house(.swapHub(row: row)), at: swap.from)
        arrivals.insert(.house(.restoreHub(row: row)), at: swap.until)
      }
      guard let storm = faults.storm(row: row) else { continue }
      for number in 0..<storm.count {
        arrivals.insert(
          .house(.alert(row: row, storm.code)), at: storm.from.advanced(bySeconds: Int64(number) * 20))
      }
      met(.throttledAlerts, MeterEstate.identifier(.electricityMeter, row: row))
    }
  }

  func happen(_ event: HouseEvent) {
    switch event {
    case .exchange(let row): exchange(row)
    case .swapHub(let row): swapHub(row)
    case .restoreHub(let row): houses.unjoined.remove(meter(at: row))
    case .alert(let row, let code): raise(code, at: row)
    }
  }

  /// A fault met a house.
  func met(_ kind: FaultPlan.Kind, _ device: EUI64) {
    channel.record(kind, device)
    faults.add(InjectedFault(kind: kind, device: device, time: now))
  }

  /// The meter that stands at a row now.
  func meter(at row: UInt32) -> EUI64 {
    let first = MeterEstate.identifier(.electricityMeter, row: row)
    return houses.gone.contains(first)
      ? MeterEstate.identifier(.electricityMeter, row: row, generation: 1) : first
  }

  /// An installer takes the meter out and puts another in, which is announced, joined and commissioned at once. What the
  /// old one counted since it was last read is lost to whoever had not asked for it. What comes in is SMETS2: SMETS1 meters
  /// are no longer put in.
  private func exchange(_ row: UInt32) {
    let old = meter(at: row)
    let new = MeterEstate.identifier(.electricityMeter, row: row, generation: 1)
    guard old != new, var record = provider.inventory[old] else { return }
    met(.meterExchange, old)
    houses.gone.insert(old)
    houses.unjoined.remove(old)
    houses.installed[new] = HalfHour(startingAt: now)
    electricity[old] = nil
    firstGeneration[old] = nil
    provider.inventory[new] =
      record.generation == .smets1 ? secondGeneration(row, after: record) : successor(of: record, new)
    record.device.status = .decommissioned
    record.device.points = MeteringPoints()
    record.hub = nil
    provider.inventory[old] = record
  }

  private func successor(of record: InventoryRecord, _ new: EUI64) -> InventoryRecord {
    var device = record.device
    device.device = new
    device.commissioned = now.utcDate
    return InventoryRecord(device, hub: record.hub, region: record.region)
  }

  /// A SMETS2 meter comes with a hub, and the SMETS1 hub goes.
  private func secondGeneration(_ row: UInt32, after record: InventoryRecord) -> InventoryRecord {
    let register = EstateRegister(setup: setup, parties: parties, meters: meters)
    let hub = register.hub(row, generation: 1)
    provider.inventory[hub.device.device] = hub
    if let old = record.hub { provider.inventory[old]?.device.status = .decommissioned }
    return register.meter(row, generation: 1, hub: hub, on: now.utcDate)
  }

  /// An installer swaps the hub. The new one has an empty device list until it is given the old one's: until then nothing
  /// behind it is reached.
  private func swapHub(_ row: UInt32) {
    let meter = meter(at: row)
    let new = MeterEstate.identifier(.hub, row: row, generation: 1)
    guard var record = provider.inventory[meter], let old = record.hub, old != new,
      var oldHub = provider.inventory[old]
    else { return }
    met(.hubSwap, meter)
    houses.unjoined.insert(meter)
    var device = oldHub.device
    device.device = new
    provider.inventory[new] = InventoryRecord(device, hub: new, region: oldHub.region)
    record.hub = new
    provider.inventory[meter] = record
    oldHub.device.status = .decommissioned
    provider.inventory[old] = oldHub
  }

  private func raise(_ code: AlertCode, at row: UInt32) {
    let device = meter(at: row)
    guard var meter = electricity[device] ?? self.meter(device), let route = provider.inventory.route(device) else {
      return
    }
    let effects = meter.raise(code, at: now, security.keys)
    electricity[device] = meter
    for case .alert(_, let party, let bytes) in effects {
      let key = CommandKey(originator: party, device: device, counter: 0)
      bringAlert(Delivery(key: key, message: bytes, route: route, mode: .onDemand))
    }
  }

  /// Takes a device's alert to the DSP, if the way there is open.
  func bringAlert(_ delivery: Delivery) {
    faults.alerts.raised += 1
    guard let (kind, reason) = obstacle(delivery) else { return bring(delivery.message, delivery, .alert, nil) }
    faults.alerts.lost += 1
    add(kind, delivery, nil)
    log(.deviceToNetwork, .lost, delivery, reason)
  }

  /// What stands between the WAN and a device, if anything does.
  func obstacle(_ delivery: Delivery) -> (kind: FaultPlan.Kind, reason: String)? {
    let device = delivery.key.device
    if let row = MeterEstate.place(of: delivery.route.hub)?.row, setup.faults.has(.noWAN, row: row) {
      return (.noWAN, "no WAN")
    }
    if houses.gone.contains(device) { return (.meterExchange, "the meter was taken out") }
    return houses.unjoined.contains(device) ? (.hubSwap, "the hub does not know the device yet") : nil
  }
}
