import Aggregation
import Findings
import MarketIdentifiers
import SettlementCalendar
import WireFormat

/// Reads the group takes table: what each GSP Group took at its Grid Supply Points in each settlement period.
///
/// Columns, in any order: `gsp_group,date,period,take_kwh`. Energy is exact to the watt-hour; below zero the group
/// exported.
///
/// Rules: PGT-01 GSP Group; PGT-02 date; PGT-03 the period exists on that date (46, 48 or 50 of them); PGT-04 energy is
/// a decimal number of kWh with no more than three decimals, at most 1 TWh either way.
public struct GroupTakeReader: StreamReader {
  public typealias Event = PortfolioEvent<GroupTake>

  public static let columns = ["gsp_group", "date", "period", "take_kwh"]

  private var core: TableCore
  private let source: String
  private let receivedAt: UTCInstant

  /// - Parameters:
  ///   - file: the file's name without folders, for positions.
  ///   - source: the file's content hash.
  ///   - receivedAt: when the takes became known.
  public init(file: String, source: String, receivedAt: UTCInstant) {
    core = TableCore(file: file, columns: Self.columns)
    self.source = source
    self.receivedAt = receivedAt
  }

  public mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (Event) -> Void) {
    let (source, receivedAt) = (source, receivedAt)
    core.consume(bytes, emit) { (row, _) throws(RowFault) in try Self.read(row, source, receivedAt) }
  }

  public mutating func finish(_ emit: (Event) -> Void) {
    let (source, receivedAt) = (source, receivedAt)
    core.finish(emit) { (row, _) throws(RowFault) in try Self.read(row, source, receivedAt) }
  }

  private static func read(
    _ row: TableCore.Row, _ source: String, _ receivedAt: UTCInstant
  ) throws(RowFault) -> GroupTake {
    guard let group = GSPGroupID(rawValue: row.text(0)) else {
      throw RowFault(
        "PGT-01", "gsp_group", "This is not a GSP Group.", remedy: "Write _A to _P, without _I and _O.",
        detail: row.text(0))
    }
    let date = try row.date(1, "PGT-02")
    return GroupTake(
      group: group, date: date, period: try row.period(2, of: date, "PGT-03"),
      take: try row.volume(3, "take_kwh", "PGT-04"), source: source, receivedAt: receivedAt)
  }
}
