import DCCServer
import DUIS
import DataServiceProvider
import Foundation
import GBCS
import MarketIdentifiers
import PortfolioFiles
import SettlementCalendar
import SmartMeteringEstate
import SmartMeteringRules
import SmartMeters

/// A settlement day collected from simulated meters by a Meter Data Retriever: schedules, a run each, reads on demand
/// for what failed or came in part (MP162 rules 19 and 20).
struct CollectionDay {
  let seed: UInt64
  let points: Int
  let date: SettlementDate
  let faults: FaultPlan
  /// Whether each request and response is a signed document that the other side verifies; values pass as they are
  /// otherwise.
  let usesDocuments: Bool
  /// SMETS1 meters of a hundred.
  var smets1Percent = 0
  var switches = DCCSwitches()
  var commandsPerSecond: Int?

  /// The half-hours of one quantity at one meter, and what came of them.
  struct Series {
    let mpan: MPAN
    let quantity: MeasurementQuantity
    let device: EUI64
    let variant: ReadService.Kind
    var lines: [String] = []
    var stamps: Set<UInt32> = []
    var isRetried = false
  }

  /// What one part of the estate came to.
  struct Part {
    var series: [Series] = []
    var hops = HopLedger()
    var clocks = ResponseClocks()
    var faults = FaultAccount()
    var unreachable = 0
    /// Scheduled reads that were answered; and on-demand ones.
    var scheduledAnswers = 0
    var onDemandAnswers = 0
    var commandFailures = 0
    var failedReads = 0
    var retries = 0
    /// Of all answers, those that service providers of SMETS1 meters signed; and those of them from the DCC's cache.
    var smets1Answers = 0
    var cacheHits = 0
    /// Alerts of service providers of SMETS1 meters.
    var providerAlerts = 0
    /// Answers whose MAC, signature or content did not hold at the reader.
    var unusable = 0
    var schedules = 0
    var expected = 0
    /// Seconds of collection, without making the estate.
    var seconds = 0.0

    var readings: Int { series.reduce(0) { $0 + $1.stamps.count } }
  }

  /// The stamps of the settlement day on device clocks: the ends of its half-hours.
  var period: GBCS.LogPeriod { GBCS.LogPeriod(SettlementDay(date)) }

  /// Collects one part of the estate, alone on its thread.
  func collect(part: Int, of parts: Int) throws -> Part {
    guard let runDate = date.advanced(by: 1) else { throw ValidationFault.date }
    let midnight = UTCInstant(secondsSince1970: Int64(runDate.dayNumber) * 86_400)
    var setup = EstateSetup(seed: seed, points: points, start: midnight.advanced(byHours: -6), faults: faults)
    setup.spares = 0
    setup.part = part
    setup.parts = parts
    setup.appointsRetriever = true
    setup.smets1Percent = smets1Percent
    setup.switches = switches
    setup.commandsPerSecond = commandsPerSecond
    let parties = try EstateParties(seed: seed)
    let gate = try DocumentGate(parties)
    let estate = try EstateSimulation(setup, parties: parties, documents: gate)
    guard let retriever = parties.user("mdr") else { throw ValidationFault.estate }
    var run = Run(estate: estate, gate: gate, day: self, user: retriever.identifier)
    let started = Date()
    try run.schedule(runDate, midnight)
    try estate.advance(to: midnight.advanced(byHours: 28)) { try run.take($0) }
    try run.take(estate.collectPosts())
    run.part.seconds = Date().timeIntervalSince(started)
    run.part.hops = estate.hops
    run.part.clocks = estate.provider.clocks
    run.part.faults = estate.channel.account
    run.part.unreachable = estate.unreachable
    run.part.cacheHits = estate.provider.smets1CacheHits
    return run.part
  }

  enum ValidationFault: String, Error, CustomStringConvertible {
    case date = "the date is at the end of the calendar"
    case estate = "the estate has no retriever"
    case refused = "the DSP refused a schedule"

    var description: String { rawValue }
  }

