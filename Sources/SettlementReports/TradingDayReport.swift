import BalancingMechanism
import Quantities
import SettlementCalendar
import TradingCharges

/// A settlement day's trading charges as a settlement report (`S0142`): all parties, both accounts, all BM units.
///
/// Records are made one by one, so a national day needs no more memory than its results. Charges per day (`APC`) and what
/// the central systems number for themselves are not computed and not written. Totals of the system period record are the
/// metered volumes of offtaking and of delivering trading units, interconnectors apart (K: the published totals have that
/// size and sign; the exact set of units is not published).
public struct TradingDayReport: Sendable {
  /// The results do not fit the day or the roster.
  public struct WrongShape: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  private let run: ReportRun
  private let roster: TradingRoster
  private let periods: [TradingPeriod]
  private let results: [TradingPeriodResult]
  /// Places of the units that each party leads.
  private let unitsOfParty: [[Int]]

  /// - Parameters:
  ///   - run: of which day and run; its date gives the number of periods.
  ///   - periods: the inputs, one for each period of the day in order.
  ///   - results: what came of them, in the same order.
  public init(
    run: ReportRun, roster: TradingRoster, periods: [TradingPeriod], results: [TradingPeriodResult]
  ) throws(WrongShape) {
    let count = SettlementDay(run.date).periodCount
    guard periods.count == count, results.count == count else {
      throw WrongShape(
        description: "\(run.date) has \(count) periods; \(periods.count) and \(results.count) were given")
    }
    guard results.allSatisfy({ $0.accounts.count == roster.accountCount }),
      periods.allSatisfy({ $0.metered.count == roster.units.count })
    else { throw WrongShape(description: "the results are of another roster") }
    self.run = run
    self.roster = roster
    self.periods = periods
    self.results = results
    unitsOfParty = roster.leads.enumerated().reduce(into: Array(repeating: [], count: roster.parties.count)) {
      $0[$1.element.party].append($1.offset)
    }
  }

  /// Hands on the records between header and footer.
  public func records(sender: String, _ emit: (ReportRecord) throws -> Void) rethrows {
    try emit(run.record(.runHeader, party: sender))
    for index in periods.indices { try emit(system(index)) }
    let cash = results.map { result in
      Dictionary(result.unitCash.map { ($0.unit, $0) }, uniquingKeysWith: { first, _ in first })
    }
    let totals = periods.map(tradingUnitTotals)
    for (place, party) in roster.parties.enumerated() {
      try emit(run.record(.partyHeader, party: party.code))
      for index in periods.indices {
        try emit(ReportRecord(.partyPeriod, ["\(index + 1)"]))
        for kind in AccountKind.allCases { try emit(account(AccountIndex(party: place, kind), index)) }
        for unit in unitsOfParty[place] { try emit(self.unit(unit, index, cash[index][unit], totals[index])) }
      }
    }
  }

  private func system(_ index: Int) -> ReportRecord {
    let totals = tradingUnitTotals(periods[index])
    var (offtaking, delivering) = (Int64(0), Int64(0))
    for place in roster.units.indices where !roster.units[place].isInterconnector {
      let volume = periods[index].metered[place].kilowattHours
      if totals[roster.tradingUnits[place]] > 0 { delivering += volume } else { offtaking += volume }
    }
    let prices = periods[index].prices
    return SystemPeriod(
      period: index + 1, buy: prices.buy, sell: prices.sell,
      others: [5: Self.text(offtaking), 6: Self.text(delivering)]
    ).record
  }

  private func account(_ account: AccountIndex, _ index: Int) -> ReportRecord {
    let line = results[index].accounts[account.place]
    let proportion = results[index].residualProportion(of: account)
    return AccountPeriod(
      flag: account.kind == .production ? "P" : "C", charge: line.imbalanceCharge, contracted: Self.energy(line.sold),
      imbalance: Self.energy(line.imbalance), credited: Self.energy(line.credited),
      others: [
        5: ReportNumber.cash(line.residualCashflow), 7: ReportNumber.volume(Self.energy(line.balancing)),
        10: DecimalNumber.text(Int128(proportion.billionths) / 100, places: 7, keeping: 0),
      ]
    ).record
  }

  private func unit(_ place: Int, _ index: Int, _ cash: UnitCashflow?, _ totals: [Int64]) -> ReportRecord {
    let (period, result, unit) = (periods[index], results[index], roster.units[place])
    let balancing = result.balancing[place]
    var others = [
      3: ReportNumber.cash(cash?.nonDeliveryCharge ?? .zero), 5: Self.text(balancing.kilowattHours),
      9: ReportNumber.volume(Self.sum(cash, \.nonDeliveredBid)),
      10: ReportNumber.volume(Self.sum(cash, \.nonDeliveredOffer)),
      11: DecimalNumber.text(Int128(unit.transmissionLossFactor), places: 7, keeping: 0),
      14: Self.text(totals[roster.tradingUnits[place]]),
    ]
    if !period.notified.isEmpty {
      others[4] = Self.text(period.notified[place].kilowattHours)
      others[7] = Self.text((period.notified[place] + balancing).kilowattHours)
    }
    if !result.informationVolumes.isEmpty { others[6] = Self.text(result.informationVolumes[place].kilowattHours) }
    if !period.servicesVolumes.isEmpty { others[15] = Self.text(period.servicesVolumes[place].kilowattHours) }
    return UnitPeriod(
      unit: unit.id, meteredVolume: Self.energy(period.metered[place]),
      lossMultiplier: DecimalNumber.text(
        Int128(result.losses.multipliers[place].tenMillionths), places: 7, keeping: 0),
      tradingUnit: unit.tradingUnit, others: others
    ).record
  }

  /// Kilowatt-hours by trading unit: it delivers when above zero, else it takes off.
  private func tradingUnitTotals(_ period: TradingPeriod) -> [Int64] {
    var totals = [Int64](repeating: 0, count: roster.tradingUnitCount)
    for place in period.metered.indices { totals[roster.tradingUnits[place]] += period.metered[place].kilowattHours }
    return totals
  }

  private static func sum(_ cash: UnitCashflow?, _ part: KeyPath<PairCashflow, BalancingEnergy>) -> LossAdjustedEnergy {
    LossAdjustedEnergy(tenMicrowattHours: (cash?.pairs ?? []).reduce(0) { $0 + $1[keyPath: part].units })
  }

  private static func text(_ kilowattHours: Int64) -> String {
    DecimalNumber.text(Int128(kilowattHours), places: 3, keeping: 0)
  }

  private static func energy(_ volume: SettlementVolume) -> LossAdjustedEnergy {
    LossAdjustedEnergy(tenMicrowattHours: Int128(volume.kilowattHours) * 100_000_000)
  }

  /// 10⁻¹⁰ MWh are ten units of 10⁻¹¹.
  private static func energy(_ volume: CreditedVolume) -> LossAdjustedEnergy {
    LossAdjustedEnergy(tenMicrowattHours: Int128(volume.units) * 10)
  }
}
