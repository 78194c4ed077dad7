import SettlementCalendar

/// Text as a BACS record may hold it: capital letters, digits, `.`, `&`, `/`, `-` and space.
public enum BACSText {
  /// Whether every byte is allowed.
  public static func isAllowed(_ text: some Sequence<UInt8>) -> Bool { text.allSatisfy(isAllowed) }

  static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: " "), UInt8(ascii: "."), UInt8(ascii: "&"), UInt8(ascii: "/"), UInt8(ascii: "-"): true
    default: false
    }
  }

  /// Any text in allowed characters: small letters become capital, accented Latin letters lose the accent, an
  /// apostrophe is dropped, `_` and dashes become `-`, `+` becomes `&`, `\` becomes `/`; anything else is a space.
  public static func transliterated(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars { result += transliterated(scalar) }
    return result
  }

  private static func transliterated(_ scalar: Unicode.Scalar) -> String {
    if scalar.isASCII, let byte = UInt8(exactly: scalar.value), isAllowed(byte) { return String(scalar) }
    switch scalar {
    case "a"..."z": return String(scalar).uppercased()
    case "'", "\u{2019}", "`": return ""
    case "_", "\u{2010}"..."\u{2015}": return "-"
    case "+": return "&"
    case "\\": return "/"
    default: return letters.first { $0.accented.unicodeScalars.contains(scalar) }?.plain ?? " "
    }
  }

  /// The accented letters of Western European languages and what they become.
  private static let letters: [(accented: String, plain: String)] = [
    ("ÀÁÂÃÄÅàáâãäåĀā", "A"), ("Ææ", "AE"), ("Ççćčč", "C"), ("ÈÉÊËèéêëĒē", "E"), ("ÌÍÎÏìíîïĪī", "I"),
    ("Łł", "L"), ("Ññń", "N"), ("ÒÓÔÕÖØòóôõöøŌō", "O"), ("Œœ", "OE"), ("Šš", "S"), ("ß", "SS"),
    ("ÙÚÛÜùúûüŪū", "U"), ("ŴŵẂẃ", "W"), ("ÝýŶŷÿ", "Y"), ("Žž", "Z"), ("Ðð", "D"), ("Þþ", "TH"),
  ]

  /// Text cut or filled with spaces to `width`.
  static func field(_ text: String, _ width: Int) -> String {
    let cut = String(text.prefix(width))
    return cut + String(repeating: " ", count: width - cut.count)
  }

  /// A number filled with zeros to `width`. The number must fit.
  static func field(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// A date as ` YYDDD`: a blank for this century, the year, the day of the year.
  public static func dateField(_ date: SettlementDate) -> String {
    let year = date.civil.year
    guard let first = SettlementDate(year: year, month: 1, day: 1) else { return "      " }
    return " " + field(Int64(year % 100), 2) + field(Int64(first.days(to: date) + 1), 3)
  }

  /// A date from ` YYDDD`. - Returns: `nil` for anything else.
  public static func date(_ field: some Collection<UInt8>) -> SettlementDate? {
    guard field.count == 6, field.first == UInt8(ascii: " "), let number = digits(field.dropFirst()),
      let first = SettlementDate(year: 2_000 + Int(number / 1_000), month: 1, day: 1), number % 1_000 > 0,
      let date = first.advanced(by: Int(number % 1_000) - 1), date.civil.year == first.civil.year
    else { return nil }
    return date
  }

  /// A number of at most 18 digits and nothing else.
  static func digits(_ text: some Collection<UInt8>) -> Int64? {
    guard !text.isEmpty, text.count <= 18 else { return nil }
    var value: Int64 = 0
    for byte in text {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    return value
  }
}
