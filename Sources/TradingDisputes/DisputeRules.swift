import Quantities
import Rulebooks
import SettlementCalendar

/// What a trading dispute is about; it decides the deadline.
public enum DisputeSubject: String, Hashable, Sendable, CaseIterable {
  /// Volumes of half-hourly and non-half-hourly metering systems of suppliers.
  case supplierVolume = "supplier-volume"
  case profileCoefficient = "profile-coefficient"
  case marketDomainData = "market-domain-data"
  case other

  var deadline: ParameterName {
    switch self {
    case .supplierVolume: .disputeDeadlineWorkingDaysSupplierVolume
    case .profileCoefficient: .disputeDeadlineWorkingDaysProfileCoefficient
    case .marketDomainData: .disputeDeadlineWorkingDaysMarketDomainData
    case .other: .disputeDeadlineWorkingDaysOther
    }
  }
}

/// What a rulebook says about trading disputes (BSC Section W, BSCP11).
public struct DisputeRules: Sendable {
  public let rulebook: Rulebook

  public init(_ rulebook: Rulebook) { self.rulebook = rulebook }

  /// Rule DISP-01: the last day on which a dispute may be raised: so many working days after the run that it is about,
  /// supplier volumes after the final reconciliation.
  ///
  /// - Returns: `nil` where the rulebook has no such run or deadline, or the holiday data end.
  public func deadline(_ subject: DisputeSubject, of date: SettlementDate, _ run: RunType) -> SettlementDate? {
    let counted = subject == .supplierVolume ? RunType.rf : run
    guard let days = rulebook.wholeNumber(subject.deadline, on: date),
      let runDate = runs(of: date).first(where: { $0.run == counted })?.runDate
    else { return nil }
    return rulebook.calendar.date(days, workingDaysAfter: runDate)
  }

  /// Rule DISP-03: the least that an error must move in pounds.
  public func materiality(on date: SettlementDate) -> Money? {
    rulebook.parameter(.disputeMaterialityPounds, on: date).flatMap { Money(pounds: $0.value) }
  }

  /// Rule DISP-05: the run that puts an upheld dispute right: the next one whose cut-off is not over, the post-final run
  /// where all others are; `nil` where the rulebook has none left.
  public func correctingRun(of date: SettlementDate, decidedOn day: SettlementDate) -> RunDates? {
    runs(of: date).first { $0.rule.movesMoney && $0.cutOffDate >= day }
  }

  private func runs(of date: SettlementDate) -> [RunDates] {
    rulebook.timetable.runs(of: date, rulebook.calendar) ?? []
  }
}
