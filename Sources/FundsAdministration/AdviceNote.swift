import MarketIdentifiers
import Quantities
import SettlementCalendar

/// One reason why an advice note has its amount.
public struct AdviceNoteLine: Hashable, Sendable {
  public enum Reason: Hashable, Sendable {
    /// What a run changed of a charge since the run before that moved money.
    case charge(date: SettlementDate, run: RunType, type: ChargeType)
    /// Interest on what a later run changed, from the first payment of that settlement date.
    case interest(date: SettlementDate, run: RunType, from: SettlementDate)
    /// A share of another party's unpaid debt.
    case mutualisation(debtor: ParticipantID, since: SettlementDate)
    /// What a shortfall had taken off this party's receipts.
    case shortfallMadeGood(debtor: ParticipantID, since: SettlementDate)
    /// Interest on a debt that was paid late: charged to the debtor, paid to those who waited.
    case lateInterest(debtor: ParticipantID, since: SettlementDate, paid: SettlementDate)
  }

  public let reason: Reason
  /// Positive is paid to the party.
  public let amount: Money

  public init(_ reason: Reason, _ amount: Money) {
    self.reason = reason
    self.amount = amount
  }
}

extension AdviceNoteLine: CustomStringConvertible {
  /// `energy-imbalance of 2026-03-01, run R1: £12.50`.
  public var description: String { "\(reason): \(amount)" }
}

extension AdviceNoteLine.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .charge(let date, let run, let type): "\(type.rawValue) of \(date), run \(run.rawValue)"
    case .interest(let date, let run, let from):
      "interest on the change of \(date) by run \(run.rawValue) since \(from)"
    case .mutualisation(let debtor, let since): "share of the debt of \(debtor) since \(since)"
    case .shortfallMadeGood(let debtor, let since): "made good: held back on \(since) for the debt of \(debtor)"
    case .lateInterest(let debtor, let since, let paid): "interest on the debt of \(debtor) from \(since) to \(paid)"
    }
  }
}

/// What one party pays or receives on one payment date, netted over settlement dates, runs and charges.
public struct AdviceNote: Hashable, Sendable {
  public let party: ParticipantID
  public let paymentDate: SettlementDate
  public let lines: [AdviceNoteLine]
  /// Rule FUND-04: the fraction of a penny that the note before left over.
  public let broughtForward: Money
  /// In whole pence; positive is paid to the party, negative by it.
  public let amount: Money
  /// Rule FUND-04: what is left of the lines and ``broughtForward``: less than two pence, on the next note.
  public let carriedForward: Money

  public init(
    party: ParticipantID, paymentDate: SettlementDate, lines: [AdviceNoteLine], broughtForward: Money, amount: Money,
    carriedForward: Money
  ) {
    self.party = party
    self.paymentDate = paymentDate
    self.lines = lines
    self.broughtForward = broughtForward
    self.amount = amount
    self.carriedForward = carriedForward
  }
}

extension AdviceNote {
  /// ``lines`` added up by what they are for: `energy-imbalance`, `interest`, ...
  public var sumsByKind: [(kind: String, amount: Money)] {
    var sums: [String: Money] = [:]
    for line in lines { sums[line.reason.kind, default: .zero] += line.amount }
    return sums.sorted { $0.key < $1.key }.map { (kind: $0.key, amount: $0.value) }
  }
}

extension AdviceNoteLine.Reason {
  /// The kind alone: a charge's type, `interest`, `mutualisation`, `made-good`, `late-interest`.
  public var kind: String {
    switch self {
    case .charge(_, _, let type): type.rawValue
    case .interest: "interest"
    case .mutualisation: "mutualisation"
    case .shortfallMadeGood: "made-good"
    case .lateInterest: "late-interest"
    }
  }
}
