/// The kinds of devices in the DCC's inventory, by its codes.
public enum DeviceKind: String, Hashable, Sendable, CaseIterable {
  case electricityMeter = "ESME"
  case gasMeter = "GSME"
  case gasProxy = "GPF"
  case communicationsHub = "CHF"
  case auxiliaryLoadSwitch = "HCALCS"
  case prepaymentInterface = "PPMID"
  case inHomeDisplay = "IHD"
  case consumerAccessDevice = "CAD"

  public var isGas: Bool { self == .gasMeter || self == .gasProxy }
}

/// A device's status in the inventory, by its names in DUIS.
public enum DeviceStatus: String, Hashable, Sendable, CaseIterable {
  case pending = "Pending"
  case whitelisted = "Whitelisted"
  case installedNotCommissioned = "InstalledNotCommissioned"
  case commissioned = "Commissioned"
  case decommissioned = "Decommissioned"
  case withdrawn = "Withdrawn"
  case suspended = "Suspended"
  case recovery = "Recovery"
  case recovered = "Recovered"

  /// Whether a service fits the status. The table is not public; this is Halfhour's: everything on commissioned
  /// devices, installation on those that are not yet, firmware on suspended ones.
  public func fits(_ variant: ServiceVariant) -> Bool {
    let reference = variant.description
    switch self {
    case .commissioned, .recovered: return true
    case .pending, .whitelisted, .installedNotCommissioned:
      return ["6.", "8.", "11."].contains { reference.hasPrefix($0) }
    case .suspended, .recovery: return ["11.", "6.15", "6.24"].contains { reference.hasPrefix($0) }
    case .decommissioned, .withdrawn: return ["8.2", "8.4", "12."].contains { reference.hasPrefix($0) }
    }
  }
}

/// What access control needs to know of a device.
public struct MeteredDevice: Hashable, Sendable {
  public var kind: DeviceKind
  public var generation: MeterGeneration
  public var status: DeviceStatus
  /// Of the device, or of the premises' meters for a hub or a display.
  public var supplyPoints: [SupplyPoint]

  public init(kind: DeviceKind, generation: MeterGeneration, status: DeviceStatus, supplyPoints: [SupplyPoint]) {
    self.kind = kind
    self.generation = generation
    self.status = status
    self.supplyPoints = supplyPoints
  }
}
