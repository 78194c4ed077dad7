import Aggregation
import MarketIdentifiers
import Quantities
import ReadingValidation
import Settlement
import SettlementCalendar

/// Holds energy in against energy out from stage to stage, over the last run of each date.
///
/// The measured energy is added up again from the stored readings themselves, without validation's or aggregation's
/// sums; the rest compares the figures that two stages state independently.
struct EnergyFlow {
  private var snapshot: FactSnapshot?
  private var days = 0
  /// Readings that passed, of active points: from the store. At the meters, import and export together.
  private var storedReadings = Int128(0)
  /// Measured energy in the aggregates, import and export together.
  private var measured = Int128(0)
  private var hasReactivePoints = false
  private var expected = 0
  private var counted: Int64 = 0
  private var estimatedAtValidation = Energy.zero
  private var estimatedInSums = Energy.zero
  private var aggregated = LossAdjustedEnergy.zero
  private var offtake = LossAdjustedEnergy.zero
  private var contracted = Energy.zero
  private var imbalance = LossAdjustedEnergy.zero

  mutating func add(_ result: RunResult, store: any Store) throws {
    days += 1
    try addReadings(result, store)
    expected += result.quality.expected
    estimatedAtValidation += result.quality.estimatedEnergy
    for key in result.sums.sortedKeys {
      for sums in result.sums.periods(of: key) {
        measured += Int128(sums.metered.wattHours) - Int128(sums.estimated.wattHours)
        counted += sums.count
        estimatedInSums += sums.estimated
        aggregated += key.quantity == .activeExport ? -sums.lossAdjusted : sums.lossAdjusted
      }
    }
    for position in result.positions {
      offtake += position.offtake
      contracted += position.contracted
      imbalance += position.imbalance
    }
  }

  private mutating func addReadings(_ result: RunResult, _ store: any Store) throws {
    let count = result.knowledge.sourceCount
    let facts = try snapshot.flatMap { $0.sourceCount == count ? $0 : nil } ?? FactSnapshot(store, sourceCount: count)
    snapshot = facts
    let resolved = try facts.resolved(result.date, before: result.knowledge.cutOff)
    for point in facts.points(on: result.date) {
      guard point.registration.quantity.isActive else {
        hasReactivePoints = true
        continue
      }
      guard let row = point.series.flatMap(resolved.row(of:)) else { continue }
      for period in 1...resolved.day.periodCount {
        guard let reading = resolved.reading(row: row, period: period), reading.quality.isActual,
          Validator.failure(of: reading.energy, point.registration) == nil
        else { continue }
        storedReadings += Int128(reading.energy.wattHours)
      }
    }
  }

  var checks: [ReportData.Check] {
    guard days > 0 else { return [] }
    return [
      Self.check(
        2, "Measured energy: stored readings that pass = measured part of the aggregates",
        kilowattHours(storedReadings),
        kilowattHours(measured)),
      pointCheck(
        "Half-hours: expected of registered points = added up in the aggregates", "\(expected)", "\(counted)"),
      pointCheck(
        "Estimated energy: at validation = in the aggregates", "\(estimatedAtValidation)", "\(estimatedInSums)"),
      Self.check(
        4, "Net energy at the Grid Supply Points: aggregates = parties' offtake", "\(aggregated)", "\(offtake)"),
      Self.check(
        4, "Contracts less offtake = imbalance that was priced", "\(LossAdjustedEnergy(contracted) - offtake)",
        "\(imbalance)"),
    ]
  }

  /// Reactive points are validated and not settled, so these counts cannot meet where there are any.
  private func pointCheck(_ title: String, _ before: String, _ after: String) -> ReportData.Check {
    var check = Self.check(3, title, before, after)
    if hasReactivePoints { check.verdict = .undecided("reactive metering points are validated, not settled") }
    return check
  }

  private func kilowattHours(_ wattHours: Int128) -> String { DecimalNumber.text(wattHours, places: 3) + " kWh" }

  static func check(_ stage: Int, _ title: String, _ before: String, _ after: String) -> ReportData.Check {
    ReportData.Check(
      stage: stage, title: title, before: before, after: after, verdict: before == after ? .holds : .broken)
  }
}
