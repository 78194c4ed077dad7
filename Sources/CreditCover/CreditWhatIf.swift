import MarketIdentifiers
import Quantities
import SettlementCalendar

/// A party's credit at one moment, with what it is expected to be short by.
public struct CreditPosition: Hashable, Sendable {
  public let party: ParticipantID
  public let cover: Money
  /// Energy owed so far.
  public let indebtedness: Energy
  /// Energy that it is expected to be short by in each coming settlement period, held within ± 1 TWh; the last one holds
  /// on. Below zero: long.
  public let shortfalls: [Energy]

  public init(party: ParticipantID, cover: Money, indebtedness: Energy, shortfalls: [Energy]) {
    self.party = party
    self.cover = cover
    self.indebtedness = indebtedness
    let limit = Energy(wattHours: 1_000_000_000_000)
    self.shortfalls = shortfalls.map { min(max($0, -limit), limit) }
  }
}

/// Which party defaults if the imbalance price is so much for so many hours.
///
/// Credit assessment knows only volumes: it sees a price when the charges of a run replace what was assumed. This is
/// what it will see then: each period's charge at the price, turned into energy at the credit assessment price.
public struct CreditWhatIf: Sendable {
  public struct Outcome: Hashable, Sendable {
    public let party: ParticipantID
    public let before: CreditCoverPercentage
    public let after: CreditCoverPercentage
    /// What the hours cost the party; below zero: what they bring.
    public let charge: Money
    /// The first settlement period, counted from 1, after which the threshold is passed; 0 when it was before.
    public let level1After: Int?
    public let level2After: Int?
    /// Whether all that it owes is then more than its cover.
    public let isBeyondCover: Bool
  }

  public let price: UnitRate
  /// Settlement periods that the price holds.
  public let periods: Int
  public let rules: CreditRules

  /// - Parameter hours: 0...744; more is held to a month.
  public init(price: UnitRate, hours: Int, rules: CreditRules) {
    self.price = price
    periods = min(max(hours, 0), 744) * 2
    self.rules = rules
  }

  /// One outcome a position, the worst first; equals by party.
  public func outcomes(_ positions: [CreditPosition]) -> [Outcome] {
    positions.map(outcome).sorted { ($1.after, $0.party) < ($0.after, $1.party) }
  }

  private func outcome(_ position: CreditPosition) -> Outcome {
    var owed: Int128 = 0
    var last = percentage(position, owed: 0)
    let before = last
    var (level1, level2) = (before > rules.level1 ? 0 : nil, before > rules.level2 ? 0 : nil) as (Int?, Int?)
    for period in 1...max(periods, 1) where period <= periods {
      let short = position.shortfalls.isEmpty ? .zero : position.shortfalls[min(period, position.shortfalls.count) - 1]
      owed += Int128(price.charge(for: short, to: .micropound, .halfAwayFromZero).micropounds)
      last = percentage(position, owed: owed)
      if level1 == nil, last > rules.level1 { level1 = period }
      if level2 == nil, last > rules.level2 { level2 = period }
    }
    return Outcome(
      party: position.party, before: before, after: last, charge: Money(micropounds: Int64(clamping: owed)),
      level1After: level1, level2After: level2, isBeyondCover: last.hundredThousandths > 10_000_000)
  }

  private func percentage(_ position: CreditPosition, owed: Int128) -> CreditCoverPercentage {
    let more = CreditEnergy.energy(of: Money(micropounds: Int64(clamping: owed)), at: rules.price)
    let (sum, overflow) = position.indebtedness.wattHours.addingReportingOverflow(more.wattHours)
    let total = overflow ? more : Energy(wattHours: sum)
    return CreditCoverPercentage(indebtedness: total, cover: position.cover, price: rules.price)
  }
}

extension CreditWhatIf {
  /// The outcome in a sentence.
  public func sentence(_ outcome: Outcome) -> String {
    let cost = outcome.charge < .zero ? "brings \(-outcome.charge)" : "costs \(outcome.charge)"
    let path =
      "\(outcome.party): \(price) for \(periods / 2) h \(cost); credit cover percentage \(outcome.before) to \(outcome.after)"
    var parts: [String] = []
    if let period = outcome.level1After { parts.append("Level 1 \(when(period))") }
    if let period = outcome.level2After { parts.append("Level 2 \(when(period))") }
    if outcome.isBeyondCover { parts.append("more owed than covered") }
    return path + (parts.isEmpty ? ": no default." : ": " + parts.joined(separator: ", ") + ".")
  }

  private func when(_ period: Int) -> String {
    period == 0 ? "before it begins" : "after \(period / 2).\(period % 2 * 5) h"
  }
}
