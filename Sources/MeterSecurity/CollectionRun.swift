public import GBCS
import KeyInfrastructure
public import SettlementCalendar
public import SmartMeters

/// Collects a settlement day of active import from the meters of an estate, with all cryptography and the faults of a
/// plan: an MDR's command through the broker, the meter, its answer, opened and read. What a DSP adds stands above it.
///
/// A run over rows follows from estate, parties, date and rows alone. One for each thread; accounts add up.
public struct CollectionRun {
  /// What a run came to. Everything sent is accounted for in it.
  public struct Account: Hashable, Sendable {
    public var meters = 0
    /// Commands sent, retries included.
    public var commands = 0
    /// Commands that meters answered.
    public var answered = 0
    /// Answers that arrived.
    public var arrived = 0
    /// Answers that were taken: from the meter, unchanged, opened, in time.
    public var taken = 0
    /// Answers to a command that was answered before.
    public var repeated = 0
    public var wrongMAC = 0
    /// Answers that came after ``CollectionRun/patience``.
    public var late = 0
    /// Half-hours that the meters counted on the day.
    public var halfHoursDue = 0
    public var halfHoursRead = 0
    /// Half-hours that the meters never recorded.
    public var halfHoursNeverRecorded = 0
    /// Half-hours of meters whose every answer was lost, late or damaged.
    public var halfHoursUnread = 0
    public var wattHours: Int64 = 0
    /// Half-hours read under the stamp of another, because the meter's clock is half an hour or more wrong.
    public var halfHoursShifted = 0
    /// Half-hours whose energy is not what the estate counted, with a right clock.
    public var wrongHalfHours = 0
    public var faults = FaultAccount()

    public init() {}

    /// Whether all that was due is read or explained, and all sent came back or was lost by plan.
    public var isBalanced: Bool {
      let count = { faults.counts[$0] ?? 0 }
      return halfHoursDue == halfHoursRead + halfHoursNeverRecorded + halfHoursUnread
        && answered == commands - count(.lostCommand) + count(.repeatedCommand)
        && arrived == answered - count(.lostResponse) + count(.repeatedResponse)
        && arrived == taken + repeated + wrongMAC + late && wrongHalfHours == 0
    }

    public static func + (a: Self, b: Self) -> Self {
      var sum = a
      sum.meters += b.meters
      sum.commands += b.commands
      sum.answered += b.answered
      sum.arrived += b.arrived
      sum.taken += b.taken
      sum.repeated += b.repeated
      sum.wrongMAC += b.wrongMAC
      sum.late += b.late
      sum.halfHoursDue += b.halfHoursDue
      sum.halfHoursRead += b.halfHoursRead
      sum.halfHoursNeverRecorded += b.halfHoursNeverRecorded
      sum.halfHoursUnread += b.halfHoursUnread
      sum.wattHours += b.wattHours
      sum.halfHoursShifted += b.halfHoursShifted
      sum.wrongHalfHours += b.wrongHalfHours
      sum.faults = a.faults + b.faults
      return sum
    }
  }

  public let meters: MeterEstate
  public let day: SettlementDay
  /// How often a meter is asked at most.
  public let attempts: Int
  /// Seconds after which an answer counts as late: 24 hours, an MDR's target response time (MP162).
  public static let patience = 86_400

  let parties: SimulatedParties
  let reader: MeterReader
  let loads: EstateLoads
  let retriever: EUI64
  let certificate: [UInt8]

  /// - Returns: `nil` where the retriever is none of the parties' others.
  public init?(
    _ meters: MeterEstate, _ parties: SimulatedParties, retriever: EUI64, date: SettlementDate, attempts: Int = 3,
    security: SimulatedSecurity? = nil
  ) {
    guard let identity = parties.others.first(where: { $0.identifier == retriever }) else { return nil }
    self.meters = meters
    self.parties = parties
    self.retriever = retriever
    self.attempts = max(attempts, 1)
    day = SettlementDay(date)
    loads = EstateLoads(meters.estate)
    certificate = identity.keyAgreement.certificate.bytes
    reader = MeterReader(broker: parties.broker.identifier, security: security ?? parties.security())
  }

