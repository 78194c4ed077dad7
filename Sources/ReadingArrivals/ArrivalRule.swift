import CIngestKernels
import Findings

/// What lines of readings are held to on their way into a national store. docs/rules.md has the sources.
public enum ArrivalRule: Int, Hashable, Sendable, CaseIterable {
  case line, mpan, unknownMPAN, date, period, number, finer, negative, capacity, quality, count, conflict, signature,
    reactive

  /// The rule's name in findings.
  public var id: RuleID {
    switch self {
    case .line: "LOAD-01"
    case .mpan: "LOAD-02"
    case .unknownMPAN: "LOAD-03"
    case .date: "LOAD-04"
    case .period: "LOAD-05"
    case .number: "LOAD-06"
    case .finer: "LOAD-07"
    case .negative: "LOAD-08"
    case .capacity: "LOAD-09"
    case .quality: "LOAD-10"
    case .count: "LOAD-11"
    case .conflict: "LOAD-12"
    case .signature: "LOAD-13"
    case .reactive: "LOAD-14"
    }
  }

  var message: String {
    switch self {
    case .line: "The line cannot be read as what the file is."
    case .mpan: "The MPAN does not have 13 digits with the right check digit."
    case .unknownMPAN: "The MPAN is not in the store's register of metering points."
    case .date: "The settlement date does not exist or is not one of those that are taken in."
    case .period: "The settlement period is none of its date's."
    case .number: "The value is not a decimal number."
    case .finer: "The value is finer than 1 Wh."
    case .negative: "The value is below zero."
    case .capacity: "The value is above what the metering point can take in a half-hour."
    case .quality: "The quality is none of A, E and C."
    case .count: "The message, or date of a flow, does not have every settlement period of its date once."
    case .conflict: "The reading differs from one that was taken in before; both are kept, READ-1 says which counts."
    case .signature: "The message is not signed by a sender's key that is known."
    case .reactive: "The readings are of reactive energy, which a national store does not hold."
    }
  }

  var remedy: String {
    switch self {
    case .line: "Compare the line with docs/ingest.md, and ask the sender for it again."
    case .mpan: "Correct the MPAN with the sender."
    case .unknownMPAN:
      "Add the metering point (halfhour standing --add), then load the file again: what is there stays."
    case .date: "Check the date, or name the dates to take with --from and --to."
    case .period, .count: "A settlement day has 48 periods, 46 or 50 when the clocks change. Ask for the date again."
    case .number, .finer, .negative, .quality: "Ask the sender for the reading again."
    case .capacity: "Check the meter's multiplier with the sender, or the limit in the register."
    case .conflict: "If the later value is wrong, have the sender correct it."
    case .reactive: "Take the file in with `halfhour ingest`."
    case .signature: "Check the sender's key in the file of keys, and ask for the message again."
    }
  }

  /// Whether readings are left out for it.
  var isRefusal: Bool { self != .conflict }
}

/// One thing found in a piece of a file: enough to make a ``Finding`` once it is known where the piece begins.
public struct ArrivalFault: Hashable, Sendable {
  public var rule: ArrivalRule
  /// In the piece, from 0.
  public var line: Int
  /// From 1; `nil` where it is about the whole line.
  public var period: Int?
  /// Readings that are left out for it.
  public var readings: Int

  public init(_ rule: ArrivalRule, line: Int, period: Int? = nil, readings: Int) {
    self.rule = rule
    self.line = line
    self.period = period
    self.readings = readings
  }

  init?(_ fault: cingest_fault) {
    guard let rule = ArrivalRule(rawValue: Int(fault.rule)) else { return nil }
    self.init(
      rule, line: Int(fault.line), period: fault.period == 0 ? nil : Int(fault.period), readings: Int(fault.readings))
  }

  /// - Parameter firstLine: the number of the piece's first line in the file, from 1.
  public func finding(file: String, firstLine: Int) -> Finding {
    Finding(
      rule.id, rule.isRefusal ? .error : .warning,
      at: SourcePosition(file: file, line: firstLine + line, field: period.map { "period \($0)" }), rule.message,
      remedy: rule.remedy)
  }
}
