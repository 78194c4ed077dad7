import BalancingMechanism
import Quantities

/// The imbalance price of one settlement period, walked step by step (BSC Section T, Annex T-1; order and thresholds as
/// in Elexon's imbalance pricing guidance).
///
/// Every action stays in ``entries`` with what each step left of it, so that each step can be looked at, and compared
/// with the published column of its name, alone.
public struct PriceWalk: Sendable {
  public let inputs: PricingInputs
  /// The buy stack cheapest first, then the sell stack cheapest first. "Cheap" sell actions have high prices.
  public internal(set) var entries: [StackEntry]
  /// Positive when the system was short. Of the stacks after the de minimis step, or the published one.
  public internal(set) var netImbalanceVolume: BalancingEnergy = .zero
  /// What the active stack lacks to cover a published net imbalance volume; zero otherwise.
  public internal(set) var uncoveredVolume: BalancingEnergy = .zero
  /// `nil` when no unflagged action survived, so that the market index price would stand in.
  public internal(set) var replacementPrice: UnitRate?
  /// What the replacement price is a mean over.
  public internal(set) var replacementVolume: BalancingEnergy = .zero
  /// `nil` when nothing can set a price: the stack is used up and there is no market index price.
  public internal(set) var systemPrice: UnitRate?
  public internal(set) var basis: PriceBasis = .nothing
  /// What a short party pays; the system price since 5 November 2015.
  public internal(set) var systemBuyPrice: UnitRate?
  /// What a long party is paid; the system price since 5 November 2015.
  public internal(set) var systemSellPrice: UnitRate?
  /// Where the price of the other side comes from, in years that had two.
  public internal(set) var reverseBasis: ReversePriceBasis?

  public init(_ inputs: PricingInputs) {
    self.inputs = inputs
    entries = Self.sorted(inputs)
    dropDeMinimis()
    if case .stack = inputs.netImbalance { matchArbitrage() } else { keepUnmatched() }
    classify()
    tagNetImbalance()
    findReplacementPrice()
    tagPriceAverage()
    weighAndPrice()
    priceBothSides()
  }

  /// The stack that sets the price; `nil` when the net imbalance volume is zero.
  public var activeSide: StackSide? {
    netImbalanceVolume.units == 0 ? nil : netImbalanceVolume.units > 0 ? .buy : .sell
  }

  /// The actions over which the price is a mean.
  public var priceSetters: [StackEntry] { entries.filter { $0.parAdjusted.units != 0 } }

  // MARK: Order

  private static func sorted(_ inputs: PricingInputs) -> [StackEntry] {
    let all = inputs.actions.filter { $0.volume.units != 0 }.map { action -> StackEntry in
      if inputs.parameters.flagTreatment == .unpriced, !action.flags.isEmpty { return StackEntry(action, price: nil) }
      let own = action.repricedTo ?? action.price
      guard action.isReserve, let scarcity = inputs.reserveScarcityPrice, action.volume.units > 0 else {
        return StackEntry(action, price: own)
      }
      return StackEntry(action, price: own.map { max($0, scarcity) } ?? scarcity)
    }
    return all.filter { $0.side == .buy }.sorted(by: isCheaper) + all.filter { $0.side == .sell }.sorted(by: isCheaper)
  }

  /// Whether `a` stands before `b` in their stack. Ties on price go by acceptance number, then by the other names, so
  /// that the order of arrival does not matter. An action without a price stands at the expensive end.
  static func isCheaper(_ a: StackEntry, _ b: StackEntry) -> Bool {
    switch (a.price, b.price) {
    case (let left?, let right?) where left != right: return a.side == .buy ? left < right : left > right
    case (_?, nil): return true
    case (nil, _?): return false
    default:
      let (left, right) = (a.action, b.action)
      if left.acceptance != right.acceptance { return left.acceptance < right.acceptance }
      return (left.id, left.pair, left.volume) < (right.id, right.pair, right.volume)
    }
  }

