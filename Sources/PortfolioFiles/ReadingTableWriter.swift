import MarketIdentifiers
import Quantities
import Readings
import SettlementCalendar

/// Writes the readings table (see ``ReadingTableReader``) row by row into bytes that the caller takes away in pieces.
///
/// The same rows give the same bytes.
public struct ReadingTableWriter: Sendable {
  /// What was written since the caller last emptied it.
  public var bytes: [UInt8]

  private var lastIndex = Int32.min
  private var stamp: [UInt8] = []

  /// Begins with the header line.
  public init() { bytes = TableWriter.header(ReadingTableReader.columns) }

  /// The start of each line of a series: its name, quoted where it must be, and its quantity.
  public static func prefix(_ series: SeriesKey) -> [UInt8] {
    var line: [UInt8] = []
    TableWriter.append([series.name, series.quantity.rawValue], to: &line)
    line[line.count - 1] = UInt8(ascii: ",")
    return line
  }

  /// Writes one row.
  ///
  /// - Parameter prefix: from ``prefix(_:)``, made once for a series.
  public mutating func append(
    prefix: [UInt8], _ halfHour: HalfHour, _ energy: Energy, _ quality: ReadingQuality
  ) {
    if halfHour.index != lastIndex { prepare(halfHour) }
    bytes.append(contentsOf: prefix)
    bytes.append(contentsOf: stamp)
    append(kilowattHours: energy.wattHours)
    bytes.append(UInt8(ascii: ","))
    switch quality {
    case .actual: bytes.append(UInt8(ascii: "A"))
    case .estimated: bytes.append(UInt8(ascii: "E"))
    case .corrected: bytes.append(UInt8(ascii: "C"))
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Writes `2026-03-29T01:00Z,`; within the date of the row before only the time is written anew.
  private mutating func prepare(_ halfHour: HalfHour) {
    let (day, slot) = (halfHour.index / 48, halfHour.index % 48)
    if stamp.isEmpty || lastIndex / 48 != day {
      stamp = Array("\(halfHour.start)".utf8.prefix(16)) + Array("Z,".utf8)
    } else {
      let hour = UInt8(slot / 2)
      stamp[11] = 48 + hour / 10
      stamp[12] = 48 + hour % 10
      stamp[14] = slot % 2 == 0 ? 48 : 51
    }
    lastIndex = halfHour.index
  }

  private mutating func append(kilowattHours wattHours: Int64) {
    if wattHours < 0 { bytes.append(UInt8(ascii: "-")) }
    let (whole, fraction) = wattHours.magnitude.quotientAndRemainder(dividingBy: 1_000)
    if whole < 10 { bytes.append(48 + UInt8(whole)) } else { bytes.append(contentsOf: String(whole).utf8) }
    bytes.append(UInt8(ascii: "."))
    bytes.append(48 + UInt8(fraction / 100))
    bytes.append(48 + UInt8(fraction / 10 % 10))
    bytes.append(48 + UInt8(fraction % 10))
  }
}
