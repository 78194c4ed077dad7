import Quantities
import SettlementCalendar

/// What one metering point used, or exported, in each period of one settlement date.
public struct BillableDay: Hashable, Sendable {
  public let date: SettlementDate
  /// One for each period; zero or more.
  public let energies: [Energy]
  /// For each period `nil` when it was measured, else the name of the method that estimated it.
  public let estimates: [String?]

  public init(date: SettlementDate, energies: [Energy], estimates: [String?]) {
    self.date = date
    self.energies = energies
    self.estimates = estimates
  }

  /// A day of which only is known that a reading was estimated, not how.
  public init(date: SettlementDate, energies: [Energy], isEstimated: [Bool]) {
    self.init(date: date, energies: energies, estimates: isEstimated.map { $0 ? "estimate" : nil })
  }

  /// A day on which every period was measured.
  public init(date: SettlementDate, measured energies: [Energy]) {
    self.init(date: date, energies: energies, estimates: energies.map { _ in nil })
  }

  /// Whether it has one plausible energy for each period of its date.
  var isWhole: Bool {
    energies.count == SettlementDay(date).periodCount && estimates.count == energies.count
      && energies.allSatisfy { $0 >= .zero && $0 <= .readingLimit }
  }
}
