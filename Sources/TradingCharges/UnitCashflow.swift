import BalancingMechanism
import Quantities

/// One bid-offer pair's cash, and what of it was not delivered.
public struct PairCashflow: Hashable, Sendable {
  public var pair: AcceptedPair
  /// CO = QAO × offer price × TLM; positive is received by the lead party.
  public var offerCash: Money
  /// CB = QAB × bid price × TLM; QAB is negative, so a positive bid price is paid.
  public var bidCash: Money
  /// QNDO of the pair; zero or more.
  public var nonDeliveredOffer: BalancingEnergy
  /// QNDB of the pair; zero or less.
  public var nonDeliveredBid: BalancingEnergy
  /// CND of the pair; zero or more, paid by the lead party.
  public var nonDeliveryCharge: Money
}

/// The balancing cash of one unit in one period (BSC Section T; forms K).
public struct UnitCashflow: Hashable, Sendable {
  /// The unit's place in the roster.
  public var unit: Int
  public var pairs: [PairCashflow]
  /// CBM; positive is received.
  public var cash: Money
  /// Notified plus accepted and applicable volumes less metered: positive when too little was delivered. `nil` where no
  /// notification is known.
  public var shortfall: SettlementVolume?
  /// CND; zero or more, paid.
  public var nonDeliveryCharge: Money

  init(
    _ acceptances: UnitAcceptances, shortfall: SettlementVolume?, multiplier: TransmissionLossMultiplier,
    prices: ImbalancePrices, rules: TradingRules
  ) {
    unit = acceptances.unit
    self.shortfall = shortfall
    var rows = acceptances.pairs.map { pair in
      PairCashflow(
        pair: pair,
        offerCash: Self.cash(pair.offer, Int128(pair.offerPrice.micropencePerMWh), multiplier, rules),
        bidCash: Self.cash(pair.bid, Int128(pair.bidPrice.micropencePerMWh), multiplier, rules),
        nonDeliveredOffer: .zero, nonDeliveredBid: .zero, nonDeliveryCharge: .zero)
    }
    cash = rows.reduce(.zero) { $0 + $1.offerCash + $1.bidCash }
    if let shortfall, shortfall.kilowattHours != 0 { Self.spread(shortfall, over: &rows, rules) }
    for index in rows.indices {
      let row = rows[index]
      let dear = Int128(row.pair.offerPrice.micropencePerMWh) - Int128(prices.buy.micropencePerMWh)
      let cheap = Int128(row.pair.bidPrice.micropencePerMWh) - Int128(prices.sell.micropencePerMWh)
      rows[index].nonDeliveryCharge =
        max(.zero, Self.cash(row.nonDeliveredOffer, dear, multiplier, rules))
        + max(.zero, Self.cash(row.nonDeliveredBid, cheap, multiplier, rules))
    }
    nonDeliveryCharge = rows.reduce(.zero) { $0 + $1.nonDeliveryCharge }
    pairs = rows
  }

  /// `volume × price × TLM`, rounded once: 10⁻¹¹ MWh × 10⁻⁸ £/MWh × 10⁻⁷ is 10⁻²⁶ pounds.
  private static func cash(
    _ volume: BalancingEnergy, _ price: Int128, _ multiplier: TransmissionLossMultiplier, _ rules: TradingRules
  ) -> Money {
    guard volume.units != 0, price != 0 else { return .zero }
    let product = volume.units * price * Int128(multiplier.tenMillionths)
    let stepSize = rules.cashStep.size
    let steps = rules.cashRounding.quotient(product, by: 100_000_000_000_000_000_000 * stepSize)
    return Money(micropounds: Int64(clamping: steps * stepSize))
  }

  /// Puts a shortfall on the accepted offers, or a surplus on the accepted bids, in the order of the rules.
  private static func spread(_ shortfall: SettlementVolume, over rows: inout [PairCashflow], _ rules: TradingRules) {
    let unitsPerKWh = BalancingEnergy.unitsPerMWh / 1_000
    var left = Int128(shortfall.kilowattHours.magnitude) * unitsPerKWh
    let isOffer = shortfall.kilowattHours > 0
    for index in order(rows, isOffer: isOffer, rules.nonDeliveryOrder) where left > 0 {
      let accepted = isOffer ? rows[index].pair.offer : rows[index].pair.bid
      let taken = min(left, max(0, isOffer ? accepted.units : -accepted.units))
      if isOffer {
        rows[index].nonDeliveredOffer = BalancingEnergy(units: taken)
      } else {
        rows[index].nonDeliveredBid = BalancingEnergy(units: -taken)
      }
      left -= taken
    }
  }

  private static func order(
    _ rows: [PairCashflow], isOffer: Bool, _ order: TradingRules.NonDeliveryOrder
  ) -> [Int] {
    rows.indices.sorted { left, right in
      let (a, b) = (rows[left].pair, rows[right].pair)
      let (cheap, dear) = isOffer ? (a.offerPrice, b.offerPrice) : (b.bidPrice, a.bidPrice)
      switch order {
      case .dearestFirst where cheap != dear: return cheap > dear
      case .cheapestFirst where cheap != dear: return cheap < dear
      default:
        let (near, far) = (a.number.magnitude, b.number.magnitude)
        return near != far ? near > far : left < right
      }
    }
  }
}

extension Money.Step {
  /// Micropounds in one step.
  var size: Int128 {
    switch self {
    case .micropound: 1
    case .penny: 10_000
    case .pound: 1_000_000
    }
  }
}
