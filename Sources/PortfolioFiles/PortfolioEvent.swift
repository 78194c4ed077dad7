import Findings

/// What a reader of one of Halfhour's own tables says while it reads.
public enum PortfolioEvent<Value: Sendable>: Sendable {
  /// A usable row and the line on which it stood, counted from 1.
  case value(Value, line: Int)
  /// `rows` rows could not be used.
  case quarantined(Finding, rows: Int)
  /// Something to know about the file or about rows that are counted elsewhere.
  case noted(Finding)
}

extension PortfolioEvent: Equatable where Value: Equatable {}

/// Why one row cannot be used.
struct RowFault: Error {
  var rule: RuleID
  var field: String
  var message: String
  var remedy: String
  var detail: String

  init(_ rule: RuleID, _ field: String, _ message: String, remedy: String, detail: String) {
    self.rule = rule
    self.field = field
    self.message = message
    self.remedy = remedy
    self.detail = detail
  }

  func finding(file: String, line: Int) -> Finding {
    Finding(
      rule, .error, at: SourcePosition(file: file, line: line, field: field), message, remedy: remedy, detail: detail)
  }
}
