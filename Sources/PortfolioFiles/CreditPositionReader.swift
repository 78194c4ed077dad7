import CreditCover
import Findings
import MarketIdentifiers
import Quantities
import SettlementCalendar
import WireFormat

/// Reads the table of credit positions: what each party has as cover, owes, and is expected to be short by.
///
/// Columns, in any order: `party,cover_pounds,indebtedness_mwh,short_mwh_per_period`. Energy owed and short is above
/// zero, and exact to the watt-hour.
///
/// Rules: PCP-01 participant id; PCP-02 cover is pounds, zero or more, in whole pence or finer, at most ``coverLimit``;
/// PCP-03 energy is a decimal number of MWh with no more than six decimals, at most ``limit``.
public struct CreditPositionReader: StreamReader {
  public typealias Event = PortfolioEvent<CreditPosition>

  public static let columns = ["party", "cover_pounds", "indebtedness_mwh", "short_mwh_per_period"]
  /// The largest magnitude of an energy: 1 TWh.
  public static let limit = Energy(wattHours: 1_000_000_000_000)
  /// A hundred thousand million pounds.
  public static let coverLimit = Money(micropounds: 100_000_000_000_000_000)

  private var core: TableCore

  /// - Parameter file: the file's name without folders, for positions.
  public init(file: String) { core = TableCore(file: file, columns: Self.columns) }

  public mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (Event) -> Void) {
    core.consume(bytes, emit) { (row, _) throws(RowFault) in try Self.read(row) }
  }

  public mutating func finish(_ emit: (Event) -> Void) {
    core.finish(emit) { (row, _) throws(RowFault) in try Self.read(row) }
  }

  private static func read(_ row: TableCore.Row) throws(RowFault) -> CreditPosition {
    guard let party = ParticipantID(row.text(0)) else {
      throw RowFault(
        "PCP-01", "party", "This is not a participant id.", remedy: "Write upper-case letters and digits, at most 8.",
        detail: row.text(0))
    }
    guard let cover = DecimalNumber(row.text(1)).flatMap({ Money(pounds: $0) }), cover >= .zero, cover <= coverLimit
    else {
      throw RowFault(
        "PCP-02", "cover_pounds", "This is no amount of cover.",
        remedy: "Write pounds without a sign or separators, such as 250000.00.", detail: row.text(1))
    }
    return CreditPosition(
      party: party, cover: cover, indebtedness: try energy(row, 2), shortfalls: [try energy(row, 3)])
  }

  private static func energy(_ row: TableCore.Row, _ column: Int) throws(RowFault) -> Energy {
    guard let units = DecimalNumber(row.text(column))?.units(places: 6, rounding: .towardZero), units.isExact,
      let wattHours = Int64(exactly: units.value), wattHours.magnitude <= limit.wattHours.magnitude
    else {
      throw RowFault(
        "PCP-03", columns[column], "This is no energy in MWh.",
        remedy: "Write MWh with at most six decimals, such as 12.5; below zero for a surplus.", detail: row.text(column)
      )
    }
    return Energy(wattHours: wattHours)
  }
}
