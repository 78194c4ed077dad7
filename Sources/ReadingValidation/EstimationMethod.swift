import Findings

/// How the energy of one settlement period came to be known. The order is the order of preference.
public enum EstimationMethod: UInt8, Hashable, Sendable, CaseIterable {
  /// Measured, and it passed every check.
  case measured = 0
  /// EST-0: the estimate that the source itself sent.
  case received = 1
  /// EST-1: mean of the same metering point at the same clock time on days of the same type among the preceding days.
  case sameDayType = 2
  /// EST-2: the same over all preceding days, of whatever type.
  case anyDay = 3
  /// EST-3: mean of all measured readings of this period in the same GSP Group and consumption class.
  case groupAverage = 4
  /// EST-4: the same over all GSP Groups.
  case classAverage = 5
  /// EST-5: the rulebook's yearly consumption spread evenly; nothing for export.
  case standing = 6

  public var isMeasured: Bool { self == .measured }

  public var rule: RuleID? {
    switch self {
    case .measured: nil
    case .received: "EST-0"
    case .sameDayType: "EST-1"
    case .anyDay: "EST-2"
    case .groupAverage: "EST-3"
    case .classAverage: "EST-4"
    case .standing: "EST-5"
    }
  }

  /// What the method does, for a reader who has not seen the rules.
  public var summary: String {
    switch self {
    case .measured: "measured"
    case .received: "estimated by the sender"
    case .sameDayType: "mean of this meter at the same time on like days before"
    case .anyDay: "mean of this meter at the same time on the days before"
    case .groupAverage: "mean of like meters in the same GSP Group at this time"
    case .classAverage: "mean of like meters in all GSP Groups at this time"
    case .standing: "standing yearly consumption, spread evenly"
    }
  }
}
