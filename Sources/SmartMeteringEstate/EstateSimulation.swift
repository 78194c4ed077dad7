public import DUIS
public import DataServiceProvider
import EstateSimulator
public import GBCS
public import SettlementCalendar
import SmartMeteringRules
public import SmartMeters

/// A message that the DSP posts to a user, without signature.
public struct PostedResponse: Hashable, Sendable {
  public let user: EUI64
  public let response: ServiceResponse
  public let time: UTCInstant
}

/// The whole system in one place: users' side of the DSP, its state, the networks, the hubs and the meters, with a time
/// that goes on only when it is told. One for each thread.
public final class EstateSimulation {
  public let setup: EstateSetup
  public let parties: EstateParties
  public let security: EstateSecurity
  public let meters: MeterEstate
  public var provider: ServiceProvider
  public private(set) var now: UTCInstant
  /// All six hops.
  public private(set) var hops = HopLedger()
  /// The last records of the hop log, oldest first, at most ``recordsKept``.
  public private(set) var records: [HopRecord] = []
  public internal(set) var channel: FaultyChannel
  /// What was injected, and what went wrong without it.
  public internal(set) var faults: FaultLog

  public static let recordsKept = 2_000

  let loads: EstateLoads
  var electricity: [EUI64: ElectricityMeter] = [:]
  private var hubs: [EUI64: CommunicationsHub] = [:]
  /// SMETS1 meters that were asked for.
  var firstGeneration: [EUI64: SMETS1Meter] = [:]
  var houses = HouseChanges()
  var arrivals = TimerQueue<Arrival>()
  private var posted: [PostedResponse] = []
  /// What befell the device's message that the DSP is being told.
  private var marks: MessageMarks?

  enum Arrival: Hashable, Sendable {
    case atDevice(Delivery, MessageMarks)
    case unreachable(CommandKey)
    case atProvider([UInt8], NetworkRegion, MessageMarks)
    case tick(EUI64, NetworkRegion)
    case house(HouseEvent)
    case smets1(SMETS1Step)
  }

  /// Why no estate is made.
  public enum Fault: String, Error, Hashable, Sendable, CustomStringConvertible {
    case size = "An estate has 1 to 10,000,000 metering points and begins within the calendar."
    case firstGeneration = "SMETS1 meters are 0 to 100 percent, and need someone who signs documents."

    public var description: String { rawValue }
  }

  /// - Throws: ``Fault``, a damaged rule pack, or what the cryptography library says.
  /// - Parameter documents: signs and judges XML documents; needed where there are SMETS1 meters.
  public init(
    _ setup: EstateSetup, parties: EstateParties? = nil, documents: (any DocumentSignatures)? = nil
  ) throws {
    let parties = try parties ?? EstateParties(seed: setup.seed)
    let security = EstateSecurity(parties, documents: documents)
    guard setup.smets1Percent == 0 || documents != nil && (1...100).contains(setup.smets1Percent) else {
      throw Fault.firstGeneration
    }
    guard (1...10_000_000).contains(setup.points), setup.spares >= 0,
      let estate = NationalEstate(seed: setup.seed, mpans: setup.points + setup.spares),
      let date = setup.start.utcDate?.advanced(by: -setup.daysCounted),
      let installed = HalfHour(startingAt: SettlementDay(date).start)
    else { throw Fault.size }
    var meters = MeterEstate(
      estate: estate, credentials: security.trustAnchors(), installed: installed, faults: setup.faults)
    meters.smets1Percent = setup.smets1Percent
    self.meters = meters
    let register = EstateRegister(setup: setup, parties: parties, meters: meters)
    var inventory = Inventory()
    register.fill(&inventory, on: date)
    provider = ServiceProvider(
      settings: setup.providerSettings(parties),
      access: AccessControl(catalogue: try ServiceCatalogue(), times: try ResponseTimes()), users: register.users(),
      registration: register.registrations(from: date), inventory: inventory,
      schedules: ScheduleTable(firstID: UInt64(setup.part + 1), step: UInt64(setup.parts)),
      firstCounter: UInt64(max(0, setup.start.secondsSince1970)) << 16)
    self.setup = setup
    self.parties = parties
    self.security = security
    loads = EstateLoads(estate)
    channel = FaultyChannel(setup.faults)
    faults = FaultLog(keeping: setup.faultsKept)
    now = setup.start
    planHouses(register.rows)
  }

  // MARK: Users

  /// What a user gets at once for a request.
  public enum Acknowledgement: Hashable, Sendable {
    case answer(ServiceResponse)
    /// The request cannot be answered in DUIS terms.
    case declined(String)
  }

  public func submit(_ received: ReceivedRequest) -> Acknowledgement {
    var acknowledgement: Acknowledgement?
    for effect in provider.receive(.request(received), at: now, security) {
      switch effect {
      case .answer(let response): acknowledgement = acknowledgement ?? .answer(response)
      case .decline(let reason): acknowledgement = acknowledgement ?? .declined(reason)
      default: carryOut(effect)
      }
    }
    return acknowledgement ?? .declined("The request has no answer.")
  }

