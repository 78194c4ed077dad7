import DCCServer
import DUIS
import DataServiceProvider
import Foundation
import GBCS
import MarketIdentifiers
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
  /// Days up to the settlement day for which schedules ask; more than ten meet meters that answer ten days at most.
  var daysAsked = 1
  /// SMETS1 meters of a hundred.
  var smets1Percent = 0
  var switches = DCCSwitches()
  var commandsPerSecond: Int?

  /// The half-hours of one quantity at one meter, and what came of them.
  struct Series {
    let mpan: MPAN
    let quantity: MeasurementQuantity
    let row: UInt32
    let variant: ReadService.Kind
    /// The meter that is asked; another one after an exchange.
    var device: EUI64
    var lines: [String] = []
    /// Watt-hours by stamp.
    var energies: [UInt32: UInt32] = [:]
    /// Stamps of other days in the messages that are kept.
    var otherStamps: Set<UInt32> = []
    var attempts: [ReadAttempt] = []
  }

  /// One read and how it ended.
  struct ReadAttempt: Hashable {
    enum Outcome: Hashable {
      case waiting
      case complete
      case partial
      case failed
      /// MAC, signature or content did not hold at the reader.
      case unusable
    }

    var device: EUI64
    var isScheduled: Bool
    /// The party's counter, which the broker's command repeats: of the retriever's request, or of the DSP's own for a
    /// scheduled read, once it is known.
    var counter: UInt64?
    var outcome = Outcome.waiting
  }

  /// What one part of the estate came to.
  struct Part {
    var series: [Series] = []
    var hops = HopLedger()
    var clocks = ResponseClocks()
    var channel = FaultAccount()
    var alerts = AlertTally()
    /// Alerts that users got: those that came alone, and how many the folded ones stand for.
    var singleAlerts = 0
    var foldedAlerts = 0
    var throttledAlerts = 0
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
    var schedules = 0
    var expected = 0
    var explanation = DayExplanation()
    /// Seconds of collection, without making the estate.
    var seconds = 0.0

    var readings: Int { series.reduce(0) { $0 + $1.energies.count } }
    /// Half-hours of other days that came along.
    var otherReadings: Int { series.reduce(0) { $0 + $1.otherStamps.count } }
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
    setup.faultsKept = .max
    setup.smets1Percent = smets1Percent
    setup.switches = switches
    setup.commandsPerSecond = commandsPerSecond
    let parties = try EstateParties(seed: seed)
    let gate = try DocumentGate(parties)
    let estate = try EstateSimulation(setup, parties: parties, documents: gate)
    guard let retriever = parties.user("mdr") else { throw ValidationFault.estate }
    var run = CollectionDayRun(estate: estate, gate: gate, day: self, user: retriever.identifier)
    let started = Date()
    try run.schedule(runDate, midnight)
    // The last run ends after a day, its retry some hours later, and a late answer comes up to two days after that.
    try estate.advance(to: midnight.advanced(byHours: 80)) { try run.take($0) }
    // What the cache answered at once, with nothing after it.
    try run.take(estate.collectPosts())
    run.part.seconds = Date().timeIntervalSince(started)
    return run.finished()
  }

  enum ValidationFault: String, Error, CustomStringConvertible {
    case date = "the date is at the end of the calendar"
    case estate = "the estate has no retriever"
    case refused = "the DSP refused a schedule"

    var description: String { rawValue }
  }
}
