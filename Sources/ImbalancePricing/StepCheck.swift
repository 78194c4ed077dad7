import BalancingMechanism
import Quantities

/// One step of the price held against the published column of its name, alone: the step starts from what the publisher
/// says the step before left, so a fault in one step does not show in the next.
public struct StepCheck: Hashable, Sendable {
  public struct Difference: Hashable, Sendable {
    /// BM unit or number of the action.
    public var id: String
    public var acceptance: Int
    public var computed: BalancingEnergy
    public var published: BalancingEnergy
  }

  public var step: PricingStep
  /// Rows that are compared.
  public var compared: Int
  /// Those farther apart than ``tolerance``, in the order of the stack.
  public var differences: [Difference]

  /// Published volumes are binary floating point: up to 10⁻⁸ MWh apart counts as equal.
  public static let tolerance = BalancingEnergy(units: 1_000)

  /// The steps that publish a volume of each row.
  public static let steps: [PricingStep] = [.deMinimis, .arbitrage, .netImbalance, .priceAverage, .lossWeighting]

  /// Each step that has a published column. - Returns: none for a stack without such columns.
  public static func all(_ rows: [PublishedStackRow], _ inputs: PricingInputs) -> [StepCheck] {
    steps.compactMap { step in
      guard rows.contains(where: { $0.volume(after: step) != nil }) else { return nil }
      return StepCheck(step, rows, inputs)
    }
  }

  private init(_ step: PricingStep, _ rows: [PublishedStackRow], _ inputs: PricingInputs) {
    self.step = step
    var byAction: [StackAction: [PublishedStackRow]] = [:]
    for row in rows { byAction[row.action, default: []].append(row) }
    var inputs = inputs
    inputs.actions = rows.map(\.action)
    var walk = PriceWalk(inputs)
    var published: [BalancingEnergy?] = []
    for index in walk.entries.indices {
      let row = byAction[walk.entries[index].action]?.popLast()
      published.append(row?.volume(after: step))
      walk.entries[index].take(row, before: step)
    }
    walk.run(step)
    compared = 0
    differences = []
    for (entry, published) in zip(walk.entries, published) {
      let computed = entry.volume(after: step)
      // An empty field after a volume that was used up is nothing.
      guard published != nil || computed.units != 0 else { continue }
      compared += 1
      guard (computed - (published ?? .zero)).magnitude > Self.tolerance else { continue }
      differences.append(
        Difference(
          id: entry.action.id, acceptance: entry.action.acceptance, computed: computed,
          published: published ?? .zero))
    }
  }
}

extension StackEntry {
  /// Puts in what the publisher says was left before a step; an empty field is nothing.
  fileprivate mutating func take(_ row: PublishedStackRow?, before step: PricingStep) {
    switch step {
    case .arbitrage: dmatAdjusted = row?.dmatAdjusted ?? .zero
    case .netImbalance:
      dmatAdjusted = row?.dmatAdjusted ?? .zero
      arbitrageAdjusted = row?.arbitrageAdjusted ?? .zero
    case .priceAverage:
      nivAdjusted = row?.nivAdjusted ?? .zero
      finalPrice = row?.finalPrice ?? finalPrice
    case .lossWeighting: parAdjusted = row?.parAdjusted ?? .zero
    case .flags, .deMinimis, .classification, .replacement: break
    }
  }
}

extension PriceWalk {
  /// Works out one step again from what its entries now hold.
  fileprivate mutating func run(_ step: PricingStep) {
    switch step {
    case .deMinimis:
      for index in entries.indices { entries[index].dmatAdjusted = entries[index].action.volume }
      dropDeMinimis()
    case .arbitrage: matchArbitrage()
    case .netImbalance:
      netImbalanceVolume = .zero
      tagNetImbalance()
    case .priceAverage: tagPriceAverage()
    case .flags, .classification, .replacement, .lossWeighting: break
    }
  }
}
