/// The money side of a meter in prepayment mode.
public struct PrepaymentAccount: Hashable, Sendable {
  public internal(set) var isPrepayment: Bool
  /// Pence; negative where more was used than paid.
  public internal(set) var balancePence: Int64
  /// The highest top-up that the supplier allows, in pence.
  public internal(set) var maximumTopUpPence: Int64
  /// Counters of the tokens taken last, newest last; a token is taken once (GBCS keeps at least 100).
  public private(set) var counters: [UInt64] = []

  static let countersKept = 100

  public init(isPrepayment: Bool = false, balancePence: Int64 = 0, maximumTopUpPence: Int64 = 50_000) {
    self.isPrepayment = isPrepayment
    self.balancePence = balancePence
    self.maximumTopUpPence = maximumTopUpPence
  }

  /// What came of a top-up.
  enum Outcome: Hashable {
    case credited
    case duplicate
    case aboveLimit
  }

  mutating func topUp(pence: Int, counter: UInt64) -> Outcome {
    // A full list forgets the oldest; what is not above the oldest kept counts as taken.
    if counters.contains(counter) || counters.count == Self.countersKept && counter < counters[0] { return .duplicate }
    guard Int64(pence) <= maximumTopUpPence else { return .aboveLimit }
    counters.append(counter)
    if counters.count > Self.countersKept { counters.removeFirst() }
    balancePence += Int64(pence)
    return .credited
  }
}
