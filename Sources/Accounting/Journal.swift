import Quantities
import SettlementCalendar

/// An account of the ledger, named by a path: `market/may-2026`, `party/MRCY/may-2026`, `customer/1200023305967`, `bank/MRCY`.
public struct Account: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let path: String

  public init(_ path: String) { self.path = path }

  public static func < (a: Self, b: Self) -> Bool { a.path < b.path }
  public var description: String { path }
}

/// One side of a journal entry. Positive amounts are credits to the account's owner (they are owed the money).
public struct Posting: Hashable, Sendable {
  public var account: Account
  public var amount: Money

  public init(_ account: Account, _ amount: Money) {
    self.account = account
    self.amount = amount
  }
}

/// Money that moved, with every side of it: the postings of an entry add up to nothing.
public struct JournalEntry: Hashable, Sendable {
  /// Unique, and the same whenever the entry is derived again from the same facts.
  public let id: String
  /// The day on which it takes effect.
  public let date: SettlementDate
  /// What it is for, in words.
  public let narrative: String
  /// Rising by account.
  public let postings: [Posting]

  /// Why a set of postings is not an entry.
  public enum Fault: Error, Hashable, Sendable {
    /// The postings leave this much over.
    case unbalanced(id: String, by: Money)
  }

  /// - Throws: ``Fault/unbalanced(id:by:)``. Postings of zero are dropped.
  public init(id: String, date: SettlementDate, narrative: String, postings: [Posting]) throws(Fault) {
    let rest = postings.reduce(Money.zero) { $0 + $1.amount }
    guard rest == .zero else { throw .unbalanced(id: id, by: rest) }
    self.id = id
    self.date = date
    self.narrative = narrative
    self.postings = postings.filter { $0.amount != .zero }.sorted { ($0.account, $0.amount) < ($1.account, $1.amount) }
  }
}
