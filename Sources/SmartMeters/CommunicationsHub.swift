public import GBCS
public import SettlementCalendar

/// A Communications Hub (CHF): keeps the list of devices that may join the home's radio network, and passes messages
/// between them and the WAN while both are there.
public struct CommunicationsHub: Hashable, Sendable {
  /// Which radio bands the home network has.
  public enum Variant: String, Hashable, Sendable, CaseIterable {
    /// 2.4 GHz.
    case singleBand
    /// 2.4 GHz and sub-GHz, for meters far from the hub.
    case dualBand
  }

  /// A device in the hub's log.
  public struct Entry: Hashable, Sendable {
    public let device: EUI64
    /// Until when it may join; afterwards it must be added again.
    public internal(set) var joinUntil: DeviceTime
    public internal(set) var isJoined = false
    /// When it was last heard.
    public internal(set) var lastHeard: DeviceTime?
    /// Whether it is on the sub-GHz band.
    public internal(set) var isSubGHz = false
  }

  public var core: DeviceCore
  public let variant: Variant
  /// Whether the WAN reaches the hub.
  public var hasWAN = true
  public private(set) var devices: [Entry] = []

  /// SMETS2: the hub's log has 16 places.
  public static let capacity = 16

  public init(core: DeviceCore, variant: Variant = .singleBand) {
    self.core = core
    self.variant = variant
  }

  public var identifier: EUI64 { core.identifier }

  public mutating func receive(
    _ bytes: [UInt8], at now: UTCInstant, _ security: any DeviceSecurity
  ) -> [DeviceEffect] {
    let now = DeviceTime(now)
    switch core.accept(bytes, at: now, security) {
    case .failure(let refusal): return core.refuse(refusal, at: now, security)
    case .success(let accepted):
      guard case .dlms(.accessRequest(let request))? = try? accepted.message.openedPayload().payload,
        let command = HubCommand(accepted.message.code, request)
      else { return [.discarded(.unreadablePayload)] }
      let payload = carryOut(command, request, accepted)
      return core.respond(accepted, core.header(accepted), payload: payload, security)
    }
  }

  private mutating func carryOut(
    _ command: HubCommand, _ request: AccessRequest, _ accepted: DeviceCore.Accepted
  ) -> [UInt8] {
    switch command {
    case .add(let device, _, let seconds):
      let isDone = add(device, until: accepted.time.advanced(by: Int(seconds)))
      return MeterReadAnswer.refusal(request, code: isDone ? 0 : 250)
    case .remove(let device): return MeterReadAnswer.refusal(request, code: remove(device) ? 0 : 250)
    case .readDeviceLog:
      return MeterReadAnswer.payload(accepted.message.counter, [.array(devices.map(\.value))], .get)
    }
  }

  /// Lets a device join for a while. - Returns: `false` where the log is full.
  public mutating func add(_ device: EUI64, until: DeviceTime) -> Bool {
    if let place = devices.firstIndex(where: { $0.device == device }) {
      devices[place].joinUntil = until
      return true
    }
    guard devices.count < Self.capacity else { return false }
    devices.append(Entry(device: device, joinUntil: until))
    return true
  }

  public mutating func remove(_ device: EUI64) -> Bool {
    guard let place = devices.firstIndex(where: { $0.device == device }) else { return false }
    devices.remove(at: place)
    return true
  }

  /// A device asks to join. - Returns: whether the hub lets it: it is in the log and its time is not over.
  public mutating func join(_ device: EUI64, at now: UTCInstant, subGHz: Bool = false) -> Bool {
    let now = DeviceTime(now)
    guard !subGHz || variant == .dualBand, let place = devices.firstIndex(where: { $0.device == device }),
      devices[place].isJoined || now <= devices[place].joinUntil
    else { return false }
    devices[place].isJoined = true
    devices[place].isSubGHz = subGHz
    devices[place].lastHeard = now
    return true
  }

  /// A device leaves the network and stays in the log.
  public mutating func unjoin(_ device: EUI64) -> Bool {
    guard let place = devices.firstIndex(where: { $0.device == device && $0.isJoined }) else { return false }
    devices[place].isJoined = false
    return true
  }

  /// Whether a message between the WAN and a device gets through.
  public func reaches(_ device: EUI64) -> Bool {
    hasWAN && (device == identifier || devices.contains { $0.device == device && $0.isJoined })
  }
}

extension CommunicationsHub.Entry {
  /// A row of the device log as the reference answer has it. Radio figures are the same for all: nothing is simulated
  /// on the air.
  var value: DLMSValue {
    .structure([
      .octetString(device.bytes), .bitString(count: 8, bytes: [isJoined ? 0xC8 : 0x88]), .integer(-40), .integer(-50),
      .integer(-90), .unsigned(2), .unsigned(0), .unsigned(0),
      .octetString((lastHeard ?? DeviceTime(seconds: 0)).dateTime()), .unsigned(1), .unsigned(0), .unsigned(100),
      .unsigned(1), .unsigned(isSubGHz ? 2 : 1),
    ])
  }
}
