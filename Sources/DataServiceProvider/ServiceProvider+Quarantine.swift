import DUIS
import GBCS
import SettlementCalendar
import SmartMeteringRules

// Anomaly detection (SEC Appendix AA): what is above a declared threshold waits until its user decides.
extension ServiceProvider {
  /// Counts a request against the thresholds and keeps it where it is above one.
  /// - Returns: whether it was answered and goes no further.
  mutating func isHeld(_ received: ReceivedRequest, _ role: UserRole, _ turn: inout Turn) -> Bool {
    let request = received.request
    let counted = AnomalyDetection.Request(
      id: request.id.counter, user: PartyIdentifier(request.id.originator.rawValue), role: role,
      variant: ServiceVariant(request.serviceReferenceVariant),
      generation: inventory[request.id.target]?.generation ?? .smets2)
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

  /// The user decides on a request in quarantine. A reference that is not there changes nothing.
  mutating func decide(
    _ reference: UInt64, _ release: Bool, _ turn: inout Turn, _ security: some BrokerSecurity
  ) {
    guard let held = quarantined.removeValue(forKey: reference) else { return }
    guard release else {
      _ = anomalies.delete(reference)
      return
    }
    _ = anomalies.release(reference)
    guard let body = try? ServiceBody(held.received.request) else { return }
    // The request was acknowledged when it was put into quarantine: what it is answered now has nobody waiting.
    var rest = Turn(now: turn.now)
    proceed(held.received, body, held.role, &rest, security)
    turn.effects += rest.effects.filter { effect in
      switch effect {
      case .answer, .decline: false
      default: true
      }
    }
  }
}