  /// The work of one part while it goes on.
  private struct Run {
    let estate: EstateSimulation
    let gate: DocumentGate
    let day: CollectionDay
    let user: EUI64
    var part = Part()
    private var bySchedule: [UInt64: Int] = [:]
    private var byRequest: [UInt64: Int] = [:]
    private var counter: UInt64 = 0

    init(estate: EstateSimulation, gate: DocumentGate, day: CollectionDay, user: EUI64) {
      self.estate = estate
      self.gate = gate
      self.day = day
      self.user = user
    }

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
      let offset = Self.offset(wanted, midnight)
      let inventory = estate.provider.inventory
      for device in inventory.devices {
        guard let points = inventory[device]?.device.points else { continue }
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
            throw ValidationFault.refused
          }
          bySchedule[id] = part.series.count
          part.series.append(Series(mpan: mpan, quantity: quantity, device: device, variant: kind))
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

    /// What the DSP posts, as the retriever gets it.
    mutating func take(_ posts: [PostedResponse]) throws {
      for post in posts where post.user == user {
        let response =
          day.usesDocuments
          ? try gate.response(try gate.document(post.response), now: estate.now) : post.response
        switch try ResponseBody(response) {
        case .message(_, .scheduled(let bytes, let id)):
          part.scheduledAnswers += 1
          if let place = bySchedule[id] { try read(bytes, place) }
        case .message(_, .device(let bytes)):
          part.onDemandAnswers += 1
          if let place = response.requestID.flatMap({ byRequest[$0.counter] }) { try read(bytes, place) }
        case .smets1(let message): try take(message, response.requestID)
        case .dccAlert(_, _, .serviceProvider): part.providerAlerts += 1
        case .message: part.failedReads += 1
        case .dccAlert(_, _, .commandFailure(_, let id?, _)):
          part.commandFailures += 1
          if let place = bySchedule[id] { try retry(place) }
        default: break
        }
      }
    }

    private mutating func take(_ message: SMETS1Message, _ request: RequestID?) throws {
      part.smets1Answers += 1
      if message.schedule == nil { part.onDemandAnswers += 1 } else { part.scheduledAnswers += 1 }
      let found = message.schedule.map { bySchedule[$0] } ?? request.flatMap { byRequest[$0.counter] }
      guard let place = found else { return }
      guard (try? gate.verify(message.response, now: estate.now)) != nil,
        let reading = day.reading(message.response, part.series[place])
      else {
        part.unusable += 1
        return try retry(place)
      }
      if !reading.stamps.subtracting(part.series[place].stamps).isEmpty {
        part.series[place].stamps.formUnion(reading.stamps)
        part.series[place].lines.append(reading.line)
      }
      let expected = Int(day.period.to.seconds - day.period.from.seconds) / 1_800 + 1
      if reading.stamps.count < expected { try retry(place) }
    }

    private mutating func read(_ bytes: [UInt8], _ place: Int) throws {
      guard let observation = try? estate.security.observation(bytes, reader: user),
        case .log(let rows) = observation.content
      else {
        part.unusable += 1
        return try retry(place)
      }
      let before = part.series[place].stamps.count
      for row in rows where day.period.contains(row.time) { part.series[place].stamps.insert(row.time.seconds) }
      if part.series[place].stamps.count > before {
        let content = observation.plaintext
        part.series[place].lines.append(
          MeterMessageReader.line(
            part.series[place].mpan, part.series[place].quantity, message: bytes, content: content))
      }
      if !observation.missing(of: day.period).isEmpty { try retry(place) }
    }

    /// Once, on demand, the whole day: after a scheduled read that failed or came in part.
    private mutating func retry(_ place: Int) throws {
      guard !part.series[place].isRetried else { return }
      part.series[place].isRetried = true
      part.retries += 1
      let period = ReadPeriod(start: day.period.from.instant, end: day.period.to.instant)
      let series = part.series[place]
      let body = ServiceBody.read(ReadService(series.variant, period: period))
      let (id, _) = try submit(series.variant.rawValue, body, to: series.device, cv: 1, .sendCommand)
      byRequest[id.counter] = place
    }
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
