import DUIS
import GBCS
import SettlementCalendar
import SmartMeteringRules

// Takes requests in the DCC's order: signer, access control, command variant and address, anomaly detection, transform.
extension ServiceProvider {
  mutating func take(_ received: ReceivedRequest, _ turn: inout Turn, _ security: some BrokerSecurity) {
    let (request, now) = (received.request, turn.now)
    func record(_ outcome: HopRecord.Outcome, _ reason: String? = nil) -> HopRecord {
      HopRecord(
        .userToProvider, outcome, at: now, device: request.id.target, user: request.id.originator,
        counter: request.id.counter, reason: reason)
    }
    func decline(_ reason: String, _ turn: inout Turn) {
      log(record(.refused, reason), &turn)
      turn.effects.append(.decline(reason))
    }
    guard received.signer == request.id.originator else {
      return decline("The signer is not the originator of the request.", &turn)
    }
    guard let version = SchemaVersion(request.schemaVersion) else {
      return decline("The DUIS version is not known.", &turn)
    }
    let body: ServiceBody
    do throws(DUISFault) {
      body = try ServiceBody(request)
    } catch {
      return decline(error.description, &turn)
    }
    let judged = judge(request, body, version, at: Self.decisive(body, turn.now))
    let role: UserRole
    switch judged {
    case .failure(let refusal):
      log(record(.refused, refusal.code.rawValue), &turn)
      return answer(request, refusal.code.rawValue, .none, &turn)
    case .success(let granted): role = granted
    }
    if let date = turn.now.utcDate,
      let definition = access.catalogue.definition(ServiceVariant(request.serviceReferenceVariant), on: date),
      let refusal = CommandVariantRules.refusal(
        request.commandVariant, of: definition, at: received.port,
        generation: inventory[request.id.target]?.generation ?? .smets2)
    {
      log(record(.refused, refusal.rawValue), &turn)
      return answer(request, refusal.rawValue, .none, &turn)
    }
    log(record(.proved), &turn)
    if isHeld(received, body, role, &turn) { return }
    proceed(received, body, role, &turn, security)
  }

  /// The moment for which a request is judged: its execution time, or now; now for one that takes another back.
  static func decisive(_ body: ServiceBody, _ now: UTCInstant) -> UTCInstant {
    guard let execution = body.execution, execution != ServiceBody.cancellation else { return now }
    return max(execution, now)
  }

  /// The role in which a user may ask, the first that may; the refusal that came furthest otherwise.
  func judge(
    _ request: ServiceRequest, _ body: ServiceBody, _ version: SchemaVersion, at time: UTCInstant
  ) -> Result<UserRole, AccessRefusal> {
    let user = PartyIdentifier(request.id.originator.rawValue)
    var best: AccessRefusal?
    for role in users.roles(of: user) {
      // MP162 rule 40: a retriever's adaptor speaks a version that knows the role.
      if !SchemaRules.has(role, version) {
        best = further(best, AccessRefusal(.roleNotEligible, rule: 40))
        continue
      }
      let question = AccessRequest(
        user: user, role: role, variant: ServiceVariant(request.serviceReferenceVariant), mode: .onDemand, time: time)
      let refusal = access.refusal(
        question, users: users, device: device(request.id.target, body), registration: registration)
      guard let refusal else { return .success(role) }
      best = further(best, refusal)
    }
    return .failure(best ?? AccessRefusal(.unknownUser, rule: 1))
  }

  /// The device that a request is judged by. The first meter of a home is reached through a hub without any: there the
  /// metering points that the request itself gives are what registration is looked up for.
  private func device(_ target: EUI64, _ body: ServiceBody) -> MeteredDevice? {
    var device = inventory.meteredDevice(target)
    if case .changeDeviceLog(let change) = body, let points = change.addition?.points {
      device?.supplyPoints =
        [points.importPoint, points.secondaryImport].compactMap { $0 }
        .map { SupplyPoint(inventory[change.device]?.device.type == .gasMeter ? .gas : .importElectricity, $0) }
        + (points.export.map { [SupplyPoint(.exportElectricity, $0)] } ?? [])
    }
    return device
  }

  private func further(_ a: AccessRefusal?, _ b: AccessRefusal) -> AccessRefusal {
    let order: [RefusalCode] = [
      .unknownUser, .userStatus, .roleNotEligible, .unknownDevice, .deviceStatus, .deviceType, .notRegistered,
    ]
    guard let a else { return b }
    return (order.firstIndex(of: b.code) ?? 0) > (order.firstIndex(of: a.code) ?? 0) ? b : a
  }