  /// Lets a request in quarantine go on, or deletes it. - Returns: whether there is one of that reference.
  public func decide(quarantined reference: UInt64, release: Bool) -> Bool {
    guard provider.anomalies.quarantine[reference] != nil else { return false }
    tell(.quarantine(reference: reference, release: release))
    return true
  }

  /// What was posted to users since the last call, oldest first.
  public func collectPosts() -> [PostedResponse] {
    defer { posted = [] }
    return posted
  }

  /// When something happens next by itself; `nil` when nothing does.
  public var nextEvent: UTCInstant? {
    switch (arrivals.next, provider.nextDue) {
    case (let a?, let b?): min(a, b)
    case (let a, let b): a ?? b
    }
  }

  /// Lets time pass until a moment, event by event.
  /// - Parameter each: called after every event with what was posted; the time is ``now``.
  public func advance(to moment: UTCInstant, _ each: ([PostedResponse]) throws -> Void = { _ in }) rethrows {
    while let next = nextEvent, next <= moment {
      now = max(now, next)
      step()
      let posts = collectPosts()
      if !posts.isEmpty { try each(posts) }
    }
    now = max(now, moment)
  }

  private func step() {
    while let arrival = arrivals.pop(until: now) {
      switch arrival {
      case .atDevice(let delivery, let marks): atDevice(delivery, marks)
      case .unreachable(let key): tell(.undelivered(key))
      case .atProvider(let bytes, let region, let marks): tell(.deviceMessage(bytes, region), marks)
      case .tick(let device, let region): tick(device, region)
      case .house(let event): happen(event)
      case .smets1(let step): take(step)
      }
    }
    if let due = provider.nextDue, due <= now { tell(.clock) }
  }

  func tell(_ event: ProviderEvent) {
    for effect in provider.receive(event, at: now, security) { carryOut(effect) }
  }

  /// Tells the DSP of a device's message, and holds what becomes of it against what befell it.
  func tell(_ event: ProviderEvent, _ marks: MessageMarks) {
    self.marks = marks
    tell(event)
    self.marks = nil
  }

  private func carryOut(_ effect: ProviderEffect) {
    switch effect {
    case .answer, .decline: break
    case .post(let response, let user): posted.append(PostedResponse(user: user, response: response, time: now))
    case .log(let record): log(record)
    case .deliver(let delivery): send(delivery)
    case .order(let order): send(order)
    }
  }

  func log(_ record: HopRecord) {
    hops.add(record)
    if record.hop == .networkToProvider, record.outcome == .refused, let marks, !marks.explain(record.reason) {
      faults.addUnexplained("\(record.hop): \(record.reason ?? "")")
    }
    if record.hop == .providerToNetwork, record.reason == ServiceProvider.windowFull {
      faults.addFullWindow(record.counter)
    }
    if records.count >= Self.recordsKept * 2 { records.removeFirst(Self.recordsKept) }
    records.append(record)
  }

  // MARK: Networks and devices

  func log(_ hop: Hop, _ outcome: HopRecord.Outcome, _ delivery: Delivery, _ reason: String? = nil) {
    log(
      HopRecord(
        hop, outcome, at: now, device: delivery.key.device, counter: delivery.key.counter,
        region: delivery.route.region, reason: reason))
  }

  /// A fault met an exchange. - Parameter command: its command.
  func add(_ kind: FaultPlan.Kind, _ delivery: Delivery, _ command: DeviceMessage?) {
    faults.add(
      InjectedFault(
        kind: kind, device: delivery.key.device, counter: command?.counter,
        partyCounter: command?.supplementary.remotePartyCounter, time: now))
  }

  private func send(_ delivery: Delivery) {
    if let (kind, reason) = obstacle(delivery), kind == .noWAN {
      channel.record(kind, delivery.key.device)
      add(kind, delivery, try? DeviceMessage(delivery.message))
      log(.networkToDevice, .lost, delivery, reason)
      arrivals.insert(.unreachable(delivery.key), at: now)
      return
    }
    let copies = channel.command(delivery.message, to: delivery.key.device)
    for kind in channel.lastFaults { add(kind, delivery, try? DeviceMessage(delivery.message)) }
    if copies.isEmpty { log(.networkToDevice, .lost, delivery, "lost command") }
    let moment = now.advanced(bySeconds: setup.delays.seconds(delivery.route.carrier))
    for (number, bytes) in copies.enumerated() {
      var copy = delivery
      copy.message = bytes
      arrivals.insert(.atDevice(copy, number == 0 ? [] : .copy), at: moment)
    }
  }

