import Aggregation
import Findings
import MarketIdentifiers
import MarketRegistration
import Metering
import Quantities
import Settlement
import SettlementCalendar

/// Compares the facts of one source with what the store holds, and with its own earlier rows.
///
/// The same three fates as for readings: a fact equal to the one that counts under its key is a duplicate, a different
/// one is kept beside the old and reported, anything else is new. A fact that repeats an older one, changed since, is no
/// duplicate: it takes the change back.
final class FactIntake {
  private let store: any FactsRepository
  private let fileName: String
  private(set) var reckoning = Reckoning()
  private(set) var findings = FindingLog()

  private(set) var registrations: [Registration] = []
  private(set) var registerReads: [RegisterRead] = []
  private(set) var systemPrices: [SystemPrice] = []
  private(set) var contractVolumes: [ContractVolume] = []
  private(set) var groupTakes: [GroupTake] = []
  private(set) var lossFactors: [LossFactorSchedule] = []
  private(set) var tariffBooks: [[UInt8]] = []

  private var knownRegistrations: [RegistrationKey: HeldFacts<Registration>]?
  private var knownReads: [ReadKey: Set<RegisterRead>]?
  private var knownPrices: [SettlementDate: [Int: HeldFacts<PriceValue>]] = [:]
  private var knownContracts: [SettlementDate: [ContractKey: HeldFacts<Energy>]] = [:]
  private var knownTakes: [SettlementDate: [TakeKey: HeldFacts<Energy>]] = [:]

  struct RegistrationKey: Hashable {
    let mpan: MPAN
    let from: SettlementDate
  }
  struct ReadKey: Hashable {
    let mpan: MPAN
    let meter: String
    let register: String
    let takenAt: UTCInstant
  }
  struct PriceValue: Hashable {
    let sell: UnitRate
    let buy: UnitRate
    let volume: LossAdjustedEnergy?
  }
  struct ContractKey: Hashable {
    let party: ParticipantID
    let period: Int
  }
  struct TakeKey: Hashable {
    let group: GSPGroupID
    let period: Int
  }

  init(store: any FactsRepository, fileName: String) {
    self.store = store
    self.fileName = fileName
  }

  func quarantined(_ finding: Finding, rows: Int) {
    reckoning.quarantined += rows
    findings.append(finding, times: max(rows, 1))
  }

  func noted(_ finding: Finding) { findings.append(finding) }

  /// A finding about one row of a document: an error means that the row was left out.
  func finding(_ finding: Finding) {
    if finding.severity == .error { quarantined(finding, rows: 1) } else { noted(finding) }
  }

  /// Rows that are kept with the file itself and need no table of their own (arrivals, holidays).
  func keptWithFile(rows: Int) { reckoning.accepted += rows }

  func take(_ registration: Registration, line: Int?) throws {
    if knownRegistrations == nil {
      knownRegistrations = try store.registrations().reduce(into: [:]) {
        $0[key($1), default: HeldFacts()].add(timeless($1), $1.recordedAt, "")
      }
    }
    let statement = timeless(registration)
    let held = knownRegistrations?[key(statement)]
    if count(held?.repeats(statement, registration.recordedAt, ""), line) {
      registrations.append(registration)
      knownRegistrations?[key(statement), default: HeldFacts()].add(statement, registration.recordedAt, "")
    }
  }

  func take(_ read: RegisterRead, line: Int?) throws {
    if knownReads == nil {
      knownReads = Dictionary(grouping: try store.registerReads().map(timeless), by: key).mapValues(Set.init)
    }
    let statement = timeless(read)
    let held = knownReads?[key(statement)]
    if count(held?.contains(statement), line) {
      registerReads.append(read)
      knownReads?[key(statement), default: []].insert(statement)
    }
  }

  func take(_ price: SystemPrice, line: Int?) throws {
    if knownPrices[price.date] == nil {
      knownPrices[price.date] = try store.systemPrices(price.date...price.date).reduce(into: [:]) {
        $0[$1.period, default: HeldFacts()].add(Self.value($1), $1.receivedAt, $1.source)
      }
    }
    let value = Self.value(price)
    let held = knownPrices[price.date]?[price.period]
    if count(
      held?.repeats(value, price.receivedAt, price.source), line, "price of \(price.date) period \(price.period)")
    {
      systemPrices.append(price)
      knownPrices[price.date]?[price.period, default: HeldFacts()].add(value, price.receivedAt, price.source)
    }
  }

