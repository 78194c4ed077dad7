import Findings
import Readings
import SettlementCalendar
import WireFormat

/// Reads the arrivals table: when readings of a research file are deemed received.
///
/// Columns, in any order: `series,from,to,received_at`. `series` is a series' name or `*` for all; `from` and `to` are
/// the starts of half-hours with an offset (`2026-03-29T01:00:00Z`), `to` is not included; `received_at` is a moment
/// with an offset.
///
/// Rules: PAR-01 series name; PAR-02 moments; PAR-03 half-hours that begin on the hour or half-hour, in order.
public struct ArrivalReader: StreamReader {
  public typealias Event = PortfolioEvent<Arrival>

  public static let columns = ["series", "from", "to", "received_at"]
  /// What stands for every series.
  public static let anySeries = "*"

  private var core: TableCore

  /// - Parameter file: the file's name without folders, for positions.
  public init(file: String) { core = TableCore(file: file, columns: Self.columns) }

  public mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (Event) -> Void) {
    core.consume(bytes, emit) { (row, _) throws(RowFault) in try Self.read(row) }
  }

  public mutating func finish(_ emit: (Event) -> Void) {
    core.finish(emit) { (row, _) throws(RowFault) in try Self.read(row) }
  }

  private static func read(_ row: TableCore.Row) throws(RowFault) -> Arrival {
    let name = row.text(0)
    guard SeriesKey(name: name) != nil else {
      throw RowFault(
        "PAR-01", "series", "This is not the name of a series.", remedy: "Write the series' name, or * for all.",
        detail: String(name.prefix(100)))
    }
    let from = try halfHour(row, 1)
    let to = try halfHour(row, 2)
    guard from < to else {
      throw RowFault(
        "PAR-03", "to", "The range of half-hours is empty: its end is not after its start.",
        remedy: "Write the start of the first half-hour that is not meant any more.", detail: row.text(2))
    }
    return Arrival(series: name == anySeries ? nil : name, from: from, to: to, receivedAt: try instant(row, 3))
  }

  private static func instant(_ row: TableCore.Row, _ column: Int) throws(RowFault) -> UTCInstant {
    guard let instant = UTCInstant(row.text(column)) else {
      throw RowFault(
        "PAR-02", columns[column], "This is not a moment with an offset from UTC.",
        remedy: "Write it like 2026-03-29T01:00:00Z.", detail: String(row.text(column).prefix(100)))
    }
    return instant
  }

  private static func halfHour(_ row: TableCore.Row, _ column: Int) throws(RowFault) -> HalfHour {
    guard let halfHour = HalfHour(startingAt: try instant(row, column)) else {
      throw RowFault(
        "PAR-03", columns[column], "A half-hour begins on the hour or half-hour.",
        remedy: "Correct the minutes.", detail: row.text(column))
    }
    return halfHour
  }
}