  private func atDevice(_ delivery: Delivery, _ marks: MessageMarks) {
    let device = delivery.key.device
    let command = try? DeviceMessage(delivery.message)
    if let (kind, reason) = obstacle(delivery) {
      add(kind, delivery, command)
      return log(.networkToDevice, .lost, delivery, reason)
    }
    let effects: [DeviceEffect]
    switch MeterEstate.place(of: device)?.kind {
    case .electricityMeter?:
      guard var meter = electricity[device] ?? meter(device) else { return noDevice(delivery) }
      if let command, MeterRead(command.code)?.hasPeriod == true, channel.cutsLog(of: device) {
        meter.traits.cutsNextLog = true
        add(.partialLog, delivery, command)
      }
      effects = meter.receive(delivery.message, at: now, security.keys, loads)
      electricity[device] = meter
      watch(delivery)
    case .hub?:
      var hub = hubs[device] ?? hub(device)
      effects = hub.receive(delivery.message, at: now, security.keys)
      hubs[device] = hub
    default: return noDevice(delivery)
    }
    let refusal = effects.compactMap { if case .discarded(let refusal) = $0 { refusal } else { nil } }.first
    log(.networkToDevice, refusal == nil ? .proved : .refused, delivery, refusal?.rawValue)
    if let refusal, !marks.explain(refusal.rawValue) {
      faults.addUnexplained("\(Hop.networkToDevice): \(refusal.rawValue)")
    }
    for effect in effects {
      switch effect {
      case .response(let bytes): bring(bytes, delivery, marks, command)
      case .alert(_, _, let bytes):
        var alert = delivery
        alert.message = bytes
        bringAlert(alert)
      case .discarded: break
      }
    }
  }

  private func noDevice(_ delivery: Delivery) {
    faults.addUnexplained("\(Hop.networkToDevice): no such device")
    log(.networkToDevice, .lost, delivery, "no such device")
  }

  /// - Parameter command: what is answered; `nil` for an alert.
  func bring(_ bytes: [UInt8], _ delivery: Delivery, _ marks: MessageMarks, _ command: DeviceMessage?) {
    let brought = channel.response(bytes, from: delivery.key.device)
    var marks = marks
    for kind in channel.lastFaults {
      add(kind, delivery, command)
      if kind == .wrongMAC { marks.insert(.damaged) }
      if kind == .lateResponse { marks.insert(.late) }
    }
    if marks.contains(.alert) {
      if brought.isEmpty { faults.alerts.lost += 1 }
      faults.alerts.repeated += max(0, brought.count - 1)
      if marks.contains(.damaged) { faults.alerts.damaged += brought.count }
    }
    if brought.isEmpty { log(.deviceToNetwork, .lost, delivery, "lost response") }
    for (number, arrival) in brought.enumerated() {
      log(.deviceToNetwork, .passed, delivery)
      let seconds = setup.delays.seconds(delivery.route.carrier) + Int64(arrival.delay)
      arrivals.insert(
        .atProvider(arrival.bytes, delivery.route.region, number == 0 ? marks : marks.union(.copy)),
        at: now.advanced(bySeconds: seconds))
    }
  }

  /// A meter as it was put in; `nil` for one that never was.
  func meter(_ device: EUI64) -> ElectricityMeter? {
    guard let place = MeterEstate.place(of: device), place.generation == 0 || houses.installed[device] != nil else {
      return nil
    }
    return meters.meter(row: place.row, generation: place.generation, installed: houses.installed[device])
  }

  private func hub(_ device: EUI64) -> CommunicationsHub {
    CommunicationsHub(
      core: DeviceCore(
        identifier: device, credentials: meters.credentials,
        clock: DeviceClock(setAt: DeviceTime(meters.installed.start))))
  }

  /// A command that the meter keeps for later has an outcome at its time.
  private func watch(_ delivery: Delivery) {
    guard let time = (try? DeviceMessage(delivery.message))?.keptUntil, time.instant > now else { return }
    arrivals.insert(.tick(delivery.key.device, delivery.route.region), at: time.instant)
  }

  private func tick(_ device: EUI64, _ region: NetworkRegion) {
    guard var meter = electricity[device], let route = provider.inventory.route(device) else { return }
    let effects = meter.tick(at: now, security.keys)
    electricity[device] = meter
    for case .alert(_, let party, let bytes) in effects {
      let key = CommandKey(originator: party, device: device, counter: 0)
      bringAlert(Delivery(key: key, message: bytes, route: route, mode: .onDemand))
    }
  }
}

extension EstateSimulation {
  /// Appoints the retriever in the registration data for one import point, or for all of them.
  /// - Parameter to: the last day; open where absent.
  /// - Returns: for how many points; points that are not of the estate count for nothing.
  public func appointRetriever(point: String?, from: SettlementDate, to: SettlementDate?) -> Int {
    guard let retriever = parties.user("mdr") else { return 0 }
    let inventory = provider.inventory
    let devices = point.map { inventory.devices(at: $0) } ?? inventory.devices
    let points = Set(
      devices.flatMap { inventory[$0]?.supplyPoints ?? [] }.filter { point == nil || $0.number == point })
    for supplyPoint in points {
      provider.registration.insert(
        RegistrationRecord(
          supplyPoint, role: .meterDataRetriever, user: PartyIdentifier(retriever.identifier.rawValue), from: from,
          to: to))
    }
    return points.count
  }
}