  /// Asks the meters at some rows. - Parameter observe: gets each answer that is taken.
  public func collect(rows: Range<UInt32>, _ observe: (MeterObservation) -> Void = { _ in }) -> Account {
    var account = Account()
    for row in rows {
      guard var meter = meters.meter(row: row), meter.importRow != nil else { continue }
      account.meters += 1
      // A channel of its own for each meter: what befalls it does not depend on the meters before it.
      var channel = FaultyChannel(meters.faults)
      collect(&meter, row, &channel, &account, observe)
      account.faults = account.faults + channel.account
    }
    return account
  }

  private func collect(
    _ meter: inout ElectricityMeter, _ row: UInt32, _ channel: inout FaultyChannel, _ account: inout Account,
    _ observe: (MeterObservation) -> Void
  ) {
    guard let deviceKey = reader.security.publicKey(meter.identifier, .keyAgreement) else { return }
    let truth = loads.wattHours(row: row, on: day.date)
    account.halfHoursDue += truth.count
    var found: [HalfHour: Int64] = [:]
    let wanted = LogPeriod(day)
    for attempt in 0..<attempts {
      let missing =
        attempt == 0 ? 1 : day.halfHours.count { found[HalfHour(index: $0)] == nil && !meter.traits.isGap($0) }
      if missing == 0 { break }
      for observation in ask(&meter, wanted, attempt, deviceKey, &channel, &account) {
        observe(observation)
        for reading in observation.series().value.first?.readings ?? [] {
          found[reading.halfHour] = reading.energy.wattHours
        }
      }
    }
    settle(found, truth, meter, &account)
  }

  private func ask(
    _ meter: inout ElectricityMeter, _ period: LogPeriod, _ attempt: Int, _ deviceKey: [UInt8],
    _ channel: inout FaultyChannel, _ account: inout Account
  ) -> [MeterObservation] {
    let counter = UInt64(day.date.dayNumber) << 16 | UInt64(attempt + 1)
    let address = CommandAddress(
      broker: reader.broker, counter: counter, for: retriever, partyCounter: counter,
      keyAgreementCertificate: certificate, device: meter.identifier)
    guard
      let command = reader.security.protected(
        address.command(.activeImportProfile, period), own: reader.broker, publicKey: deviceKey)
    else { return [] }
    account.commands += 1
    let now = day.end.advanced(byHours: 1 + attempt * 24)
    var observations: [MeterObservation] = []
    for delivered in channel.command(command.bytes, to: meter.identifier) {
      meter.traits.cutsNextLog = channel.cutsLog(of: meter.identifier)
      for case .response(let response) in meter.receive(delivered, at: now, reader.security, loads) {
        account.answered += 1
        for arrival in channel.response(response, from: meter.identifier) {
          take(arrival, deviceKey, &observations, &account)
        }
      }
    }
    return observations
  }

  private func take(
    _ arrival: FaultyChannel.Arrival, _ deviceKey: [UInt8], _ observations: inout [MeterObservation],
    _ account: inout Account
  ) {
    account.arrived += 1
    guard arrival.delay <= Self.patience else {
      account.late += 1
      return
    }
    guard let observation = try? reader.observation(arrival.bytes, reader: retriever, deviceKey: deviceKey) else {
      account.wrongMAC += 1
      return
    }
    guard observations.isEmpty else {
      account.repeated += 1
      return
    }
    account.taken += 1
    observations.append(observation)
  }

  private func settle(
    _ found: [HalfHour: Int64], _ truth: [Int32], _ meter: ElectricityMeter, _ account: inout Account
  ) {
    let isShifted = abs(meter.core.clock.error(at: DeviceTime(day.end))) >= 1_800
    for (index, energy) in zip(day.halfHours, truth) {
      if let read = found[HalfHour(index: index)] {
        account.halfHoursRead += 1
        account.wattHours += read
        if isShifted {
          account.halfHoursShifted += 1
        } else if read != Int64(energy) {
          account.wrongHalfHours += 1
        }
      } else if meter.traits.isGap(index) {
        account.halfHoursNeverRecorded += 1
      } else {
        account.halfHoursUnread += 1
      }
    }
  }
}
