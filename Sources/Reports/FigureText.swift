import Quantities
import SettlementCalendar

/// Figures as a page for people shows them: grouped by thousands, a true minus sign, every digit kept.
enum FigureText {
  /// `-1234567.5` as `−1,234,567.5`.
  static func grouped(_ text: String) -> String {
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" }.split(separator: ".", maxSplits: 1)
    let digits = Array(parts.first ?? "0")
    var whole = ""
    for (position, digit) in digits.enumerated() {
      if position > 0, (digits.count - position) % 3 == 0 { whole.append(",") }
      whole.append(digit)
    }
    if parts.count > 1 { whole += "." + parts[1] }
    return (isNegative ? "\u{2212}" : "") + whole
  }

  static func count(_ value: some BinaryInteger) -> String { grouped(String(value)) }

  /// `1 bill`, `2 bills`.
  static func count(_ value: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count(value)) \(value == 1 ? one : many ?? one + "s")"
  }

  /// Rounded to the penny for headlines, half away from zero; tables show every digit.
  static func pounds(_ amount: Money) -> String {
    let pence = amount.rounded(to: .penny, .halfAwayFromZero)
    let text = grouped(DecimalNumber.text(Int128(pence.micropounds).magnitudeValue, places: 6, keeping: 2))
    return (pence < .zero ? "\u{2212}" : "") + "£" + text
  }

  /// Rounded for headlines to kWh, or to MWh with one decimal from ten MWh on.
  static func energy(_ energy: LossAdjustedEnergy) -> String {
    let units = energy.tenMicrowattHours
    let isLarge = units.magnitude >= 10 * 100_000_000_000
    let rounding = Rounding.halfAwayFromZero
    return isLarge
      ? grouped(DecimalNumber.text(rounding.quotient(units, by: 10_000_000_000), places: 1)) + " MWh"
      : grouped(DecimalNumber.text(rounding.quotient(units, by: 10_000_000), places: 1)) + " kWh"
  }

  /// A text from a file or a rule without control and direction characters, which have no business on a page.
  static func clean(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { clean.append(isUnsafe(scalar) ? "\u{FFFD}" : scalar) }
    return String(clean)
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}

extension Int128 {
  /// Without its sign; the one value that has no positive counterpart stays at the largest.
  var magnitudeValue: Int128 { self == .min ? .max : Swift.abs(self) }
}
