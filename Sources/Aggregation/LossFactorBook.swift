import MarketIdentifiers
import Quantities
import Rulebooks
import SettlementCalendar

/// Where the line loss factors of a class on a date come from.
public enum LossFactorOrigin: Hashable, Sendable {
  /// A published D0265 file, by content hash, and the date that was looked up in it.
  case published(source: String, date: SettlementDate)
  /// The rulebook's flat factor of the class.
  case rulebook(String)
}

/// Looks up line loss factors: published ones where there are any, else the rulebook's flat ones.
public struct LossFactorBook: Sendable {
  /// One lookup's answer.
  public struct Answer: Hashable, Sendable {
    /// One factor per period of the settlement date.
    public let factors: [LossFactor]
    public let origin: LossFactorOrigin
  }

  private struct Key: Hashable {
    let distributor: Int
    let lossClass: LineLossFactorClassID
  }

  private let schedules: [Key: [LossFactorSchedule]]
  private let rulebook: Rulebook
  /// Days that are added to a settlement date before the published files are asked: history settled with later factors.
  public let shiftDays: Int

  /// - Parameter schedules: a later received one wins over an earlier for the dates that both have.
  public init(_ schedules: [LossFactorSchedule], rulebook: Rulebook, shiftDays: Int = 0) {
    self.schedules = Dictionary(grouping: schedules) { Key(distributor: $0.distributor, lossClass: $0.lossClass) }
      .mapValues { $0.sorted { ($0.receivedAt, $0.source) < ($1.receivedAt, $1.source) } }
    self.rulebook = rulebook
    self.shiftDays = shiftDays
  }

  /// - Returns: `nil` when neither a file nor the rulebook has a factor for the date, or when a shifted date has another
  ///   number of periods than the settlement date.
  public func factors(distributor: Int, lossClass: LineLossFactorClassID, on day: SettlementDay) -> Answer? {
    if let date = day.date.advanced(by: shiftDays),
      let schedule = (schedules[Key(distributor: distributor, lossClass: lossClass)] ?? []).last(where: {
        $0.factors(on: date) != nil
      }), let factors = schedule.factors(on: date)
    {
      guard factors.count == day.periodCount else { return nil }
      return Answer(factors: factors, origin: .published(source: schedule.source, date: date))
    }
    guard let flat = rulebook.flatLossFactor(lossClass, on: day.date) else { return nil }
    return Answer(
      factors: Array(repeating: flat, count: day.periodCount), origin: .rulebook(rulebook.id))
  }
}
