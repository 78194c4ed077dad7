public import DUIS
public import GBCS
public import SmartMeteringRules

/// A device as the DSP keeps it.
public struct InventoryRecord: Hashable, Sendable {
  /// What 8.2 tells of it.
  public var device: InventoryDevice
  public var generation: MeterGeneration
  /// The hub of its home; itself for a hub. `nil` before it is on a hub's list.
  public var hub: EUI64?
  public var region: NetworkRegion
  /// The consumer lets the hub use the home's broadband.
  public var consentsToVirtual: Bool
  /// SMETS1: the cohort of its service provider, within which requests are served one at a time.
  public var cohort: Int?

  public init(
    _ device: InventoryDevice, generation: MeterGeneration = .smets2, hub: EUI64? = nil, region: NetworkRegion,
    consentsToVirtual: Bool = false, cohort: Int? = nil
  ) {
    self.device = device
    self.generation = generation
    self.hub = hub
    self.region = region
    self.consentsToVirtual = consentsToVirtual
    self.cohort = cohort
  }

  /// The supply points that the device itself meters.
  public var supplyPoints: [SupplyPoint] {
    let points = device.points
    guard device.type != .gasMeter, device.type != .gasProxy else {
      return points.importPoint.map { [SupplyPoint(.gas, $0)] } ?? []
    }
    return [points.importPoint, points.secondaryImport].compactMap { $0 }.map { SupplyPoint(.importElectricity, $0) }
      + (points.export.map { [SupplyPoint(.exportElectricity, $0)] } ?? [])
  }
}

/// The devices that the DSP knows, found by identifier, metering point and hub.
public struct Inventory: Sendable {
  private var records: [EUI64: InventoryRecord] = [:]
  private var byPoint: [String: [EUI64]] = [:]
  private var byHub: [EUI64: [EUI64]] = [:]

  public init() {}

  public subscript(_ device: EUI64) -> InventoryRecord? {
    get { records[device] }
    set {
      if let old = records[device] { unlist(old) }
      records[device] = newValue
      if let newValue { list(newValue) }
    }
  }

  public var count: Int { records.count }

  /// All devices, rising by identifier.
  public var devices: [EUI64] { records.keys.sorted() }

  /// The devices of a metering point, rising by identifier.
  public func devices(at point: String) -> [EUI64] { (byPoint[point] ?? []).sorted() }

  /// The devices on a hub's list, rising by identifier.
  public func devices(on hub: EUI64) -> [EUI64] { (byHub[hub] ?? []).sorted() }

  private mutating func list(_ record: InventoryRecord) {
    let id = record.device.device
    for point in Self.points(record) { byPoint[point, default: []].append(id) }
    if let hub = record.hub, hub != id { byHub[hub, default: []].append(id) }
  }

  private mutating func unlist(_ record: InventoryRecord) {
    let id = record.device.device
    for point in Self.points(record) { byPoint[point]?.removeAll { $0 == id } }
    if let hub = record.hub { byHub[hub]?.removeAll { $0 == id } }
  }

  private static func points(_ record: InventoryRecord) -> [String] {
    let points = record.device.points
    return [points.importPoint, points.secondaryImport, points.export].compactMap { $0 }
  }

  /// What access control needs to know. A hub or display is reached through the meters of its premises.
  public func meteredDevice(_ id: EUI64) -> MeteredDevice? {
    guard let record = records[id], let kind = DeviceKind(rawValue: record.device.type.rawValue) else { return nil }
    var points = record.supplyPoints
    if points.isEmpty, let hub = record.hub {
      points = devices(on: hub).flatMap { records[$0]?.supplyPoints ?? [] }
    }
    let status = record.device.status.flatMap { DeviceStatus(rawValue: $0.rawValue) } ?? .pending
    return MeteredDevice(kind: kind, generation: record.generation, status: status, supplyPoints: points)
  }

  /// How its hub is reached; `nil` before it is on a hub's list.
  public func route(_ id: EUI64) -> NetworkRoute? {
    guard let record = records[id], let hub = record.hub else { return nil }
    let hubRecord = records[hub] ?? record
    let isVirtual = hubRecord.device.connectivity == "Virtual" && hubRecord.consentsToVirtual
    return NetworkRoute(
      region: hubRecord.region, hub: hub, carrier: isVirtual ? .virtual : hubRecord.region.carrier)
  }
}
