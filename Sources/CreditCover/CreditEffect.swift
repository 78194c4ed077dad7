import MarketIdentifiers
import Quantities
import SettlementCalendar

/// Something that credit administration says or does about a party.
public enum CreditEffect: Hashable, Sendable {
  /// A threshold was passed: the party may query the figures until then.
  case queryPeriodOpened(CreditLevel, percentage: CreditCoverPercentage, until: UTCInstant)
  /// Level 1: still above the threshold when the query period ended; the party has until then to come down.
  case curePeriodOpened(until: UTCInstant)
  /// The party is in default. Level 2 refuses notifications that raise its indebtedness.
  case defaulted(CreditLevel, percentage: CreditCoverPercentage)
  /// The default was not authorised: there is material doubt about the figures.
  case notAuthorised(CreditLevel)
  /// The query, cure or default is over.
  case cleared(CreditLevel, percentage: CreditCoverPercentage)
  /// Level 1 has lasted so long that the Panel hears of it.
  case escalated(days: Int)
  /// So many authorised defaults in so many months: a breach of the code.
  case persistent(defaults: Int, months: Int)
  /// A notification was taken.
  case notificationAccepted
  /// It would raise the indebtedness of a party in Level 2 default.
  case notificationRefused
  /// Notifications made before, for periods from now on, do not count while the default lasts.
  case notificationsRejected
  case withdrawalAllowed(Money, on: SettlementDate)
  case withdrawalRefused(Money, percentage: CreditCoverPercentage)
}

extension CreditEffect: CustomStringConvertible {
  /// The effect in a sentence.
  public var description: String {
    switch self {
    case .queryPeriodOpened(let level, let percentage, let until):
      "Level \(level.rawValue): the credit cover percentage is \(percentage); the query period ends at \(until)."
    case .curePeriodOpened(let until): "Level 1: the cure period ends at \(until)."
    case .defaulted(let level, let percentage): "Level \(level.rawValue) credit default at \(percentage)."
    case .notAuthorised(let level): "Level \(level.rawValue): not authorised, there is material doubt."
    case .cleared(let level, let percentage): "Level \(level.rawValue) is over at \(percentage)."
    case .escalated(let days): "Level 1 has lasted \(days) days and goes to the Panel."
    case .persistent(let defaults, let months): "\(defaults) authorised credit defaults in \(months) months: a breach."
    case .notificationAccepted: "The notification is accepted."
    case .notificationRefused: "The notification is refused: Level 2 credit default."
    case .notificationsRejected: "Notifications that raise the indebtedness are rejected: Level 2 credit default."
    case .withdrawalAllowed(let amount, let date): "\(amount) of credit cover may be withdrawn on \(date)."
    case .withdrawalRefused(let amount, let percentage):
      "\(amount) of credit cover may not be withdrawn: the percentage would be \(percentage)."
    }
  }
}
