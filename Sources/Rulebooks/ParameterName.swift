import Quantities
import SettlementCalendar

/// The parameters that the shipped packs carry. Each is a number by date with its source.
///
/// | name | unit | used for |
/// | --- | --- | --- |
/// | `validation.window-hours` | hours after the trading day | an observation that arrives later is late |
/// | `validation.default-capacity-watts` | W | range check where a registration names no capacity |
/// | `validation.register-rollover-digits` | digits | when a falling register has gone through zero |
/// | `validation.expected-first-pass-percent` | percent | shown beside the measured share; decides nothing |
/// | `estimation.history-days` | days | how far back the same MPAN's readings are used |
/// | `estimation.default-annual-kwh` | kWh a year | last resort where nothing is known of a household |
/// | `estimation.days-per-year` | days | average day of an annual consumption |
/// | `correction.weight` | whole number | how far GSP Group Correction changes a class; 0 leaves it alone |
/// | `vat.domestic-percent`, `vat.standard-percent` | percent | VAT of a supply |
/// | `vat.de-minimis-kwh-per-day`, `vat.de-minimis-kwh-per-month` | kWh | supplies that count as domestic |
/// | `billing.back-billing-months` | months | how far back consumption may still be charged |
/// | `payment.advance-notice-working-days` | working days | between telling and collecting a direct debit |
/// | `payment.bacs-cycle-days` | bank days | input, processing, entry |
/// | `cap.headline-pounds` | pounds a year | typical dual-fuel household, direct debit |
/// | `cap.typical-kwh`, `cap.benchmark-kwh` | kWh a year | consumption that the headline and the cap are set at |
/// | `cap.wholesale-pence-per-kwh` | p/kWh | wholesale cost that the cap recovers |
/// | `credit.assessment-price-pounds-per-mwh` | £/MWh | turns credit cover into energy |
/// | `credit.window-days` | calendar days | settlement dates that are not yet paid |
/// | `credit.level-1-percent`, `credit.level-2-percent` | percent | a credit cover percentage above it opens a query period |
/// | `credit.level-1-cure-percent` | percent | not above it, Level 1 is over |
/// | `credit.query-period-hours`, `credit.query-period-business-hours` | hours | length of a query period |
/// | `credit.business-day-opens-hour`, `credit.business-day-closes-hour` | hour of the London clock | business hours |
/// | `credit.cure-period-working-days` | working days | after the query period |
/// | `credit.level-1-escalation-days` | days | Level 1 for so long goes to the Panel |
/// | `credit.authorised-default-limit`, `credit.authorised-default-months` | count, months | so many in so long are a breach |
/// | `credit.withdrawal-percent`, `credit.withdrawal-notice-days` | percent, days | when cover is given back |
/// | `dispute.materiality-pounds` | £ | less is no dispute |
/// | `dispute.deadline-working-days.…` | working days | until when a dispute is raised, by subject |
/// | `funds.base-rate-percent`, `funds.interest-days-per-year` | percent a year, days | interest on late adjustments |
/// | `funds.late-interest-margin-percent` | percent a year | added to the base rate for late payers |
/// | `funds.credit-facility-pounds` | £ | what may be borrowed for a shortfall |
/// | `funds.mutualisation-working-days` | working days | until an unpaid debt is shared out |
public enum ParameterName: String, Hashable, Sendable, CaseIterable {
  case validationWindowHours = "validation.window-hours"
  case validationDefaultCapacityWatts = "validation.default-capacity-watts"
  case validationRegisterRolloverDigits = "validation.register-rollover-digits"
  case validationExpectedFirstPassPercent = "validation.expected-first-pass-percent"
  case estimationHistoryDays = "estimation.history-days"
  case estimationDefaultAnnualKWh = "estimation.default-annual-kwh"
  case estimationDaysPerYear = "estimation.days-per-year"
  case correctionWeight = "correction.weight"
  case vatDomesticPercent = "vat.domestic-percent"
  case vatStandardPercent = "vat.standard-percent"
  case vatDeMinimisKWhPerDay = "vat.de-minimis-kwh-per-day"
  case vatDeMinimisKWhPerMonth = "vat.de-minimis-kwh-per-month"
  case billingBackBillingMonths = "billing.back-billing-months"
  case paymentAdvanceNoticeWorkingDays = "payment.advance-notice-working-days"
  case paymentBACSCycleDays = "payment.bacs-cycle-days"
  case capHeadlinePounds = "cap.headline-pounds"
  case capTypicalKWh = "cap.typical-kwh"
  case capBenchmarkKWh = "cap.benchmark-kwh"
  case capWholesalePencePerKWh = "cap.wholesale-pence-per-kwh"
  case creditAssessmentPricePoundsPerMWh = "credit.assessment-price-pounds-per-mwh"
  case creditAuthorisedDefaultLimit = "credit.authorised-default-limit"
  case creditAuthorisedDefaultMonths = "credit.authorised-default-months"
  case creditBusinessDayClosesHour = "credit.business-day-closes-hour"
  case creditBusinessDayOpensHour = "credit.business-day-opens-hour"
  case creditCurePeriodWorkingDays = "credit.cure-period-working-days"
  case creditLevel1CurePercent = "credit.level-1-cure-percent"
  case creditLevel1EscalationDays = "credit.level-1-escalation-days"
  case creditLevel1Percent = "credit.level-1-percent"
  case creditLevel2Percent = "credit.level-2-percent"
  case creditQueryPeriodBusinessHours = "credit.query-period-business-hours"
  case creditQueryPeriodHours = "credit.query-period-hours"
  case creditWindowDays = "credit.window-days"
  case creditWithdrawalNoticeDays = "credit.withdrawal-notice-days"
  case creditWithdrawalPercent = "credit.withdrawal-percent"
  case disputeDeadlineWorkingDaysMarketDomainData = "dispute.deadline-working-days.market-domain-data"
  case disputeDeadlineWorkingDaysOther = "dispute.deadline-working-days.other"
  case disputeDeadlineWorkingDaysProfileCoefficient = "dispute.deadline-working-days.profile-coefficient"
  case disputeDeadlineWorkingDaysSupplierVolume = "dispute.deadline-working-days.supplier-volume"
  case disputeMaterialityPounds = "dispute.materiality-pounds"
  case fundsBaseRatePercent = "funds.base-rate-percent"
  case fundsCreditFacilityPounds = "funds.credit-facility-pounds"
  case fundsInterestDaysPerYear = "funds.interest-days-per-year"
  case fundsLateInterestMarginPercent = "funds.late-interest-margin-percent"
  case fundsMutualisationWorkingDays = "funds.mutualisation-working-days"
}

extension Rulebook {
  /// The parameter in force on a date. - Returns: `nil` when the pack has none.
  public func parameter(_ name: ParameterName, on date: SettlementDate) -> Parameter? {
    parameter(name.rawValue, on: date)
  }

  /// A whole-number parameter. - Returns: `nil` when absent or not whole.
  public func wholeNumber(_ name: ParameterName, on date: SettlementDate) -> Int? {
    wholeNumber(name.rawValue, on: date)
  }

  /// A percentage parameter as a share. - Returns: `nil` when absent.
  public func proportion(_ name: ParameterName, on date: SettlementDate) -> Proportion? {
    parameter(name, on: date).flatMap { Proportion(percent: $0.value) }
  }
}
