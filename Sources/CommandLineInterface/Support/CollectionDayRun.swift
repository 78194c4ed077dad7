import DCCServer
import DUIS
import DataServiceProvider
import GBCS
import MarketIdentifiers
import PortfolioFiles
import SettlementCalendar
import SmartMeteringEstate
import SmartMeteringRules
import SmartMeters

/// The work of one part of an estate while its day is collected.
struct CollectionDayRun {
  let estate: EstateSimulation
  let gate: DocumentGate
  let day: CollectionDay
  let user: EUI64
  var part = CollectionDay.Part()
  private var bySchedule: [UInt64: Int] = [:]
  private var byRequest: [UInt64: Int] = [:]
  private var counter: UInt64 = 0

  init(estate: EstateSimulation, gate: DocumentGate, day: CollectionDay, user: EUI64) {
    self.estate = estate
    self.gate = gate
    self.day = day
    self.user = user
  }

  /// Reads of a meter after its scheduled one failed or came in part, at most.
  private static let retries = 1

  private mutating func submit(
    _ variant: String, _ body: ServiceBody, to target: EUI64, cv: Int, _ port: ServicePort
  ) throws -> (RequestID, ServiceResponse?) {
    counter += 1
    let id = RequestID(originator: user, target: target, counter: counter)
    let request = ServiceRequest(id: id, commandVariant: cv, variant: variant, body: body)
    let received =
      day.usesDocuments
      ? try gate.request(try gate.document(request), at: port, now: estate.now)
      : ReceivedRequest(port: port, request: request, signer: user)
    if case .answer(let response) = estate.submit(received) { return (id, response) }
    return (id, nil)
  }

  /// A daily schedule for every import and export point.
  mutating func schedule(_ runDate: SettlementDate, _ midnight: UTCInstant) throws {
    let wanted = day.period
    let asked = GBCS.LogPeriod(from: wanted.from.advanced(by: -(day.daysAsked - 1) * 86_400), to: wanted.to)
    let offset = Self.offset(asked, midnight)
    let inventory = estate.provider.inventory
    for device in inventory.devices {
      guard let points = inventory[device]?.device.points, let row = MeterEstate.place(of: device)?.row else {
        continue
      }
      for (number, kind, quantity) in [
        (points.importPoint, ReadService.Kind.activeImportProfile, MeasurementQuantity.activeImport),
        (points.export, .exportProfile, .activeExport),
      ] {
        guard let mpan = number.flatMap({ MPAN($0) }),
          let read = ScheduledRead(variant: kind.rawValue, period: offset)
        else { continue }
        let body = ServiceBody.createSchedule(
          ScheduleDetails(startDate: runDate, endDate: runDate, read: read, device: device))
        let answer = try submit("5.1", body, to: estate.parties.broker.identifier, cv: 8, .nonDevice).1
        guard let answer, case .message(_, .scheduleID(let id)) = try ResponseBody(answer) else {
          throw CollectionDay.ValidationFault.refused
        }
        bySchedule[id] = part.series.count
        var series = CollectionDay.Series(mpan: mpan, quantity: quantity, row: row, variant: kind, device: device)
        series.attempts.append(CollectionDay.ReadAttempt(device: device, isScheduled: true))
        part.series.append(series)
        part.schedules += 1
        part.expected += Int(wanted.to.seconds - wanted.from.seconds) / 1_800 + 1
      }
    }
  }

  private static func offset(_ period: GBCS.LogPeriod, _ midnight: UTCInstant) -> ReadPeriodOffset {
    func split(_ time: DeviceTime) -> (day: Int, second: Int) {
      let seconds = Int(time.instant.secondsSince1970 - midnight.secondsSince1970)
      let day = seconds >= 0 ? seconds / 86_400 : -((86_399 - seconds) / 86_400)
      return (day, seconds - day * 86_400)
    }
    let (start, end) = (split(period.from), split(period.to))
    return ReadPeriodOffset(
      startDay: start.day, startSecond: start.second, endDay: end.day, endSecond: end.second)
  }

  // MARK: What comes back

  /// What the DSP posts, as its user gets it.
  mutating func take(_ posts: [PostedResponse]) throws {
    for post in posts {
      let response =
        day.usesDocuments
        ? try gate.response(try gate.document(post.response), now: estate.now) : post.response
      let body = try ResponseBody(response)
      if post.user == user { try take(body, response) } else { count(body) }
    }
  }

  private mutating func take(_ body: ResponseBody, _ response: ServiceResponse) throws {
    switch body {
    case .message(_, .scheduled(let bytes, let id)):
      part.scheduledAnswers += 1
      guard let place = bySchedule[id] else { return }
      note(place, counter: (try? DeviceMessage(bytes))?.supplementary.remotePartyCounter)
      try read(bytes, place)
    case .message(_, .device(let bytes)):
      part.onDemandAnswers += 1
      if let place = response.requestID.flatMap({ byRequest[$0.counter] }) { try read(bytes, place) }
    case .smets1(let message): try take(message, response.requestID)
    case .dccAlert(_, _, .serviceProvider): part.providerAlerts += 1
    case .message:
      part.failedReads += 1
      if let place = response.requestID.flatMap({ byRequest[$0.counter] }) { try end(place, .failed) }
    case .dccAlert(_, _, .commandFailure(let command, let id?, _)):
      part.commandFailures += 1
      guard let place = bySchedule[id] else { return }
      note(place, counter: command.counter)
      try end(place, .failed)
    default: break
    }
  }

