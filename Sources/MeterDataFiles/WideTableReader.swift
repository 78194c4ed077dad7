import MarketIdentifiers
import Quantities
import Readings
import SettlementCalendar
import WireFormat

/// Reads the layout of the Energy Demand Research Project extracts: `date,time,X1,...,Xn`, one half-hour a line and
/// one series a column, kWh, the stamp being the start of the half-hour on UTC all year (clock-change days have 48
/// lines).
///
/// The photovoltaic extract has the same layout; its unit is not stated by its origin and is taken as kWh too. Its
/// tiny and negative values are rounded to watt-hours and reported (`MET-10`, `MET-22`).
struct WideTableReader: LineFedReader {
  var lines = LineSplitter()
  var report: RowReporter
  /// The series of each value column; `nil` where the column's name is not usable.
  private var series: [Int32?] = []
  private var hasHeader = false

  init(file: String, quantity: MeasurementQuantity) {
    report = RowReporter(file: file, unstatedQuantity: quantity)
  }

  mutating func take(_ line: LineSplitter.Line, _ emit: (ReadingEvent) -> Void) {
    guard hasHeader else { return takeHeader(line, emit) }
    let bytes = line.bytes
    let separators = bytes.reduce(into: 0) { count, byte in if byte == UInt8(ascii: ",") { count += 1 } }
    guard separators == series.count + 1 else {
      let message = "The line has \(separators + 1) fields where the header has \(series.count + 2)."
      let rows = max(separators - 1, 1)
      return report.quarantine(MeterDataRules.fields, line: line.number, message, rows: rows, emit)
    }
    // Both commas are there: the line has at least three fields.
    guard let first = bytes.firstIndex(of: UInt8(ascii: ",")),
      let second = bytes[(first + 1)...].firstIndex(of: UInt8(ascii: ","))
    else { return }
    guard let halfHour = halfHour(bytes, first, second, line.number, emit) else { return }
    takeValues(bytes, from: second + 1, at: halfHour, line: line.number, emit)
  }

  private mutating func takeHeader(_ line: LineSplitter.Line, _ emit: (ReadingEvent) -> Void) {
    var fields = CSVFields()
    fields.split(line.bytes)
    guard fields.count >= 3, fields.isWellFormed, fields[0].equalsIgnoringCase("date"),
      fields[1].equalsIgnoringCase("time")
    else {
      let message = "The first line is not the header that the format has: “date”, “time”, then one column a series."
      return report.refuse(line: line.number, message, detail: RowReporter.detail(line.bytes), emit)
    }
    hasHeader = true
    for name in fields.texts.dropFirst(2) {
      // A column without a usable name is announced by its rows: each of its values is quarantined.
      let isUsable = SeriesKey(name: name) != nil
      series.append(isUsable ? report.series(name, report.unstatedQuantity, line: line.number, emit) : nil)
    }
  }

  private mutating func halfHour(
    _ bytes: UnsafeBufferPointer<UInt8>, _ first: Int, _ second: Int, _ line: Int, _ emit: (ReadingEvent) -> Void
  ) -> HalfHour? {
    let text =
      bytes[..<first].withoutBlanksAround + [UInt8(ascii: " ")] + bytes[(first + 1)..<second].withoutBlanksAround
    guard let stamp = CivilStamp(utf8: Array(text)[...]), let instant = report.utc(stamp, line: line) else {
      let detail = RowReporter.detail(text)
      report.unreadableStamp(line: line, field: "date, time", detail: detail, rows: series.count, emit)
      return nil
    }
    if let halfHour = HalfHour(startingAt: instant) { return halfHour }
    let message = "The time is not on the hour or half-hour, so it names no settlement period."
    report.quarantine(
      MeterDataRules.halfHourGrid, line: line, field: "time", message, detail: RowReporter.detail(text),
      rows: series.count, emit)
    return nil
  }

  private mutating func takeValues(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, at halfHour: HalfHour, line: Int,
    _ emit: (ReadingEvent) -> Void
  ) {
    var index = start
    for column in series.indices {
      if let local = series[column], let wattHours = Self.plainValue(bytes, &index) {
        report.plainReading(wattHours, series: local, at: halfHour, line: line, emit)
      } else {
        let end = bytes[index...].firstIndex(of: UInt8(ascii: ",")) ?? bytes.endIndex
        takeValue(bytes[index..<end].withoutBlanksAround, column, at: halfHour, line: line, emit)
        index = end
      }
      index += 1
    }
  }

  private mutating func takeValue(
    _ text: Slice<UnsafeBufferPointer<UInt8>>, _ column: Int, at halfHour: HalfHour, line: Int,
    _ emit: (ReadingEvent) -> Void
  ) {
    // Not the column's name: it may be an MPAN.
    let field = "column \(column + 3)"
    guard let local = series[column] else {
      let message = "The value's column has no usable name."
      return report.quarantine(MeterDataRules.seriesName, line: line, field: field, message, emit)
    }
    report.reading(text, .kilowattHours, series: local, at: halfHour, line: line, field: field, emit)
  }

  /// The shape that nearly all values have, `0.086` or `12`: up to six digits, up to three decimals.
  ///
  /// - Returns: whole watt-hours with `index` behind them, or `nil` with `index` untouched for any other shape.
  @inline(__always)
  private static func plainValue(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Int64? {
    let end = bytes.count
    var position = index
    var value: Int64 = 0
    while position < end {
      let digit = bytes[position] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      value = value &* 10 &+ Int64(digit)
      position += 1
      guard position - index <= 6 else { return nil }
    }
    guard position > index else { return nil }
    var decimals = 0
    if position < end, bytes[position] == UInt8(ascii: ".") {
      position += 1
      while position < end {
        let digit = bytes[position] &- UInt8(ascii: "0")
        guard digit <= 9 else { break }
        value = value &* 10 &+ Int64(digit)
        decimals += 1
        position += 1
        guard decimals <= 3 else { return nil }
      }
    }
    guard position == end || bytes[position] == UInt8(ascii: ",") else { return nil }
    index = position
    switch decimals {
    case 3: return value
    case 2: return value &* 10
    case 1: return value &* 100
    default: return value &* 1_000
    }
  }
}
