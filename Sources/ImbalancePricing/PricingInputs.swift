import BalancingMechanism
import Quantities

/// Whether an action below the de minimis threshold is dropped by its own volume or by that of its unit and pair.
///
/// The rule's text was not at hand; the published `dmatAdjustedVolume` decides where it is there.
public enum DeMinimisRule: String, Hashable, Sendable, CaseIterable {
  /// Each row by itself.
  case row
  /// Only when the row and the total of its unit and pair in that stack are both below.
  case unitAndPair = "unit-and-pair"
}

/// Where the net imbalance volume comes from.
public enum NetImbalanceSource: Hashable, Sendable {
  /// The sum of the stacks, which must be complete.
  case stack
  /// The published volume, for a list that leaves actions out. The opposite stack and what is above the published
  /// volume then count as tagged. There is no arbitrage: it needs both stacks whole.
  case published(BalancingEnergy)
}

/// Everything that the price of one settlement period depends on.
public struct PricingInputs: Sendable {
  public var actions: [StackAction]
  public var parameters: PricingParameters
  public var deMinimisRule: DeMinimisRule
  public var netImbalance: NetImbalanceSource
  /// £/MWh, added when the system is short.
  public var buyPriceAdjuster: UnitRate
  /// £/MWh, added when the system is long.
  public var sellPriceAdjuster: UnitRate
  /// Loss of load probability times value of lost load; `nil` when not known.
  public var reserveScarcityPrice: UnitRate?
  public var marketIndex: [MarketIndexPrice]

  public init(
    actions: [StackAction], parameters: PricingParameters, deMinimisRule: DeMinimisRule = .row,
    netImbalance: NetImbalanceSource = .stack, buyPriceAdjuster: UnitRate = .zero,
    sellPriceAdjuster: UnitRate = .zero, reserveScarcityPrice: UnitRate? = nil, marketIndex: [MarketIndexPrice] = []
  ) {
    self.actions = actions
    self.parameters = parameters
    self.deMinimisRule = deMinimisRule
    self.netImbalance = netImbalance
    self.buyPriceAdjuster = buyPriceAdjuster
    self.sellPriceAdjuster = sellPriceAdjuster
    self.reserveScarcityPrice = reserveScarcityPrice
    self.marketIndex = marketIndex
  }

  /// The market index price: the mean over the providers weighted by volume. - Returns: `nil` without volume.
  public var marketIndexPrice: UnitRate? {
    weightedPrice(marketIndex.filter { $0.volume.units > 0 }.map { ($0.price, $0.volume.units) })
  }
}

/// `Σ price × weight ÷ Σ weight`, rounded once half away from zero to 10⁻⁸ £/MWh, the finest published price.
///
/// - Returns: `nil` when the weights add up to nothing or the sums do not fit.
func weightedPrice(_ terms: [(price: UnitRate, weight: Int128)]) -> UnitRate? {
  var cost: Int128 = 0
  var weight: Int128 = 0
  for term in terms {
    let (product, tooLarge) = Int128(term.price.micropencePerMWh).multipliedReportingOverflow(by: term.weight)
    let (sum, overflow) = cost.addingReportingOverflow(product)
    guard !tooLarge, !overflow else { return nil }
    cost = sum
    weight += term.weight
  }
  guard weight > 0, let rate = Int64(exactly: Rounding.halfAwayFromZero.quotient(cost, by: weight)) else { return nil }
  return UnitRate(micropencePerMWh: rate)
}
