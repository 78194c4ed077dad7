import Quantities

/// A BM unit as credit assessment sees it: its capability and how much of it is used on average.
public struct CreditAssessedUnit: Hashable, Sendable {
  /// Generation capability above zero or demand capability below it, in watts.
  public let capability: Power
  /// Credit assessment load factor (CALF; SECALF for supplier export), in units of 10⁻⁷: item decimal(11,7).
  public let loadFactor: Int64

  public init(capability: Power, loadFactor: Int64) {
    self.capability = capability
    self.loadFactor = loadFactor
  }

  /// Rule CRD-04: credited energy volume assumed for one settlement period (CAQCE): capability x load factor x half an
  /// hour; export above zero, offtake below. Rounded once to whole watt-hours, a half away from zero.
  public var energyPerPeriod: Energy {
    let units = Rounding.halfAwayFromZero.quotient(
      Int128(capability.watts) * Int128(loadFactor), by: 2 * 10_000_000)
    return Energy(wattHours: Int64(clamping: units))
  }
}

/// What a settlement period adds to a party's indebtedness.
public enum CreditAssessment {
  /// Rule CRD-01: contracts less assumed energy, `CEI = QABC - CAQCE`: net sold energy above zero, bought below; a party
  /// that sells or consumes what it has not covered owes.
  public static func indebtedness(netSold: Energy, credited: Energy) -> Energy { netSold - credited }
}
