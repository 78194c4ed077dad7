import MarketIdentifiers
import MarketRegistration

/// What volumes are added up for: a supplier's consumption class in a GSP Group, import or export.
///
/// The period is the position in ``AggregateRow/periods``.
public struct AggregationKey: Hashable, Comparable, Sendable {
  public let gspGroup: GSPGroupID
  public let supplier: ParticipantID
  public let consumptionClass: ConsumptionClass
  public let quantity: MeasurementQuantity

  public init(
    gspGroup: GSPGroupID, supplier: ParticipantID, consumptionClass: ConsumptionClass, quantity: MeasurementQuantity
  ) {
    self.gspGroup = gspGroup
    self.supplier = supplier
    self.consumptionClass = consumptionClass
    self.quantity = quantity
  }

  public init(_ registration: Registration) {
    self.init(
      gspGroup: registration.gspGroup, supplier: registration.supplier,
      consumptionClass: registration.consumptionClass, quantity: registration.quantity)
  }

  public static func < (a: Self, b: Self) -> Bool {
    (a.gspGroup, a.supplier, a.consumptionClass, a.quantity) < (b.gspGroup, b.supplier, b.consumptionClass, b.quantity)
  }
}
