/// A settlement run. The order of the cases is the order in which runs happen.
public enum RunType: String, Hashable, Sendable, CaseIterable, Comparable {
  /// Interim information: a first view, no money moves.
  case ii = "II"
  /// Initial settlement, the first to move money.
  case sf = "SF"
  case r1 = "R1"
  case r2 = "R2"
  case r3 = "R3"
  /// Final reconciliation.
  case rf = "RF"
  /// Post-final settlement, where a rulebook has one.
  case df = "DF"

  public static func < (a: Self, b: Self) -> Bool { a.order < b.order }
  private var order: Int { Self.allCases.firstIndex(of: self)! }  // a case is always in allCases
}

/// How long after the settlement date something happens.
public enum RunOffset: Hashable, Sendable {
  case workingDays(Int)
  case calendarDays(Int)
  /// Calendar months; the last day of a shorter month stands in for a day that it lacks.
  case calendarMonths(Int)

  /// - Returns: `nil` where the holiday data or the calendar end.
  public func date(after date: SettlementDate, _ calendar: WorkingDayCalendar) -> SettlementDate? {
    switch self {
    case .workingDays(let count): calendar.date(count, workingDaysAfter: date)
    case .calendarDays(let count): date.advanced(by: count)
    case .calendarMonths(let count): date.advanced(byMonths: count)
    }
  }
}

extension RunOffset: CustomStringConvertible {
  /// `+14 WD`, `+29 days`, `+14 months`.
  public var description: String {
    switch self {
    case .workingDays(let count): "+\(count) WD"
    case .calendarDays(let count): "+\(count) days"
    case .calendarMonths(let count): "+\(count) months"
    }
  }
}

/// When one run of a settlement date happens, and whether it moves money.
public struct RunRule: Hashable, Sendable {
  public let run: RunType
  /// The last day whose facts the run knows.
  public let cutOff: RunOffset
  /// The day of the run.
  public let runs: RunOffset
  /// The day on which its cash is due; `nil` where the rulebook does not say or no cash is due.
  public let payment: RunOffset?
  public let movesMoney: Bool
  /// What the run is for, in a few words.
  public let purpose: String
  /// The clause or document that says so.
  public let source: String

  public init(
    run: RunType, cutOff: RunOffset, runs: RunOffset, payment: RunOffset?, movesMoney: Bool, purpose: String,
    source: String
  ) {
    self.run = run
    self.cutOff = cutOff
    self.runs = runs
    self.payment = payment
    self.movesMoney = movesMoney
    self.purpose = purpose
    self.source = source
  }
}

/// The dates of one run of one settlement date.
public struct RunDates: Hashable, Sendable {
  public let rule: RunRule
  public let settlementDate: SettlementDate
  public let cutOffDate: SettlementDate
  public let runDate: SettlementDate
  public let paymentDate: SettlementDate?

  public init(
    rule: RunRule, settlementDate: SettlementDate, cutOffDate: SettlementDate, runDate: SettlementDate,
    paymentDate: SettlementDate?
  ) {
    self.rule = rule
    self.settlementDate = settlementDate
    self.cutOffDate = cutOffDate
    self.runDate = runDate
    self.paymentDate = paymentDate
  }

  public var run: RunType { rule.run }
  /// Facts received before this moment (midnight ending the cut-off date in London) are known to the run.
  public var cutOff: UTCInstant { SettlementDay(cutOffDate).end }
}

/// Which runs a settlement date has. The set itself is dated: it changes with the settlement date.
public struct RunTimetable: Sendable {
  public let rules: Timeline<[RunRule]>

  public init(_ rules: Timeline<[RunRule]>) { self.rules = rules }

  /// The runs of `date` in order, each with its dates.
  ///
  /// - Returns: an empty list before the timetable begins; `nil` where the holiday data end.
  public func runs(of date: SettlementDate, _ calendar: WorkingDayCalendar) -> [RunDates]? {
    var dates: [RunDates] = []
    for rule in (rules.value(on: date) ?? []).sorted(by: { $0.run < $1.run }) {
      guard let cutOff = rule.cutOff.date(after: date, calendar), let run = rule.runs.date(after: date, calendar)
      else { return nil }
      let payment = rule.payment.map { $0.date(after: date, calendar) }
      if case .some(.none) = payment { return nil }
      dates.append(
        RunDates(
          rule: rule, settlementDate: date, cutOffDate: cutOff, runDate: run, paymentDate: payment ?? nil))
    }
    return dates
  }
}
