import DUIS
import GBCS
public import SettlementCalendar
public import SmartMeteringRules

/// The Data Service Provider: takes users' requests, judges them, turns them into commands for devices, and brings the
/// answers back.
///
/// It is a value. Each event with its moment changes it and gives effects, which its holder carries out; moments must
/// not go back. What it keeps of a message is who and when: content of SMETS2 devices passes through and is not kept
/// (MP162 rule 32).
public struct ServiceProvider: Sendable {
  public var settings: ProviderSettings
  public let access: AccessControl
  public var users: UserRegister
  public var registration: RegistrationData
  public var inventory: Inventory
  public internal(set) var schedules: ScheduleTable
  public internal(set) var hops = HopLedger()
  public internal(set) var clocks = ResponseClocks()
  public internal(set) var reads = ReadMonitor()
  /// Thresholds that users and the DCC declare, and what is above them.
  public var anomalies = AnomalyDetection()
  /// Sync answers by code.
  public internal(set) var answers: [String: Int] = [:]

  var timers = TimerQueue<Timer>()
  var pending: [CommandKey: PendingCommand] = [:]
  /// Requests that wait for their execution time, by a number of their own.
  var futureDated: [UInt64: WaitingRequest] = [:]
  var nextWaiting: UInt64 = 1
  /// Requests in quarantine, by the number of the event.
  var quarantined: [UInt64: WaitingRequest] = [:]
  var brokerCounter: UInt64
  var queues: [DeliveryQueue.Lane: DeliveryQueue] = [:]
  /// Commands that devices keep for their time: whose they were.
  var keptByDevices: [DeviceCounter: PendingCommand] = [:]
  var changeOfSupplierCounter: UInt64
  /// Alerts that are counted, and the number of the last folded one.
  var folds: [AlertSource: AlertFold] = [:]
  var throttleSequence: UInt32 = 0
  var smets1 = SMETS1Desk()
  var windowPace = WindowPace()
  /// Requests that follow one another.
  var sequences = SequenceBook()

  enum Timer: Hashable, Sendable {
    case run(schedule: UInt64, SettlementDate)
    case timeOut(CommandKey)
    case execute(waiting: UInt64)
    case pump(DeliveryQueue.Lane)
    case unfold(AlertSource)
    case dualControl(cohort: Int)
    case expireCache
    case sequence(waiting: UInt64)
  }

  /// - Parameter firstCounter: of the broker towards all devices; must lie above any that it used before.
  public init(
    settings: ProviderSettings, access: AccessControl, users: UserRegister = UserRegister(),
    registration: RegistrationData = RegistrationData(), inventory: Inventory = Inventory(),
    schedules: ScheduleTable = ScheduleTable(), firstCounter: UInt64 = 1
  ) {
    self.settings = settings
    self.access = access
    self.users = users
    self.registration = registration
    self.inventory = inventory
    self.schedules = schedules
    brokerCounter = firstCounter
    changeOfSupplierCounter = firstCounter
  }

  /// When something is due next; `nil` when nothing is.
  public var nextDue: UTCInstant? { timers.next }

  /// Commands without an answer yet.
  public var inFlight: Int { pending.count }

  public mutating func receive(
    _ event: ProviderEvent, at now: UTCInstant, _ security: some BrokerSecurity
  ) -> [ProviderEffect] {
    var turn = Turn(now: now)
    switch event {
    case .request(let received): take(received, &turn, security)
    case .deviceMessage(let bytes, let region): take(bytes, region, &turn, security)
    case .undelivered(let key): giveUp(key, .cannotReachDevice, &turn, security)
    case .smets1Response(let response): take(response, &turn, security)
    case .smets1Alert(let alert): take(alert, &turn, security)
    case .clock: break
    case .quarantine(let reference, let release): decide(reference, release, &turn, security)
    }
    runDue(&turn, security)
    return turn.effects
  }

