public import GBCS

/// What all devices have in common: name, keys of others, counter, clock, and what they hold a command to.
public struct DeviceCore: Hashable, Sendable {
  public let identifier: EUI64
  public internal(set) var credentials: CredentialStore
  /// The device's own counter, for alerts and for encryption to parties that it does not know.
  public private(set) var counter: UInt64
  public internal(set) var clock: DeviceClock
  /// Newest last; at most 100.
  public private(set) var securityLog: [LogEntry] = []
  public private(set) var eventLog: [LogEntry] = []

  /// Commands that wait for their time, at most ``waitingCapacity``.
  private var waiting: [FutureDated] = []

  /// One entry of an event or security log.
  public struct LogEntry: Hashable, Sendable {
    public let time: DeviceTime
    /// The number of the event, an alert code.
    public let event: UInt16
  }

  static let logCapacity = 100
  static let waitingCapacity = 20

  public init(identifier: EUI64, credentials: CredentialStore, clock: DeviceClock, counter: UInt64 = 2_000) {
    self.identifier = identifier
    self.credentials = credentials
    self.clock = clock
    self.counter = counter
  }

  /// A command that the device has found to be from whom it says.
  struct Accepted {
    let message: DeviceMessage
    let useCase: UseCase
    let role: RemotePartyRole
    /// The device's clock when it came.
    let time: DeviceTime
  }

  mutating func nextCounter() -> UInt64 {
    counter &+= 1
    return counter
  }

  /// Keeps a command for its time; the oldest is forgotten when there are too many.
  mutating func wait(_ item: FutureDated) {
    if waiting.count >= Self.waitingCapacity { waiting.removeFirst() }
    waiting.append(item)
  }

  /// Forgets what waits of a kind.
  mutating func cancelWaiting(_ isMeant: (FutureDated.Action) -> Bool) {
    waiting.removeAll { isMeant($0.action) }
  }

  /// Takes out what is due, earliest first.
  mutating func due(at time: DeviceTime) -> [FutureDated] {
    guard !waiting.isEmpty else { return [] }
    let due = waiting.filter { $0.time <= time }.sorted { $0.time < $1.time }
    waiting.removeAll { $0.time <= time }
    return due
  }

  mutating func record(_ event: AlertCode, at time: DeviceTime, security: Bool) {
    let entry = LogEntry(time: time, event: event.rawValue)
    if security {
      if securityLog.count >= Self.logCapacity { securityLog.removeFirst() }
      securityLog.append(entry)
    } else {
      if eventLog.count >= Self.logCapacity { eventLog.removeFirst() }
      eventLog.append(entry)
    }
  }

  /// Holds a message to the use case's rules: recipient, role, MAC by the broker, signature, counter (GBCS 6.2).
  mutating func accept(
    _ bytes: [UInt8], at now: DeviceTime, _ security: any DeviceSecurity
  ) -> Result<Accepted, Refusal> {
    guard let message = try? DeviceMessage(bytes) else { return .failure(.unreadable) }
    guard message.recipient == identifier else { return .failure(.otherRecipient) }
    guard message.kind == .command else { return .failure(.notACommand) }
    guard let useCase = UseCase.of(message.code) else { return .failure(.unknownUseCase) }
    guard let role = credentials.role(of: message.originator, among: useCase.roles) else {
      return .failure(.unknownParty)
    }
    if useCase.bearsMAC {
      guard let broker = credentials[.accessControlBroker, .keyAgreement] else { return .failure(.missingKey) }
      guard security.isAuthentic(message, device: identifier, party: broker) else { return .failure(.wrongMAC) }
    }
    if useCase.isCritical {
      guard let signer = credentials[role, .digitalSignature] else { return .failure(.missingKey) }
      guard security.isSigned(message, by: signer) else { return .failure(.wrongSignature) }
    }
    if useCase.isProtectedAgainstReplay {
      guard message.counter > credentials.floor(of: role) else { return .failure(.repeatedCounter) }
      credentials.raise(role, to: message.counter)
    }
    return .success(Accepted(message: message, useCase: useCase, role: role, time: clock.reading(at: now)))
  }

