import Findings
import MarketRegistration
import Quantities
import Readings
import SettlementCalendar

/// Validates one settlement date and fills what is missing (seed 002, stage 2).
///
/// A pure function of what was known: the day's readings, the preceding days' readings, the registered points, the
/// rules. Points in, the same points out: nobody's consumption vanishes because a reading did.
public struct Validator: Sendable {
  public let rules: ValidationRules
  public let resolved: ResolvedDay
  /// Preceding days as known at the same moment, in any order; those outside the rulebook's reach are ignored.
  public let history: [ResolvedDay]
  public let points: [ValidationPoint]

  public init(rules: ValidationRules, resolved: ResolvedDay, history: [ResolvedDay], points: [ValidationPoint]) {
    self.rules = rules
    self.resolved = resolved
    self.points = points.sorted { $0.registration.mpan < $1.registration.mpan }
    let earliest = Int(resolved.day.date.dayNumber) - rules.historyDays
    self.history = history.filter {
      $0.day.date < resolved.day.date && Int($0.day.date.dayNumber) >= earliest
    }.sorted { $0.day.date < $1.day.date }
  }

  public func validate() -> ValidatedDay {
    let periods = resolved.day.periodCount
    var energies = [Int64](repeating: 0, count: points.count * periods)
    var methods = [EstimationMethod](repeating: .standing, count: energies.count)
    var quality = QualityCounts()
    quality.expected = energies.count
    let deadline = resolved.day.end.advanced(byHours: rules.windowHours)
    let inTime = resolved.layers.map { $0.receivedAt <= deadline }
    var missing: [Int] = []
    for (row, point) in points.enumerated() {
      let source = point.series.flatMap(resolved.row(of:))
      for period in 1...periods {
        let cell = row * periods + period - 1
        guard let source, let reading = resolved.reading(row: source, period: period) else {
          missing.append(cell)
          continue
        }
        if let failure = Self.failure(of: reading.energy, point.registration) {
          quality.failures[failure, default: 0] += 1
          missing.append(cell)
          continue
        }
        energies[cell] = reading.energy.wattHours
        methods[cell] = reading.quality.isActual ? .measured : .received
        if reading.quality.isActual, inTime[Int(resolved.layerOfCell[source * periods + period - 1])] {
          quality.validAtFirstPass += 1
        }
      }
    }
    fill(missing, &energies, &methods)
    for (cell, method) in methods.enumerated() {
      quality.byMethod[Int(method.rawValue)] += 1
      if !method.isMeasured { quality.estimatedEnergy += Energy(wattHours: energies[cell]) }
    }
    return ValidatedDay(day: resolved.day, points: points, energies: energies, methods: methods, quality: quality)
  }

  /// Series with readings on this day that no registered point claims (VAL-02). They are kept, and not settled.
  public func unclaimedSeries() -> [SeriesIndex] {
    let claimed = Set(points.compactMap(\.series))
    return resolved.series.filter { !claimed.contains($0) }
  }

  /// The check that a reading fails, if any.
  public static func failure(of energy: Energy, _ registration: Registration) -> RuleID? {
    if energy < .zero { return ValidationRule.negative }
    if energy > registration.supplyCapacity.energyPerHalfHour { return ValidationRule.capacity }
    return nil
  }

  private func fill(_ missing: [Int], _ energies: inout [Int64], _ methods: inout [EstimationMethod]) {
    guard !missing.isEmpty else { return }
    let periods = resolved.day.periodCount
    // The averages over other meters see measured readings only, so filling as we go does not disturb them; they are
    // costly, and most estimates never ask for them.
    let measured = (energies, methods)
    var averages: ClassAverages?
    for cell in missing {
      let estimate = estimate(points[cell / periods], period: cell % periods + 1) {
        if let averages { return averages }
        let made = ClassAverages(points: points, periods: periods, energies: measured.0, methods: measured.1)
        averages = made
        return made
      }
      energies[cell] = estimate.energy.wattHours
      methods[cell] = estimate.method
    }
  }

