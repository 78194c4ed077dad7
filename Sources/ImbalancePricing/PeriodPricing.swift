import BalancingMechanism
import Quantities
import SettlementCalendar

/// The price of a period from whatever is known of it, with what the inputs lack.
public struct PeriodPricing: Sendable {
  /// Something that a full calculation needs and the inputs do not have.
  public enum Lack: String, Hashable, Sendable, CaseIterable {
    case parameters
    case acceptances
    case flaggedActions = "flagged-actions"
    case netImbalanceVolume = "net-imbalance-volume"
    case adjustmentActions = "balancing-services-adjustment-actions"
    case marketIndex = "market-index"
    case lossMultipliers = "transmission-loss-multipliers"
    case priceAdjusters = "price-adjusters"

    /// What it is and what its absence means, in a sentence.
    public var sentence: String {
      switch self {
      case .parameters: "No pricing parameters are known for this date."
      case .acceptances: "No accepted offers or bids: the price cannot be worked out from actions."
      case .flaggedActions: "The list of actions leaves flagged actions out: those may set or shift the price."
      case .netImbalanceVolume:
        "No published net imbalance volume: a list without flagged actions cannot be tagged without one."
      case .adjustmentActions:
        "No balancing services adjustment actions (DISBSAD): the net imbalance volume lacks their volume."
      case .marketIndex: "No market index price with volume (MID): the fallback price is not known."
      case .lossMultipliers: "No transmission loss multipliers: every action counts with 1."
      case .priceAdjusters: "No published price adjusters: they count as zero."
      }
    }
  }

  /// How the actions became known.
  public enum Basis: String, Hashable, Sendable, CaseIterable {
    /// Volumes worked out from notifications, acceptances and bid-offer data.
    case levels
    /// Rows of the published settlement stack.
    case publishedStack = "published-stack"
    /// A list without flagged actions, tagged to the published net imbalance volume.
    case unflaggedList = "unflagged-list"
    /// No action is known; only totals.
    case totalsOnly = "totals-only"
  }

  public let facts: PeriodFacts
  public private(set) var basis: Basis
  /// `nil` when there are no parameters for the date, or no action at all.
  public private(set) var walk: PriceWalk?
  public private(set) var accepted: AcceptedStack?
  public private(set) var missing: [Lack] = []

  public init(
    _ facts: PeriodFacts, parameters book: PricingParameterBook = .shipped, deMinimisRule: DeMinimisRule = .row
  ) {
    self.facts = facts
    basis =
      !facts.stackRows.isEmpty
      ? .publishedStack
      : facts.hasAcceptances ? .levels : !facts.unflagged.isEmpty ? .unflaggedList : .totalsOnly
    guard let parameters = book.parameters(on: facts.period.day.date) else {
      missing.append(.parameters)
      return
    }
    let (actions, source) = gather(parameters)
    nameLacks(actions)
    guard basis != .totalsOnly, let source else { return }
    walk = PriceWalk(
      PricingInputs(
        actions: actions, parameters: parameters, deMinimisRule: deMinimisRule, netImbalance: source,
        buyPriceAdjuster: facts.record?.buyPriceAdjustment ?? .zero,
        sellPriceAdjuster: facts.record?.sellPriceAdjustment ?? .zero,
        reserveScarcityPrice: facts.record?.reserveScarcityPrice, marketIndex: facts.marketIndex))
  }

  private mutating func gather(_ parameters: PricingParameters) -> ([StackAction], NetImbalanceSource?) {
    let adjustments = facts.adjustments.map { StackAction($0) }
    switch basis {
    case .publishedStack: return (facts.stackRows.map(\.action), .stack)
    case .levels:
      let stack = AcceptedStack(facts, parameters: parameters)
      accepted = stack
      return (stack.actions + adjustments, .stack)
    case .unflaggedList:
      guard let volume = facts.record?.netImbalanceVolume else {
        missing.append(.netImbalanceVolume)
        return (facts.unflagged, nil)
      }
      return (facts.unflagged, .published(volume))
    case .totalsOnly: return (adjustments, nil)
    }
  }

  private mutating func nameLacks(_ actions: [StackAction]) {
    if basis == .totalsOnly { missing.append(.acceptances) }
    if basis == .unflaggedList { missing.append(.flaggedActions) }
    if basis == .levels || basis == .totalsOnly, facts.adjustments.isEmpty { missing.append(.adjustmentActions) }
    if !facts.marketIndex.contains(where: { $0.volume.units > 0 }) { missing.append(.marketIndex) }
    if !actions.contains(where: { $0.lossMultiplier != .one }) { missing.append(.lossMultipliers) }
    if facts.record?.buyPriceAdjustment == nil { missing.append(.priceAdjusters) }
  }

  /// Of the walk; without one, the sum of the published totals.
  public var netImbalanceVolume: BalancingEnergy? { walk?.netImbalanceVolume ?? facts.record?.netOfTotals }

  public var systemPrice: UnitRate? { walk?.systemPrice }

  /// The sums of the adjustment actions at hand.
  public var adjustmentTotals: (buy: BalancingEnergy, sell: BalancingEnergy) {
    facts.adjustments.reduce((.zero, .zero)) { sums, action in
      action.volume.units > 0 ? (sums.0 + action.volume, sums.1) : (sums.0, sums.1 + action.volume)
    }
  }
}
