import Accounting
import MarketIdentifiers

/// The accounts of funds administration. Positive: the owner is owed.
public enum FundsAccounts {
  /// What the BSC Clearer owes a party from its notes (above zero), or the party owes it.
  public static func party(_ party: ParticipantID) -> Account { Account("funds/party/\(party)") }
  /// Cash of the clearing account: below zero while it holds money, nothing at the end of every day.
  public static let clearing = Account("funds/clearing")
  /// Cash held as credit cover: below zero while it holds money.
  public static let reserve = Account("funds/reserve")
  /// Credit cover that a party has lodged in cash.
  public static func cover(_ party: ParticipantID) -> Account { Account("funds/cover/\(party)") }
  /// What is owed to the bank under the credit facility.
  public static let borrowings = Account("funds/borrowings")
  /// What a defaulter still owes for a debt that others have taken over (below zero).
  public static func defaulted(_ debtor: ParticipantID) -> Account { Account("funds/defaulted/\(debtor)") }
  /// What those who took over a debt are to get if it is paid.
  public static func contributors(_ debtor: ParticipantID) -> Account { Account("funds/contributors/\(debtor)") }
}
