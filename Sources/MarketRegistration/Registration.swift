import MarketIdentifiers
import Quantities
import SettlementCalendar

/// How a metering point is measured and settled (measurement class).
///
/// Source: SVA Data Catalogue volume 2; F and G entered with elective half-hourly settlement.
public enum ConsumptionClass: String, Hashable, Sendable, CaseIterable, Comparable {
  /// Half-hourly metered above 100 kW.
  case above100kW = "C"
  /// Half-hourly metered below 100 kW, current transformer.
  case currentTransformer = "E"
  /// Half-hourly metered below 100 kW, whole current, domestic.
  case domestic = "F"
  /// Half-hourly metered below 100 kW, whole current, not domestic.
  case nonDomestic = "G"

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// How a customer pays.
public enum PaymentMethod: String, Hashable, Sendable, CaseIterable {
  case directDebit = "direct-debit"
  case standardCredit = "standard-credit"
  case prepayment
}

/// One statement of the registration service about a metering point, from a date on: a fact.
///
/// A later statement with the same `effectiveFrom` corrects an earlier one; one with a later `effectiveFrom` ends it.
public struct Registration: Hashable, Sendable {
  public var mpan: MPAN
  /// The name under which readings of this point arrive when they do not carry the MPAN.
  public var alias: String?
  /// Import or export: each is a metering point of its own.
  public var quantity: MeasurementQuantity
  public var supplier: ParticipantID
  public var gspGroup: GSPGroupID
  /// Two-digit distributor id, 10...99.
  public var distributor: Int
  public var lossClass: LineLossFactorClassID
  public var consumptionClass: ConsumptionClass
  /// The tariff's name in the tariff book; `nil` where this supplier does not bill through Halfhour.
  public var tariff: String?
  public var paymentMethod: PaymentMethod
  /// The most that the supply can carry: the bound of a plausible reading.
  public var supplyCapacity: Power
  public var effectiveFrom: SettlementDate
  /// The last day, for a point that is disconnected; `nil` while it stands.
  public var effectiveTo: SettlementDate?
  /// When Halfhour came to know it.
  public var recordedAt: UTCInstant

  public init(
    mpan: MPAN, alias: String?, quantity: MeasurementQuantity, supplier: ParticipantID, gspGroup: GSPGroupID,
    distributor: Int, lossClass: LineLossFactorClassID, consumptionClass: ConsumptionClass, tariff: String?,
    paymentMethod: PaymentMethod, supplyCapacity: Power, effectiveFrom: SettlementDate,
    effectiveTo: SettlementDate? = nil, recordedAt: UTCInstant
  ) {
    self.mpan = mpan
    self.alias = alias
    self.quantity = quantity
    self.supplier = supplier
    self.gspGroup = gspGroup
    self.distributor = distributor
    self.lossClass = lossClass
    self.consumptionClass = consumptionClass
    self.tariff = tariff
    self.paymentMethod = paymentMethod
    self.supplyCapacity = supplyCapacity
    self.effectiveFrom = effectiveFrom
    self.effectiveTo = effectiveTo
    self.recordedAt = recordedAt
  }
}
