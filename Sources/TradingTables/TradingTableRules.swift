import Findings

/// The rules that tables of trading charges are held to.
public enum TradingTableRules {
  static let header: RuleID = "TRC-09"
  static let line: RuleID = "TRC-10"
  static let field: RuleID = "TRC-11"
  static let period: RuleID = "TRC-12"
  static let complete: RuleID = "TRC-13"
  static let precision: RuleID = "TRC-14"

  /// Every rule with what it asks for and where that is written.
  public static let all: [(id: RuleID, summary: String, source: String)] = [
    (header, "The first line names the columns of one table, each once.", "docs/formats.md, tables of trading charges"),
    (line, "A line has as many fields as the first one, and no open quotation mark.", "RFC 4180"),
    (field, "A field is written as its column asks.", "docs/formats.md, tables of trading charges"),
    (period, "The settlement period exists on its date: 46, 48 or 50.", "BSC Section X-1, Settlement Period"),
    (complete, "Every BM unit has a metered volume in every period that is settled.", "BSC Section T"),
    (
      precision, "A volume finer than a kilowatt-hour is rounded once, half away from zero.",
      "Interface definition: volumes are decimal(10,3) MWh"
    ),
  ]
}

/// Why a row was refused.
struct TradingRowFault: Error {
  var rule: RuleID
  var field: String?
  var message: String

  init(_ rule: RuleID, _ field: String?, _ message: String) {
    self.rule = rule
    self.field = field
    self.message = message
  }
}