  /// Carries out a request that passed all rules.
  mutating func perform(
    _ received: ReceivedRequest, _ body: ServiceBody, _ role: UserRole, _ turn: inout Turn,
    _ security: some BrokerSecurity
  ) {
    let request = received.request
    if isForSMETS1(request, body) { return performSMETS1(received, body, role, &turn, security) }
    switch body {
    case .createSchedule(let details): create(details, request, role, &turn, security)
    case .readSchedule(let selection): read(selection, request, &turn)
    case .deleteSchedule(let selection): delete(selection, request, &turn)
    case .readInventory(let query): answer(request, "I0", .inventory(find(query)), &turn)
    case .preNotify(let device): preNotify(device, request, &turn)
    case .signedPreCommand(let bytes, let execution): send(signed: bytes, execution, request, role, &turn, security)
    case .replaceSupplier(let replacement): replaceSupplier(replacement, request, role, &turn, security)
    default:
      if isCancellation(body), !isKeptByDevice(request, turn.now) { return cancel(request, &turn) }
      if let execution = body.execution, execution > turn.now, keepsUntilTime(request, turn.now) {
        return wait(received, role, until: execution, &turn)
      }
      transform(request, body, role, &turn, security)
    }
  }

  /// Turns a request into a command: handed back, handed over for signing, sent, or two of these.
  private mutating func transform(
    _ request: ServiceRequest, _ body: ServiceBody, _ role: UserRole, _ turn: inout Turn,
    _ security: some BrokerSecurity
  ) {
    let work: CommandTranslation.Work
    do throws(TranslationFault) {
      work = try CommandTranslation.work(
        body, variant: request.serviceReferenceVariant, translator(request.id.target, turn.now))
      if request.commandVariant == 4 {
        let address = CommandAddress(
          originator: request.id.originator, counter: request.id.counter, device: request.id.target)
        let command = try work.message(address)
        return answer(request, "I0", .preCommand(command.bytes, version: settings.messageVersion), &turn)
      }
    } catch {
      turn.effects.append(.decline(error.description))
      return
    }
    guard let command = command(work, request.id, role, knownParty: true, credentials: Self.credentials(body), security)
    else {
      turn.effects.append(.decline("No key is known for the device or the user."))
      return
    }
    var logChange: DeviceLogChange?
    if case .changeDeviceLog(let change) = body { logChange = change }
    launch(
      command, request, role, isKept: body.execution.map { $0 > turn.now } ?? false, logChange: logChange, &turn)
  }

  /// What turns requests for a device into commands.
  func translator(_ device: EUI64, _ now: UTCInstant) -> Translator {
    let profile = inventory[device].map { DeviceProfile($0.device) } ?? DeviceProfile(.electricityMeter)
    return Translator(profile, now: now.deviceTime)
  }

  /// A command in the name of a user, with the broker's MAC.
  ///
  /// - Parameter knownParty: whether a user whose role devices know speaks for itself.
  mutating func command(
    _ work: CommandTranslation.Work, _ id: RequestID, _ role: UserRole, knownParty: Bool, credentials: [UInt8]?,
    _ security: some BrokerSecurity
  ) -> DeviceMessage? {
    let address: CommandAddress
    if knownParty, role.isKnownRemoteParty, !work.isBrokersOwn {
      address = CommandAddress(originator: id.originator, counter: id.counter, device: id.target)
    } else if work.isAlone {
      brokerCounter += 1
      address = CommandAddress(originator: settings.broker, counter: brokerCounter, device: id.target)
    } else {
      let certificate = work.isSensitive ? credentials ?? security.keyAgreementCertificate(of: id.originator) : nil
      guard !work.isSensitive || certificate != nil else { return nil }
      brokerCounter += 1
      address = CommandAddress(
        broker: settings.broker, counter: brokerCounter, for: id.originator, partyCounter: id.counter,
        keyAgreementCertificate: certificate, device: id.target)
    }
    return (try? work.message(address)).flatMap(security.protected)
  }

  static func credentials(_ body: ServiceBody) -> [UInt8]? {
    switch body {
    case .read(let read): read.credentials
    case .other(let element): element.first("KAPublicSecurityCredentials").flatMap { Base64.decode($0.text) }
    default: nil
    }
  }

