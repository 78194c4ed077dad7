/// A decimal number exactly as a file wrote it: `significand × 10^-scale`.
///
/// The one door through which text becomes a quantity. It reads plain and exponent notation (`-0.00091`, `1e-05`),
/// never goes through floating point, and refuses what it cannot hold instead of bending it.
public struct DecimalNumber: Hashable, Sendable {
  /// The digits without the point.
  public var significand: Int128
  /// How many of those digits stand after the point; 0...60.
  public var scale: Int

  /// More digits than this are refused: no field in the industry's formats comes near it.
  public static let largestDigitCount = 36
  /// Scales outside 0...60 are refused.
  public static let largestScale = 60

  public init(significand: Int128, scale: Int) {
    self.significand = significand
    self.scale = scale
  }

  /// Reads ASCII text such as `0.086`, `-12`, `.5`, `3.`, `1E-05`. Blanks around it are not accepted.
  ///
  /// Trailing zeros of the fraction (`0.39600000000000000000`) are dropped, so equal numbers read equal.
  /// - Returns: `nil` when the text is not a decimal number, or has too many digits to be one.
  @inlinable
  public init?(_ text: some Collection<UInt8>) {
    var digits: Int128 = 0
    var digitCount = 0
    var fraction = 0
    var pendingZeros = 0
    var sawDigit = false
    var sawPoint = false
    var negative = false
    var index = text.startIndex
    if index != text.endIndex, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
      negative = text[index] == UInt8(ascii: "-")
      text.formIndex(after: &index)
    }
    scan: while index != text.endIndex {
      let byte = text[index]
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        sawDigit = true
        let digit = Int128(byte &- UInt8(ascii: "0"))
        if sawPoint && digit == 0 {
          pendingZeros += 1
        } else {
          let shift = sawPoint ? pendingZeros + 1 : 1
          if digitCount > 0 || digit != 0 { digitCount += shift }
          guard digitCount <= Self.largestDigitCount else { return nil }
          for _ in 0..<shift { digits *= 10 }
          digits += digit
          if sawPoint {
            fraction += shift
            pendingZeros = 0
          }
        }
      case UInt8(ascii: "."):
        guard !sawPoint else { return nil }
        sawPoint = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"):
        break scan
      default:
        return nil
      }
      text.formIndex(after: &index)
    }
    guard sawDigit else { return nil }
    var exponent = 0
    if index != text.endIndex {
      text.formIndex(after: &index)
      guard let read = Self.exponent(text[index...]) else { return nil }
      exponent = read
    }
    var scale = fraction - exponent
    while scale < 0 {
      let (grown, overflow) = digits.multipliedReportingOverflow(by: 10)
      guard !overflow else { return nil }
      digits = grown
      scale += 1
    }
    // An exponent can leave zeros at the end of the fraction (`10e-1`): equal numbers read equal.
    while scale > 0, digits != 0, digits % 10 == 0 {
      digits /= 10
      scale -= 1
    }
    guard scale <= Self.largestScale else { return nil }
    self.init(significand: negative ? -digits : digits, scale: digits == 0 ? 0 : scale)
  }

  /// Reads a Swift string; see ``init(_:)-(Collection<UInt8>)``.
  @inlinable
  public init?(_ text: String) { self.init(Array(text.utf8)) }

  @usableFromInline
  static func exponent(_ text: some Collection<UInt8>) -> Int? {
    var value = 0
    var negative = false
    var count = 0
    for (offset, byte) in text.enumerated() {
      if offset == 0, byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") {
        negative = byte == UInt8(ascii: "-")
        continue
      }
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int(byte &- UInt8(ascii: "0"))
      count += 1
      guard value <= largestScale else { return nil }
    }
    return count > 0 ? (negative ? -value : value) : nil
  }

  /// This number in units of `10^-places`, rounded once by `rounding`.
  ///
  /// - Returns: the whole number of units and whether rounding changed the value; `nil` when it does not fit.
  @inlinable
  public func units(places: Int, rounding: Rounding) -> (value: Int128, isExact: Bool)? {
    if scale <= places {
      guard let factor = Self.powerOfTen(places - scale) else { return significand == 0 ? (0, true) : nil }
      let (value, overflow) = significand.multipliedReportingOverflow(by: factor)
      return overflow ? nil : (value, true)
    }
    // A power beyond Int128 is larger than any significand: the number is nearer to zero than half a unit.
    guard let divisor = Self.powerOfTen(scale - places) else {
      let sign: Int128 = significand < 0 ? -1 : 1
      return (rounding.quotient(sign, by: 1_000), significand == 0)
    }
    let value = rounding.quotient(significand, by: divisor)
    return (value, value * divisor == significand)
  }

  /// `10^power`, or `nil` above 10³⁸, where `Int128` ends.
  @inlinable
  public static func powerOfTen(_ power: Int) -> Int128? {
    guard power >= 0 && power <= 38 else { return nil }
    var result: Int128 = 1
    for _ in 0..<power { result *= 10 }
    return result
  }

  /// Writes `units × 10^-places` with exactly `places` digits after the point.
  public static func text(_ units: Int128, places: Int, keeping shownPlaces: Int? = nil) -> String {
    let magnitude = units.magnitude
    var digits = String(magnitude)
    if digits.count <= places { digits = String(repeating: "0", count: places + 1 - digits.count) + digits }
    var whole = String(digits.dropLast(places))
    var fraction = String(digits.suffix(places))
    if let shownPlaces {
      while fraction.count > shownPlaces, fraction.last == "0" { fraction.removeLast() }
    }
    if !fraction.isEmpty { whole += "." + fraction }
    return (units < 0 ? "-" : "") + whole
  }
}
