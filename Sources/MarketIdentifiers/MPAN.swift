/// A Meter Point Administration Number: the 13-digit core that names one supply point of electricity.
///
/// Two digits of distributor, ten of serial number, one check digit. Only a number whose check digit agrees can be
/// built; ``check(_:)`` says what is wrong with one that does not.
public struct MPAN: Hashable, Comparable, Sendable {
  /// The 13 digits as a number; 0...9,999,999,999,999.
  public let number: UInt64

  /// Why a text is not an MPAN.
  public enum Fault: Error, Hashable, Sendable {
    case notThirteenDigits(count: Int)
    case notDigits
    case wrongCheckDigit(expected: Int, found: Int)
  }

  /// The weights of the first twelve digits (Master Registration Agreement; open implementations agree).
  static let weights = [3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43]

  /// Reads 13 digits; blanks between them are allowed, as printed bills have them.
  public static func check(_ text: some StringProtocol) -> Result<MPAN, Fault> {
    var digits: [Int] = []
    for byte in text.utf8 where byte != UInt8(ascii: " ") {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return .failure(.notDigits) }
      guard digits.count < 64 else { return .failure(.notThirteenDigits(count: digits.count + 1)) }
      digits.append(Int(byte) - 48)
    }
    guard digits.count == 13 else { return .failure(.notThirteenDigits(count: digits.count)) }
    let expected = checkDigit(of: digits)
    guard expected == digits[12] else { return .failure(.wrongCheckDigit(expected: expected, found: digits[12])) }
    return .success(MPAN(unchecked: digits.reduce(0) { $0 * 10 + UInt64($1) }))
  }

  public init?(_ text: some StringProtocol) {
    guard case .success(let mpan) = Self.check(text) else { return nil }
    self = mpan
  }

  /// The MPAN of a distributor's supply point. - Returns: `nil` outside 10...99 and 0...9,999,999,999.
  public init?(distributor: Int, serial: Int) {
    guard (10...99).contains(distributor), (0...9_999_999_999).contains(serial) else { return nil }
    var digits = [distributor / 10, distributor % 10]
    var divisor = 1_000_000_000
    while divisor > 0 {
      digits.append(serial / divisor % 10)
      divisor /= 10
    }
    let number = (UInt64(distributor) * 10_000_000_000 + UInt64(serial)) * 10 + UInt64(Self.checkDigit(of: digits))
    self.init(unchecked: number)
  }

  init(unchecked number: UInt64) { self.number = number }

  /// `((Σ digit × weight) mod 11) mod 10` over the first twelve digits.
  static func checkDigit(of digits: [Int]) -> Int {
    zip(digits, weights).reduce(0) { $0 + $1.0 * $1.1 } % 11 % 10
  }

  /// The two leading digits: which distributor's network.
  public var distributor: Int { Int(number / 100_000_000_000) }

  public static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}

extension MPAN: CustomStringConvertible {
  /// 13 digits.
  public var description: String {
    let digits = String(number)
    return String(repeating: "0", count: 13 - digits.count) + digits
  }
}

extension MPAN.Fault: CustomStringConvertible {
  /// A sentence that shows no digit of the number but its check digit.
  public var description: String {
    switch self {
    case .notThirteenDigits(let count): "it has \(count) digits, an MPAN core has 13"
    case .notDigits: "it holds something that is not a digit"
    case .wrongCheckDigit(let expected, let found):
      "its check digit is \(found), the other twelve digits call for \(expected)"
    }
  }
}
