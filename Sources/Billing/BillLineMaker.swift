import MarketIdentifiers
import Quantities
import SettlementCalendar

/// Turns days and rates into the lines of one bill.
struct BillLineMaker {
  let tariff: Tariff
  let request: BillRequest
  let rules: BillingRules

  func lines(_ segments: [RateSegment], _ days: [BillableDay]) -> [BillLine] {
    segments.flatMap { energyLines($0, days) } + segments.compactMap(standingLine)
      + segments.flatMap { passThroughLines($0, days, isLast: $0.through == request.through) }
  }

  /// One line for each band that has a half-hour in the segment.
  private func energyLines(_ segment: RateSegment, _ days: [BillableDay]) -> [BillLine] {
    var tallies = [EnergyTally](repeating: EnergyTally(), count: segment.rates.bands.count)
    for day in days where segment.contains(day.date) {
      for (offset, band) in segment.rates.bandIndices(of: SettlementDay(day.date)).enumerated() {
        tallies[band].add(day.energies[offset], isEstimated: day.estimates[offset] != nil)
      }
    }
    return zip(segment.rates.bands, tallies).compactMap { band, tally in
      tally.periodCount == 0
        ? nil : line(.energy, band.name, segment, tally, .perKilowattHour(band.unitRate), segment.rates.source)
    }
  }

  private func standingLine(_ segment: RateSegment) -> BillLine? {
    guard segment.rates.standingCharge != .zero else { return nil }
    return line(
      .standingCharge, "standing charge", segment, EnergyTally(), .perDay(segment.rates.standingCharge),
      segment.rates.source)
  }

  private func passThroughLines(_ segment: RateSegment, _ days: [BillableDay], isLast: Bool) -> [BillLine] {
    segment.rates.passThroughs.compactMap { charge in
      switch charge.basis {
      case .perBill(let amount):
        guard isLast else { return nil }
        var whole = segment
        whole.from = request.from
        return line(.passThrough, charge.name, whole, EnergyTally(), .perBill(amount), charge.source)
      case .perThirtyDays(let amount):
        return line(.passThrough, charge.name, segment, EnergyTally(), .perThirtyDays(amount), charge.source)
      case .perKilowattHour(let rate):
        var tally = EnergyTally()
        for day in days where segment.contains(day.date) {
          for (energy, method) in zip(day.energies, day.estimates) { tally.add(energy, isEstimated: method != nil) }
        }
        return line(.passThrough, charge.name, segment, tally, .perKilowattHour(rate), charge.source)
      }
    }
  }

  private func line(
    _ kind: BillLine.Kind, _ name: String, _ segment: RateSegment, _ tally: EnergyTally, _ price: BillLine.Price,
    _ source: String
  ) -> BillLine {
    // What an export tariff pays is a credit; its standing and pass-through charges, if any, stay charges.
    let isCredit = tariff.quantity == .activeExport && kind == .energy
    var line = BillLine(
      kind: kind, name: name, from: segment.from, through: segment.through, days: segment.days,
      periodCount: tally.periodCount, estimatedPeriodCount: tally.estimatedCount, energy: tally.energy,
      estimatedEnergy: tally.estimated, price: price, isCredit: isCredit, amount: .zero, source: source)
    line.amount = line.recomputedAmount(rules.line)
    return line
  }
}

/// Energy as it is added up, with the estimated part.
struct EnergyTally {
  var energy = Energy.zero
  var estimated = Energy.zero
  var periodCount = 0
  var estimatedCount = 0

  mutating func add(_ energy: Energy, isEstimated: Bool) {
    self.energy += energy
    periodCount += 1
    guard isEstimated else { return }
    estimated += energy
    estimatedCount += 1
  }
}
