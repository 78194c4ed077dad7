/// The name of a rule that input is held to, e.g. `VAL-03`. Each has a source clause in the documentation and a test.
public struct RuleID: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
  public let code: String
  public init(_ code: String) { self.code = code }
  public init(stringLiteral value: String) { code = value }
  public static func < (a: Self, b: Self) -> Bool { a.code < b.code }
  public var description: String { code }
}

/// How much a finding matters.
public enum Severity: String, Hashable, Sendable, Comparable, CaseIterable {
  /// Worth knowing; nothing was left out.
  case note
  /// Something was decided by rule that a person may want to look at.
  case warning
  /// Something was left out or refused.
  case error

  public static func < (a: Self, b: Self) -> Bool { a.order < b.order }
  private var order: Int { Self.allCases.firstIndex(of: self)! }  // a case is always in allCases
}

/// Where in a source something stands.
public struct SourcePosition: Hashable, Sendable, CustomStringConvertible {
  /// The file's name without its folders.
  public var file: String
  /// Counted from 1; `nil` where the format has no lines.
  public var line: Int?
  /// A column's or field's name.
  public var field: String?

  public init(file: String, line: Int? = nil, field: String? = nil) {
    self.file = file
    self.line = line
    self.field = field
  }

  /// `readings.csv, line 12, field kwhh`.
  public var description: String {
    ([file] + [line.map { "line \($0)" }, field.map { "field \($0)" }].compactMap(\.self)).joined(separator: ", ")
  }
}

/// One thing that a rule found in input: which rule, where, what, and what to do next.
///
/// A finding stands beside the good rows; it never replaces them. Its texts hold no MPAN, name or reading, so that
/// they can be logged; `detail` may, and is shown only on request.
public struct Finding: Hashable, Sendable {
  public var rule: RuleID
  public var severity: Severity
  public var position: SourcePosition?
  /// What was found, as a sentence that an analyst understands.
  public var message: String
  /// What to do next.
  public var remedy: String
  /// The offending text itself. May be personal data: printed only when the user asks for it.
  public var detail: String?

  public init(
    _ rule: RuleID, _ severity: Severity, at position: SourcePosition? = nil, _ message: String, remedy: String,
    detail: String? = nil
  ) {
    self.rule = rule
    self.severity = severity
    self.position = position
    self.message = message
    self.remedy = remedy
    self.detail = detail
  }
}

extension Finding: CustomStringConvertible {
  /// One line without `detail`: `error VAL-03 at readings.csv, line 12: ... Next: ...`.
  public var description: String {
    let place = position.map { " at \($0)" } ?? ""
    return "\(severity.rawValue) \(rule)\(place): \(message) Next: \(remedy)"
  }
}

/// A value together with what was found on the way to it.
public struct Checked<Value: Sendable>: Sendable {
  public var value: Value
  public var findings: [Finding]

  public init(_ value: Value, findings: [Finding] = []) {
    self.value = value
    self.findings = findings
  }
}
