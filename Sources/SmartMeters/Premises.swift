public import GBCS
public import SettlementCalendar

/// The devices of one home behind its Communications Hub, as the WAN sees them.
public struct Premises: Hashable, Sendable {
  public var hub: CommunicationsHub
  public var electricity: ElectricityMeter?
  public var gas: GasMeter?
  /// Displays, prepayment interfaces and consumers' own devices.
  public private(set) var consumerDevices: [ConsumerDevice] = []

  public init(hub: CommunicationsHub, electricity: ElectricityMeter? = nil, gas: GasMeter? = nil) {
    self.hub = hub
    self.electricity = electricity
    self.gas = gas
  }

  /// A device in the home that shows what the meters count.
  public struct ConsumerDevice: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      /// In-home display.
      case display = "IHD"
      /// Display with which a prepayment customer tops up and turns the supply on.
      case prepaymentInterface = "PPMID"
      /// A customer's own device.
      case consumerAccessDevice = "CAD"
    }

    public let identifier: EUI64
    public let kind: Kind
    /// The customer's leave for others to take data from it; a display needs none.
    public internal(set) var isAuthorised: Bool
  }

  /// What the way through the hub makes of a message.
  public enum Delivery: Hashable, Sendable {
    /// The device's effects.
    case delivered([DeviceEffect])
    /// The WAN does not reach the hub.
    case noWAN
    /// The device is not joined to the hub.
    case notJoined
    /// There is no such device here.
    case notHere
  }

  /// A message from the WAN for one of the devices.
  public mutating func receive(
    _ bytes: [UInt8], for device: EUI64, at now: UTCInstant, _ security: any DeviceSecurity,
    _ loads: any LoadSource
  ) -> Delivery {
    guard hub.hasWAN else { return .noWAN }
    if device == hub.identifier { return .delivered(hub.receive(bytes, at: now, security)) }
    guard device == electricity?.identifier || device == gas?.identifier else { return .notHere }
    guard hub.reaches(device) else { return .notJoined }
    if device == electricity?.identifier {
      return .delivered(electricity?.receive(bytes, at: now, security, loads) ?? [])
    }
    return .delivered(gas?.receive(bytes, at: now, security, loads) ?? [])
  }

  /// Takes a new electricity meter in the place of the old one (meter exchange). The new one must be added to the hub's
  /// log and join before it is reached. - Returns: the old one.
  @discardableResult
  public mutating func exchange(electricity meter: ElectricityMeter) -> ElectricityMeter? {
    let old = electricity
    if let old { _ = hub.remove(old.identifier) }
    electricity = meter
    return old
  }

  /// Takes another hub in the place of the old one: its log is empty until it is restored (8.12), so nothing is joined.
  @discardableResult
  public mutating func swap(hub new: CommunicationsHub) -> CommunicationsHub {
    let old = hub
    hub = new
    return old
  }

  // MARK: Consumer devices

  /// Joins a display, prepayment interface or consumer's device that is in the hub's log.
  public mutating func join(_ device: EUI64, _ kind: ConsumerDevice.Kind, at now: UTCInstant) -> Bool {
    guard hub.join(device, at: now) else { return false }
    if !consumerDevices.contains(where: { $0.identifier == device }) {
      consumerDevices.append(
        ConsumerDevice(identifier: device, kind: kind, isAuthorised: kind != .consumerAccessDevice))
    }
    return true
  }

  /// The customer gives or withdraws leave for a device. - Returns: whether it is there.
  public mutating func authorise(_ device: EUI64, _ isAuthorised: Bool) -> Bool {
    guard let place = consumerDevices.firstIndex(where: { $0.identifier == device }) else { return false }
    consumerDevices[place].isAuthorised = isAuthorised
    return true
  }

  /// What a device in the home shows: total import in watt-hours, and for prepayment the balance. Needs no WAN.
  ///
  /// - Returns: `nil` for a device that is not joined or may not.
  public func shown(
    on device: EUI64, at now: UTCInstant, _ loads: any LoadSource
  ) -> (importWattHours: UInt32, balancePence: Int64?)? {
    guard let own = consumerDevices.first(where: { $0.identifier == device }), own.isAuthorised,
      hub.devices.contains(where: { $0.device == device && $0.isJoined }), let meter = electricity
    else { return nil }
    let ledger = MeterLedger(loads: loads, row: meter.importRow, installed: meter.installed)
    return (
      ledger.register(at: DeviceTime(now)), meter.prepayment.isPrepayment ? meter.prepayment.balancePence : nil
    )
  }

  /// The customer presses the button of a prepayment interface to turn an armed supply on.
  public mutating func restoreSupply(from device: EUI64) -> Bool {
    guard consumerDevices.contains(where: { $0.identifier == device && $0.kind == .prepaymentInterface }) else {
      return false
    }
    return electricity?.pressToRestore() ?? false
  }
}
