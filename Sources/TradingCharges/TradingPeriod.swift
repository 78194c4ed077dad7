import BalancingMechanism
import Quantities

/// The imbalance prices of one period, £/MWh.
public struct ImbalancePrices: Hashable, Sendable {
  /// System sell price: what a long account is paid.
  public var sell: UnitRate
  /// System buy price: what a short account pays.
  public var buy: UnitRate

  public init(sell: UnitRate, buy: UnitRate) {
    self.sell = sell
    self.buy = buy
  }

  /// The single price of periods since 5 November 2015.
  public init(_ price: UnitRate) { self.init(sell: price, buy: price) }
}

/// A metered volume reallocation in force for one period: a part of a unit's volume goes to a subsidiary account.
public struct Reallocation: Hashable, Sendable {
  /// The unit's place in the roster.
  public var unit: Int
  public var subsidiary: AccountIndex
  /// QMPR: the share of `QM − QBS`, 0...1.
  public var share: Proportion
  /// QMFR, with the sign of metered volumes.
  public var fixed: SettlementVolume

  public init(unit: Int, subsidiary: AccountIndex, share: Proportion, fixed: SettlementVolume) {
    self.unit = unit
    self.subsidiary = subsidiary
    self.share = share
    self.fixed = fixed
  }
}

/// Where transmission loss multipliers come from.
public enum LossSource: Sendable {
  /// From the period's metered volumes.
  case computed
  /// As published, by place of the unit.
  case supplied([TransmissionLossMultiplier])
}

/// Everything that the trading charges of one settlement period depend on, over the places of a ``TradingRoster``.
public struct TradingPeriod: Sendable {
  public var prices: ImbalancePrices
  /// QM by unit.
  public var metered: [SettlementVolume]
  /// QABC by account: sold less bought.
  public var sold: [SettlementVolume]
  public var reallocations: [Reallocation]
  /// Units with accepted bids or offers only, rising by unit.
  public var acceptances: [UnitAcceptances]
  /// Applicable balancing services volume (ABSVD) by unit; empty when there is none.
  public var servicesVolumes: [SettlementVolume]
  /// Final physical notification energy by unit; empty when not known, and then there is no non-delivery charge.
  public var notified: [SettlementVolume]
  public var losses: LossSource

  public init(
    prices: ImbalancePrices, metered: [SettlementVolume], sold: [SettlementVolume],
    reallocations: [Reallocation] = [], acceptances: [UnitAcceptances] = [],
    servicesVolumes: [SettlementVolume] = [], notified: [SettlementVolume] = [], losses: LossSource = .computed
  ) {
    self.prices = prices
    self.metered = metered
    self.sold = sold
    self.reallocations = reallocations
    self.acceptances = acceptances
    self.servicesVolumes = servicesVolumes
    self.notified = notified
    self.losses = losses
  }
}

/// Why the charges of a period cannot be worked out.
public enum TradingPeriodFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// An array has not one value for each place of the roster.
  case wrongCount(of: String, expected: Int, found: Int)
  /// A place of a unit or account is not in the roster.
  case unknownPlace(of: String)
  /// The volumes of one kind are together beyond ``SettlementVolume/limit``, or accepted volumes beyond 100,000 MWh.
  case tooMuchEnergy(of: String)
  /// A loss multiplier would not be above 0 and up to 10.
  case lossesOutOfRange
  /// More than the whole of a unit is reallocated by percentage.
  case reallocatedBeyondWhole
  /// The charges of the period are together beyond ``TradingPeriodResult/cashLimit``.
  case tooMuchCash
  /// Two prices that differ where the rules know one.
  case pricesDiffer

  public var description: String {
    switch self {
    case .wrongCount(let name, let expected, let found):
      "\(found) values of \(name) are given where \(expected) are needed, one for each place."
    case .unknownPlace(let name): "A row of \(name) names a unit or account that is not listed."
    case .tooMuchEnergy(let name): "The \(name) of a period are beyond what the system can hold: look for a wrong unit."
    case .lossesOutOfRange: "The metered volumes give a transmission loss multiplier that is not above 0 and up to 10."
    case .reallocatedBeyondWhole: "More than 100 % of a BM unit is reallocated."
    case .tooMuchCash: "The volumes and prices of a period make more than 10,000,000,000 GBP: look for a wrong unit."
    case .pricesDiffer: "Sell and buy price differ on a date that has a single imbalance price."
    }
  }
}

extension TradingPeriod {
  /// Bounds every sum that follows, so that no arithmetic can leave its range.
  func check(_ roster: TradingRoster, _ rules: TradingRules) throws(TradingPeriodFault) {
    let units = roster.units.count
    try Self.check(metered, units, "metered volumes")
    try Self.check(sold, roster.accountCount, "contract volumes")
    if !servicesVolumes.isEmpty { try Self.check(servicesVolumes, units, "balancing services volumes") }
    if !notified.isEmpty { try Self.check(notified, units, "physical notifications") }
    if case .supplied(let multipliers) = losses, multipliers.count != units {
      throw .wrongCount(of: "loss multipliers", expected: units, found: multipliers.count)
    }
    try checkReallocations(roster)
    try checkAcceptances(units)
    if rules.priceRegime == .single, prices.sell != prices.buy { throw .pricesDiffer }
  }

  private static func check(
    _ volumes: [SettlementVolume], _ expected: Int, _ name: String
  ) throws(TradingPeriodFault) {
    guard volumes.count == expected else {
      throw .wrongCount(of: name, expected: expected, found: volumes.count)
    }
    let limit = SettlementVolume.limit.kilowattHours.magnitude
    var sum: UInt64 = 0
    for volume in volumes {
      let magnitude = volume.kilowattHours.magnitude
      guard magnitude <= limit else { throw .tooMuchEnergy(of: name) }
      sum &+= magnitude
    }
    guard sum <= limit else { throw .tooMuchEnergy(of: name) }
  }

  private func checkReallocations(_ roster: TradingRoster) throws(TradingPeriodFault) {
    guard !reallocations.isEmpty else { return }
    var shares: [Int: Int64] = [:]
    for row in reallocations {
      guard roster.units.indices.contains(row.unit), (0..<roster.accountCount).contains(row.subsidiary.place) else {
        throw .unknownPlace(of: "reallocations")
      }
      guard (0...1_000_000_000).contains(row.share.billionths) else { throw .reallocatedBeyondWhole }
      shares[row.unit, default: 0] += row.share.billionths
    }
    guard shares.values.allSatisfy({ $0 <= 1_000_000_000 }) else { throw .reallocatedBeyondWhole }
    try Self.check(reallocations.map(\.fixed), reallocations.count, "fixed reallocations")
  }

  private func checkAcceptances(_ units: Int) throws(TradingPeriodFault) {
    var sum: UInt128 = 0
    let limit = BalancingEnergy.limit.units.magnitude / 10
    for row in acceptances {
      guard (0..<units).contains(row.unit) else { throw .unknownPlace(of: "acceptances") }
      for pair in row.pairs {
        guard pair.offer.units.magnitude <= limit, pair.bid.units.magnitude <= limit,
          pair.offerPrice.micropencePerMWh.magnitude <= UnitRate.limit.micropencePerMWh.magnitude,
          pair.bidPrice.micropencePerMWh.magnitude <= UnitRate.limit.micropencePerMWh.magnitude
        else { throw .tooMuchEnergy(of: "accepted volumes") }
        sum += pair.offer.units.magnitude + pair.bid.units.magnitude
      }
    }
    guard sum <= limit else { throw .tooMuchEnergy(of: "accepted volumes") }
  }
}
