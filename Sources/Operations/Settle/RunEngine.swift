import Aggregation
import MarketIdentifiers
import MarketRegistration
import Quantities
import ReadingValidation
import Readings
import Rulebooks
import Settlement
import SettlementCalendar

/// Computes one run of one settlement date from a snapshot of facts: a function, nothing is saved.
public struct RunEngine {
  public let snapshot: FactSnapshot
  public let rulebook: Rulebook
  public let settings: RunSettings

  public init(snapshot: FactSnapshot, rulebook: Rulebook, settings: RunSettings) {
    self.snapshot = snapshot
    self.rulebook = rulebook
    self.settings = settings
  }

  /// The validator of a date as known before a moment, ready to validate or to explain an estimate.
  public func validator(_ date: SettlementDate, before cutOff: UTCInstant) throws -> Validator {
    let rules = try ValidationRules(rulebook, on: date)
    var history: [ResolvedDay] = []
    for back in 1...rules.historyDays {
      guard let past = date.advanced(by: -back) else { break }
      history.append(try snapshot.resolved(past, before: cutOff))
    }
    return Validator(
      rules: rules, resolved: try snapshot.resolved(date, before: cutOff), history: history,
      points: snapshot.points(on: date))
  }

  /// Stages 2 to 4 for one date at one run.
  ///
  /// - Throws: a missing parameter, loss factor or price, each with a sentence on what to ingest.
  public func compute(_ dates: RunDates) throws -> RunResult {
    let date = dates.settlementDate
    let validator = try validator(date, before: dates.cutOff)
    let outcome = try outcome(of: validator)
    return RunResult(
      date: date, run: dates.run, rulebook: rulebook.id, rulebookEdition: rulebook.edition, settings: settings,
      knowledge: Knowledge(cutOff: dates.cutOff, sourceCount: snapshot.sourceCount), quality: outcome.quality,
      sums: outcome.sums, positions: outcome.positions,
      lineage: try lineage(dates, validator, outcome.factors, outcome.prices, outcome.contractSources))
  }

  /// What validated readings come to, and what they were computed with.
  struct Outcome {
    let quality: QualityCounts
    let sums: AggregateSums
    let positions: [ImbalancePosition]
    let factors: LossFactorBook
    let prices: PriceBook
    let contractSources: [String]
  }

  /// Stages 2 to 4 over the readings that a validator holds, with this snapshot's other facts.
  func outcome(of validator: Validator) throws -> Outcome {
    let date = validator.resolved.day.date
    let validated = validator.validate()
    let factors = try snapshot.lossFactors(
      for: validator.points, rulebook: rulebook, shiftDays: settings.lossFactorShiftDays)
    let sums = try corrected(try Aggregator.aggregate(validated, factors: factors))
    let prices = try snapshot.prices(date, shiftDays: settings.priceShiftDays)
    let contracts = try snapshot.contracts(date)
    let cash = try rulebook.requiredRounding("cash.rounding", on: date)
    let positions = try Imbalance.positions(
      sums, contracts: contracts.book, prices: prices, step: cash.step, rounding: cash.rounding)
    return Outcome(
      quality: validated.quality, sums: sums, positions: positions, factors: factors, prices: prices,
      contractSources: contracts.sources)
  }

  private func lineage(
    _ dates: RunDates, _ validator: Validator, _ factors: LossFactorBook, _ prices: PriceBook, _ contracts: [String]
  ) throws -> [String] {
    let date = dates.settlementDate
    var lines = ["rulebook \(rulebook.id) \(rulebook.edition)", "cut-off \(dates.cutOff)"]
    for day in validator.history + [validator.resolved] {
      for layer in day.layers {
        lines.append("readings \(day.day.date) \(layer.source) received \(layer.receivedAt) #\(layer.sequence)")
      }
    }
    lines += prices.sources(of: date).map { "prices \($0)" }
    lines += contracts.map { "contracts \($0)" }
    if settings.correctsGroups { lines += try snapshot.takes(date).sources.map { "group takes \($0)" } }
    let classes = Set(validator.points.map { LossClass(registration: $0.registration) }).sorted()
    for entry in classes {
      let answer = factors.factors(
        distributor: entry.distributor, lossClass: entry.lossClass, on: validator.resolved.day)
      lines.append("loss factors \(entry.distributor)/\(entry.lossClass) \(Self.text(answer?.origin))")
    }
    lines += snapshot.sources.filter { PortfolioFormats.holdsRegistrations($0) }.map { "registrations \($0.hash)" }
    return lines
  }

  private struct LossClass: Hashable, Comparable {
    let distributor: Int
    let lossClass: LineLossFactorClassID

    init(registration: Registration) {
      distributor = registration.distributor
      lossClass = registration.lossClass
    }

    static func < (a: Self, b: Self) -> Bool { (a.distributor, a.lossClass) < (b.distributor, b.lossClass) }
  }

  static func text(_ origin: LossFactorOrigin?) -> String {
    switch origin {
    case .published(let source, let date): "published \(source) for \(date)"
    case .rulebook(let id): "flat, rulebook \(id)"
    case nil: "none"
    }
  }
}
