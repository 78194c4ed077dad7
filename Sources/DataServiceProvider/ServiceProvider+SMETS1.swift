import DUIS
import GBCS
import SettlementCalendar
import SmartMeteringRules

// Requests for SMETS1 devices: judged like all others, countersigned, past the dual control organisation one at a time
// within a cohort, to the service provider of the cohort.
extension ServiceProvider {
  func isFirstGeneration(_ device: EUI64) -> Bool { inventory[device]?.generation == .smets1 }

  /// Whether a request goes to a SMETS1 device. What the DCC answers itself does not, whatever it names as target.
  func isForSMETS1(_ request: ServiceRequest, _ body: ServiceBody) -> Bool {
    switch body {
    case .createSchedule, .readSchedule, .deleteSchedule, .readInventory, .preNotify: false
    default: isFirstGeneration(request.id.target)
    }
  }

  mutating func performSMETS1(
    _ received: ReceivedRequest, _ body: ServiceBody, _ role: UserRole, _ turn: inout Turn,
    _ security: some BrokerSecurity
  ) {
    let request = received.request
    if isCancellation(body) { return cancel(request, &turn) }
    guard SMETS1Desk.serves(body, variant: request.serviceReferenceVariant) else {
      return answer(request, access.missingServiceCode.rawValue, .none, &turn)
    }
    if let execution = body.execution, execution > turn.now {
      return wait(received, role, until: execution, &turn)
    }
    guard inventory.route(request.id.target) != nil, serviceProvider(of: request.id.target) != nil else {
      return answer(request, RefusalCode.cannotReachDevice.rawValue, .none, &turn)
    }
    answer(request, "I99", .none, &turn)
    if order(request, body, role, &turn, security) { return }
    post(
      .message(variant: request.serviceReferenceVariant, .none), RefusalCode.cannotReachDevice.rawValue,
      to: request.id.originator, requestID: request.id, counter: request.id.counter, device: request.id.target, &turn)
    end(request.id, isGood: false, &turn, security)
  }

  /// Sends a user's request on. - Returns: `false` where there is no way to the device.
  mutating func order(
    _ request: ServiceRequest, _ body: ServiceBody, _ role: UserRole, isFutureDated: Bool = false,
    _ turn: inout Turn, _ security: some BrokerSecurity
  ) -> Bool {
    let (id, variant) = (request.id, ServiceVariant(request.serviceReferenceVariant))
    let key = CommandKey(originator: id.originator, device: id.target, counter: id.counter)
    // The same request again while its first is under way: acknowledged, not sent twice.
    guard pending[key] == nil else { return true }
    var exchange = PendingCommand(
      key: key, user: id.originator, role: role, requestID: id, variant: variant, mode: .onDemand, schedule: nil,
      clockStart: turn.now, target: target(variant, role, id.target, .onDemand, turn.now), region: .smets1,
      isFutureDated: isFutureDated)
    if case .read(let read) = body { exchange.cacheKey = Self.cacheKey(id.target, variant, read.period) }
    return place(exchange, request, &turn, security)
  }

  /// Sends the read of a schedule, in the user's name but of the DSP's making.
  mutating func order(
    _ schedule: Schedule, _ name: RequestID, _ period: ReadPeriod?, clockStart: UTCInstant, _ turn: inout Turn,
    _ security: some BrokerSecurity
  ) -> Bool {
    let (details, variant) = (schedule.details, ServiceVariant(schedule.details.read.variant))
    guard let kind = ReadService.Kind(rawValue: details.read.variant) else { return false }
    let request = ServiceRequest(
      id: name, commandVariant: 1, variant: kind.rawValue, body: .read(ReadService(kind, period: period)),
      schemaVersion: settings.schemaVersion)
    let exchange = PendingCommand(
      key: CommandKey(originator: settings.broker, device: name.target, counter: name.counter), user: schedule.user,
      role: schedule.role, requestID: name, variant: variant, mode: .scheduled, schedule: schedule.id,
      clockStart: clockStart, target: target(variant, schedule.role, name.target, .scheduled, turn.now),
      region: .smets1, cacheKey: Self.cacheKey(name.target, variant, period))
    return place(exchange, request, &turn, security)
  }

  /// From the cache, or to the cohort's queue.
  private mutating func place(
    _ exchange: PendingCommand, _ request: ServiceRequest, _ turn: inout Turn, _ security: some BrokerSecurity
  ) -> Bool {
    if let kept = kept(exchange, turn.now) {
      smets1.cacheHits += 1
      monitor(exchange, turn.now)
      finish(exchange, kept, &turn)
      end(exchange.requestID, isGood: true, &turn, security)
      return true
    }
    let device = exchange.key.device
    guard let cohort = inventory[device]?.cohort, let provider = serviceProvider(of: device),
      let route = inventory.route(device)
    else { return false }
    var order = CountersignedRequest(
      key: exchange.key, request: request, cohort: cohort, provider: provider, route: route, mode: exchange.mode)
    guard let signature = security.countersignature(order.document) else { return false }
    order.countersignature = signature
    open(exchange, &turn)
    // Without the switch of rule 51 all are alike: first in, first out.
    smets1.cohorts.append(
      order, cohort: cohort, mode: settings.switches.prioritisesOnDemand ? exchange.mode : .onDemand)
    beginDualControl(turn.now)
    return true
  }

  func serviceProvider(of device: EUI64) -> EUI64? {
    guard let cohort = inventory[device]?.cohort, (0..<CohortWork<CountersignedRequest>.cohorts).contains(cohort),
      settings.serviceProviders.indices.contains(cohort)
    else { return nil }
    return settings.serviceProviders[cohort]
  }

  // MARK: Dual control

