import MarketIdentifiers
import Quantities
import SettlementCalendar

/// What a charge is for (BSC Section T).
public enum ChargeType: String, Hashable, Sendable, CaseIterable, Comparable {
  /// Account energy imbalance cashflow.
  case energyImbalance = "energy-imbalance"
  /// BM unit cashflow: accepted bids and offers.
  case balancingMechanism = "balancing-mechanism"
  /// Bids and offers that were accepted and not delivered.
  case nonDelivery = "non-delivery"
  case informationImbalance = "information-imbalance"
  /// Residual cashflow reallocation: what the others leave over, given back by credited energy.
  case residualCashflow = "residual-cashflow"
  /// The system operator's side of the balancing mechanism.
  case systemOperator = "system-operator"

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// One party's charge of one kind for one settlement date by one run, as a whole (not the change from the run before).
public struct Charge: Hashable, Sendable {
  public let party: ParticipantID
  public let type: ChargeType
  /// Positive is paid to the party, negative by it.
  public let amount: Money

  public init(_ party: ParticipantID, _ type: ChargeType, _ amount: Money) {
    self.party = party
    self.type = type
    self.amount = amount
  }
}

/// All charges of one run of one settlement date. They add up to nothing: what one party pays, others receive.
public struct RunCharges: Hashable, Sendable {
  public let date: SettlementDate
  public let run: RunType
  /// Rising by party, then type; one of each, none of nothing.
  public let charges: [Charge]

  /// Why charges are not a run's charges.
  public enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
    /// They leave this much over.
    case unbalanced(date: SettlementDate, run: RunType, by: Money)
    /// They are beyond what money can hold.
    case outOfRange(date: SettlementDate, run: RunType)

    public var description: String {
      switch self {
      case .unbalanced(let date, let run, let rest):
        "the charges of \(date), run \(run.rawValue), leave \(rest) over: somebody must have it "
          + "(the system operator or the residual cashflow)"
      case .outOfRange(let date, let run): "the charges of \(date), run \(run.rawValue), are too large to be true"
      }
    }
  }

  /// The largest charge or sum of charges: a hundred thousand million pounds.
  static let limit: Int128 = 100_000_000_000 * 1_000_000

  /// - Parameter charges: in any order; several of one party and type are added up.
  /// - Throws: ``Fault``.
  public init(_ date: SettlementDate, _ run: RunType, _ charges: some Sequence<Charge>) throws(Fault) {
    let ordered = charges.sorted { ($0.party, $0.type, $0.amount) < ($1.party, $1.type, $1.amount) }
    var sums: [Charge] = []
    sums.reserveCapacity(ordered.count)
    var index = 0
    var rest: Int128 = 0
    while index < ordered.count {
      let (party, type) = (ordered[index].party, ordered[index].type)
      var sum: Int128 = 0
      while index < ordered.count, ordered[index].type == type, ordered[index].party == party {
        sum += Int128(ordered[index].amount.micropounds)
        index += 1
      }
      rest += sum
      guard sum.magnitude <= Self.limit.magnitude else { throw .outOfRange(date: date, run: run) }
      if sum != 0 { sums.append(Charge(party, type, Money(micropounds: Int64(sum)))) }
    }
    guard rest.magnitude <= Self.limit.magnitude else { throw .outOfRange(date: date, run: run) }
    guard rest == 0 else { throw .unbalanced(date: date, run: run, by: Money(micropounds: Int64(rest))) }
    self.date = date
    self.run = run
    self.charges = sums
  }

  /// The same, with what the charges leave over charged to `holder`: the system operator, with whom the market as a
  /// whole balances.
  public static func closed(
    by holder: ParticipantID, _ date: SettlementDate, _ run: RunType, _ charges: [Charge]
  ) throws(Fault) -> RunCharges {
    let rest = charges.reduce(Int128(0)) { $0 + Int128($1.amount.micropounds) }
    guard rest.magnitude <= limit.magnitude else { throw .outOfRange(date: date, run: run) }
    return try RunCharges(date, run, charges + [Charge(holder, .systemOperator, Money(micropounds: Int64(-rest)))])
  }
}
