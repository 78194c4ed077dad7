import Findings
import MarketIdentifiers
import Quantities
import Readings
import SettlementCalendar
import WireFormat

/// Reads the readings table: half-hourly readings, one per line, any number of series in any order.
///
/// Columns, in any order: `series,quantity,start,kwh,quality`. `series` is an MPAN or another name of the series;
/// `quantity` is `AI`, `AE`, `RI` or `RE`; `start` is the half-hour's start with an offset (`2026-03-29T01:00Z`);
/// `kwh` is exact to the watt-hour; `quality` is `A` (measured), `E` (estimated) or `C` (corrected).
///
/// Rules: RDT-01 series name; RDT-02 quantity; RDT-03 start; RDT-04 energy, exact and within ``Energy/readingLimit``;
/// RDT-05 quality; RDT-06 more than ``seriesLimit`` series.
public struct ReadingTableReader: StreamReader {
  public typealias Event = ReadingEvent

  public static let columns = ["series", "quantity", "start", "kwh", "quality"]

  /// Series that one file may hold, so that memory stays bounded.
  public let seriesLimit: Int
  private var core: TableCore
  private var series = SeriesNumbers()
  private var clock = HalfHourText()

  /// - Parameter file: the file's name without folders, for positions.
  public init(file: String, seriesLimit: Int = 4_000_000) {
    core = TableCore(file: file, columns: Self.columns)
    self.seriesLimit = seriesLimit
  }

  public mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (ReadingEvent) -> Void) {
    var (taken, names, stamps) = (TableCore(file: "", columns: []), SeriesNumbers(), HalfHourText())
    swap(&taken, &core)
    swap(&names, &series)
    swap(&stamps, &clock)
    let (file, limit) = (taken.file, seriesLimit)
    taken.consume(bytes) { Self.hand($0, file, limit, &names, &stamps, emit) }
    (core, series, clock) = (taken, names, stamps)
  }

  public mutating func finish(_ emit: (ReadingEvent) -> Void) {
    var (names, stamps) = (series, clock)
    let (file, limit) = (core.file, seriesLimit)
    core.finish { Self.hand($0, file, limit, &names, &stamps, emit) }
    (series, clock) = (names, stamps)
  }

  private static func hand(
    _ step: TableCore.Step, _ file: String, _ limit: Int, _ names: inout SeriesNumbers, _ stamps: inout HalfHourText,
    _ emit: (ReadingEvent) -> Void
  ) {
    switch step {
    case .quarantined(let finding, let rows): emit(.quarantined(finding, rows: rows))
    case .noted(let finding): emit(.noted(finding))
    case .row(let row):
      do throws(RowFault) {
        emit(.reading(try read(row, limit, &names, &stamps, emit)))
      } catch {
        emit(.quarantined(error.finding(file: file, line: row.line), rows: 1))
      }
    }
  }

  /// A series is announced only by a row that is usable as a whole.
  private static func read(
    _ row: TableCore.Row, _ limit: Int, _ names: inout SeriesNumbers, _ stamps: inout HalfHourText,
    _ emit: (ReadingEvent) -> Void
  ) throws(RowFault) -> ReadingRow {
    guard let quantity = row.withField(1, Self.quantity) else {
      throw RowFault(
        "RDT-02", "quantity", "This is not a measurement quantity.", remedy: "Write AI, AE, RI or RE.",
        detail: String(row.text(1).prefix(100)))
    }
    guard let halfHour = row.withField(2, { stamps.halfHour($0) }) else {
      throw RowFault(
        "RDT-03", "start", "This is not the start of a half-hour with an offset from UTC.",
        remedy: "Write it like 2026-03-29T01:00Z, on the hour or half-hour.", detail: String(row.text(2).prefix(100)))
    }
    guard let energy = row.withField(3, KilowattHourText.energy) else {
      throw RowFault(
        "RDT-04", "kwh", "This is not a number of kilowatt-hours exact to the watt-hour and below 1 GWh.",
        remedy: "Write kilowatt-hours with a point and no more than three decimals.",
        detail: String(row.text(3).prefix(100)))
    }
    guard let quality = row.withField(4, Self.quality) else {
      throw RowFault(
        "RDT-05", "quality", "This is not a reading quality.", remedy: "Write A, E or C.",
        detail: String(row.text(4).prefix(100)))
    }
    let number: Int32
    switch row.withField(0, { names.number($0, quantity, limit: limit) }) {
    case .known(let known): number = known
    case .new(let new, let name):
      number = new
      emit(.series(local: new, name: name, quantity: quantity))
    case .refused:
      throw RowFault(
        "RDT-01", "series", "This is not the name of a series.", remedy: "Write 1 to 64 printable bytes.",
        detail: String(row.text(0).prefix(100)))
    case .tooMany:
      throw RowFault(
        "RDT-06", "series", "The file holds more than \(limit) series.", remedy: "Split the file.", detail: "")
    }
    return ReadingRow(series: number, halfHour: halfHour, energy: energy, quality: quality, line: row.line)
  }

  private static func quantity(_ bytes: UnsafeBufferPointer<UInt8>) -> MeasurementQuantity? {
    guard bytes.count == 2 else { return nil }
    switch (bytes[0], bytes[1]) {
    case (UInt8(ascii: "A"), UInt8(ascii: "I")): return .activeImport
    case (UInt8(ascii: "A"), UInt8(ascii: "E")): return .activeExport
    case (UInt8(ascii: "R"), UInt8(ascii: "I")): return .reactiveImport
    case (UInt8(ascii: "R"), UInt8(ascii: "E")): return .reactiveExport
    default: return nil
    }
  }

  private static func quality(_ bytes: UnsafeBufferPointer<UInt8>) -> ReadingQuality? {
    guard bytes.count == 1 else { return nil }
    switch bytes[0] {
    case UInt8(ascii: "A"): return .actual
    case UInt8(ascii: "E"): return .estimated
    case UInt8(ascii: "C"): return .corrected
    default: return nil
    }
  }
}
