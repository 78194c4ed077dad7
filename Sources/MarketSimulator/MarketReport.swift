import CreditCover
import FundsAdministration
import MarketIdentifiers
import Quantities
import SettlementCalendar
import TradingDisputes

/// What the runs of one kind came to.
public struct RunSummary: Hashable, Sendable {
  public let run: RunType
  /// Settlement dates that were run.
  public internal(set) var dates = 0
  /// Settlement dates that needed no new computation, because nothing had changed since the run before.
  public internal(set) var unchanged = 0
  /// What all parties together paid, over all dates.
  public internal(set) var paid: Money = .zero
  /// How much this run moved since the run before, every party's change taken without its sign.
  public internal(set) var moved: Money = .zero
  /// What all charges leave over: nothing.
  public internal(set) var leftOver: Money = .zero
}

/// What funds administration came to.
public struct FundsSummary: Hashable, Sendable {
  public internal(set) var paymentDates = 0
  public internal(set) var notes = 0
  /// All notes together: nothing.
  public internal(set) var sum: Money = .zero
  /// Payment dates whose notes do not add up to nothing: none.
  public internal(set) var unbalancedDates = 0
  /// Evenings on which the clearing account was not empty, or the ledger not in balance: none.
  public internal(set) var unbalancedEvenings = 0
  public internal(set) var cashIn: Money = .zero
  public internal(set) var cashOut: Money = .zero
  public internal(set) var coverLodged: Money = .zero
  public internal(set) var coverDrawn: Money = .zero
  public internal(set) var latePayments = 0
  public internal(set) var debts: [Debt] = []
  public internal(set) var refusals: [String] = []
}

/// A simulated market's results.
public struct MarketReport: Sendable {
  public let settings: MarketSettings
  public let rulebook: String
  public let parties: [(kind: PartyKind, count: Int)]
  public let units: Int
  public internal(set) var facts = 0
  public internal(set) var periodsSettled = 0
  public internal(set) var runs: [RunSummary] = []
  public internal(set) var funds = FundsSummary()
  public internal(set) var creditChecks = 0
  public internal(set) var credit: [CreditRecord] = []
  /// Sales that Level 2 credit default kept from counting.
  public internal(set) var rejectedSales: Energy = .zero
  public internal(set) var insolvent: [(party: ParticipantID, date: SettlementDate)] = []
  public internal(set) var disputes: [Dispute] = []
  /// Of the watched party, with their lines.
  public internal(set) var notes: [AdviceNote] = []
  /// Where every party's credit stands after the last half-hour.
  public internal(set) var positions: [CreditPosition] = []
  /// Of all charges, notes, credit records, disputes and debts in order.
  public internal(set) var digest = ""

  /// Level 1 and 2 defaults among the credit records.
  public var defaults: [CreditRecord] {
    credit.filter { if case .defaulted = $0.effect { true } else { false } }
  }
}
