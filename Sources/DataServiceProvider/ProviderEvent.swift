public import DUIS
public import GBCS
public import SettlementCalendar
public import SmartMeteringRules

/// A request as it came in at one of the three addresses, its document read, valid by the schema and its signature
/// found to be that of the certificate's holder.
public struct ReceivedRequest: Hashable, Sendable {
  public var port: ServicePort
  public var request: ServiceRequest
  /// The holder of the certificate that signed it.
  public var signer: EUI64

  public init(port: ServicePort, request: ServiceRequest, signer: EUI64) {
    self.port = port
    self.request = request
    self.signer = signer
  }
}

/// What names a command and its answer: the GBCS originator, the device and the counter.
public struct CommandKey: Hashable, Sendable {
  public var originator: EUI64
  public var device: EUI64
  public var counter: UInt64

  public init(originator: EUI64, device: EUI64, counter: UInt64) {
    self.originator = originator
    self.device = device
    self.counter = counter
  }
}

/// What the Data Service Provider is told.
public enum ProviderEvent: Hashable, Sendable {
  case request(ReceivedRequest)
  /// A region hands up a device's message.
  case deviceMessage([UInt8], NetworkRegion)
  /// A region could not reach the device of a command.
  case undelivered(CommandKey)
  /// The service provider of a SMETS1 device brings its answer.
  case smets1Response(SMETS1SignedResponse)
  /// The service provider of a SMETS1 device says why there is none.
  case smets1Alert(S1SPAlert)
  /// Time passed: whatever is due runs.
  case clock
  /// A user lets a request go on that is in quarantine, or has it deleted.
  case quarantine(reference: UInt64, release: Bool)
}

/// A command on its way to a device.
public struct Delivery: Hashable, Sendable {
  public var key: CommandKey
  /// The whole GBCS message with the broker's MAC.
  public var message: [UInt8]
  public var route: NetworkRoute
  public var mode: RequestMode

  public init(key: CommandKey, message: [UInt8], route: NetworkRoute, mode: RequestMode) {
    self.key = key
    self.message = message
    self.route = route
    self.mode = mode
  }
}

/// What the Data Service Provider does. Documents are without signature: whoever carries the effects out signs them.
public enum ProviderEffect: Hashable, Sendable {
  /// The answer to the request that was just received.
  case answer(ServiceResponse)
  /// The request cannot be answered in DUIS terms; a sentence why.
  case decline(String)
  case deliver(Delivery)
  /// To the service provider of a SMETS1 device.
  case order(CountersignedRequest)
  /// To the address at which a user receives responses.
  case post(ServiceResponse, to: EUI64)
  case log(HopRecord)
}

/// What was found of a device's message.
public enum MessageVerdict: Hashable, Sendable {
  /// Its MAC or signature is the device's.
  case authentic
  case wrong
  /// Protected for another than the broker: only that party can judge.
  case forAnother
}

/// The keys of the DSP: the access control broker's, and the change of supplier party's.
public protocol BrokerSecurity {
  /// The command with the broker's MAC; `nil` where the device has no certificate.
  func protected(_ command: DeviceMessage) -> DeviceMessage?
  /// Judges what a device sent: its signature, or its MAC where that is for the broker.
  func verdict(_ message: DeviceMessage) -> MessageVerdict
  /// Whether a command bears the signature of a user's device-facing key.
  func isSigned(_ command: DeviceMessage, by user: EUI64) -> Bool
  /// The user's key agreement certificate (DER), to which devices encrypt; `nil` where there is none.
  func keyAgreementCertificate(of user: EUI64) -> [UInt8]?
  /// The command signed by the change of supplier party.
  func signedForChangeOfSupplier(_ command: DeviceMessage) -> DeviceMessage?
  /// SHA-1 of a certificate: 20 bytes, as alerts name it.
  func fingerprint(_ certificate: [UInt8]) -> [UInt8]
  /// The DSP's signature over a request to the service provider of a SMETS1 device (64 bytes); `nil` without a key.
  func countersignature(_ document: [UInt8]) -> [UInt8]?
  /// Whose XML signature a document of a service provider bears; `nil` where it does not hold.
  func signer(of document: MarkupElement, at now: UTCInstant) -> EUI64?
}

/// Without keys for SMETS1: such devices are not served.
extension BrokerSecurity {
  public func countersignature(_ document: [UInt8]) -> [UInt8]? { nil }
  public func signer(of document: MarkupElement, at now: UTCInstant) -> EUI64? { nil }
}
