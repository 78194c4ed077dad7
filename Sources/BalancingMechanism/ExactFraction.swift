import Quantities

/// An exact ratio of whole numbers, in lowest terms, held in 128 bits.
///
/// Acceptance volumes are areas under straight lines whose corners stand on whole seconds and whole kilowatts, so each
/// is such a ratio: a segment of `n` seconds puts `n` below the line, and two lines of slopes `a` and `b` that cross put
/// the difference of the slopes there. Nothing is rounded until a volume enters the price stack. What does not fit is
/// refused (``FractionOverflow``), never bent.
public struct ExactFraction: Hashable, Comparable, Sendable {
  public let numerator: Int128
  /// Greater than zero.
  public let denominator: Int128

  public static let zero = ExactFraction(0)

  public init(_ whole: some BinaryInteger) {
    numerator = Int128(truncatingIfNeeded: whole)
    denominator = 1
  }

  /// - Throws: ``FractionOverflow`` when the denominator is zero or the terms do not fit.
  public init(_ numerator: Int128, over denominator: Int128) throws(FractionOverflow) {
    guard denominator != 0, numerator != .min, denominator != .min else { throw FractionOverflow() }
    let divisor = Self.commonDivisor(numerator.magnitude, denominator.magnitude)
    let sign: Int128 = denominator < 0 ? -1 : 1
    self.numerator = sign * (numerator / Int128(divisor))
    self.denominator = sign * (denominator / Int128(divisor))
  }

  private static func commonDivisor(_ a: UInt128, _ b: UInt128) -> UInt128 {
    var (a, b) = (a, b)
    while b != 0 {
      if a <= UInt128(UInt64.max), b <= UInt128(UInt64.max) {
        return UInt128(commonDivisor(UInt64(a), UInt64(b)))
      }
      (a, b) = (b, a % b)
    }
    return a == 0 ? 1 : a
  }

  private static func commonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a == 0 ? 1 : a
  }

  public func adding(_ other: Self) throws(FractionOverflow) -> Self {
    if numerator == 0 { return other }
    if other.numerator == 0 { return self }
    let divisor = Int128(Self.commonDivisor(denominator.magnitude, other.denominator.magnitude))
    let scale = other.denominator / divisor
    let left = try Self.product(numerator, scale)
    let right = try Self.product(other.numerator, denominator / divisor)
    let (sum, overflow) = left.addingReportingOverflow(right)
    guard !overflow else { throw FractionOverflow() }
    return try Self(sum, over: Self.product(denominator, scale))
  }

  public func subtracting(_ other: Self) throws(FractionOverflow) -> Self { try adding(other.negated) }

  public func multiplied(by other: Self) throws(FractionOverflow) -> Self {
    // Crosswise first, so that the products stay as small as the result.
    let first = try Self(numerator, over: other.denominator)
    let second = try Self(other.numerator, over: denominator)
    return try Self(
      Self.product(first.numerator, second.numerator), over: Self.product(first.denominator, second.denominator))
  }

  public func divided(by other: Self) throws(FractionOverflow) -> Self {
    try multiplied(by: Self(other.denominator, over: other.numerator))
  }

  public var negated: Self { Self(unreduced: -numerator, denominator) }
  public var isZero: Bool { numerator == 0 }

  private init(unreduced numerator: Int128, _ denominator: Int128) {
    self.numerator = numerator
    self.denominator = denominator
  }

  private static func product(_ a: Int128, _ b: Int128) throws(FractionOverflow) -> Int128 {
    let (value, overflow) = a.multipliedReportingOverflow(by: b)
    guard !overflow, value != .min else { throw FractionOverflow() }
    return value
  }

  /// By the continued fraction of both, so that no product can overflow.
  public static func < (a: Self, b: Self) -> Bool {
    var (leftTop, leftBottom, rightTop, rightBottom) = (a.numerator, a.denominator, b.numerator, b.denominator)
    var isTurned = false
    while true {
      let left = Rounding.down.quotient(leftTop, by: leftBottom)
      let right = Rounding.down.quotient(rightTop, by: rightBottom)
      if left != right { return isTurned ? left > right : left < right }
      let (leftRest, rightRest) = (leftTop - left * leftBottom, rightTop - right * rightBottom)
      if leftRest == 0 || rightRest == 0 {
        if leftRest == rightRest { return false }
        return isTurned ? rightRest == 0 : leftRest == 0
      }
      (leftTop, leftBottom, rightTop, rightBottom) = (leftBottom, leftRest, rightBottom, rightRest)
      isTurned.toggle()
    }
  }

  /// This ratio in units of `10^-places`, rounded once. - Returns: `nil` when it does not fit.
  public func units(places: Int, _ rounding: Rounding) -> Int128? {
    guard let power = DecimalNumber.powerOfTen(places) else { return nil }
    let (product, overflow) = numerator.multipliedReportingOverflow(by: power)
    if !overflow { return rounding.quotient(product, by: denominator) }
    let whole = numerator / denominator
    let (scaled, tooLarge) = whole.multipliedReportingOverflow(by: power)
    let (rest, restTooLarge) = (numerator % denominator).multipliedReportingOverflow(by: power)
    return tooLarge || restTooLarge ? nil : scaled + rounding.quotient(rest, by: denominator)
  }
}

extension ExactFraction: CustomStringConvertible {
  /// `-7/6`, or `12` for a whole number.
  public var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }
}

/// A ratio needed more than 128 bits, or was divided by zero: the input is finer than any real submission.
public struct FractionOverflow: Error, Hashable, Sendable, CustomStringConvertible {
  public init() {}
  public var description: String { "The exact value needs numbers of more than 128 bits." }
}
