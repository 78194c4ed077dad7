import DUIS
import GBCS
import SettlementCalendar
import SmartMeteringRules

// Chained requests: one that names a preceding request runs only after that one succeeded.
//
// A request is of a sequence when it says that it is the first or names a preceding one; only such can be waited for.
// Transforming (command variant 4) does nothing to a device and does not wait. Which code tells that the preceding
// request failed is not public: see ``ProviderSettings/precedingFailedCode``.
extension ServiceProvider {
  private static func isSequenced(_ request: ServiceRequest) -> Bool {
    request.commandVariant != 4 && (request.isFirstInSequence == true || request.preceding != nil)
  }

  /// Carries out a request that passed all rules, at once or after the one before it.
  mutating func proceed(
    _ received: ReceivedRequest, _ body: ServiceBody, _ role: UserRole, _ turn: inout Turn,
    _ security: some BrokerSecurity
  ) {
    let request = received.request
    guard Self.isSequenced(request) else { return perform(received, body, role, &turn, security) }
    // The same again: what is known of it stays, and nobody waits twice.
    guard sequences[request.id] != .underWay || request.preceding == nil else {
      return answer(request, "I99", .none, &turn)
    }
    guard let preceding = request.preceding else { return start(received, body, role, &turn, security) }
    guard preceding != request.id, preceding.originator == request.id.originator, let before = sequences[preceding]
    else {
      turn.effects.append(.decline("The preceding request is not one of a sequence of the same user."))
      return
    }
    switch before {
    case .succeeded: start(received, body, role, &turn, security)
    case .failed:
      answer(request, settings.precedingFailedCode, .none, &turn)
      end(request.id, isGood: false, &turn, security)
    case .underWay: wait(WaitingRequest(received: received, role: role), for: preceding, &turn)
    }
  }

  private mutating func wait(_ request: WaitingRequest, for preceding: RequestID, _ turn: inout Turn) {
    guard let number = sequences.wait(request, for: preceding) else {
      turn.effects.append(.decline("Too many requests of sequences wait."))
      return
    }
    sequences.set(request.received.request.id, .underWay)
    timers.insert(.sequence(waiting: number), at: turn.now.advanced(bySeconds: Int64(settings.sequenceTimeOut)))
    answer(request.received.request, "I99", .none, &turn)
  }

  /// Performs it and sees what came of it at once.
  private mutating func start(
    _ received: ReceivedRequest, _ body: ServiceBody, _ role: UserRole, _ turn: inout Turn,
    _ security: some BrokerSecurity
  ) {
    let id = received.request.id
    sequences.set(id, .underWay)
    let first = turn.effects.count
    perform(received, body, role, &turn, security)
    let goesOn = CommandVariantRules.isSentOverWAN(received.request.commandVariant)
    for effect in turn.effects[first...] {
      switch effect {
      case .answer(let response) where response.code.hasPrefix("E"): return end(id, isGood: false, &turn, security)
      case .answer where !goesOn: return end(id, isGood: true, &turn, security)
      case .decline: return end(id, isGood: false, &turn, security)
      default: break
      }
    }
  }

  /// What came of a request: those that wait for it run, or are told that they do not.
  mutating func end(
    _ id: RequestID, isGood: Bool, _ turn: inout Turn, _ security: some BrokerSecurity
  ) {
    guard sequences[id] == .underWay else { return }
    sequences.set(id, isGood ? .succeeded : .failed)
    for next in sequences.follow(id) {
      isGood ? run(next, &turn, security) : drop(next, settings.precedingFailedCode, &turn, security)
    }
  }

  /// The time limit of a waiting request has come.
  mutating func sequenceTimedOut(_ number: UInt64, _ turn: inout Turn, _ security: some BrokerSecurity) {
    guard let waiting = sequences.take(number) else { return }
    drop(waiting, settings.precedingFailedCode, &turn, security)
  }

  private mutating func drop(
    _ waiting: WaitingRequest, _ code: String, _ turn: inout Turn, _ security: some BrokerSecurity
  ) {
    let request = waiting.received.request
    post(
      .message(variant: request.serviceReferenceVariant, .none), code, to: request.id.originator,
      requestID: request.id, counter: request.id.counter, device: request.id.target, &turn)
    end(request.id, isGood: false, &turn, security)
  }

  /// The request before it succeeded: judged anew, then performed. It was acknowledged when it came: what it would be
  /// answered now is posted if it says more than that.
  private mutating func run(_ waiting: WaitingRequest, _ turn: inout Turn, _ security: some BrokerSecurity) {
    let request = waiting.received.request
    guard let body = try? ServiceBody(request) else { return }
    let question = AccessRequest(
      user: PartyIdentifier(request.id.originator.rawValue), role: waiting.role,
      variant: ServiceVariant(request.serviceReferenceVariant), mode: .onDemand, time: turn.now)
    if let refusal = access.refusal(
      question, users: users, device: inventory.meteredDevice(request.id.target), registration: registration)
    {
      return drop(waiting, refusal.code.rawValue, &turn, security)
    }
    var rest = Turn(now: turn.now)
    start(waiting.received, body, waiting.role, &rest, security)
    for effect in rest.effects {
      switch effect {
      case .answer(let response) where response.requestID == request.id:
        let content = (try? ResponseBody(response)) ?? .message(variant: request.serviceReferenceVariant, .none)
        if content == .message(variant: request.serviceReferenceVariant, .none), !response.code.hasPrefix("E") {
          continue
        }
        turn.effects.append(.post(response, to: request.id.originator))
      case .decline:
        drop(waiting, RefusalCode.cannotReachDevice.rawValue, &turn, security)
      default: turn.effects.append(effect)
      }
    }
  }
}
