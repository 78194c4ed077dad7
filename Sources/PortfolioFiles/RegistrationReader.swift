import Findings
import MarketIdentifiers
import MarketRegistration
import Quantities
import SettlementCalendar
import WireFormat

/// Reads the registrations table.
///
/// One statement per line. Columns, in any order: `mpan,alias,quantity,supplier,gsp_group,distributor,llfc,`
/// `consumption_class,tariff,payment_method,supply_capacity_w,effective_from,effective_to`. `alias`, `tariff` and
/// `effective_to` may be empty. Dates are `2026-03-29`.
///
/// Rules: PRG-01 MPAN and its check digit; PRG-02 quantity `AI` or `AE`; PRG-03 codes (supplier, GSP Group, line loss
/// factor class, consumption class, payment method); PRG-04 the distributor is the MPAN's first two digits; PRG-05 a
/// licensed distributor and the GSP Group are the same area (warning); PRG-06 capacity 1 W ... 2 GW; PRG-07 dates exist
/// and are in order; PRG-08 alias and tariff are names of at most 64 bytes without control characters.
public struct RegistrationReader: StreamReader {
  public typealias Event = PortfolioEvent<Registration>

  public static let columns = [
    "mpan", "alias", "quantity", "supplier", "gsp_group", "distributor", "llfc", "consumption_class", "tariff",
    "payment_method", "supply_capacity_w", "effective_from", "effective_to",
  ]
  /// Watts; the largest supply there is fits, and half an hour of it is ``Energy/readingLimit``.
  public static let capacityRange: ClosedRange<Int64> = 1...2_000_000_000

  private var core: TableCore
  private let recordedAt: UTCInstant

  /// - Parameters:
  ///   - file: the file's name without folders, for positions.
  ///   - recordedAt: when Halfhour came to know the file; every statement carries it.
  public init(file: String, recordedAt: UTCInstant) {
    core = TableCore(file: file, columns: Self.columns)
    self.recordedAt = recordedAt
  }

  public mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (Event) -> Void) {
    let (file, recordedAt) = (core.file, recordedAt)
    core.consume(bytes, emit) { (row, notes) throws(RowFault) in try Self.read(row, recordedAt, file, &notes) }
  }

  public mutating func finish(_ emit: (Event) -> Void) {
    let (file, recordedAt) = (core.file, recordedAt)
    core.finish(emit) { (row, notes) throws(RowFault) in try Self.read(row, recordedAt, file, &notes) }
  }

  private static func read(
    _ row: TableCore.Row, _ recordedAt: UTCInstant, _ file: String, _ notes: inout [Finding]
  ) throws(RowFault) -> Registration {
    let mpan = try mpan(row.text(0))
    let group = try code(row.text(4), "gsp_group", "GSP Group", GSPGroupID.init(rawValue:))
    let registration = Registration(
      mpan: mpan, alias: try name(row.text(1), "alias"), quantity: try quantity(row.text(2)),
      supplier: try code(row.text(3), "supplier", "participant id") { ParticipantID($0) },
      gspGroup: group, distributor: try distributor(row.text(5), mpan),
      lossClass: try code(row.text(6), "llfc", "line loss factor class") { LineLossFactorClassID($0) },
      consumptionClass: try code(
        row.text(7), "consumption_class", "consumption class", ConsumptionClass.init(rawValue:)),
      tariff: try name(row.text(8), "tariff"),
      paymentMethod: try code(row.text(9), "payment_method", "payment method", PaymentMethod.init(rawValue:)),
      supplyCapacity: try capacity(row.text(10)), effectiveFrom: try date(row.text(11), "effective_from"),
      effectiveTo: row.text(12).isEmpty ? nil : try date(row.text(12), "effective_to"), recordedAt: recordedAt)
    if let end = registration.effectiveTo, end < registration.effectiveFrom {
      throw RowFault(
        "PRG-07", "effective_to", "The registration ends before it begins.",
        remedy: "Correct one of the two dates.", detail: row.text(12))
    }
    noteForeignGroup(registration, SourcePosition(file: file, line: row.line, field: "gsp_group"), &notes)
    return registration
  }

  private static func mpan(_ text: String) throws(RowFault) -> MPAN {
    switch MPAN.check(text) {
    case .success(let mpan): return mpan
    case .failure(let fault):
      throw RowFault(
        "PRG-01", "mpan", "This is not an MPAN: \(fault).", remedy: "Correct the MPAN at its source.", detail: text)
    }
  }

  private static func quantity(_ text: String) throws(RowFault) -> MeasurementQuantity {
    guard let quantity = MeasurementQuantity(rawValue: text), quantity.isActive else {
      throw RowFault(
        "PRG-02", "quantity", "A metering point is registered for active import (AI) or active export (AE).",
        remedy: "Write AI or AE.", detail: text)
    }
    return quantity
  }

  private static func code<Value>(
    _ text: String, _ field: String, _ what: String, _ make: (String) -> Value?
  ) throws(RowFault) -> Value {
    guard let value = make(text) else {
      throw RowFault(
        "PRG-03", field, "This is no \(what) that Halfhour knows.", remedy: "Correct the code.", detail: text)
    }
    return value
  }

  private static func distributor(_ text: String, _ mpan: MPAN) throws(RowFault) -> Int {
    guard let id = Int(text), id == mpan.distributor else {
      throw RowFault(
        "PRG-04", "distributor", "The distributor is not the one that the MPAN's first two digits name.",
        remedy: "Write the first two digits of the MPAN, or correct the MPAN.", detail: text)
    }
    return id
  }

  private static func capacity(_ text: String) throws(RowFault) -> Power {
    guard let watts = Int64(text), capacityRange.contains(watts) else {
      throw RowFault(
        "PRG-06", "supply_capacity_w", "The supply capacity is not a whole number of watts from 1 W to 2 GW.",
        remedy: "Write the capacity in watts; a domestic supply of 100 A is 23000.", detail: text)
    }
    return Power(watts: watts)
  }

  private static func date(_ text: String, _ field: String) throws(RowFault) -> SettlementDate {
    guard let date = SettlementDate(text) else {
      throw RowFault(
        "PRG-07", field, "This is not a date from 1996 to 2099.", remedy: "Write it like 2026-03-29.", detail: text)
    }
    return date
  }

  private static func name(_ text: String, _ field: String) throws(RowFault) -> String? {
    guard !text.isEmpty else { return nil }
    guard text.utf8.count <= 64, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw RowFault(
        "PRG-08", field, "The name is longer than 64 bytes or holds control characters.",
        remedy: "Write a shorter, printable name.", detail: String(text.prefix(100)))
    }
    return text
  }

  /// An independent network may lie in any group; a licensed one has its own.
  private static func noteForeignGroup(
    _ registration: Registration, _ position: SourcePosition, _ notes: inout [Finding]
  ) {
    guard let home = Distributor.numbered(registration.distributor)?.group, home != registration.gspGroup else {
      return
    }
    notes.append(
      Finding(
        "PRG-05", .warning, at: position,
        "The distributor is licensed for GSP Group \(home), the registration says \(registration.gspGroup).",
        remedy: "Check the GSP Group with the registration service; it is used as registered."))
  }
}