  private mutating func runDue(_ turn: inout Turn, _ security: some BrokerSecurity) {
    while let timer = timers.pop(until: turn.now) {
      switch timer {
      case .run(let schedule, let date): run(schedule, date, &turn, security)
      case .timeOut(let key): giveUp(key, .noAnswer, &turn, security)
      case .execute(let waiting): execute(waiting, &turn, security)
      case .pump(let lane): pump(lane, &turn)
      case .unfold(let source): unfold(source, &turn)
      case .dualControl(let cohort): dualControlDone(cohort, &turn)
      case .expireCache: smets1.cache?.expire(at: turn.now)
      case .sequence(let waiting): sequenceTimedOut(waiting, &turn, security)
      }
    }
  }

  // MARK: Effects

  /// What one event does.
  struct Turn {
    let now: UTCInstant
    var effects: [ProviderEffect] = []
  }

  mutating func log(_ record: HopRecord, _ turn: inout Turn) {
    hops.add(record)
    turn.effects.append(.log(record))
  }

  mutating func answer(
    _ request: ServiceRequest, _ code: String, _ content: ResponseContent = .none, _ turn: inout Turn
  ) {
    answers[code, default: 0] += 1
    let body = ResponseBody.message(variant: request.serviceReferenceVariant, content)
    turn.effects.append(
      .answer(
        ServiceResponse(
          schemaVersion: request.schemaVersion, requestID: request.id, code: code, dateTime: DUISTime.text(turn.now),
          body: body.element)))
  }

  mutating func post(
    _ body: ResponseBody, _ code: String, to user: EUI64, requestID: RequestID? = nil, responseID: RequestID? = nil,
    outcome: HopRecord.Outcome = .passed, counter: UInt64 = 0, device: EUI64? = nil, _ turn: inout Turn
  ) {
    log(
      HopRecord(.providerToUser, outcome, at: turn.now, device: device, user: user, counter: counter), &turn)
    turn.effects.append(
      .post(
        ServiceResponse(
          schemaVersion: settings.schemaVersion, requestID: requestID, responseID: responseID, code: code,
          dateTime: DUISTime.text(turn.now), body: body.element), to: user))
  }

  /// An alert of the DCC. - Parameter counter: of what it is about, for the log.
  mutating func alert(_ alert: DCCAlert, to user: EUI64, counter: UInt64 = 0, _ turn: inout Turn) {
    post(
      .dccAlert(code: settings.alertCode(alert.bodyName), throttle: AlertThrottle(), alert), "I0", to: user,
      counter: counter, &turn)
  }
}

/// A command that a device was sent and has not answered.
struct PendingCommand: Hashable, Sendable {
  let key: CommandKey
  let user: EUI64
  let role: UserRole
  /// The user's request; for a scheduled read one of the DSP's own making.
  let requestID: RequestID
  let variant: ServiceVariant
  let mode: RequestMode
  let schedule: UInt64?
  /// From when the target counts.
  let clockStart: UTCInstant
  /// Seconds; `nil` where there is none.
  let target: Int?
  let region: NetworkRegion
  /// Outcomes that the device tells of a command that it keeps, and how many it has told.
  var instructions = 1
  var told = 0
  /// It was kept here until its time.
  var isFutureDated = false
  /// The device keeps it until its time.
  var isKeptByDevice = false
  /// DER of the certificates that it puts into the device, signing first.
  var certificates: [[UInt8]] = []
  /// What it changes in a hub's list.
  var logChange: DeviceLogChange?
  /// What a SMETS1 answer may be kept under.
  var cacheKey: SMETS1CacheKey?
}

/// A command by the device and the counter that it has there.
struct DeviceCounter: Hashable, Sendable {
  let device: EUI64
  let counter: UInt64
}

/// A request that waits for its time, its rules judged once and to be judged again.
struct WaitingRequest: Hashable, Sendable {
  let received: ReceivedRequest
  let role: UserRole
}
