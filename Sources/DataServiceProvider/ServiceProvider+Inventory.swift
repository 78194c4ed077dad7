import DUIS
import GBCS
import SettlementCalendar
import SmartMeteringRules

// The inventory, and the way of a device into it: announced (12.2), on a hub's list (8.11), commissioned (8.1.1).
extension ServiceProvider {
  /// At most as many as one answer can list.
  func find(_ query: InventoryQuery) -> [InventoryDevice] {
    let found: [EUI64] =
      switch query {
      case .device(let id): [id]
      case .meteringPoint(let point): inventory.devices(at: point)
      case .property(let number): inventory.devices.filter { inventory[$0]?.device.property == number }
      // Addresses are not kept.
      case .address: []
      }
    return found.compactMap { inventory[$0]?.device }.prefix(ResponseContent.mostDevices).map { $0 }
  }

  mutating func preNotify(_ notice: DevicePreNotification, _ request: ServiceRequest, _ turn: inout Turn) {
    guard inventory[notice.device] == nil, notice.gasProxy != notice.device else {
      return answer(request, "E120201", .none, &turn)
    }
    var device = InventoryDevice(
      device: notice.device, type: notice.type, status: .pending, manufacturer: notice.manufacturer,
      model: notice.model)
    device.smetsVersion = notice.smetsVersion
    device.firmware = notice.firmware
    device.electricityVariant = notice.electricityVariant
    let isHub = notice.type == .communicationsHub
    inventory[notice.device] = InventoryRecord(
      device, hub: isHub ? notice.device : nil, region: .central)
    answer(request, "I99", .none, &turn)
  }

  /// A hub has put a device on its list or taken it off.
  private mutating func deviceLogChanged(_ change: DeviceLogChange, _ exchange: PendingCommand, _ turn: inout Turn) {
    guard var record = inventory[change.device], let hub = inventory[exchange.key.device] else { return }
    if let addition = change.addition {
      record.hub = exchange.key.device
      record.region = hub.region
      record.device.points = addition.points
      record.device.region = hub.region.rawValue
      record.device.status = .whitelisted
    } else {
      record.hub = nil
      record.device.status = .pending
    }
    inventory[change.device] = record
    alert(
      .deviceLogUpdated(request: exchange.requestID), to: exchange.user, counter: exchange.requestID.counter, &turn)
  }

  /// What a device's answer changes here.
  mutating func devicesAnswered(_ exchange: PendingCommand, _ message: DeviceMessage, _ turn: inout Turn) {
    if exchange.isKeptByDevice, !Self.isRefusal(message) {
      keptByDevices[DeviceCounter(device: exchange.key.device, counter: exchange.key.counter)] = exchange
    }
    if let change = exchange.logChange, Self.succeeded(message) { deviceLogChanged(change, exchange, &turn) }
    guard exchange.variant == "8.1.1", Self.succeeded(message), var record = inventory[exchange.key.device] else {
      return
    }
    record.device.status = .commissioned
    record.device.commissioned = turn.now.utcDate
    inventory[exchange.key.device] = record
    alert(
      .meterIdentity(
        device: exchange.key.device, points: record.device.points,
        electricityVariant: record.device.electricityVariant), to: exchange.user, counter: exchange.key.counter, &turn)
  }

  /// Whether a DLMS answer says that an access did not succeed.
  static func isRefusal(_ message: DeviceMessage) -> Bool {
    guard case .dlms(.accessResponse(let response))? = (try? message.openedPayload())?.payload else { return false }
    return response.results.contains { $0.code != 0 }
  }

  /// Whether each access in a DLMS answer succeeded.
  static func succeeded(_ message: DeviceMessage) -> Bool {
    guard case .dlms(.accessResponse(let response))? = (try? message.openedPayload())?.payload else { return false }
    return response.results.allSatisfy { $0.code == 0 }
  }
}
