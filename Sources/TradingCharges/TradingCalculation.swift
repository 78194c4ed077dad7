import BalancingMechanism
import Quantities

extension TradingPeriodResult {
  /// Works out the trading charges of one period (BSC Section T; forms K, names, formats and signs verified).
  ///
  /// - Throws: ``TradingPeriodFault`` for inputs that do not fit the roster or any real system.
  public init(
    _ period: TradingPeriod, _ roster: TradingRoster, _ rules: TradingRules
  ) throws(TradingPeriodFault) {
    try period.check(roster, rules)
    switch period.losses {
    case .computed: losses = try TransmissionLosses(roster, metered: period.metered, rules: rules)
    case .supplied(let multipliers): losses = TransmissionLosses(supplied: multipliers)
    }
    accounts = Array(repeating: AccountLine(), count: roster.accountCount)
    leadCredited = []
    balancing = try Self.balancing(period, rules)
    credit(period, roster, rules)
    value(period, rules)
    payUnits(period, rules)
    chargeInformation(period, roster, rules)
    try boundCash()
    shareResidual(period, rules)
  }

  // MARK: Volumes

  private static func balancing(
    _ period: TradingPeriod, _ rules: TradingRules
  ) throws(TradingPeriodFault) -> [SettlementVolume] {
    var volumes = period.servicesVolumes
    if volumes.isEmpty { volumes = Array(repeating: .zero, count: period.metered.count) }
    for row in period.acceptances {
      guard let accepted = SettlementVolume(row.volume, rules.volumeRounding) else {
        throw .tooMuchEnergy(of: "accepted volumes")
      }
      volumes[row.unit] += accepted
    }
    return volumes
  }

  private mutating func credit(_ period: TradingPeriod, _ roster: TradingRoster, _ rules: TradingRules) {
    leadCredited.reserveCapacity(period.metered.count)
    for place in period.metered.indices {
      leadCredited.append(period.metered[place] * losses.multipliers[place])
    }
    for row in period.reallocations {
      let base = period.metered[row.unit] - balancing[row.unit]
      let part = rules.volumeRounding.quotient(
        Int128(base.kilowattHours) * Int128(row.share.billionths), by: 1_000_000_000)
      let metered = SettlementVolume(kilowattHours: Int64(part)) + row.fixed
      let credited = metered * losses.multipliers[row.unit]
      reallocated.append(ReallocatedVolume(reallocation: row, metered: metered, credited: credited))
      leadCredited[row.unit] -= credited
      accounts[row.subsidiary.place].credited += credited
      if !(rules.residualExcludesInterconnectors && roster.units[row.unit].isInterconnector) {
        accounts[row.subsidiary.place].residualBasis += credited.magnitude
      }
    }
    for place in leadCredited.indices {
      let lead = roster.leads[place].place
      accounts[lead].credited += leadCredited[place]
      if balancing[place].kilowattHours != 0 {
        accounts[lead].balancing += balancing[place] * losses.multipliers[place]
      }
      if !(rules.residualExcludesInterconnectors && roster.units[place].isInterconnector) {
        accounts[lead].residualBasis += leadCredited[place].magnitude
      }
    }
  }

  // MARK: Cash

  private mutating func value(_ period: TradingPeriod, _ rules: TradingRules) {
    for place in accounts.indices {
      var line = accounts[place]
      line.sold = CreditedVolume(period.sold[place])
      line.imbalance = line.credited - line.balancing - line.sold
      line.price = line.imbalance.units > 0 ? period.prices.sell : period.prices.buy
      line.imbalanceCharge = (-line.imbalance).cost(at: line.price, to: rules.cashStep, rules.cashRounding)
      accounts[place] = line
      totalResidualCashflow += line.imbalanceCharge
      totalResidualBasis += line.residualBasis
    }
  }

  private mutating func payUnits(_ period: TradingPeriod, _ rules: TradingRules) {
    for row in period.acceptances {
      let place = row.unit
      let shortfall =
        period.notified.isEmpty ? nil : period.notified[place] + balancing[place] - period.metered[place]
      let cash = UnitCashflow(
        row, shortfall: shortfall, multiplier: losses.multipliers[place], prices: period.prices, rules: rules)
      unitCash.append(cash)
      systemOperatorCashflow += cash.cash
      switch rules.nonDeliveryCredit {
      case .systemOperator: systemOperatorCashflow -= cash.nonDeliveryCharge
      case .residual: totalResidualCashflow += cash.nonDeliveryCharge
      }
    }
  }

  private mutating func chargeInformation(_ period: TradingPeriod, _ roster: TradingRoster, _ rules: TradingRules) {
    guard !period.notified.isEmpty else { return }
    informationVolumes = period.metered.indices.map { place in
      let gap = period.metered[place] - period.notified[place] - balancing[place]
      return gap < .zero ? -gap : gap
    }
    guard rules.informationImbalancePrice != .zero else { return }
    informationCharges = Array(repeating: .zero, count: roster.parties.count)
    for place in informationVolumes.indices {
      let charge = CreditedVolume(informationVolumes[place]).cost(
        at: rules.informationImbalancePrice, to: rules.cashStep, rules.cashRounding)
      informationCharges[roster.leads[place].party] += charge
      totalResidualCashflow += charge
    }
  }

  /// £10,000,000,000 of charges, either sign, in one period: sums over years stay within 64 bits.
  public static let cashLimit = Money(micropounds: 10_000_000_000_000_000)

  private func boundCash() throws(TradingPeriodFault) {
    var sum: UInt64 = 0
    for line in accounts { sum &+= line.imbalanceCharge.micropounds.magnitude }
    for row in unitCash { sum &+= row.cash.micropounds.magnitude &+ row.nonDeliveryCharge.micropounds.magnitude }
    for charge in informationCharges { sum &+= charge.micropounds.magnitude }
    guard sum <= Self.cashLimit.micropounds.magnitude else { throw .tooMuchCash }
  }

  /// Shares the residual cashflow so that the shares add up to it: each account gets what its place adds to the rounded
  /// running total. A share differs from the exact one by less than a step.
  private mutating func shareResidual(_ period: TradingPeriod, _ rules: TradingRules) {
    guard totalResidualBasis.units > 0 else { return }
    let step = rules.cashStep.size
    let whole = Int128(totalResidualBasis.units)
    let steps = rules.cashRounding.quotient(Int128(totalResidualCashflow.micropounds), by: step)
    var running: Int128 = 0
    var paid: Int128 = 0
    for place in accounts.indices where accounts[place].residualBasis.units != 0 {
      running += Int128(accounts[place].residualBasis.units)
      let upTo = running == whole ? steps : rules.cashRounding.quotient(steps * running, by: whole)
      accounts[place].residualCashflow = Money(micropounds: Int64((upTo - paid) * step))
      paid = upTo
    }
  }
}
