import MarketIdentifiers
import Quantities
import SettlementCalendar

/// What one cumulative register of a meter showed at a moment (flow D0010, group 030): a fact.
public struct RegisterRead: Hashable, Sendable {
  public var mpan: MPAN
  /// Meter serial number as printed, up to 16 characters.
  public var meter: String
  /// Register identifier, e.g. `S`, `01`.
  public var register: String
  public var takenAt: UTCInstant
  /// The register's reading in tenths of a kilowatt-hour, as D0010's NUM(9,1) holds it.
  public var tenthsOfKWh: Int64
  /// Reading type (data item J0171): `R` routine, `I` initial, `F` final, ...
  public var type: String
  /// Validation status (data item J0022): `V` valid, `U` unvalidated, `F` failed.
  public var status: String
  public var receivedAt: UTCInstant

  public init(
    mpan: MPAN, meter: String, register: String, takenAt: UTCInstant, tenthsOfKWh: Int64, type: String,
    status: String, receivedAt: UTCInstant
  ) {
    self.mpan = mpan
    self.meter = meter
    self.register = register
    self.takenAt = takenAt
    self.tenthsOfKWh = tenthsOfKWh
    self.type = type
    self.status = status
    self.receivedAt = receivedAt
  }
}