  /// What a device says about a message that it does not take: to the supplier, if the message was for it at all.
  mutating func refuse(_ refusal: Refusal, at now: DeviceTime, _ security: any DeviceSecurity) -> [DeviceEffect] {
    let code: AlertCode? =
      switch refusal {
      case .unknownParty: .sourceWithoutAuthority
      case .wrongMAC, .wrongSignature, .repeatedCounter: .authenticationFailed
      default: nil
      }
    guard let code else { return [.discarded(refusal)] }
    record(code, at: clock.reading(at: now), security: true)
    return [.discarded(refusal)] + alert(code, at: now, security)
  }

  /// The response's header: parties swapped, counter kept, what the broker asked for repeated.
  func header(_ accepted: Accepted, sensitiveCounter: UInt64? = nil) -> DeviceMessage {
    let command = accepted.message
    return DeviceMessage(
      kind: .response, counter: command.counter, originator: identifier, recipient: command.originator,
      dateTime: accepted.useCase.isDated ? accepted.time.dateTime() : nil, code: command.code,
      supplementary: Supplementary(
        remoteParty: command.supplementary.remoteParty, remotePartyCounter: command.supplementary.remotePartyCounter,
        originatorCounter: sensitiveCounter),
      payload: [])
  }

  /// To whom sensitive content is encrypted: the party behind the broker, by the certificate that the command brings
  /// along, else the originator. `nil` where the key is missing, of another use, or not that party's.
  func reader(_ accepted: Accepted, _ security: any DeviceSecurity) -> PublicCredential? {
    let other = accepted.message.supplementary
    guard let certificate = other.keyAgreementCertificate else {
      return other.remoteParty == nil ? credentials[accepted.role, .keyAgreement] : nil
    }
    return security.facts(ofCertificate: certificate).flatMap {
      $0.use == .keyAgreement && $0.credential.holder == other.remoteParty ? $0.credential : nil
    }
  }

  /// The response, signed where the command was critical, else with the MAC for the originator.
  func respond(
    _ accepted: Accepted, _ header: DeviceMessage, payload: [UInt8], _ security: any DeviceSecurity
  ) -> [DeviceEffect] {
    var response = header
    response.payload = payload
    let finished: DeviceMessage? =
      accepted.useCase.isCritical
      ? security.signed(response, device: identifier)
      : credentials[accepted.role, .keyAgreement].flatMap {
        security.protected(response, device: identifier, party: $0)
      }
    return [finished.map { .response($0.bytes) } ?? .discarded(.missingKey)]
  }

  /// An alert to the supplier, in DLMS.
  mutating func alert(
    _ code: AlertCode, at now: DeviceTime, _ security: any DeviceSecurity, content: [DLMSValue] = []
  ) -> [DeviceEffect] {
    let counter = nextCounter()
    let time = clock.reading(at: now).dateTime()
    let payload = DataNotification(
      invokeID: DLMSMessage.invokeID(counter),
      value: .structure([.longUnsigned(code.rawValue), .octetString(time)] + content)
    ).bytes
    return alert(code, counter: counter, payload: payload, security)
  }

  /// An alert with a payload that is there, to the supplier unless it is for another party.
  ///
  /// - Parameter party: must be left out for an alert that is not signed: its MAC is for the supplier.
  func alert(
    _ code: AlertCode, counter: UInt64, payload: [UInt8], messageCode: UInt16? = nil, to party: EUI64? = nil,
    _ security: any DeviceSecurity
  ) -> [DeviceEffect] {
    guard let supplier = credentials[.supplier, .keyAgreement] else { return [.discarded(.missingKey)] }
    let recipient = code.isCritical ? party ?? supplier.holder : supplier.holder
    let message = DeviceMessage(
      kind: .alert, counter: counter, originator: identifier, recipient: recipient,
      code: MessageCode(rawValue: messageCode ?? (code.isCritical ? 0x1000 : 0x1001)), payload: payload)
    let finished =
      code.isCritical
      ? security.signed(message, device: identifier)
      : security.protected(message, device: identifier, party: supplier)
    return finished.map { [.alert(code, to: recipient, $0.bytes)] } ?? [.discarded(.missingKey)]
  }
}
