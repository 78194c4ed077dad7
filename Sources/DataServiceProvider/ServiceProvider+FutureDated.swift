import DUIS
import GBCS
import SettlementCalendar
import SmartMeteringRules

// Requests for later: kept here until their time where the service says so, else sent at once and kept by the device.
extension ServiceProvider {
  func isCancellation(_ body: ServiceBody) -> Bool { body.execution == ServiceBody.cancellation }

  /// Whether the DSP keeps the request, not the device. Where both can, non-critical requests stay here.
  func keepsUntilTime(_ request: ServiceRequest, _ now: UTCInstant) -> Bool {
    let kind = futureDating(request, now)
    return kind == .dsp || kind == .both && request.commandVariant == 1
  }

  /// Whether the device keeps it: then the device takes it back as well, by a command like the one that it keeps.
  func isKeptByDevice(_ request: ServiceRequest, _ now: UTCInstant) -> Bool {
    let kind = futureDating(request, now)
    return kind == .device || kind == .both && request.commandVariant != 1
  }

  func futureDating(_ request: ServiceRequest, _ now: UTCInstant) -> ServiceDefinition.FutureDating {
    now.utcDate.flatMap {
      access.catalogue.definition(ServiceVariant(request.serviceReferenceVariant), on: $0)?.futureDating
    } ?? .none
  }

  mutating func wait(_ received: ReceivedRequest, _ role: UserRole, until time: UTCInstant, _ turn: inout Turn) {
    futureDated[nextWaiting] = WaitingRequest(received: received, role: role)
    timers.insert(.execute(waiting: nextWaiting), at: time)
    nextWaiting += 1
    answer(received.request, "I99", .none, &turn)
  }

  /// Takes back the requests of the same user for the same device and service that wait.
  mutating func cancel(_ request: ServiceRequest, _ turn: inout Turn) {
    for (number, waiting) in futureDated {
      let other = waiting.received.request
      if other.id.originator == request.id.originator, other.id.target == request.id.target,
        other.serviceReferenceVariant == request.serviceReferenceVariant
      {
        futureDated[number] = nil
      }
    }
    answer(request, "I99", .none, &turn)
  }

  /// The time of a kept request has come: judged anew, then sent.
  mutating func execute(_ number: UInt64, _ turn: inout Turn, _ security: some BrokerSecurity) {
    guard let waiting = futureDated.removeValue(forKey: number),
      let body = try? ServiceBody(waiting.received.request)
    else { return }
    let request = waiting.received.request
    func fail(_ code: RefusalCode, _ turn: inout Turn) {
      post(
        .message(variant: request.serviceReferenceVariant, .none), code.rawValue, to: request.id.originator,
        requestID: request.id, counter: request.id.counter, device: request.id.target, &turn)
    }
    let question = AccessRequest(
      user: PartyIdentifier(request.id.originator.rawValue), role: waiting.role,
      variant: ServiceVariant(request.serviceReferenceVariant), mode: .onDemand, time: turn.now)
    if let refusal = access.refusal(
      question, users: users, device: inventory.meteredDevice(request.id.target), registration: registration)
    {
      return fail(refusal.code, &turn)
    }
    if isFirstGeneration(request.id.target) {
      if !order(request, body, waiting.role, isFutureDated: true, &turn, security) { fail(.cannotReachDevice, &turn) }
      return
    }
    guard let route = inventory.route(request.id.target) else { return fail(.cannotReachDevice, &turn) }
    let translator = translator(request.id.target, turn.now)
    guard let work = try? CommandTranslation.work(body, variant: request.serviceReferenceVariant, translator),
      let command = command(
        work, request.id, waiting.role, knownParty: true, credentials: Self.credentials(body), security)
    else { return fail(.cannotReachDevice, &turn) }
    let variant = ServiceVariant(request.serviceReferenceVariant)
    let exchange = PendingCommand(
      key: CommandKey(originator: command.originator, device: command.recipient, counter: command.counter),
      user: request.id.originator, role: waiting.role, requestID: request.id, variant: variant, mode: .onDemand,
      schedule: nil, clockStart: turn.now,
      target: target(variant, waiting.role, request.id.target, .onDemand, turn.now),
      region: route.region, isFutureDated: true)
    send(exchange, command, route, &turn)
  }
}
