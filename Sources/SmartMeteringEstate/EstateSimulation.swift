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
  /// Faults of devices that messages met, by kind.
  public internal(set) var unreachable = 0

  public static let recordsKept = 2_000

  let loads: EstateLoads
  private var electricity: [EUI64: ElectricityMeter] = [:]
  private var hubs: [EUI64: CommunicationsHub] = [:]
  /// SMETS1 meters that were asked for.
  var firstGeneration: [EUI64: SMETS1Meter] = [:]
  var arrivals = TimerQueue<Arrival>()
  private var posted: [PostedResponse] = []

  enum Arrival: Hashable, Sendable {
    case atDevice(Delivery)
    case unreachable(CommandKey)
    case atProvider([UInt8], NetworkRegion)
    case tick(EUI64, NetworkRegion)
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
    now = setup.start
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
      case .atDevice(let delivery): atDevice(delivery)
      case .unreachable(let key): tell(.undelivered(key))
      case .atProvider(let bytes, let region): tell(.deviceMessage(bytes, region))
      case .tick(let device, let region): tick(device, region)
      case .smets1(let step): take(step)
      }
    }
    if let due = provider.nextDue, due <= now { tell(.clock) }
  }

  func tell(_ event: ProviderEvent) {
    for effect in provider.receive(event, at: now, security) { carryOut(effect) }
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
    if records.count >= Self.recordsKept * 2 { records.removeFirst(Self.recordsKept) }
    records.append(record)
  }

  // MARK: Networks and devices

  private func log(_ hop: Hop, _ outcome: HopRecord.Outcome, _ delivery: Delivery, _ reason: String? = nil) {
    log(
      HopRecord(
        hop, outcome, at: now, device: delivery.key.device, counter: delivery.key.counter,
        region: delivery.route.region, reason: reason))
  }

  private func send(_ delivery: Delivery) {
    let row = MeterEstate.place(of: delivery.route.hub)?.row
    if let row, setup.faults.has(.noWAN, row: row) {
      unreachable += 1
      log(.networkToDevice, .lost, delivery, "no WAN")
      arrivals.insert(.unreachable(delivery.key), at: now)
      return
    }
    let copies = channel.command(delivery.message, to: delivery.key.device)
    if copies.isEmpty { log(.networkToDevice, .lost, delivery, "lost command") }
    let moment = now.advanced(bySeconds: setup.delays.seconds(delivery.route.carrier))
    for bytes in copies {
      var copy = delivery
      copy.message = bytes
      arrivals.insert(.atDevice(copy), at: moment)
    }
  }

  private func atDevice(_ delivery: Delivery) {
    let effects: [DeviceEffect]
    let device = delivery.key.device
    switch MeterEstate.place(of: device)?.kind {
    case .electricityMeter?:
      guard var meter = electricity[device] ?? meter(device) else { return noDevice(delivery) }
      if MeterRead((try? DeviceMessage(delivery.message))?.code ?? MessageCode(rawValue: 0))?.hasPeriod == true,
        channel.cutsLog(of: device)
      {
        meter.traits.cutsNextLog = true
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
    for effect in effects {
      switch effect {
      case .response(let bytes), .alert(_, _, let bytes): bring(bytes, delivery)
      case .discarded: break
      }
    }
  }

  private func noDevice(_ delivery: Delivery) { log(.networkToDevice, .lost, delivery, "no such device") }

  private func bring(_ bytes: [UInt8], _ delivery: Delivery) {
    let brought = channel.response(bytes, from: delivery.key.device)
    if brought.isEmpty { log(.deviceToNetwork, .lost, delivery, "lost response") }
    for arrival in brought {
      log(.deviceToNetwork, .passed, delivery)
      let seconds = setup.delays.seconds(delivery.route.carrier) + Int64(arrival.delay)
      arrivals.insert(.atProvider(arrival.bytes, delivery.route.region), at: now.advanced(bySeconds: seconds))
    }
  }

  private func meter(_ device: EUI64) -> ElectricityMeter? {
    MeterEstate.place(of: device).flatMap { meters.meter(row: $0.row, generation: $0.generation) }
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
      bring(bytes, Delivery(key: key, message: bytes, route: route, mode: .onDemand))
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
