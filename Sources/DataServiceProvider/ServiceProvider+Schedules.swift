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
    if let refusal = refusal(of: details, request, role, turn.now) {
      return answer(request, refusal.code.rawValue, .none, &turn)
    }
    let schedule = schedules.insert(details, user: request.id.originator, role: role, at: turn.now)
    plan(schedule, after: turn.now)
    answer(request, "I0", .scheduleID(schedule.id), &turn)
  }

  /// A schedule is judged as its first run will be (MP162 rule 8).
  private func refusal(
    of details: ScheduleDetails, _ request: ServiceRequest, _ role: UserRole, _ now: UTCInstant
  ) -> AccessRefusal? {
    let variant = ServiceVariant(details.read.variant)
    guard let today = now.utcDate, let first = details.runDate(onOrAfter: max(today, details.startDate)),
      let definition = access.catalogue.definition(variant, on: first), definition.isSchedulable
    else { return AccessRefusal(.roleNotEligible, rule: 18) }
    return accessRefusal(
      variant, user: request.id.originator, role, details.device, at: Self.midnight(max(first, details.startDate)))
  }

  private func accessRefusal(
    _ variant: ServiceVariant, user: EUI64, _ role: UserRole, _ device: EUI64, at time: UTCInstant
  ) -> AccessRefusal? {
    let question = AccessRequest(
      user: PartyIdentifier(user.rawValue), role: role, variant: variant, mode: .scheduled, time: time)
    return access.refusal(
      question, users: users, device: inventory.meteredDevice(device), registration: registration)
  }

  static func midnight(_ date: SettlementDate) -> UTCInstant {
    UTCInstant(secondsSince1970: Int64(date.dayNumber) * 86_400)
  }

  /// Sets the alarm for the next run after a moment.
  private mutating func plan(_ schedule: Schedule, after moment: UTCInstant) {
    guard let today = moment.utcDate, var date = schedule.details.runDate(onOrAfter: today) else { return }
    let second = Int64(second(of: schedule))
    if Self.midnight(date).advanced(bySeconds: second) <= moment {
      guard let tomorrow = date.advanced(by: 1), let next = schedule.details.runDate(onOrAfter: tomorrow) else { return }
      date = next
    }
    timers.insert(.run(schedule: schedule.id, date), at: Self.midnight(date).advanced(bySeconds: second))
  }

  /// The second of the day at which a schedule runs: its own, or one that the DSP chooses (MP162 rules 23 and 24).
  func second(of schedule: Schedule) -> Int {
    if let second = schedule.details.executionSecond { return second }
    guard let windows = settings.switches.windows else { return LoadSpreading.second(schedule: schedule.id) }
    let isOffPeak = schedule.role == .exportSupplier || schedule.role == .meterDataRetriever
    return LoadSpreading.second(schedule: schedule.id, window: isOffPeak ? windows.offPeak : windows.peak)
  }

  /// One run: judged anew (MP162 rule 9), then a read in the broker's name.
  mutating func run(_ id: UInt64, _ date: SettlementDate, _ turn: inout Turn, _ security: some BrokerSecurity) {
    guard let schedule = schedules[id] else { return }
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
    if let refusal = accessRefusal(variant, user: schedule.user, schedule.role, details.device, at: turn.now) {
      return fail(refusal.code.rawValue, &turn)
    }
    guard let route = inventory.route(details.device) else {
      return fail(RefusalCode.cannotReachDevice.rawValue, &turn)
    }
    let period = details.read.period?.period(runDate: date)
    guard let work = CommandTranslation.read(details.read.variant, period),
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
