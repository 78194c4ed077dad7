import DUIS
import GBCS
import SettlementCalendar
import SmartMeteringRules

// What comes back from devices, and what does not.
extension ServiceProvider {
  mutating func take(
    _ bytes: [UInt8], _ region: NetworkRegion, _ turn: inout Turn, _ security: some BrokerSecurity
  ) {
    guard let message = try? DeviceMessage(bytes) else {
      return log(
        HopRecord(.networkToProvider, .refused, at: turn.now, counter: 0, region: region, reason: "no GBCS message"),
        &turn)
    }
    let now = turn.now
    func record(_ outcome: HopRecord.Outcome, _ user: EUI64?, _ reason: String? = nil) -> HopRecord {
      HopRecord(
        .networkToProvider, outcome, at: now, device: message.originator, user: user, counter: message.counter,
        region: region, reason: reason)
    }
    guard message.kind != .command else { return log(record(.refused, nil, "a command from a device"), &turn) }
    let key = CommandKey(originator: message.recipient, device: message.originator, counter: message.counter)
    let exchange = message.kind == .response ? pending[key] : nil
    if message.kind == .response, exchange == nil {
      return log(record(.refused, nil, "no command waits for it"), &turn)
    }
    let outcome: HopRecord.Outcome
    switch security.verdict(message) {
    case .authentic: outcome = .proved
    case .forAnother: outcome = .passed
    case .wrong: return log(record(.refused, exchange?.user, "wrong MAC or signature"), &turn)
    }
    log(record(outcome, exchange?.user), &turn)
    if let exchange {
      finish(exchange, message, bytes, outcome, &turn, security)
    } else {
      alert(from: message, bytes, &turn, security)
    }
  }

  private mutating func finish(
    _ exchange: PendingCommand, _ message: DeviceMessage, _ bytes: [UInt8], _ outcome: HopRecord.Outcome,
    _ turn: inout Turn, _ security: some BrokerSecurity
  ) {
    pending[exchange.key] = nil
    let seconds = turn.now.secondsSince1970 - exchange.clockStart.secondsSince1970
    clocks.answered(exchange.clockClass, after: Int(seconds), target: exchange.target)
    let variant = exchange.variant.description
    if exchange.key.originator == settings.changeOfSupplierParty {
      supplierReplaced(exchange, message, &turn, security)
    }
    if let schedule = exchange.schedule {
      post(
        .message(variant: variant, .scheduled(bytes, schedule: schedule)), "I0", to: exchange.user,
        responseID: exchange.requestID.swapped, outcome: outcome, counter: exchange.key.counter,
        device: exchange.key.device, &turn)
    } else {
      post(
        .message(variant: variant, .device(bytes)), "I0", to: exchange.user, requestID: exchange.requestID,
        responseID: exchange.requestID.swapped, outcome: outcome, counter: exchange.key.counter,
        device: exchange.key.device, &turn)
    }
    devicesAnswered(exchange, message, &turn)
    end(exchange.requestID, isGood: !Self.isRefusal(message), &turn, security)
  }

  /// No answer, or no way to the device: told to whoever asked (MP162 rule 38).
  mutating func giveUp(
    _ key: CommandKey, _ code: RefusalCode, _ turn: inout Turn, _ security: some BrokerSecurity
  ) {
    guard let exchange = pending.removeValue(forKey: key) else { return }
    let isLost = code == .noAnswer
    clocks.gaveUp(exchange.clockClass, target: exchange.target)
    let final = exchange.isFutureDated && isLost ? RefusalCode.futureDatedTimeOut : code
    if let schedule = exchange.schedule {
      return alert(
        .commandFailure(command: exchange.requestID, schedule: schedule, device: key.device), to: exchange.user,
        counter: key.counter, &turn)
    }
    post(
      .message(variant: exchange.variant.description, .none), final.rawValue, to: exchange.user,
      requestID: exchange.requestID, counter: key.counter, device: key.device, &turn)
    end(exchange.requestID, isGood: false, &turn, security)
  }

  /// An alert goes to the party that the device names, if that is a user; one for the DCC's own parties ends here.
  private mutating func alert(
    from message: DeviceMessage, _ bytes: [UInt8], _ turn: inout Turn, _ security: some BrokerSecurity
  ) {
    let code = (try? message.openedPayload())?.payload.alertCode ?? 0
    let user = message.recipient
    if user == settings.changeOfSupplierParty, code == 0x8F66 || code == 0x8F67 {
      if let kept = keptCommand(message) { supplierReplaced(kept, message, &turn, security) }
      return
    }
    guard !users.roles(of: PartyIdentifier(user.rawValue)).isEmpty else { return }
    let outcome = HopRecord.Outcome.passed
    if code == 0x8F66 || code == 0x8F67, let kept = keptCommand(message) {
      return post(
        .message(
          variant: kept.variant.description,
          .futureDated(
            alert: code, message: bytes, instruction: UInt16(clamping: kept.told),
            of: UInt16(clamping: kept.instructions))), "I0", to: kept.user,
        requestID: kept.requestID, responseID: kept.requestID.swapped, outcome: outcome,
        counter: message.counter, device: message.originator, &turn)
    }
    if isFolded(message, code, &turn) { return }
    post(
      .deviceAlert(code: code, throttle: AlertThrottle(), message: bytes), "I0", to: user,
      responseID: RequestID(originator: message.originator, target: user, counter: message.counter),
      outcome: outcome, counter: message.counter, device: message.originator, &turn)
  }

  /// The command whose outcome an alert tells, by the counter that it repeats.
  private mutating func keptCommand(_ message: DeviceMessage) -> PendingCommand? {
    guard !keptByDevices.isEmpty, let payload = (try? message.openedPayload())?.payload else { return nil }
    let counters: [UInt64] =
      switch payload {
      case .dlms(.dataNotification(let notification)): Self.counters(notification.value)
      case .asn1(let value): Self.counters(value)
      default: []
      }
    for counter in counters {
      let place = DeviceCounter(device: message.originator, counter: counter)
      guard var kept = keptByDevices[place] else { continue }
      kept.told += 1
      keptByDevices[place] = kept.told < kept.instructions ? kept : nil
      return kept
    }
    return nil
  }

  private static func counters(_ value: DLMSValue) -> [UInt64] {
    switch value {
    case .long64Unsigned(let number): [number]
    case .octetString(let bytes) where bytes.count == 8: [bytes.reduce(0) { $0 << 8 | UInt64($1) }]
    // Message code, counter, class, object and attribute.
    case .octetString(let bytes) where bytes.count == 19: [bytes[2..<10].reduce(0) { $0 << 8 | UInt64($1) }]
    default: (value.elements ?? []).flatMap { counters($0) }
    }
  }

  private static func counters(_ value: ASN1Value) -> [UInt64] {
    if let number = value.wholeNumber { return number >= 0 ? [UInt64(number)] : [] }
    return (value.elements ?? []).flatMap { counters($0) }
  }
}

extension PendingCommand {
  var clockClass: ResponseClocks.Class {
    ResponseClocks.Class(
      variant: variant.description, role: role, mode: mode, generation: region == .smets1 ? .smets1 : .smets2)
  }
}