  func take(_ volume: ContractVolume, line: Int?) throws {
    if knownContracts[volume.date] == nil {
      knownContracts[volume.date] = try store.contractVolumes(volume.date...volume.date).reduce(into: [:]) {
        $0[ContractKey(party: $1.party, period: $1.period), default: HeldFacts()].add(
          $1.bought, $1.receivedAt, $1.source)
      }
    }
    let key = ContractKey(party: volume.party, period: volume.period)
    let held = knownContracts[volume.date]?[key]
    if count(
      held?.repeats(volume.bought, volume.receivedAt, volume.source), line,
      "contract volume of \(volume.party) for \(volume.date) period \(volume.period)")
    {
      contractVolumes.append(volume)
      knownContracts[volume.date]?[key, default: HeldFacts()].add(volume.bought, volume.receivedAt, volume.source)
    }
  }

  func take(_ take: GroupTake, line: Int?) throws {
    if knownTakes[take.date] == nil {
      knownTakes[take.date] = try store.groupTakes(take.date...take.date).reduce(into: [:]) {
        $0[TakeKey(group: $1.group, period: $1.period), default: HeldFacts()].add($1.take, $1.receivedAt, $1.source)
      }
    }
    let key = TakeKey(group: take.group, period: take.period)
    let held = knownTakes[take.date]?[key]
    if count(held?.repeats(take.take, take.receivedAt, take.source), line) {
      groupTakes.append(take)
      knownTakes[take.date]?[key, default: HeldFacts()].add(take.take, take.receivedAt, take.source)
    }
  }

  /// One schedule holds many factors: each period of each date is a row of the reckoning.
  func take(_ schedule: LossFactorSchedule) throws {
    let held =
      try store.lossFactors(distributor: schedule.distributor, lossClass: schedule.lossClass)
      .sorted { ($0.receivedAt, $0.source) < ($1.receivedAt, $1.source) }
      + lossFactors.filter { $0.distributor == schedule.distributor && $0.lossClass == schedule.lossClass }
    var isNews = false
    for date in schedule.days.keys {
      let rows = schedule.factors(on: date)?.count ?? 0
      let counting = held.last { $0.factors(on: date) != nil }?.factors(on: date)
      if counting != nil, counting == schedule.factors(on: date) {
        reckoning.duplicate += rows
      } else if counting == nil {
        reckoning.accepted += rows
        isNews = true
      } else {
        reckoning.conflicting += rows
        report("ING-2", .warning, "other factors are already there for this class and date; both are kept.", nil)
        isNews = true
      }
    }
    if isNews { lossFactors.append(schedule) }
  }

  func takeTariffBook(_ bytes: [UInt8], tariffs: Int) throws {
    if try store.tariffBooks().contains(bytes) {
      reckoning.duplicate += tariffs
    } else {
      reckoning.accepted += tariffs
      tariffBooks.append(bytes)
    }
  }

  /// - Parameter isEqual: `nil` nothing is held under the key, else whether the same is.
  /// - Returns: whether the fact is to be kept.
  private func count(_ isEqual: Bool?, _ line: Int?, _ what: String = "fact") -> Bool {
    switch isEqual {
    case nil: reckoning.accepted += 1
    case true?:
      reckoning.duplicate += 1
      report("ING-1", .note, "the same \(what) is already there; nothing was stored again.", line)
      return false
    case false?:
      reckoning.conflicting += 1
      report("ING-2", .warning, "another \(what) is already there; both are kept, the later received counts.", line)
    }
    return true
  }

  private func report(_ rule: RuleID, _ severity: Severity, _ message: String, _ line: Int?) {
    findings.append(
      Finding(
        rule, severity, at: SourcePosition(file: fileName, line: line), message,
        remedy: severity == .note ? "Nothing to do." : "Check with the sender which value holds."))
  }

  private func key(_ registration: Registration) -> RegistrationKey {
    RegistrationKey(mpan: registration.mpan, from: registration.effectiveFrom)
  }

  private func key(_ read: RegisterRead) -> ReadKey {
    ReadKey(mpan: read.mpan, meter: read.meter, register: read.register, takenAt: read.takenAt)
  }

  /// A statement without the moment at which it became known, which is no part of what it says.
  private func timeless(_ registration: Registration) -> Registration {
    var copy = registration
    copy.recordedAt = .distantFuture
    return copy
  }

  private func timeless(_ read: RegisterRead) -> RegisterRead {
    var copy = read
    copy.receivedAt = .distantFuture
    return copy
  }

  private static func value(_ price: SystemPrice) -> PriceValue {
    PriceValue(sell: price.sell, buy: price.buy, volume: price.netImbalanceVolume)
  }
}
