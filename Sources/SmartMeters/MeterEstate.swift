public import EstateSimulator
public import GBCS
public import MarketIdentifiers
public import SettlementCalendar

/// The smart meters of a ``NationalEstate``: which row is counted by which meter, and what each meter is at the start.
///
/// Nothing is kept for a meter that nobody has asked for. A row of export is counted by the meter of the import row
/// before it; an export row without one has a meter that counts nothing as import.
public struct MeterEstate: Sendable {
  public let estate: NationalEstate
  /// What all devices trust at the start.
  public let credentials: CredentialStore
  /// The first half-hour that the meters count.
  public let installed: HalfHour
  public let faults: FaultPlan
  /// Meters of a hundred that are of the first generation.
  public var smets1Percent = 0

  /// The first bytes of all identifiers: locally administered, so that they are nobody's.
  static let prefix: UInt64 = 0x0248_4800_0000_0000

  public init(
    estate: NationalEstate, credentials: CredentialStore, installed: HalfHour, faults: FaultPlan = FaultPlan()
  ) {
    self.estate = estate
    self.credentials = credentials
    self.installed = installed
    self.faults = faults
  }

  /// What kinds of device stand at a place.
  public enum DeviceKind: UInt64, Hashable, Sendable, CaseIterable {
    case electricityMeter = 1
    case gasMeter = 2
    case gasProxy = 3
    case hub = 4
    case display = 5
    case prepaymentInterface = 6
    case consumerAccessDevice = 7
  }

  /// The identifier of a device at a row. - Parameter generation: rises with every exchange.
  public static func identifier(_ kind: DeviceKind, row: UInt32, generation: UInt8 = 0) -> EUI64 {
    EUI64(rawValue: prefix | kind.rawValue << 36 | UInt64(generation & 0x0F) << 32 | UInt64(row))
  }

  /// What an identifier of this estate stands for.
  public static func place(of identifier: EUI64) -> (kind: DeviceKind, row: UInt32, generation: UInt8)? {
    guard identifier.rawValue >> 40 == prefix >> 40, let kind = DeviceKind(rawValue: identifier.rawValue >> 36 & 0xF)
    else { return nil }
    return (
      kind, UInt32(truncatingIfNeeded: identifier.rawValue), UInt8(truncatingIfNeeded: identifier.rawValue >> 32 & 0xF)
    )
  }

  /// The metering point of a row: distributor 10 and the row's number, an invented one.
  public static func mpan(row: UInt32) -> MPAN? { MPAN(distributor: 10, serial: Int(row)) }

  /// The rows that the meter at a row counts; `nil` where another meter counts the row.
  public func rows(of row: UInt32) -> (importRow: UInt32?, exportRow: UInt32?)? {
    guard row < estate.mpans else { return nil }
    if estate.isExport(row) {
      return row == 0 || estate.isExport(row - 1) ? (nil, row) : nil
    }
    let next = row + 1
    return (row, next < estate.mpans && estate.isExport(next) ? next : nil)
  }

  /// The meter at a row as it was installed; `nil` where another meter counts the row.
  public func meter(row: UInt32, generation: UInt8 = 0, installed: HalfHour? = nil) -> ElectricityMeter? {
    guard let rows = rows(of: row) else { return nil }
    let start = installed ?? self.installed
    let core = DeviceCore(
      identifier: Self.identifier(.electricityMeter, row: row, generation: generation), credentials: credentials,
      clock: DeviceClock(setAt: DeviceTime(start.start), partsPerMillion: faults.drift(row)))
    return ElectricityMeter(
      core: core, importRow: rows.importRow, exportRow: rows.exportRow, installed: start, traits: faults.traits(row))
  }

  /// The rows from 0 on at which meters stand.
  public var meterRows: some Sequence<UInt32> {
    (0..<UInt32(estate.mpans)).lazy.filter { rows(of: $0) != nil }
  }
}
