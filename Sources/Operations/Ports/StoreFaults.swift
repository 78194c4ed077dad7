import Accounting
import Quantities
import Readings
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

/// A layer that no store keeps.
public enum LayerFault: Error, Hashable, Sendable {
  /// The layer's source is not a SHA-256 of 64 lower-case hexadecimal digits.
  case sourceIsNotAHash
  /// A cell is beyond what a reading may be (`Energy.readingLimit`).
  case readingOutOfRange(cell: Int)
  /// More series or cells than 32 bits count.
  case tooLarge
}

extension LayerFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .sourceIsNotAHash: "The layer's source is not a SHA-256 of 64 lower-case hexadecimal digits."
    case .readingOutOfRange(let cell): "Cell \(cell) of the layer is beyond what a reading may be."
    case .tooLarge: "The layer has more cells than one file can hold; split it."
    }
  }
}

extension ReadingLayer {
  /// What every adapter requires of a layer before it keeps it.
  public func checkKeepable() throws(LayerFault) {
    guard SourceHash.isWellFormed(source) else { throw .sourceIsNotAHash }
    guard UInt32(exactly: cells.count) != nil, UInt32(exactly: series.count) != nil else { throw .tooLarge }
    let limit = Int32(clamping: Energy.readingLimit.wattHours)
    if let cell = cells.firstIndex(where: { $0 != Self.missing && !(-limit...limit ~= $0) }) {
      throw .readingOutOfRange(cell: cell)
    }
  }
}

/// The text of a SHA-256, as sources are named by it.
public enum SourceHash {
  /// Whether a text is 64 lower-case hexadecimal digits.
  public static func isWellFormed(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }
}

/// Why a batch of facts is not kept.
public enum FactFault: Error, Hashable, Sendable {
  /// A source is not named by a SHA-256 of 64 lower-case hexadecimal digits.
  case sourceIsNotAHash
  /// A price, contract volume or group take names a period that its date does not have.
  case noSuchPeriod(SettlementDate, period: Int)
  /// A loss factor schedule names a pattern that it does not hold, or one that fits no day.
  case lossFactorPatterns(distributor: Int)
}

extension FactFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .sourceIsNotAHash: "A source is not named by a SHA-256 of 64 lower-case hexadecimal digits."
    case .noSuchPeriod(let date, let period): "\(date) has no settlement period \(period)."
    case .lossFactorPatterns(let distributor):
      "A loss factor schedule of distributor \(distributor) names a day pattern that it does not hold."
    }
  }
}

extension FactBatch {
  /// What every adapter requires of a batch before it keeps any of it.
  public func checkKeepable() throws(FactFault) {
    func isHash(_ text: String) -> Bool { text == source.hash || SourceHash.isWellFormed(text) }
    guard SourceHash.isWellFormed(source.hash), systemPrices.allSatisfy({ isHash($0.source) }),
      contractVolumes.allSatisfy({ isHash($0.source) }), groupTakes.allSatisfy({ isHash($0.source) }),
      lossFactors.allSatisfy({ isHash($0.source) })
    else { throw .sourceIsNotAHash }
    var counts: [SettlementDate: Int] = [:]
    func check(_ date: SettlementDate, _ period: Int) throws(FactFault) {
      let count = counts[date] ?? SettlementDay(date).periodCount
      counts[date] = count
      guard 1...count ~= period else { throw .noSuchPeriod(date, period: period) }
    }
    for price in systemPrices { try check(price.date, price.period) }
    for contract in contractVolumes { try check(contract.date, contract.period) }
    for take in groupTakes { try check(take.date, take.period) }
    for schedule in lossFactors {
      guard schedule.days.values.allSatisfy(schedule.patterns.indices.contains),
        schedule.patterns.count <= Int(UInt16.max), schedule.patterns.allSatisfy({ 46...50 ~= $0.count })
      else { throw .lossFactorPatterns(distributor: schedule.distributor) }
    }
  }
}
