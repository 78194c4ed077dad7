import DUIS
public import GBCS
public import SettlementCalendar
public import SmartMeteringRules

/// A request above a threshold, which waits until it is decided.
public struct QuarantinedRequest: Hashable, Sendable {
  /// The number of the event, as the user was told it.
  public let reference: UInt64
  public let breach: AnomalyDetection.Breach
  public let since: UTCInstant
  /// `originator:target:counter`.
  public let request: String
  public let user: EUI64
  public let role: UserRole
  public let variant: String
}

// Anomaly detection (SEC Appendix AA): what is above a declared threshold waits until it is decided.
extension ServiceProvider {
  /// What waits, oldest first.
  public var inQuarantine: [QuarantinedRequest] {
    quarantined.sorted { $0.key < $1.key }.compactMap { reference, waiting in
      guard let held = anomalies.quarantine[reference] else { return nil }
      let request = waiting.received.request
      return QuarantinedRequest(
        reference: reference, breach: held.breach, since: held.since, request: request.id.description,
        user: request.id.originator, role: waiting.role, variant: request.serviceReferenceVariant)
    }
  }

  /// Counts a request against the thresholds and keeps it where it is above one.
  /// - Returns: whether it was answered and goes no further.
  mutating func isHeld(
    _ received: ReceivedRequest, _ body: ServiceBody, _ role: UserRole, _ turn: inout Turn
  ) -> Bool {
    let request = received.request
    let counted = AnomalyDetection.Request(
      id: request.id.counter, user: PartyIdentifier(request.id.originator.rawValue), role: role,
      variant: ServiceVariant(request.serviceReferenceVariant),
      generation: inventory[request.id.target]?.generation ?? .smets2, attribute: body.limitedAttribute)
    let (reference, breach): (UInt64, AnomalyDetection.Breach)
    switch anomalies.submit(counted, at: turn.now) {
    case .passed: return false
    case .quarantined(let number, let kind):
      (reference, breach) = (number, kind)
      quarantined[number] = WaitingRequest(received: received, role: role)
    case .deleted(let kind): (reference, breach) = (0, kind)
    }
    answer(request, "I99", .none, &turn)
    if let breach = DCCAlert.Breach(rawValue: breach.rawValue) {
      alert(
        .quarantined(breach, request: request.id, reference: reference), to: request.id.originator,
        counter: request.id.counter, &turn)
    }
    return true
  }

  /// A request in quarantine is decided. A reference that is not there changes nothing.
  mutating func decide(
    _ reference: UInt64, _ release: Bool, _ turn: inout Turn, _ security: some BrokerSecurity
  ) {
    guard let held = quarantined.removeValue(forKey: reference) else { return }
    guard release else {
      _ = anomalies.delete(reference)
      return
    }
    _ = anomalies.release(reference)
    let request = held.received.request
    guard let body = try? ServiceBody(request), let version = SchemaVersion(request.schemaVersion) else { return }
    // Days may have passed: what holds now is what counts.
    switch judge(request, body, version, at: Self.decisive(body, turn.now)) {
    case .failure(let refusal):
      post(
        .message(variant: request.serviceReferenceVariant, .none), refusal.code.rawValue, to: request.id.originator,
        requestID: request.id, counter: request.id.counter, device: request.id.target, &turn)
    case .success(let role): goOn(held.received, body, role, &turn, security)
    }
  }

  /// The request was acknowledged when it was put into quarantine, so nobody waits for an answer: what it is answered with
  /// now is posted, but for another acknowledgement.
  private mutating func goOn(
    _ received: ReceivedRequest, _ body: ServiceBody, _ role: UserRole, _ turn: inout Turn,
    _ security: some BrokerSecurity
  ) {
    let user = received.request.id.originator
    let counted = answers
    var rest = Turn(now: turn.now)
    proceed(received, body, role, &rest, security)
    answers = counted
    for effect in rest.effects {
      switch effect {
      case .answer(let response) where response.code == "I99": continue
      case .answer(let response):
        log(
          HopRecord(.providerToUser, .passed, at: turn.now, user: user, counter: received.request.id.counter), &turn)
        turn.effects.append(.post(response, to: user))
      case .decline(let reason):
        log(
          HopRecord(
            .userToProvider, .refused, at: turn.now, user: user, counter: received.request.id.counter, reason: reason),
          &turn)
      default: turn.effects.append(effect)
      }
    }
  }
}

extension ServiceBody {
  /// The value of a request's data that may have limits; `nil` where it has none. Which services the DCC sets limits for
  /// is not public: here the tolerance of a clock (6.11, 8.1.1), the time to join (8.11), both in seconds, and the money
  /// of a top-up (2.2) in pence.
  var limitedAttribute: Int64? {
    switch self {
    case .commission(let clock), .synchroniseClock(let clock): Int64(clock.tolerance)
    case .changeDeviceLog(let change): change.addition.map { Int64($0.joinTime) }
    case .topUp(let digits): Self.pence(digits)
    default: nil
    }
  }

  /// The value in a token of twenty digits: nineteen are a number above a base, whose high word has two bits for pence or
  /// pounds and thirteen for how many.
  private static func pence(_ digits: String) -> Int64? {
    guard digits.utf8.count == 20, let number = UInt64(digits.dropLast()), number >= 7_394_156_990_786_306_048 else {
      return nil
    }
    let high = (number - 7_394_156_990_786_306_048) >> 32
    return Int64(high & 0x1FFF) * (high >> 13 & 3 == 1 ? 100 : 1)
  }
}
