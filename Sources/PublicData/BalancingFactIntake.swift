import BalancingMechanism
import ImbalancePricing

extension PeriodFacts {
  /// Keeps a fact when it bears on this period. - Returns: whether it does.
  @discardableResult
  public mutating func take(_ fact: BalancingFact) -> Bool {
    switch fact {
    case .physical(.notification, let unit, let segment): return addNotification(unit, segment)
    case .physical, .lossMultiplier, .estimatedLoss, .unit: return false
    case .bidOffer(let pair): return add(pair)
    case .acceptance(let row):
      return addAcceptance(
        unit: row.unit, number: row.number, acceptedAt: row.acceptedAt, flags: row.flags, row.segment)
    case .adjustment(let action): return add(action)
    case .unflaggedAction(let period, let action): return addUnflagged(action, of: period)
    case .stackRow(let row): return add(row)
    case .marketIndex(let price): return add(price)
    case .price(let record): return add(record)
    }
  }
}
