import BalancingMechanism
import Quantities

/// Why a recomputed price is not the published one.
public struct PriceDifference: Hashable, Sendable {
  /// Which kind of action the inputs lack.
  public enum Cause: String, Hashable, Sendable, CaseIterable {
    /// The listed actions do not reach the net imbalance volume: flagged or unlisted actions made up the rest.
    case listTooShort = "list-too-short"
    /// The published price lies beyond every listed one: an unlisted action or the market index price set it.
    case unlistedAction = "unlisted-action"
    /// The published price lies among the listed ones and is none of them: a replacement price, the market index price or a
    /// mean.
    case substitutePrice = "substitute-price"
    /// Flagged actions cheaper than the margin took volume.
    case cheaperFlaggedActions = "cheaper-flagged-actions"
    /// Actions of the opposite stack were matched, or a repriced flagged action stood in.
    case oppositeOrRepricedActions = "opposite-or-repriced-actions"
    /// Flagged actions moved the margin by less than the reference volume.
    case actionsAtTheMargin = "actions-at-the-margin"
    /// Nothing is left of the actions and the published price is another than the fallback.
    case fallback
  }

  public var cause: Cause
  public var sentence: String
}

extension PeriodPricing {
  /// Whether the recomputed price is the published one to the penny; `nil` when one of them is not there.
  public var isReproduced: Bool? {
    guard let mine = systemPrice, let published = facts.record?.systemPrice else { return nil }
    return Self.pence(mine) == Self.pence(published)
  }

  private static func pence(_ rate: UnitRate) -> Int128 {
    Rounding.halfAwayFromZero.quotient(Int128(rate.micropencePerMWh), by: 1_000_000)
  }

  /// Why the recomputed price is not the published one, in a sentence; `nil` when it is, or when there is nothing to
  /// compare.
  public var differenceSentence: String? { difference?.sentence }

  /// Why no price could be recomputed beside a published one, in a sentence; `nil` where there is one.
  public var unpricedSentence: String? {
    guard systemPrice == nil, facts.record != nil else { return nil }
    let lacks = missing.filter { $0 != .lossMultipliers && $0 != .priceAdjusters }.map(\.sentence)
    return "No price could be recomputed. " + lacks.joined(separator: " ")
  }

  /// Why the recomputed price is not the published one; `nil` when it is, or when there is nothing to compare.
  public var difference: PriceDifference? {
    guard isReproduced == false, let walk, let mine = systemPrice, let published = facts.record?.systemPrice
    else { return nil }
    let opening = "Recomputed \(mine.poundsPerMWhText) GBP/MWh, published \(published.poundsPerMWhText) GBP/MWh: "
    guard let side = walk.activeSide else {
      return PriceDifference(
        cause: .fallback,
        sentence: opening + "the net imbalance volume is zero here, so actions that the inputs lack, or another market "
          + "index price, made the difference.")
    }
    if walk.uncoveredVolume.units > 0 {
      return PriceDifference(
        cause: .listTooShort,
        sentence: opening
          + "the listed \(side.rawValue) actions are \(walk.uncoveredVolume.megawattHoursText(places: 3)) MWh "
          + "short of the net imbalance volume, so flagged or unlisted actions made up the rest.")
    }
    let (cause, reason) = cause(walk, published, side)
    return PriceDifference(cause: cause, sentence: opening + reason)
  }

  /// Looks for the published price in the stack, and measures how far the tagging must have been from ours.
  private func cause(
    _ walk: PriceWalk, _ published: UnitRate, _ side: StackSide
  ) -> (PriceDifference.Cause, String) {
    let stack = walk.entries.filter { $0.side == side && $0.dmatAdjusted.units != 0 }
    var before = BalancingEnergy.zero
    var place: (from: BalancingEnergy, to: BalancingEnergy)?
    for entry in stack {
      let end = before + entry.dmatAdjusted.magnitude
      if let price = entry.price, Self.pence(price) == Self.pence(published) {
        place = (place?.from ?? before, end)
      }
      before = end
    }
    guard let place else { return unlisted(stack.compactMap(\.price), published, side) }
    let niv = walk.netImbalanceVolume.magnitude
    if niv > place.to {
      return (
        .cheaperFlaggedActions,
        "listed actions at that price end \((niv - place.to).megawattHoursText(places: 3)) MWh before the net "
          + "imbalance volume, so flagged \(side.rawValue) actions cheaper than it, which the list leaves out, took that "
          + "volume."
      )
    }
    if niv <= place.from {
      return (
        .oppositeOrRepricedActions,
        "listed actions at that price begin \((place.from - niv).megawattHoursText(places: 3)) MWh beyond the net "
          + "imbalance volume, so arbitrage against actions that the list leaves out, or a repriced flagged action, "
          + "moved the margin."
      )
    }
    return (
      .actionsAtTheMargin,
      "the margin lies on that price, but the dearest reference volume reaches into other actions: flagged actions "
        + "that the list leaves out moved it by less than that volume."
    )
  }

  private func unlisted(
    _ prices: [UnitRate], _ published: UnitRate, _ side: StackSide
  ) -> (PriceDifference.Cause, String) {
    guard let low = prices.min(), let high = prices.max(), published > low, published < high else {
      return (
        .unlistedAction,
        "no listed \(side.rawValue) action is that dear or that cheap, so an action that the list leaves out, or the "
          + "market index price, set it."
      )
    }
    return (
      .substitutePrice,
      "it is no listed action's price: a flagged action that the list leaves out, a replacement or market index price, "
        + "or a mean over more than one action set it."
    )
  }
}
