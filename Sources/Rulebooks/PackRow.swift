public import Quantities
public import SettlementCalendar

/// One row of a pack; its typed readers name the row and column when the text is not what they need.
public struct PackRow: Sendable {
  public let pack: String
  /// Line of the file.
  public let line: Int
  public let columns: [String]
  public let fields: [String]

  /// The text, empty or not.
  public func optionalText(_ column: String) throws(PackFault) -> String {
    guard let index = columns.firstIndex(of: column) else { throw fault(column, "there is no such column") }
    return fields[index]
  }

  /// The text, which must not be empty.
  public func text(_ column: String) throws(PackFault) -> String {
    let text = try optionalText(column)
    guard !text.isEmpty else { throw fault(column, "it is empty") }
    return text
  }

  /// `effective_from`, which every rule has.
  public func effectiveFrom() throws(PackFault) -> SettlementDate { try date("effective_from") }

  /// A date as ISO 8601 writes it.
  public func date(_ column: String) throws(PackFault) -> SettlementDate {
    guard let date = SettlementDate(try text(column)) else { throw fault(column, "not a date of 1996 to 2099") }
    return date
  }

  /// A decimal number.
  public func number(_ column: String) throws(PackFault) -> DecimalNumber {
    guard let number = DecimalNumber(try text(column)) else { throw fault(column, "not a decimal number") }
    return number
  }

  /// `yes` or `no`.
  public func flag(_ column: String) throws(PackFault) -> Bool {
    switch try text(column) {
    case "yes": return true
    case "no": return false
    default: throw fault(column, "neither yes nor no")
    }
  }

  /// One of the raw values of an enumeration.
  public func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ column: String, _ type: Choice.Type
  ) throws(PackFault) -> Choice {
    guard let choice = Choice(rawValue: try text(column)) else {
      throw fault(column, "not one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return choice
  }

  /// `14 working days`, `29 calendar days`, `14 calendar months`.
  public func offset(_ column: String) throws(PackFault) -> RunOffset {
    let parts = try text(column).split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let count = Int(parts[0]), (0...5_000).contains(count) else {
      throw fault(column, "not an offset such as 14 working days")
    }
    switch parts[1] {
    case "working days": return .workingDays(count)
    case "calendar days": return .calendarDays(count)
    case "calendar months": return .calendarMonths(count)
    default: throw fault(column, "not working days, calendar days or calendar months")
    }
  }

  /// What to throw of one column of this row.
  public func fault(_ column: String, _ reason: String) -> PackFault {
    PackFault(pack: pack, row: line, column: column, reason: reason)
  }
}
