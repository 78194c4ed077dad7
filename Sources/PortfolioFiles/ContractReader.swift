import Findings
import MarketIdentifiers
import Quantities
import Settlement
import SettlementCalendar
import WireFormat

/// Reads the contracts table: what each party has bought for each settlement period, net of what it sold.
///
/// Columns, in any order: `party,date,period,bought_kwh`. Energy is exact to the watt-hour and may be negative (sold).
///
/// Rules: PCV-01 participant id; PCV-02 date; PCV-03 the period exists on that date (46, 48 or 50 of them); PCV-04
/// energy is a decimal number of kWh with no more than three decimals, at most ``limit``.
public struct ContractReader: StreamReader {
  public typealias Event = PortfolioEvent<ContractVolume>

  public static let columns = ["party", "date", "period", "bought_kwh"]
  /// The largest magnitude of one volume.
  public static let limit = TableCore.Row.volumeLimit

  private var core: TableCore
  private let source: String
  private let receivedAt: UTCInstant

  /// - Parameters:
  ///   - file: the file's name without folders, for positions.
  ///   - source: the file's content hash.
  ///   - receivedAt: when the notification became known.
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
  ) throws(RowFault) -> ContractVolume {
    guard let party = ParticipantID(row.text(0)) else {
      throw RowFault(
        "PCV-01", "party", "This is not a participant id.", remedy: "Write upper-case letters and digits, at most 8.",
        detail: row.text(0))
    }
    let date = try row.date(1, "PCV-02")
    return ContractVolume(
      party: party, date: date, period: try row.period(2, of: date, "PCV-03"),
      bought: try row.volume(3, "bought_kwh", "PCV-04"), source: source, receivedAt: receivedAt)
  }
}
