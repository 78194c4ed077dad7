public import Quantities
import Rulebooks
public import SettlementCalendar

/// What a supplier owes a domestic customer without a claim when it misses a standard.
public struct GuaranteedStandards: Sendable {
  public enum Standard: String, Hashable, Sendable, CaseIterable {
    case appointmentOffer = "appointment-offer"
    case failedInstallation = "failed-installation"
    case resolutionPlan = "resolution-plan"
    /// Back in smart mode. Sources disagree whether it is in force; off unless switched on.
    case smartMode = "smart-mode"
  }

  /// One version of a standard.
  public struct Terms: Hashable, Sendable {
    public let amount: Money
    public let limit: RunOffset
    public let effectiveFrom: SettlementDate
    public let isInForce: Bool
    public let source: String
  }

  /// A duty to a customer, from the day on which it began.
  public struct Duty: Hashable, Sendable {
    public var standard: Standard
    public var began: SettlementDate
    /// When the supplier did it; `nil` where it has not.
    public var done: SettlementDate?
    public var isDomestic: Bool

    public init(_ standard: Standard, began: SettlementDate, done: SettlementDate? = nil, isDomestic: Bool = true) {
      self.standard = standard
      self.began = began
      self.done = done
      self.isDomestic = isDomestic
    }
  }

  public enum Verdict: Hashable, Sendable {
    /// Not a standard then, or not for that customer.
    case notCovered
    case kept
    case running(until: SettlementDate)
    case owed(Money, since: SettlementDate)
    /// The calendar does not reach so far.
    case calendarEnds
  }

  /// Standards that are switched on although they are not in force.
  public var switchedOn: Set<Standard> = []
  private let terms: [Standard: [Terms]]

  /// Those that ship with the program. - Throws: `PackFault` for a pack that is damaged.
  public init() throws(PackFault) {
    let columns = ["standard", "amount_pounds", "limit", "effective_from", "in_force", "source"]
    var found: [Standard: [Terms]] = [:]
    for row in try PackTable("service-standards.csv", PackageResources.service_standards_csv, columns: columns).rows {
      guard let amount = Money(pounds: try row.number("amount_pounds")) else {
        throw row.fault("amount_pounds", "not money")
      }
      found[try row.choice("standard", Standard.self), default: []].append(
        Terms(
          amount: amount, limit: try row.offset("limit"), effectiveFrom: try row.effectiveFrom(),
          isInForce: try row.flag("in_force"), source: try row.text("source")))
    }
    terms = found.mapValues { $0.sorted { $0.effectiveFrom < $1.effectiveFrom } }
  }

  /// What holds on a day; `nil` before the standard began.
  public func terms(_ standard: Standard, on day: SettlementDate) -> Terms? {
    terms[standard]?.last { $0.effectiveFrom <= day }
  }

  /// Judges a duty on a day. It is paid once, under the terms of the day on which it began.
  public func verdict(_ duty: Duty, on day: SettlementDate, _ calendar: WorkingDayCalendar) -> Verdict {
    guard duty.isDomestic, let terms = terms(duty.standard, on: duty.began),
      terms.isInForce || switchedOn.contains(duty.standard)
    else { return .notCovered }
    if duty.standard == .failedInstallation { return .owed(terms.amount, since: duty.began) }
    guard let last = Self.last(terms.limit, after: duty.began, calendar), let next = last.advanced(by: 1) else {
      return .calendarEnds
    }
    if let done = duty.done, done <= last { return .kept }
    return day > last ? .owed(terms.amount, since: next) : .running(until: last)
  }

  private static func last(
    _ limit: RunOffset, after day: SettlementDate, _ calendar: WorkingDayCalendar
  ) -> SettlementDate? {
    switch limit {
    case .workingDays(let count): calendar.date(count, workingDaysAfter: day)
    case .calendarDays(let count): day.advanced(by: count)
    case .calendarMonths(let count): day.advanced(byMonths: count)
    }
  }
}
