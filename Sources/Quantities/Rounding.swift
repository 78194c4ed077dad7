/// How an exact quotient becomes a whole number.
///
/// Rounding is a named value that a rule hands to the one place where it happens; nothing in Halfhour rounds by
/// default. All modes are exact on quotients that need no rounding.
public enum Rounding: String, Hashable, Sendable, CaseIterable {
  /// To the nearest whole; a half goes away from zero (the commercial rule, and HMRC's "nearest penny").
  case halfAwayFromZero = "half-away-from-zero"
  /// To the nearest whole; a half goes to the even neighbour.
  case halfToEven = "half-to-even"
  /// Towards zero: digits are cut off.
  case towardZero = "toward-zero"
  /// Towards minus infinity.
  case down
  /// Towards plus infinity.
  case up

  /// `numerator ÷ denominator`, rounded by this rule.
  ///
  /// - Parameter denominator: greater than zero; anything else is a programmer's error and stops the program.
  @inlinable
  public func quotient(_ numerator: Int128, by denominator: Int128) -> Int128 {
    precondition(denominator > 0, "a rounding denominator is positive")
    let (whole, rest) = numerator.quotientAndRemainder(dividingBy: denominator)
    guard rest != 0 else { return whole }
    let away: Int128 = numerator < 0 ? -1 : 1
    switch self {
    case .towardZero: return whole
    case .down: return numerator < 0 ? whole - 1 : whole
    case .up: return numerator > 0 ? whole + 1 : whole
    case .halfAwayFromZero, .halfToEven:
      // Compare |rest| with the half without doubling, so that no denominator can overflow.
      let magnitude = rest < 0 ? -rest : rest
      let gap = denominator - magnitude
      if magnitude > gap { return whole + away }
      if magnitude < gap { return whole }
      if self == .halfAwayFromZero { return whole + away }
      return whole % 2 == 0 ? whole : whole + away
    }
  }
}