  /// Positions of one stack in ``entries``, cheapest first.
  func positions(_ side: StackSide) -> [Int] { entries.indices.filter { entries[$0].side == side } }

  // MARK: Steps

  mutating func dropDeMinimis() {
    struct Group: Hashable {
      var side: StackSide
      var id: String
      var pair: Int
    }
    func group(_ entry: StackEntry) -> Group { Group(side: entry.side, id: entry.action.id, pair: entry.action.pair) }
    var totals: [Group: BalancingEnergy] = [:]
    for entry in entries { totals[group(entry), default: .zero] += entry.action.volume }
    let threshold = inputs.parameters.deMinimis
    for index in entries.indices {
      var isDropped = entries[index].action.volume.magnitude < threshold
      if isDropped, inputs.deMinimisRule == .unitAndPair {
        isDropped = (totals[group(entries[index])] ?? .zero).magnitude < threshold
      }
      if isDropped { entries[index].dmatAdjusted = .zero }
    }
  }

  private mutating func keepUnmatched() {
    for index in entries.indices { entries[index].arbitrageAdjusted = entries[index].dmatAdjusted }
  }

  /// Cheapest buy against highest-priced sell while the buy does not cost more; flagged or not.
  mutating func matchArbitrage() {
    keepUnmatched()
    func candidates(_ side: StackSide) -> [Int] {
      positions(side).filter { entries[$0].price != nil && entries[$0].dmatAdjusted.units != 0 }
    }
    let (buys, sells) = (candidates(.buy), candidates(.sell))
    var (buy, sell) = (0, 0)
    while buy < buys.count, sell < sells.count {
      let (left, right) = (buys[buy], sells[sell])
      guard let cost = entries[left].price, let value = entries[right].price, cost <= value else { return }
      let matched = min(entries[left].arbitrageAdjusted.magnitude, entries[right].arbitrageAdjusted.magnitude)
      entries[left].arbitrageAdjusted -= matched
      entries[right].arbitrageAdjusted += matched
      if entries[left].arbitrageAdjusted.units == 0 { buy += 1 }
      if entries[right].arbitrageAdjusted.units == 0 { sell += 1 }
    }
  }

  /// A flagged action stays flagged when it is more expensive than every unflagged one left in its stack.
  private mutating func classify() {
    for side in StackSide.allCases {
      let left = positions(side).filter { entries[$0].arbitrageAdjusted.units != 0 }
      let dearest = left.filter { !entries[$0].isFirstStageFlagged }.compactMap { entries[$0].price }
        .max { side == .buy ? $0 < $1 : $0 > $1 }
      for index in left {
        guard let price = entries[index].price else {
          entries[index].isSecondStageFlagged = true
          continue
        }
        guard entries[index].isFirstStageFlagged else { continue }
        entries[index].isSecondStageFlagged = dearest.map { side == .buy ? price > $0 : price < $0 } ?? true
      }
    }
  }

  mutating func tagNetImbalance() {
    var totals: [StackSide: BalancingEnergy] = [:]
    for entry in entries {
      netImbalanceVolume += entry.dmatAdjusted
      totals[entry.side, default: .zero] += entry.arbitrageAdjusted.magnitude
    }
    if case .published(let volume) = inputs.netImbalance { netImbalanceVolume = volume }
    if inputs.parameters.method == .stackAverages {
      for index in entries.indices { entries[index].nivAdjusted = entries[index].arbitrageAdjusted }
      return
    }
    for index in entries.indices { entries[index].nivAdjusted = .zero }
    guard let side = activeSide else { return }
    let total = totals[side] ?? .zero
    uncoveredVolume = max(.zero, netImbalanceVolume.magnitude - total)
    var left = min(total, netImbalanceVolume.magnitude)
    for index in positions(side) {
      let kept = min(left, entries[index].arbitrageAdjusted.magnitude)
      entries[index].nivAdjusted = side == .buy ? kept : -kept
      left -= kept
    }
  }

