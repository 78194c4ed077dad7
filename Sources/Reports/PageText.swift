import Quantities
import Rulebooks
import SettlementCalendar

/// Values as a page for people shows them.
enum PageText {
  /// `£350.03`, `−£12.17` with a true minus sign.
  static func pounds(_ amount: Money) -> String {
    amount < .zero ? "\u{2212}£\((-amount).poundsText)" : "£\(amount.poundsText)"
  }

  /// Pence, shortest: `57.21`.
  static func pence(_ amount: Money) -> String { DecimalNumber.text(Int128(amount.micropounds), places: 4, keeping: 0) }

  /// `5 %`, `2.5 %`: all decimals that the share has.
  static func percent(_ share: Proportion) -> String {
    DecimalNumber.text(Int128(share.billionths), places: 7, keeping: 0) + " %"
  }

  /// `1 December 2026`.
  static func date(_ date: SettlementDate) -> String {
    let (year, month, day) = date.civil
    return "\(day) \(months[month - 1]) \(year)"
  }

  /// `1 December to 30 December 2026`; one day alone.
  static func span(_ first: SettlementDate, _ last: SettlementDate) -> String {
    guard first != last else { return date(first) }
    guard first.civil.year == last.civil.year else { return "\(date(first)) to \(date(last))" }
    return "\(first.civil.day) \(months[first.civil.month - 1]) to \(date(last))"
  }

  static func rule(_ rule: RoundingRule) -> String {
    let mode = rule.rounding.rawValue.split(separator: "-").joined(separator: " ")
    return "to the \(rule.step.rawValue), \(mode): \(rule.source)"
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
}