  private mutating func beginDualControl(_ now: UTCInstant) {
    for (cohort, order) in smets1.cohorts.begin() {
      smets1.inControl[cohort] = order
      timers.insert(
        .dualControl(cohort: cohort), at: now.advanced(bySeconds: Int64(max(0, settings.dualControlSeconds))))
    }
  }

  /// The control of a cohort is done with a request: it goes on to the service provider, and the next begins.
  mutating func dualControlDone(_ cohort: Int, _ turn: inout Turn) {
    if let order = smets1.inControl.removeValue(forKey: cohort) { turn.effects.append(.order(order)) }
    smets1.cohorts.finish(cohort: cohort)
    beginDualControl(turn.now)
  }

  // MARK: What comes back

  mutating func take(_ signed: SMETS1SignedResponse, _ turn: inout Turn, _ security: some BrokerSecurity) {
    let header = signed.response.header
    let key = CommandKey(originator: header.target, device: header.originator, counter: header.counter)
    let waiting = pending[key]
    func record(_ outcome: HopRecord.Outcome, _ reason: String?, _ turn: inout Turn) {
      log(
        HopRecord(
          .networkToProvider, outcome, at: turn.now, device: header.originator, user: waiting?.user,
          counter: header.counter, region: .smets1, reason: reason), &turn)
    }
    guard let exchange = waiting, case .answer(let answer) = signed.response.body else {
      return record(.refused, "no command waits for it", &turn)
    }
    guard let provider = serviceProvider(of: header.originator),
      security.signer(of: signed.document, at: turn.now) == provider
    else { return record(.refused, "wrong MAC or signature", &turn) }
    guard header.variant == exchange.variant.description else {
      return record(.refused, "an answer to another service", &turn)
    }
    record(.proved, nil, &turn)
    pending[key] = nil
    keep(signed, answer, exchange, turn.now)
    finish(exchange, signed, &turn)
    end(exchange.requestID, isGood: answer.isSuccess != false, &turn, security)
  }

  private mutating func finish(_ exchange: PendingCommand, _ signed: SMETS1SignedResponse, _ turn: inout Turn) {
    let seconds = turn.now.secondsSince1970 - exchange.clockStart.secondsSince1970
    clocks.answered(exchange.clockClass, after: Int(seconds), target: exchange.target)
    let message = SMETS1Message(
      variant: exchange.variant.description, schedule: exchange.schedule, response: signed)
    post(
      .smets1(message), "I0", to: exchange.user, requestID: exchange.schedule == nil ? exchange.requestID : nil,
      responseID: exchange.requestID.swapped, outcome: .proved, counter: exchange.key.counter,
      device: exchange.key.device, &turn)
  }

  /// A service provider says why there is no answer: told to whoever asked, as it signed it (MP162 rule 38).
  mutating func take(_ alert: S1SPAlert, _ turn: inout Turn, _ security: some BrokerSecurity) {
    let id = alert.content.requestID
    let waiting = id.flatMap { id in
      [id.originator, settings.broker].compactMap {
        pending[CommandKey(originator: $0, device: id.target, counter: id.counter)]
      }.first
    }
    func record(_ outcome: HopRecord.Outcome, _ reason: String?, _ turn: inout Turn) {
      log(
        HopRecord(
          .networkToProvider, outcome, at: turn.now, device: alert.content.device ?? id?.target,
          user: waiting?.user, counter: id?.counter ?? 0, region: .smets1, reason: reason), &turn)
    }
    guard let exchange = waiting else { return record(.refused, "no command waits for it", &turn) }
    guard let provider = serviceProvider(of: exchange.key.device),
      security.signer(of: alert.document, at: turn.now) == provider
    else { return record(.refused, "wrong MAC or signature", &turn) }
    record(.proved, nil, &turn)
    self.alert(
      .serviceProvider(alert, schedule: exchange.schedule), to: exchange.user, counter: exchange.key.counter, &turn)
    switch S1SPAlert.Code(rawValue: alert.content.code) {
    case .unreachable?: giveUp(exchange.key, .cannotReachDevice, &turn, security)
    case .noAnswer?: giveUp(exchange.key, .noAnswer, &turn, security)
    // It says something else: the request may still be answered.
    case nil: break
    }
  }

  // MARK: The cache of rule 49

  private static func cacheKey(
    _ device: EUI64, _ variant: ServiceVariant, _ period: ReadPeriod?
  ) -> SMETS1CacheKey? {
    period.map {
      SMETS1CacheKey(
        device: PartyIdentifier(device.rawValue), variant: variant, from: $0.start, through: $0.end)
    }
  }

  private mutating func kept(_ exchange: PendingCommand, _ now: UTCInstant) -> SMETS1SignedResponse? {
    guard let rules = settings.switches.smets1Cache, let key = exchange.cacheKey else { return nil }
    if smets1.cache?.rules != rules { smets1.cache = SMETS1Cache(rules) }
    return smets1.cache?.result(key, at: now)
  }

  /// Keeps a whole answer. One in which something is missing is not kept, so that the next request reaches the meter.
  private mutating func keep(
    _ signed: SMETS1SignedResponse, _ answer: SMETS1Answer, _ exchange: PendingCommand, _ now: UTCInstant
  ) {
    guard settings.switches.smets1Cache != nil, let key = exchange.cacheKey, answer.isSuccess != false else { return }
    let entries: Int
    switch answer.content {
    case .profile(_, let rows)?: entries = rows.count
    case .importDailyLog(let rows)?: entries = rows.count
    default: return
    }
    guard entries > 0, entries >= key.entries,
      smets1.cache?.store(signed, key, of: .smets1, at: now) == true, let rules = smets1.cache?.rules
    else { return }
    timers.insert(.expireCache, at: now.advanced(byHours: rules.hours))
  }
}
