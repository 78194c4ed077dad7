import DUIS
import GBCS
import SettlementCalendar
import SmartMeteringRules

// Schedules (DUIS 5.1 to 5.3) and their runs.
extension ServiceProvider {
  mutating func create(
    _ details: ScheduleDetails, _ request: ServiceRequest, _ role: UserRole, _ turn: inout Turn,
    _ security: some BrokerSecurity
  ) {
    let rules = ScheduleRules(access: access)
    let refusal = rules.refusal(
      details.order(of: request.id.originator, role), now: turn.now,
      schema: SchemaVersion(request.schemaVersion) ?? .withRetriever, users: users,
      device: inventory.meteredDevice(details.device), registration: registration)
    switch refusal {
    case nil: break
    case .schemaVersion?:
      turn.effects.append(.decline("That version of DUIS has no schedule for the service."))
      return
    // Which code 5.1 has for each is not public: what cannot be scheduled is not for the role, E2.
    case .notSchedulable?, .endBeforeStart?, .executionTime?:
      return answer(request, RefusalCode.roleNotEligible.rawValue, .none, &turn)
    case .firstRun(let refusal)?: return answer(request, refusal.code.rawValue, .none, &turn)
    }
    let schedule = schedules.insert(details, user: request.id.originator, role: role, at: turn.now)
    plan(schedule, after: turn.now)
    answer(request, "I0", .scheduleID(schedule.id), &turn)
  }

  static func midnight(_ date: SettlementDate) -> UTCInstant {
    UTCInstant(secondsSince1970: Int64(date.dayNumber) * 86_400)
  }

  /// Sets the alarm for the next run after a moment.
  private mutating func plan(_ schedule: Schedule, after moment: UTCInstant) {
    guard let today = moment.utcDate, var date = schedule.details.runDate(onOrAfter: today) else { return }
    let second = Int64(second(of: schedule))
    if Self.midnight(date).advanced(bySeconds: second) <= moment {
      guard let tomorrow = date.advanced(by: 1), let next = schedule.details.runDate(onOrAfter: tomorrow) else {
        return
      }
      date = next
    }
    timers.insert(.run(schedule: schedule.id, date), at: Self.midnight(date).advanced(bySeconds: second))
  }

  /// The second of the day at which a schedule runs: its own, or one that the DSP chooses (MP162 rules 23 and 24).
  func second(of schedule: Schedule) -> Int {
    if let second = schedule.details.executionSecond { return second }
    let window = settings.switches.windows?.window(of: schedule.role)
    return window.map { LoadSpreading.second(schedule: schedule.id, window: $0) }
      ?? LoadSpreading.second(schedule: schedule.id)
  }

  /// One run: judged anew (MP162 rule 9), then a read in the broker's name.
  mutating func run(_ id: UInt64, _ date: SettlementDate, _ turn: inout Turn, _ security: some BrokerSecurity) {
    guard let schedule = schedules[id] else { return }
    let room = room(for: schedule, turn.now)
    if case .later(let moment) = room { return timers.insert(.run(schedule: id, date), at: moment) }
    plan(schedule, after: turn.now)
    let details = schedule.details
    let variant = ServiceVariant(details.read.variant)
    brokerCounter += 1
    let name = RequestID(originator: schedule.user, target: details.device, counter: brokerCounter)
    func fail(_ reason: String, _ turn: inout Turn) {
      log(
        HopRecord(
          .providerToNetwork, .refused, at: turn.now, device: details.device, user: schedule.user,
          counter: name.counter, reason: reason), &turn)
      alert(
        .commandFailure(command: name, schedule: id, device: details.device), to: schedule.user,
        counter: name.counter, &turn)
    }
    if room == .full { return fail(Self.windowFull, &turn) }
    let refusal = ScheduleRules(access: access).runRefusal(
      details.order(of: schedule.user, schedule.role), at: turn.now, users: users,
      device: inventory.meteredDevice(details.device), registration: registration)
    if let refusal {
      return fail(refusal.code.rawValue, &turn)
    }
    let period = details.read.period?.period(runDate: date)
    if isFirstGeneration(details.device) {
      if !order(schedule, name, period, clockStart: Self.midnight(date), &turn, security) {
        fail(RefusalCode.cannotReachDevice.rawValue, &turn)
      }
      return
    }
    guard let route = inventory.route(details.device) else {
      return fail(RefusalCode.cannotReachDevice.rawValue, &turn)
    }
    guard let kind = ReadService.Kind(rawValue: details.read.variant),
      let work = try? CommandTranslation.work(
        .read(ReadService(kind, period: period)), variant: details.read.variant, translator(details.device, turn.now)),
      let command = command(
        work, name, schedule.role, knownParty: false, credentials: details.credentials, security)
    else { return fail("no translation or key", &turn) }
    let key = CommandKey(originator: command.originator, device: command.recipient, counter: command.counter)
    let exchange = PendingCommand(
      key: key, user: schedule.user, role: schedule.role, requestID: name, variant: variant, mode: .scheduled,
      schedule: id, clockStart: Self.midnight(date),
      target: target(variant, schedule.role, details.device, .scheduled, turn.now), region: route.region)
    send(exchange, command, route, &turn)
  }

  mutating func read(_ selection: ScheduleSelection, _ request: ServiceRequest, _ turn: inout Turn) {
    let found = schedules.find(selection, of: request.id.originator).prefix(ResponseContent.mostSchedules)
    guard !found.isEmpty else { return answer(request, "I99", .none, &turn) }
    answer(request, "I0", .schedules(found.map { NumberedSchedule(id: $0.id, details: $0.details) }), &turn)
  }

  mutating func delete(_ selection: ScheduleSelection, _ request: ServiceRequest, _ turn: inout Turn) {
    for schedule in schedules.find(selection, of: request.id.originator) { schedules.remove(schedule.id) }
    answer(request, "I99", .none, &turn)
  }
}

extension ScheduleDetails {
  /// The same schedule as the rules see it.
  func order(of user: EUI64, _ role: UserRole) -> ReadSchedule {
    ReadSchedule(
      owner: PartyIdentifier(user.rawValue), role: role, device: PartyIdentifier(device.rawValue),
      variant: ServiceVariant(read.variant),
      frequency: SmartMeteringRules.ScheduleFrequency(rawValue: frequency.rawValue) ?? .daily, start: startDate,
      end: endDate, executionSecond: executionSecond)
  }
}
