/// A bank account in the United Kingdom.
public struct BankAccount: Hashable, Sendable {
  /// Six digits.
  public let sortCode: String
  /// Eight digits.
  public let number: String
  /// 1...18 allowed characters: see ``BACSText``.
  public let name: String

  /// Hyphens and blanks in the sort code are dropped; the name is transliterated and cut to 18 characters.
  ///
  /// - Returns: `nil` unless six and eight digits are left and the name is not blank.
  public init?(sortCode: String, number: String, name: String) {
    let code = sortCode.filter { $0 != "-" && $0 != " " }
    let text = Self.trimmed(String(BACSText.transliterated(name).prefix(18)))
    guard code.utf8.count == 6, BACSText.digits(code.utf8) != nil, number.utf8.count == 8,
      BACSText.digits(number.utf8) != nil, !text.isEmpty
    else { return nil }
    self.sortCode = code
    self.number = number
    self.name = text
  }

  /// Without blanks at either end.
  static func trimmed(_ text: String) -> String {
    let start = text.drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }
}
