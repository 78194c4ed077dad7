import BalancingMechanism
import Quantities

/// Why an action may have been taken for the system and not for energy (first-stage flags).
public struct ActionFlags: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Set by the system operator.
  public static let system = ActionFlags(rawValue: 1)
  /// Part of a run of acceptances shorter than CADL.
  public static let shortDuration = ActionFlags(rawValue: 2)
  /// An emergency instruction.
  public static let emergency = ActionFlags(rawValue: 4)
}

/// One balancing action as it enters the price stack.
public struct StackAction: Hashable, Sendable {
  /// What kind of action it is.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// An accepted offer or bid of a BM unit.
    case acceptance
    /// A balancing services adjustment action.
    case adjustment
  }

  public var kind: Kind
  /// The BM unit, or the number of an adjustment action.
  public var id: String
  /// Breaks ties on price; 0 for none.
  public var acceptance: Int
  /// 0 for an adjustment action.
  public var pair: Int
  /// £/MWh; `nil` for an action without a price.
  public var price: UnitRate?
  /// £/MWh that stands in for the original price (constraint licence offers, P470); `nil` for all others.
  public var repricedTo: UnitRate?
  /// Positive in the buy stack (offers, buys), negative in the sell stack (bids, sells).
  public var volume: BalancingEnergy
  /// 1 for adjustment actions.
  public var lossMultiplier: TransmissionLossMultiplier
  public var flags: ActionFlags
  /// A reserve action that is priced at the reserve scarcity price where that is higher.
  public var isReserve: Bool

  public init(
    kind: Kind = .acceptance, id: String, acceptance: Int = 0, pair: Int = 0, price: UnitRate?,
    volume: BalancingEnergy, lossMultiplier: TransmissionLossMultiplier = .one, flags: ActionFlags = [],
    isReserve: Bool = false
  ) {
    self.kind = kind
    self.id = id
    self.acceptance = acceptance
    self.pair = pair
    self.price = price
    self.volume = volume
    self.lossMultiplier = lossMultiplier
    self.flags = flags
    self.isReserve = isReserve
    repricedTo = nil
  }

  public init(_ adjustment: AdjustmentAction) {
    self.init(
      kind: .adjustment, id: String(adjustment.number), acceptance: adjustment.number, price: adjustment.price,
      volume: adjustment.volume, flags: adjustment.isSystemFlagged ? .system : [],
      isReserve: adjustment.isReserveProvider)
  }
}

/// The two stacks.
public enum StackSide: String, Hashable, Sendable, CaseIterable {
  case buy
  case sell
}

/// An action with what is left of it after each step. Volumes keep the action's sign.
public struct StackEntry: Hashable, Sendable {
  public var action: StackAction
  /// The price after reserve scarcity pricing; the action's own for all others.
  public var price: UnitRate?
  /// Flagged after classification as well (second-stage flagged).
  public var isSecondStageFlagged = false
  /// Left after the de minimis threshold.
  public var dmatAdjusted: BalancingEnergy
  /// Left after arbitrage.
  public var arbitrageAdjusted: BalancingEnergy
  /// Left after net imbalance volume tagging.
  public var nivAdjusted: BalancingEnergy
  /// Left after price average reference tagging.
  public var parAdjusted: BalancingEnergy
  /// The price with which it enters the mean; the replacement price for a second-stage flagged action.
  public var finalPrice: UnitRate?

  public init(_ action: StackAction, price: UnitRate?) {
    self.action = action
    self.price = price
    dmatAdjusted = action.volume
    arbitrageAdjusted = action.volume
    nivAdjusted = action.volume
    parAdjusted = action.volume
  }

  public var side: StackSide { action.volume.units < 0 ? .sell : .buy }
  public var isFirstStageFlagged: Bool { !action.flags.isEmpty }

  /// Left after the last step times the loss multiplier, rounded once half away from zero to 10⁻¹¹ MWh.
  public var tlmAdjusted: BalancingEnergy {
    let product = parAdjusted.units * Int128(action.lossMultiplier.tenMillionths)
    return BalancingEnergy(units: Rounding.halfAwayFromZero.quotient(product, by: 10_000_000))
  }

  /// Final price times what is left with losses, rounded once half away from zero to a micropound; `nil` when nothing is
  /// left to price.
  public var tlmAdjustedCost: Money? {
    guard let finalPrice, parAdjusted.units != 0 else { return nil }
    let product = tlmAdjusted.units * Int128(finalPrice.micropencePerMWh)
    return Money(micropounds: Int64(clamping: Rounding.halfAwayFromZero.quotient(product, by: 10_000_000_000_000)))
  }

  /// What is left after a step.
  public func volume(after step: PricingStep) -> BalancingEnergy {
    switch step {
    case .flags: action.volume
    case .deMinimis: dmatAdjusted
    case .arbitrage, .classification: arbitrageAdjusted
    case .netImbalance, .replacement: nivAdjusted
    case .priceAverage: parAdjusted
    case .lossWeighting: tlmAdjusted
    }
  }
}

/// The steps of the walk, in their order.
public enum PricingStep: String, Hashable, Sendable, CaseIterable {
  case flags
  case deMinimis = "de-minimis"
  case arbitrage
  case classification
  case netImbalance = "niv-tagging"
  case replacement = "replacement-price"
  case priceAverage = "par-tagging"
  case lossWeighting = "loss-weighting"
}