  private mutating func take(_ message: SMETS1Message, _ request: RequestID?) throws {
    part.smets1Answers += 1
    if message.schedule == nil { part.onDemandAnswers += 1 } else { part.scheduledAnswers += 1 }
    let found = message.schedule.map { bySchedule[$0] } ?? request.flatMap { byRequest[$0.counter] }
    guard let place = found else { return }
    if message.schedule != nil { note(place, counter: message.response.response.header.counter) }
    guard (try? gate.verify(message.response, now: estate.now)) != nil,
      let reading = day.reading(message.response, part.series[place])
    else { return try end(place, .unusable) }
    keep(reading, place)
    let isWhole = reading.energies.count == Int(day.period.to.seconds - day.period.from.seconds) / 1_800 + 1
    try end(place, isWhole ? .complete : .partial)
  }

  /// Keeps an answer that has half-hours which no other had, as the fact of them.
  private mutating func keep(_ reading: CollectionDay.Reading, _ place: Int) {
    let before = part.series[place].energies.count
    part.series[place].energies.merge(reading.energies) { $1 }
    guard part.series[place].energies.count > before else { return }
    part.series[place].otherStamps.formUnion(reading.otherStamps)
    part.series[place].lines.append(reading.line)
  }

  /// Alerts of devices, which go to suppliers.
  private mutating func count(_ body: ResponseBody) {
    guard case .deviceAlert(_, let throttle, _) = body else { return }
    guard let count = throttle.count else {
      part.singleAlerts += 1
      return
    }
    part.throttledAlerts += 1
    part.foldedAlerts += Int(count)
  }

  private mutating func note(_ place: Int, counter: UInt64?) {
    guard let last = part.series[place].attempts.indices.last else { return }
    part.series[place].attempts[last].counter = counter
  }

  private mutating func read(_ bytes: [UInt8], _ place: Int) throws {
    guard let observation = try? estate.security.observation(bytes, reader: user),
      case .log(let rows) = observation.content
    else { return try end(place, .unusable) }
    let series = part.series[place]
    keep(
      day.reading(rows.map { ($0.time, $0.values.first) }) {
        MeterMessageReader.line(series.mpan, series.quantity, message: bytes, content: observation.plaintext)
      }, place)
    try end(place, observation.missing(of: day.period).isEmpty ? .complete : .partial)
  }

  /// The end of a read; what failed or came in part is read again on demand.
  private mutating func end(_ place: Int, _ outcome: CollectionDay.ReadAttempt.Outcome) throws {
    guard let last = part.series[place].attempts.indices.last else { return }
    part.series[place].attempts[last].outcome = outcome
    guard outcome != .complete, last < Self.retries else { return }
    // Where nothing came back another meter may stand there now: the inventory knows.
    if outcome == .failed { part.series[place].device = try meter(of: part.series[place]) }
    part.retries += 1
    let period = ReadPeriod(start: day.period.from.instant, end: day.period.to.instant)
    let series = part.series[place]
    let body = ServiceBody.read(ReadService(series.variant, period: period))
    part.series[place].attempts.append(CollectionDay.ReadAttempt(device: series.device, isScheduled: false))
    let (id, answer) = try submit(series.variant.rawValue, body, to: series.device, cv: 1, .sendCommand)
    byRequest[id.counter] = place
    note(place, counter: id.counter)
    // Refused at once: no response will come.
    if let answer, answer.code.hasPrefix("E") {
      part.failedReads += 1
      try end(place, .failed)
    }
  }

  /// The meter of a metering point by the DSP's inventory (8.2); the one that was asked where there is no other.
  private mutating func meter(of series: CollectionDay.Series) throws -> EUI64 {
    let query = ServiceBody.readInventory(.meteringPoint(series.mpan.description))
    let answer = try submit("8.2", query, to: estate.parties.broker.identifier, cv: 8, .nonDevice).1
    guard let answer, case .message(_, .inventory(let devices)) = try ResponseBody(answer) else { return series.device }
    return devices.first { $0.type == .electricityMeter && $0.status == .commissioned }?.device ?? series.device
  }

  /// What the part came to, with the cause of each difference.
  func finished() -> CollectionDay.Part {
    var part = part
    part.hops = estate.hops
    part.clocks = estate.provider.clocks
    part.channel = estate.channel.account
    // What is wrong with a meter all day long befalls no message: counted by meters.
    for kind in [FaultPlan.Kind.tenDayLimit, .missingHalfHours, .clockDrift] {
      for row in Set(part.series.map(\.row)).sorted() where estate.setup.faults.has(kind, row: row) {
        part.channel.record(kind, MeterEstate.identifier(.electricityMeter, row: row))
      }
    }
    part.alerts = estate.faults.alerts
    part.cacheHits = estate.provider.smets1CacheHits
    part.explanation = DayExplanation(part.series, estate, day.period)
    return part
  }
}

extension MeterObservation {
  /// The decrypted content of a sensitive read as its bytes; empty for others.
  var plaintext: [UInt8] {
    guard read.isSensitive, case .log(let rows) = content else { return [] }
    return DLMSValue.structure([
      MeterReadAnswer.log(rows.map { [$0.time.seconds] + $0.values }, columns: rows.first?.values.count ?? 1)
    ])
    .bytes
  }
}
