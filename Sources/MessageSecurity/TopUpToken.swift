import Crypto
public import GBCS

/// A prepayment top-up token: 20 digits that a person can type at the meter (GBCS 14, UTRN).
public struct TopUpToken: Hashable, Sendable, CustomStringConvertible {
  /// In what the value counts.
  public enum ValueClass: UInt64, Hashable, Sendable {
    case pence = 0
    case pounds = 1
  }

  public enum Fault: String, Error, Hashable, Sendable, CustomStringConvertible {
    case value = "The value of a top-up is a whole number from 0 to 8191."
    case counter = "The low 32 bits of a top-up counter are zero."
    case digits = "A top-up token has 20 digits."
    case checkDigit = "The last digit of the top-up token does not agree with the others."

    public var description: String { rawValue }
  }

  /// Exactly 20 digits, the last of them the check digit.
  public let digits: String
  public var description: String { digits }

  /// Reads 20 digits and checks the last.
  public init(_ text: String) throws(Fault) {
    let values = text.utf8.map { $0 &- UInt8(ascii: "0") }
    guard values.count == 20, values.allSatisfy({ $0 <= 9 }) else { throw .digits }
    guard CheckDigit.agrees(values) else { throw .checkDigit }
    digits = text
  }

  /// Makes the token of a top-up.
  /// - Parameters:
  ///   - value: 0...8191 of pence or pounds.
  ///   - counter: the supplier's top-up counter, whose low 32 bits are zero.
  ///   - secret: of the supplier's prepayment key and the device's key.
  public init(
    value: Int, of valueClass: ValueClass, counter: UInt64, supplier: EUI64, device: EUI64, secret: SharedSecretValue
  ) throws {
    guard (0...8191).contains(value) else { throw Fault.value }
    guard counter & 0xFFFF_FFFF == 0 else { throw Fault.counter }
    let high = UInt32((counter >> 32 & 0x3FF) << 15 | valueClass.rawValue << 13 | UInt64(value))
    let context = KeyContext(originator: supplier, recipient: device, purpose: .command, counter: counter)
    var covered: [UInt8] = [0x11, 0, 0, 0, 0, 0]
    covered += supplier.bytes + device.bytes
    covered += [KeyPurpose.command.rawValue] + bigEndian(counter) + bigEndian(high)
    let tag = try secret.key(for: context).seal([], authenticating: covered).tag
    let token = tag.suffix(4).reduce(UInt64(high)) { $0 << 8 | UInt64($1) }
    let text = String(Self.offset + token)
    let values = text.utf8.map { $0 - UInt8(ascii: "0") }
    digits = text + String(CheckDigit.digit(for: values))
  }

  /// What a token says before anybody has found it authentic.
  public struct Content: Hashable, Sendable {
    public let valueClass: ValueClass
    /// 0...8191 of pence or pounds.
    public let value: Int
    /// The ten low bits of the counter above its 32 zero bits.
    public let counterBits: UInt16
  }

  /// `nil` for digits that no token can have.
  public var content: Content? {
    guard let number = UInt64(digits.dropLast()), number >= Self.offset else { return nil }
    let token = number - Self.offset
    guard token >> 57 == 0, let valueClass = ValueClass(rawValue: token >> 45 & 3) else { return nil }
    return Content(
      valueClass: valueClass, value: Int(token >> 32 & 0x1FFF), counterBits: UInt16(token >> 47 & 0x3FF))
  }

  /// What puts tokens of 57 bits into the range of 19 digits that begin with 73 to 75.
  private static let offset: UInt64 = 7_394_156_990_786_306_048
}

/// Verhoeff's check digit as GBCS counts it: from left to right, the first digit at position 4.
private enum CheckDigit {
  /// Multiplication in the dihedral group of order 10.
  static func product(_ a: Int, _ b: Int) -> Int {
    switch (a < 5, b < 5) {
    case (true, true): (a + b) % 5
    case (true, false): (a + b - 5) % 5 + 5
    case (false, true): (a - 5 - b + 5) % 5 + 5
    case (false, false): (a - b + 5) % 5
    }
  }

  /// Verhoeff's permutation, applied as often as the position says (it repeats after 8).
  static func permuted(_ digit: Int, position: Int) -> Int {
    let once = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
    return (0..<position % 8).reduce(digit) { value, _ in once[value] }
  }

  static func sum(_ digits: [UInt8]) -> Int {
    digits.enumerated().reduce(0) { product($0, permuted(Int($1.element), position: $1.offset + 4)) }
  }

  static func agrees(_ digits: [UInt8]) -> Bool { sum(digits) == 0 }

  /// The digit that makes the whole agree; exactly one does.
  static func digit(for digits: [UInt8]) -> UInt8 { (0...9).first { agrees(digits + [$0]) } ?? 0 }
}