  /// The most expensive part of what survived unflagged.
  private mutating func findReplacementPrice() {
    guard let side = activeSide else { return setFinalPrices(nil) }
    var left = inputs.parameters.replacementReference
    var terms: [(price: UnitRate, weight: Int128)] = []
    for index in positions(side).reversed() where !entries[index].isSecondStageFlagged {
      guard let price = entries[index].price else { continue }
      let taken = min(left, entries[index].nivAdjusted.magnitude)
      terms.append((price, taken.units))
      replacementVolume += taken
      left -= taken
    }
    replacementPrice = weightedPrice(terms)
    setFinalPrices(replacementPrice ?? inputs.marketIndexPrice)
  }

  private mutating func setFinalPrices(_ price: UnitRate?) {
    let substitute = inputs.parameters.flagTreatment == .classify ? price : nil
    for index in entries.indices where entries[index].nivAdjusted.units != 0 {
      entries[index].finalPrice = entries[index].isSecondStageFlagged ? substitute : entries[index].price
    }
  }

  /// Keeps the most expensive part, by the prices that now hold; ties keep the order of the stack.
  mutating func tagPriceAverage() {
    for index in entries.indices { entries[index].parAdjusted = .zero }
    if inputs.parameters.method == .stackAverages {
      for index in entries.indices where entries[index].finalPrice != nil {
        entries[index].parAdjusted = entries[index].nivAdjusted
      }
      return
    }
    guard let side = activeSide else { return }
    let isPriced = inputs.parameters.flagTreatment == .unpriced
    let survivors = positions(side).filter {
      entries[$0].nivAdjusted.units != 0 && !(isPriced && entries[$0].finalPrice == nil)
    }
    let ordered = survivors.enumerated().sorted { a, b in
      let (left, right) = (entries[a.element].finalPrice, entries[b.element].finalPrice)
      if let left, let right, left != right { return side == .buy ? left > right : left < right }
      if (left == nil) != (right == nil) { return left == nil }
      return a.offset > b.offset
    }
    var left = inputs.parameters.priceAverageReference
    for (_, index) in ordered {
      let kept = min(left, entries[index].nivAdjusted.magnitude)
      entries[index].parAdjusted = side == .buy ? kept : -kept
      left -= kept
    }
  }

  private mutating func weighAndPrice() {
    let active = activeSide
    let setters = priceSetters.filter { active == nil || $0.side == active }
    guard !setters.isEmpty, let side = active else {
      systemPrice = inputs.marketIndexPrice
      basis = systemPrice == nil ? .nothing : .marketIndex
      return
    }
    guard let price = mean(of: setters, side) else { return }
    systemPrice = price
    let flagged = setters.contains(where: \.isSecondStageFlagged)
    basis = !flagged ? .actions : replacementPrice == nil ? .marketIndex : .replacementPrice
  }

  /// `Σ(price × volume × TLM) ÷ Σ(volume × TLM)` plus the side's adjuster.
  func mean(of setters: [StackEntry], _ side: StackSide) -> UnitRate? {
    let terms = setters.compactMap { entry in
      entry.finalPrice.map {
        ($0, entry.parAdjusted.magnitude.units * Int128(entry.action.lossMultiplier.tenMillionths))
      }
    }
    guard terms.count == setters.count, let mean = weightedPrice(terms) else { return nil }
    let adjuster = side == .buy ? inputs.buyPriceAdjuster : inputs.sellPriceAdjuster
    let (sum, overflow) = mean.micropencePerMWh.addingReportingOverflow(adjuster.micropencePerMWh)
    return overflow ? nil : UnitRate(micropencePerMWh: sum)
  }
}

/// What set the price.
public enum PriceBasis: String, Hashable, Sendable, CaseIterable {
  /// The prices of the actions themselves.
  case actions
  /// The replacement price stood in for at least one flagged action.
  case replacementPrice = "replacement-price"
  /// The market index price stood in.
  case marketIndex = "market-index"
  /// Nothing: no price can be given.
  case nothing
}
