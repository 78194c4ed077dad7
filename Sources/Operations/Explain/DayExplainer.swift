import Aggregation
import Findings
import MarketIdentifiers
import Quantities
import ReadingValidation
import Readings
import SettlementCalendar

/// Explains figures of one settlement date as known at one moment, down to the readings.
final class DayExplainer {
  let validator: Validator
  let validated: ValidatedDay
  let factors: LossFactorBook
  let engine: RunEngine
  let sources: [String: SourceRecord]
  /// Sums of the day before and after GSP Group Correction; computed when first asked for.
  lazy var correction: Result<(before: AggregateSums, after: AggregateSums), any Error> = Result { try correct() }
  private let locator: ReadingLocator
  private var keys: [SeriesIndex: SeriesKey] = [:]

  init(
    engine: RunEngine, date: SettlementDate, cutOff: UTCInstant, locator: ReadingLocator
  ) throws {
    validator = try engine.validator(date, before: cutOff)
    validated = validator.validate()
    factors = try engine.snapshot.lossFactors(
      for: validator.points, rulebook: engine.rulebook, shiftDays: engine.settings.lossFactorShiftDays)
    self.engine = engine
    self.locator = locator
    sources = Dictionary(uniqueKeysWithValues: engine.snapshot.sources.map { ($0.hash, $0) })
    for entry in try engine.snapshot.store.allSeries() { keys[entry.index] = entry.key }
  }

  var day: SettlementDay { validated.day }

  /// One metering point's energy of one period: a reading with its place, or an estimate with its inputs.
  func reading(row: Int, period: Int) throws -> Explanation {
    let energy = validated.energy(row: row, period: period)
    let method = validated.method(row: row, period: period)
    let title = "\(day.date) period \(period)"
    if method.isMeasured || method == .received {
      let verb = method.isMeasured ? "measured" : "estimated by the sender"
      return Explanation(
        title, .energy(energy), how: "\(verb); \(try place(row, period, energy))", rule: method.rule?.code ?? "READ-1")
    }
    guard let estimate = validator.explain(validated, row: row, period: period) else {
      return Explanation(title, .energy(energy), how: method.summary)
    }
    return try explain(estimate, title, row)
  }

  private func explain(_ estimate: Validator.Estimate, _ title: String, _ row: Int) throws -> Explanation {
    let rule = estimate.method.rule?.code ?? ""
    if let peers = estimate.peers {
      let mean = Rounding.halfAwayFromZero.quotient(Int128(peers.sum.wattHours), by: Int128(peers.count))
      return Explanation(
        title, .energy(estimate.energy),
        how:
          "estimated: \(estimate.method.summary); the sum of \(peers.count) readings over their number, to the nearest Wh",
        rule: rule,
        parts: [
          Explanation("sum of the like meters' readings", .energy(peers.sum), how: "measured readings of this period"),
          Explanation("how many", .count(peers.count), how: "readings"),
        ], recomputed: .energy(Energy(wattHours: Int64(mean))))
    }
    guard !estimate.inputs.isEmpty else {
      return Explanation(title, .energy(estimate.energy), how: "estimated: \(estimate.method.summary)", rule: rule)
    }
    let sum = estimate.inputs.reduce(Int128(0)) { $0 + Int128($1.energy.wattHours) }
    let mean = Rounding.halfAwayFromZero.quotient(sum, by: Int128(estimate.inputs.count))
    return Explanation(
      title, .energy(estimate.energy),
      how: "estimated: \(estimate.method.summary); the mean of \(estimate.inputs.count) readings, to the nearest Wh",
      rule: rule, parts: try estimate.inputs.map { try input($0, row) },
      recomputed: .energy(Energy(wattHours: Int64(mean))))
  }

  private func input(_ input: Validator.Estimate.Input, _ row: Int) throws -> Explanation {
    let past = validator.history.first { $0.day.date == input.date }
    let place = try past.map { try self.place(in: $0, row, input.period, input.energy) } ?? ""
    return Explanation("\(input.date) period \(input.period)", .energy(input.energy), how: "measured; \(place)")
  }

  private func place(_ row: Int, _ period: Int, _ energy: Energy) throws -> String {
    try place(in: validator.resolved, row, period, energy)
  }

  /// The file and line of a reading, e.g. `readings.csv.gz, line 17, received 2009-03-02T08:00:00Z`.
  private func place(in resolved: ResolvedDay, _ row: Int, _ period: Int, _ energy: Energy) throws -> String {
    guard let series = validated.points[row].series, let at = resolved.row(of: series), let key = keys[series] else {
      return "source unknown"
    }
    let layer = resolved.layerOfCell[at * resolved.day.periodCount + period - 1]
    guard layer >= 0 else { return "source unknown" }
    let stamp = resolved.layers[Int(layer)]
    guard let source = sources[stamp.source] else { return "source \(stamp.source.prefix(12))" }
    let wanted = ReadingLocator.Wanted(
      key: key, halfHour: resolved.day.firstHalfHour.advanced(by: period - 1), wattHours: energy.wattHours)
    let place = try locator.places(of: [wanted], in: source)[wanted]
    let line = place.map { $0.line > 0 ? ", line \($0.line)" : "" } ?? ""
    return "\(source.name)\(line), received \(stamp.receivedAt)"
  }

  /// One metering point's energy of one period, at the Grid Supply Point.
  func lossAdjusted(row: Int, period: Int) throws -> Explanation {
    let registration = validated.points[row].registration
    let energy = validated.energy(row: row, period: period)
    guard
      let answer = factors.factors(
        distributor: registration.distributor, lossClass: registration.lossClass, on: day)
    else {
      throw Aggregator.MissingLossFactor(
        distributor: registration.distributor, lossClass: registration.lossClass, date: day.date)
    }
    let factor = answer.factors[period - 1]
    let sign: Int128 = registration.quantity == .activeExport ? -1 : 1
    let adjusted = LossAdjustedEnergy(tenMicrowattHours: (energy * factor).tenMicrowattHours * sign)
    var meter = try reading(row: row, period: period)
    meter.title = "at the meter, " + meter.title
    guard case .energy(let shown) = meter.amount else { return meter }
    let recomputed = LossAdjustedEnergy(tenMicrowattHours: (shown * factor).tenMicrowattHours * sign)
    return Explanation(
      "metering point \(registration.mpan)\(registration.quantity == .activeExport ? " (export, taken off)" : "")",
      .lossAdjusted(adjusted), how: "energy at the meter times line loss factor", rule: "AGG-1",
      parts: [
        meter,
        Explanation(
          "line loss factor, distributor \(registration.distributor) class \(registration.lossClass)", .factor(factor),
          how: describe(answer.origin), rule: "AGG-2"),
      ], recomputed: .lossAdjusted(recomputed))
  }

  private func describe(_ origin: LossFactorOrigin) -> String {
    switch origin {
    case .published(let source, let date):
      "published in \(sources[source]?.name ?? String(source.prefix(12))) for \(date)"
    case .rulebook(let id): "flat factor of rulebook \(id)"
    }
  }

  /// The rows of a supplier's points, by MPAN.
  func rows(where isIncluded: (ValidationPoint) -> Bool) -> [Int] {
    validated.points.indices.filter {
      isIncluded(validated.points[$0]) && validated.points[$0].registration.quantity.isActive
    }
  }
}
