import MarketIdentifiers
import Quantities
import SettlementCalendar

/// What a GSP Group took from the transmission system in one settlement period, as metered at its Grid Supply Points: a
/// fact.
public struct GroupTake: Hashable, Sendable {
  public var group: GSPGroupID
  public var date: SettlementDate
  /// 1...46, 48 or 50.
  public var period: Int
  /// Net import; below zero where the group exported more than it imported.
  public var take: Energy
  /// Content hash of the file.
  public var source: String
  public var receivedAt: UTCInstant

  public init(
    group: GSPGroupID, date: SettlementDate, period: Int, take: Energy, source: String, receivedAt: UTCInstant
  ) {
    self.group = group
    self.date = date
    self.period = period
    self.take = take
    self.source = source
    self.receivedAt = receivedAt
  }
}

/// The takes that count, by group and period of one date.
public struct GroupTakeBook: Sendable {
  private struct Key: Hashable {
    let group: GSPGroupID
    let period: Int
  }
  private let takes: [Key: GroupTake]

  /// - Parameter takes: of one date; of several for one group and period the last received counts, then the higher
  ///   source hash.
  public init(_ takes: [GroupTake]) {
    self.takes = takes.sorted { ($0.receivedAt, $0.source) < ($1.receivedAt, $1.source) }
      .reduce(into: [:]) { $0[Key(group: $1.group, period: $1.period)] = $1 }
  }

  /// - Returns: `nil` where no take is known.
  public func take(_ group: GSPGroupID, period: Int) -> GroupTake? { takes[Key(group: group, period: period)] }

  /// The groups of which a take is known, rising.
  public var groups: [GSPGroupID] { Set(takes.keys.map(\.group)).sorted() }

  /// The content hashes of the files that the counting takes are from, rising.
  public var sources: [String] { Set(takes.values.map(\.source)).sorted() }
}
