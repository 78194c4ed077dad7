public import GBCS
public import SettlementCalendar

/// A SMETS2 electricity meter (ESME): a value that receives commands and answers, from nothing but its state, the time
/// and its load. The same seed and the same commands give the same bytes.
public struct ElectricityMeter: Hashable, Sendable {
  public var core: DeviceCore
  /// The row of the load that it counts as import; `nil` where there is none.
  public let importRow: UInt32?
  public let exportRow: UInt32?
  /// The first half-hour that it counts; registers start from zero.
  public let installed: HalfHour
  public var traits: MeterTraits
  public internal(set) var supply = SupplyState.enabled
  public internal(set) var prepayment: PrepaymentAccount
  public internal(set) var tariff = TariffHistory()
  public internal(set) var firmware: FirmwareSlot

  public init(
    core: DeviceCore, importRow: UInt32?, exportRow: UInt32?, installed: HalfHour, traits: MeterTraits = MeterTraits(),
    prepayment: PrepaymentAccount = PrepaymentAccount(), firmware: FirmwareSlot = FirmwareSlot()
  ) {
    self.core = core
    self.importRow = importRow
    self.exportRow = exportRow
    self.installed = installed
    self.traits = traits
    self.prepayment = prepayment
    self.firmware = firmware
  }

  public var identifier: EUI64 { core.identifier }

  /// Whether the load switch is closed (GBCS, ECS42 to 45).
  public enum SupplyState: UInt8, Hashable, Sendable {
    case disabled = 0
    case enabled = 1
    case armed = 2
  }

  /// Receives a message and does what it asks, if it may.
  ///
  /// - Parameter now: true time; the meter's own clock may differ.
  public mutating func receive(
    _ bytes: [UInt8], at now: UTCInstant, _ security: any DeviceSecurity, _ loads: any LoadSource
  ) -> [DeviceEffect] {
    let now = DeviceTime(now)
    switch core.accept(bytes, at: now, security) {
    case .failure(let refusal): return core.refuse(refusal, at: now, security)
    case .success(let accepted): return answer(accepted, at: now, security, loads)
    }
  }

  private mutating func answer(
    _ accepted: DeviceCore.Accepted, at now: DeviceTime, _ security: any DeviceSecurity, _ loads: any LoadSource
  ) -> [DeviceEffect] {
    switch try? accepted.message.openedPayload().payload {
    case .dlms(.accessRequest(let request)):
      if let read = MeterRead(accepted.message.code) {
        return answer(read, request, accepted, at: now, security, loads)
      }
      return operate(request, accepted, at: now, security)
    case .asn1(let value): return administer(value, accepted, at: now, security)
    default: return [.discarded(.unreadablePayload)]
    }
  }

  // MARK: Reads

  private mutating func answer(
    _ read: MeterRead, _ request: AccessRequest, _ accepted: DeviceCore.Accepted, at now: DeviceTime,
    _ security: any DeviceSecurity, _ loads: any LoadSource
  ) -> [DeviceEffect] {
    let counter = accepted.message.counter
    let understood: MeterReadRequest
    do {
      understood = try MeterReadRequest(read, request)
    } catch {
      let payload = MeterReadAnswer.refusal(request, code: error.rawValue)
      return core.respond(accepted, core.header(accepted), payload: payload, security)
    }
    let logs = MeterLogs(meter: self, loads: loads, now: accepted.time, error: core.clock.error(at: now))
    let values = logs.values(understood)
    if read.hasPeriod { traits.cutsNextLog = false }
    guard read.isSensitive else {
      return core.respond(
        accepted, core.header(accepted), payload: MeterReadAnswer.payload(counter, values, .get), security)
    }
    return sensitive(.structure(values), accepted, security)
  }

  /// Content encrypted to the party behind the broker, if there is one, else to the originator.
  private mutating func sensitive(
    _ content: DLMSValue, _ accepted: DeviceCore.Accepted, _ security: any DeviceSecurity
  ) -> [DeviceEffect] {
    let other = accepted.message.supplementary
    guard let reader = core.reader(accepted, security) else { return [.discarded(.missingKey)] }
    let header = core.header(accepted, sensitiveCounter: other.remoteParty == nil ? nil : core.nextCounter())
    guard let sealed = security.sealed(content.bytes, in: header, device: identifier, party: reader) else {
      return [.discarded(.missingKey)]
    }
    let parameters = ProtectionParameters(
      counter: header.supplementary.originatorCounter ?? header.counter, originator: identifier,
      recipient: reader.holder)
    return core.respond(
      accepted, header, payload: MeterReadAnswer.payload(header.counter, parameters, sealed: sealed), security)
  }
}
