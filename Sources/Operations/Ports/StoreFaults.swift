import Accounting
import Quantities
import SettlementCalendar

/// A batch named a layer that was never staged here, or that was swept away because no batch named it in time.
public struct UnknownStagedLayer: Error, Hashable, Sendable, CustomStringConvertible {
  public let token: String
  public init(token: String) { self.token = token }
  public var description: String {
    "The batch names a layer of readings (\(token)) that is not in this store. Read the source again."
  }
}

/// A journal entry with this id was posted before with other postings.
public struct JournalConflict: Error, Hashable, Sendable, CustomStringConvertible {
  public let id: String
  public init(id: String) { self.id = id }
  public var description: String {
    "The journal entry \(id) was posted before and says something else now. Nothing was posted; run `verify`."
  }
}

/// The check that every adapter makes once more before it posts: an entry that is not balanced never reaches a ledger.
public enum JournalCheck {
  /// - Throws: ``JournalEntry/Fault/unbalanced(id:by:)`` when the postings leave something over.
  public static func balanced(_ entry: JournalEntry) throws(JournalEntry.Fault) {
    let rest = entry.postings.reduce(Int128(0)) { $0 + Int128($1.amount.micropounds) }
    guard rest == 0 else {
      throw .unbalanced(id: entry.id, by: Money(micropounds: Int64(clamping: rest)))
    }
  }
}

/// The names that ``ResultConflict`` gives to saved results; the same in every adapter.
public enum SavedName {
  /// `run 2009-03-29 SF under may-2026`.
  public static func run(_ date: SettlementDate, _ run: RunType, rulebook: String) -> String {
    "run \(date) \(run.rawValue) under \(rulebook)"
  }
  /// `bill 2026-05/1`.
  public static func document(_ document: DocumentRecord) -> String { "\(document.kind) \(document.id)" }
}

extension ResultConflict: CustomStringConvertible {
  public var description: String {
    "The \(name) was saved before with another result (\(savedHash.prefix(12)) then, \(newHash.prefix(12)) now). "
      + "Nothing was changed. Facts under a saved result never change, so run `verify` to see what did."
  }
}
