import MarketIdentifiers
import Quantities

/// The kinds of BM unit by the letter of the register.
public enum BalancingUnitKind: String, Hashable, Sendable, CaseIterable {
  /// Directly connected to the transmission system.
  case transmission = "T"
  /// Embedded in a distribution network.
  case embedded = "E"
  case interconnector = "I"
  /// The base unit of a supplier in a GSP Group.
  case supplierBase = "G"
  /// A further unit of a supplier.
  case supplierAdditional = "S"
  /// The secondary (virtual lead party) unit.
  case secondary = "V"
  /// Anything else that the register holds, a miscellaneous unit among them.
  case miscellaneous = "M"
}

/// One BM unit as a register lists it.
public struct BalancingUnit: Hashable, Sendable {
  public var id: String
  public var name: String
  public var leadParty: String
  /// `nil` where the register gives none.
  public var kind: BalancingUnitKind?
  public var gspGroup: GSPGroupID?
  /// True for a production unit, false for consumption; `nil` where not given.
  public var isProduction: Bool?
  /// Added to 1 with the zonal adjustment: decimal(8,7), units of 10⁻⁷; `nil` where not given.
  public var transmissionLossFactor: Int64?

  public init(
    id: String, name: String, leadParty: String, kind: BalancingUnitKind?, gspGroup: GSPGroupID?, isProduction: Bool?,
    transmissionLossFactor: Int64?
  ) {
    self.id = id
    self.name = name
    self.leadParty = leadParty
    self.kind = kind
    self.gspGroup = gspGroup
    self.isProduction = isProduction
    self.transmissionLossFactor = transmissionLossFactor
  }
}