  /// An estimate with what it was made from.
  public struct Estimate: Hashable, Sendable {
    public let energy: Energy
    public let method: EstimationMethod
    /// The readings of this metering point that were averaged (EST-1, EST-2).
    public let inputs: [Input]
    /// For averages over other meters: how many readings, and their sum.
    public let peers: Peers?

    public struct Input: Hashable, Sendable {
      public let date: SettlementDate
      public let period: Int
      public let energy: Energy
    }

    public struct Peers: Hashable, Sendable {
      public let count: Int64
      public let sum: Energy
    }
  }

  /// Walks the hierarchy EST-1 to EST-5; the first method that has something to go by wins.
  private func estimate(_ point: ValidationPoint, period: Int, _ averages: () -> ClassAverages) -> Estimate {
    let inputs = measuredBefore(point, period: period)
    let dayType = DayType(resolved.day.date, rules.calendar)
    let alike = inputs.filter { DayType($0.date, rules.calendar) == dayType }
    if !alike.isEmpty { return Self.mean(alike, .sameDayType) }
    if !inputs.isEmpty { return Self.mean(inputs, .anyDay) }
    let averages = averages()
    if let group = averages.group(of: point.registration, period: period) {
      return Self.mean(group, .groupAverage)
    }
    if let everywhere = averages.everywhere(like: point.registration, period: period) {
      return Self.mean(everywhere, .classAverage)
    }
    let standing = point.registration.quantity == .activeImport ? rules.standingEnergyPerHalfHour : .zero
    return Estimate(energy: standing, method: .standing, inputs: [], peers: nil)
  }

  /// How the energy of a cell that is not measured was arrived at, worked out again with its inputs.
  public func explain(_ day: ValidatedDay, row: Int, period: Int) -> Estimate? {
    guard !day.method(row: row, period: period).isMeasured, day.method(row: row, period: period) != .received else {
      return nil
    }
    return estimate(day.points[row], period: period) {
      ClassAverages(
        points: day.points, periods: day.day.periodCount, energies: day.energies, methods: day.methods)
    }
  }

  /// The valid measured readings of a point at the same clock time on the days before, rising by date.
  ///
  /// Clock time, not period number: on the short day the evening peak has lower numbers. A time that a day lacks is
  /// passed over, and of a repeated hour the first pass is taken.
  private func measuredBefore(_ point: ValidationPoint, period: Int) -> [Estimate.Input] {
    guard let series = point.series else { return [] }
    let minute = resolved.day.clockMinute(ofPeriod: period)
    return history.compactMap { past in
      guard let row = past.row(of: series),
        let then = (1...past.day.periodCount).first(where: { past.day.clockMinute(ofPeriod: $0) == minute }),
        let reading = past.reading(row: row, period: then), reading.quality.isActual,
        Self.failure(of: reading.energy, point.registration) == nil
      else { return nil }
      return Estimate.Input(date: past.day.date, period: then, energy: reading.energy)
    }
  }

  /// EST: the mean to the nearest watt-hour, half away from zero.
  private static func mean(_ inputs: [Estimate.Input], _ method: EstimationMethod) -> Estimate {
    let sum = inputs.reduce(Int128(0)) { $0 + Int128($1.energy.wattHours) }
    let mean = Rounding.halfAwayFromZero.quotient(sum, by: Int128(inputs.count))
    return Estimate(energy: Energy(wattHours: Int64(mean)), method: method, inputs: inputs, peers: nil)
  }

  private static func mean(_ peers: Estimate.Peers, _ method: EstimationMethod) -> Estimate {
    let mean = Rounding.halfAwayFromZero.quotient(Int128(peers.sum.wattHours), by: Int128(peers.count))
    return Estimate(energy: Energy(wattHours: Int64(mean)), method: method, inputs: [], peers: peers)
  }
}
