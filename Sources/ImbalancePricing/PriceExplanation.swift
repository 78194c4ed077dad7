import BalancingMechanism
import Quantities

extension PriceWalk {
  /// The walk in sentences: what each step did, and why the price is what it is.
  public var explanation: [String] {
    var lines = [openingSentence]
    lines += stepSentences
    lines.append(priceSentence)
    if let reverseSentence { lines.append(reverseSentence) }
    return lines
  }

  private var openingSentence: String {
    let buys = positions(.buy).count
    let sells = positions(.sell).count
    let flagged = entries.filter(\.isFirstStageFlagged).count
    return
      "The stacks hold \(buys) buy and \(sells) sell actions; \(flagged) are flagged as possibly taken for the system."
  }

  private var stepSentences: [String] {
    var lines: [String] = []
    let dropped = entries.filter { $0.dmatAdjusted.units == 0 }
    if !dropped.isEmpty {
      let volume = dropped.reduce(BalancingEnergy.zero) { $0 + $1.action.volume.magnitude }
      lines.append(
        "\(dropped.count) actions with \(text(volume)) MWh fall under the de minimis threshold of "
          + "\(text(inputs.parameters.deMinimis)) MWh.")
    }
    switch inputs.netImbalance {
    case .stack:
      let matched = entries.filter { $0.side == .buy }
        .reduce(BalancingEnergy.zero) { $0 + $1.dmatAdjusted - $1.arbitrageAdjusted }
      lines.append("Arbitrage matches \(text(matched)) MWh of buys with sells that were worth at least as much.")
    case .published:
      lines.append("No arbitrage is done: the list leaves actions out, and matching needs both stacks whole.")
    }
    let kept = entries.filter { $0.isFirstStageFlagged && $0.isSecondStageFlagged }.count
    let cleared = entries.filter {
      $0.isFirstStageFlagged && !$0.isSecondStageFlagged && $0.arbitrageAdjusted.units != 0
    }.count
    lines.append("Classification leaves \(kept) actions flagged and clears \(cleared).")
    if activeSide != nil {
      let direction = netImbalanceVolume.units > 0 ? "short" : "long"
      let source = if case .published = inputs.netImbalance { "published" } else { "of the stacks" }
      lines.append(
        "The net imbalance volume \(source) is \(text(netImbalanceVolume)) MWh: the system was \(direction).")
    }
    if uncoveredVolume.units > 0 {
      lines.append("The listed actions lack \(text(uncoveredVolume)) MWh to cover it.")
    }
    if let replacementPrice, basis == .replacementPrice {
      lines.append(
        "The replacement price is \(replacementPrice.poundsPerMWhText) GBP/MWh, from the dearest "
          + "\(text(replacementVolume)) MWh of unflagged survivors.")
    }
    return lines
  }

  /// Why this price: one sentence.
  public var priceSentence: String {
    guard let systemPrice else {
      return "No price can be given: no priced action is left and there is no market index price."
    }
    let price = systemPrice.poundsPerMWhText
    let names = priceSetters.prefix(4).map { entry in
      let name = entry.action.kind == .adjustment ? "adjustment action \(entry.action.id)" : entry.action.id
      let own = entry.price?.poundsPerMWhText ?? "no price"
      return "\(name) (\(own) GBP/MWh, \(text(entry.parAdjusted)) MWh)"
    }.joined(separator: ", ")
    let more = priceSetters.count > 4 ? " and \(priceSetters.count - 4) more" : ""
    let reference = text(inputs.parameters.priceAverageReference)
    switch basis {
    case .actions:
      return "The price is \(price) GBP/MWh: the dearest \(reference) MWh left after tagging belong to \(names)\(more)."
    case .replacementPrice:
      return "The price is \(price) GBP/MWh: of the dearest \(reference) MWh left, \(names)\(more), the flagged part "
        + "takes the replacement price."
    case .marketIndex where priceSetters.isEmpty:
      return "The price is \(price) GBP/MWh, the market index price: tagging left no action."
    case .marketIndex:
      return "The price is \(price) GBP/MWh: only flagged actions are left (\(names)\(more)) and no unflagged one to "
        + "take a replacement price from, so the market index price stands in."
    case .nothing: return "The price is \(price) GBP/MWh."
    }
  }

  private func text(_ energy: BalancingEnergy) -> String {
    DecimalNumber.text(
      Rounding.halfAwayFromZero.quotient(energy.units, by: 100_000_000), places: 3, keeping: 1)
  }
}
