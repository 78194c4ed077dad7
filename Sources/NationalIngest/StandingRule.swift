import Findings

/// What registrations and loss factors are held to when they become a date's standing data. docs/rules.md has the sources.
enum StandingRule: CaseIterable {
  case unknownMPAN, noFactor, flatFactor, twice, longCode, laterPoint, noBucket

  var id: RuleID {
    switch self {
    case .unknownMPAN: "STD-01"
    case .noFactor: "STD-02"
    case .flatFactor: "STD-03"
    case .twice: "STD-04"
    case .longCode: "STD-05"
    case .laterPoint: "STD-06"
    case .noBucket: "STD-07"
    }
  }

  /// Whether metering points are left out for it.
  private var severity: Severity {
    switch self {
    case .flatFactor: .warning
    case .twice: .warning
    default: .error
    }
  }

  /// - Parameters:
  ///   - count: statements, metering points or classes that it is about.
  ///   - about: which classes or suppliers; no metering point is named.
  func finding(_ count: Int, _ about: [String] = []) -> Finding {
    let (message, remedy) =
      switch self {
      case .unknownMPAN:
        (
          "\(count) registrations are of metering points that the store's register does not have.",
          "Add them to the register with --add, or check the file."
        )
      case .noFactor:
        (
          "\(count) metering points are in a class without loss factors on this date: they are added up for nobody.",
          "Give the distributor's D0265 file of the date, or check the class."
        )
      case .flatFactor:
        (
          "\(count) metering points are in a class without published loss factors on this date: the rulebook's flat one counts.",
          "Give the distributor's D0265 file of the date, or check the class."
        )
      case .twice:
        (
          "\(count) metering points have two different registrations from the same date: the later one counts.",
          "Ask the registration service which one holds."
        )
      case .longCode:
        (
          "\(count) metering points have a supplier whose code is longer than four characters: they are added up for nobody.",
          "Give the supplier's four-character participant id."
        )
      case .laterPoint:
        (
          "\(count) registered metering points were added after the date's readings were first settled: they are left out.",
          "Nothing can add a metering point to a settled date; take it up with the supplier."
        )
      case .noBucket:
        (
          "\(count) metering points change to a supplier and class that nobody had when the date's standing data was made: they stay where they are.",
          "Settle the date in a new store from the registrations as they are now."
        )
      }
    let which = about.isEmpty ? "" : " Among them: \(about.joined(separator: ", "))."
    return Finding(id, severity, message + which, remedy: remedy)
  }
}
