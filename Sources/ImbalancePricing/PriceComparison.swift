import BalancingMechanism
import Quantities

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
  public var differenceSentence: String? {
    guard isReproduced == false, let walk, let mine = systemPrice, let published = facts.record?.systemPrice,
      let side = walk.activeSide
    else { return nil }
    let opening =
      "Recomputed \(mine.poundsPerMWhText) GBP/MWh, published \(published.poundsPerMWhText) GBP/MWh: "
    if walk.uncoveredVolume.units > 0 {
      return opening
        + "the listed \(side.rawValue) actions are \(walk.uncoveredVolume.megawattHoursText(places: 3)) MWh "
        + "short of the net imbalance volume, so flagged or unlisted actions made up the rest."
    }
    return opening + cause(walk, published, side)
  }

  /// Looks for the published price in the stack, and measures how far the tagging must have been from ours.
  private func cause(_ walk: PriceWalk, _ published: UnitRate, _ side: StackSide) -> String {
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
    let niv = walk.netImbalanceVolume.magnitude
    guard let place else {
      let prices = stack.compactMap(\.price)
      guard let low = prices.min(), let high = prices.max(), published > low, published < high else {
        return
          "no listed \(side.rawValue) action is that dear or that cheap, so an action that the list leaves out, or "
          + "the market index price, set it."
      }
      return "it is no listed action's price: a flagged action that the list leaves out, a replacement or market index "
        + "price, or a mean over more than one action set it."
    }
    if niv > place.to {
      return "listed actions at that price end \((niv - place.to).megawattHoursText(places: 3)) MWh before the net "
        + "imbalance volume, so flagged \(side.rawValue) actions cheaper than it, which the list leaves out, took that "
        + "volume."
    }
    if niv <= place.from {
      return "listed actions at that price begin \((place.from - niv).megawattHoursText(places: 3)) MWh beyond the net "
        + "imbalance volume, so arbitrage against actions that the list leaves out, or a repriced flagged action, moved "
        + "the margin."
    }
    return
      "the margin lies on that price, but the dearest reference volume reaches into other actions: flagged actions "
      + "that the list leaves out moved it by less than that volume."
  }
}
