import BalancingMechanism
import Quantities

/// What was accepted of one unit on one bid-offer pair in one period, all acceptances together.
public struct AcceptedPair: Hashable, Sendable {
  /// The bid-offer pair number, -6...6 without 0.
  public var number: Int
  /// QAO, MWh upwards; zero or more.
  public var offer: BalancingEnergy
  /// QAB, MWh downwards; zero or less.
  public var bid: BalancingEnergy
  public var offerPrice: UnitRate
  public var bidPrice: UnitRate

  public init(
    number: Int, offer: BalancingEnergy, bid: BalancingEnergy, offerPrice: UnitRate, bidPrice: UnitRate
  ) {
    self.number = number
    self.offer = offer
    self.bid = bid
    self.offerPrice = offerPrice
    self.bidPrice = bidPrice
  }
}

/// The acceptances of one unit in one period.
public struct UnitAcceptances: Hashable, Sendable {
  /// The unit's place in the roster.
  public var unit: Int
  /// Rising by number.
  public var pairs: [AcceptedPair]

  public init(unit: Int, pairs: [AcceptedPair]) {
    self.unit = unit
    self.pairs = pairs.sorted { $0.number < $1.number }
  }

  /// Joins exact acceptance volumes of ONE unit by pair and price; each sum is rounded once to 10⁻¹¹ MWh.
  ///
  /// - Throws: ``FractionOverflow`` when an exact sum does not fit.
  public init(unit: Int, _ volumes: [AcceptedVolume]) throws(FractionOverflow) {
    struct Key: Hashable {
      var number: Int
      var offerPrice: UnitRate
      var bidPrice: UnitRate
    }
    var sums: [Key: (offer: ExactFraction, bid: ExactFraction)] = [:]
    for volume in volumes {
      let key = Key(number: volume.pair, offerPrice: volume.offerPrice, bidPrice: volume.bidPrice)
      let sum = sums[key] ?? (.zero, .zero)
      sums[key] = (try sum.offer.adding(volume.offer), try sum.bid.adding(volume.bid))
    }
    var pairs: [AcceptedPair] = []
    for (key, sum) in sums {
      guard let offer = BalancingEnergy(megawattHours: sum.offer), let bid = BalancingEnergy(megawattHours: sum.bid)
      else { throw FractionOverflow() }
      pairs.append(
        AcceptedPair(
          number: key.number, offer: offer, bid: bid, offerPrice: key.offerPrice, bidPrice: key.bidPrice))
    }
    self.unit = unit
    self.pairs = pairs.sorted { ($0.number, $0.offerPrice, $0.bidPrice) < ($1.number, $1.offerPrice, $1.bidPrice) }
  }

  /// Σ(QAO + QAB) over the pairs.
  public var volume: BalancingEnergy { pairs.reduce(.zero) { $0 + $1.offer + $1.bid } }
}