  /// Hands a command back, sends it, or both, as the command variant says.
  ///
  /// - Parameter isKept: whether the device is to keep it until its time.
  mutating func launch(
    _ command: DeviceMessage, _ request: ServiceRequest, _ role: UserRole, isKept: Bool,
    logChange: DeviceLogChange? = nil, _ turn: inout Turn
  ) {
    let handsBack = CommandVariantRules.isHandedBack(request.commandVariant)
    guard CommandVariantRules.isSentOverWAN(request.commandVariant) else {
      return answer(request, "I0", .localCommand(command.bytes), &turn)
    }
    guard let route = inventory.route(request.id.target) else {
      return answer(request, RefusalCode.cannotReachDevice.rawValue, .none, &turn)
    }
    answer(request, handsBack ? "I0" : "I99", handsBack ? .localCommand(command.bytes) : .none, &turn)
    let variant = ServiceVariant(request.serviceReferenceVariant)
    let key = CommandKey(originator: command.originator, device: command.recipient, counter: command.counter)
    // The same request again while its first is under way: acknowledged, not sent twice.
    guard pending[key] == nil else { return }
    let target = target(variant, role, request.id.target, .onDemand, turn.now)
    let exchange = PendingCommand(
      key: key, user: request.id.originator, role: role, requestID: request.id, variant: variant, mode: .onDemand,
      schedule: nil, clockStart: turn.now, target: target, region: route.region,
      instructions: isKept ? command.keptInstructions : 1, isKeptByDevice: isKept, logChange: logChange)
    send(exchange, command, route, &turn)
  }

  mutating func send(_ command: PendingCommand, _ message: DeviceMessage, _ route: NetworkRoute, _ turn: inout Turn) {
    open(command, &turn)
    dispatch(Delivery(key: command.key, message: message.bytes, route: route, mode: command.mode), &turn)
  }

  /// Books a command that goes out: counted, logged, and waited for.
  mutating func open(_ command: PendingCommand, _ turn: inout Turn) {
    pending[command.key] = command
    monitor(command, turn.now)
    let limit =
      command.mode == .scheduled
      ? settings.scheduledTimeOut
      : min(command.target ?? settings.longestOnDemandTimeOut, settings.longestOnDemandTimeOut)
    timers.insert(.timeOut(command.key), at: turn.now.advanced(bySeconds: Int64(limit)))
    log(
      HopRecord(
        .providerToNetwork, .passed, at: turn.now, device: command.key.device, user: command.user,
        counter: command.key.counter, region: command.region), &turn)
  }

  /// Counts a read, scheduled or on demand (MP162 rule 22).
  mutating func monitor(_ command: PendingCommand, _ now: UTCInstant) {
    guard command.variant.description.hasPrefix("4."), let day = now.utcDate else { return }
    let key = ReadMonitor.Key(
      user: PartyIdentifier(command.user.rawValue), role: command.role, variant: command.variant, day: day)
    reads.record(key, command.mode)
  }

  /// Seconds within which a service is answered; `nil` where it does not exist.
  func target(
    _ variant: ServiceVariant, _ role: UserRole, _ device: EUI64, _ mode: RequestMode, _ now: UTCInstant
  ) -> Int? {
    guard let date = now.utcDate else { return nil }
    let generation = inventory[device]?.generation ?? .smets2
    switch access.times.target(variant, role: role, generation: generation, mode: mode, on: date) {
    case .seconds(let seconds): return seconds
    case .notAvailable: return nil
    }
  }

  /// A pre-command that the user signed: held against the request, given its MAC and sent (command variants 5 to 7).
  private mutating func send(
    signed bytes: [UInt8], _ execution: UTCInstant?, _ request: ServiceRequest, _ role: UserRole, _ turn: inout Turn,
    _ security: some BrokerSecurity
  ) {
    guard let signed = try? DeviceMessage(bytes), signed.kind == .command, signed.mac == nil else {
      turn.effects.append(.decline("The signed pre-command is no GBCS command without MAC."))
      return
    }
    guard signed.originator == request.id.originator, signed.recipient == request.id.target,
      signed.counter == request.id.counter
    else {
      turn.effects.append(.decline("The signed pre-command is not of this request: parties or counter differ."))
      return
    }
    let codes = Translator.codes(of: request.serviceReferenceVariant)
    guard codes.isEmpty || codes.contains(signed.code) else {
      turn.effects.append(.decline("The signed pre-command is not of this service: its use case is another."))
      return
    }
    guard security.isSigned(signed, by: request.id.originator) else {
      turn.effects.append(.decline("The signature of the pre-command is not the originator's."))
      return
    }
    guard let command = security.protected(signed) else {
      turn.effects.append(.decline("No key is known for the device."))
      return
    }
    let isKept = execution.map { $0 > turn.now } ?? command.keptUntil.map { $0 > turn.now.deviceTime } ?? false
    launch(command, request, role, isKept: isKept, &turn)
  }
}
