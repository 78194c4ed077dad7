import BalancingMechanism
import Quantities

/// Where the price of the side that did not set the main price comes from (BSC Section T before P305; K in the notes).
public enum ReversePriceBasis: String, Hashable, Sendable, CaseIterable {
  /// The market index price.
  case marketIndex = "market-index"
  /// The main price: there is no market index price, or it would be better than the main price for a party in imbalance.
  case mainPrice = "main-price"
  /// A mean over the side's own stack (before P78).
  case stackAverage = "stack-average"
  /// The side's stack is empty and nothing says what its price was (before P78).
  case nothing
}

extension PriceWalk {
  /// Gives each side its price.
  mutating func priceBothSides() {
    switch inputs.parameters.method {
    case .single:
      systemBuyPrice = systemPrice
      systemSellPrice = systemPrice
    case .mainAndReverse: addReversePrice()
    case .stackAverages: averageStacks()
    }
  }

  /// The sell price never lies above the buy price: the reverse price gives way.
  private mutating func addReversePrice() {
    guard let main = systemPrice, let side = activeSide else {
      systemBuyPrice = systemPrice
      systemSellPrice = systemPrice
      return
    }
    reverseBasis = .mainPrice
    var reverse = main
    if let index = inputs.marketIndexPrice, side == .buy ? index <= main : index >= main {
      reverse = index
      reverseBasis = .marketIndex
    }
    systemBuyPrice = side == .buy ? main : reverse
    systemSellPrice = side == .buy ? reverse : main
  }

  private mutating func averageStacks() {
    systemBuyPrice = mean(of: priceSetters.filter { $0.side == .buy }, .buy)
    systemSellPrice = mean(of: priceSetters.filter { $0.side == .sell }, .sell)
    systemPrice = activeSide == .sell ? systemSellPrice : systemBuyPrice
    basis = systemPrice == nil ? .nothing : .actions
    let other = activeSide == .sell ? systemBuyPrice : systemSellPrice
    reverseBasis = other == nil ? .nothing : .stackAverage
  }

  /// What the side in the other direction pays or is paid, in a sentence; `nil` where there is one price.
  var reverseSentence: String? {
    guard let reverseBasis, let buy = systemBuyPrice ?? systemSellPrice, let sell = systemSellPrice ?? systemBuyPrice
    else { return nil }
    let prices = "System buy price \(buy.poundsPerMWhText), system sell price \(sell.poundsPerMWhText) GBP/MWh: "
    switch reverseBasis {
    case .marketIndex: return prices + "the reverse price is the market index price."
    case .mainPrice: return prices + "the reverse price is the main price, since no market index price gives way to it."
    case .stackAverage: return prices + "each is the mean over its own stack."
    case .nothing: return "One stack holds no priced action, so that side has no price of its own."
    }
  }
}
