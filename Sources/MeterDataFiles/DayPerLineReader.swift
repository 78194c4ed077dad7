import MarketIdentifiers
import Readings
import SettlementCalendar
import WireFormat

/// Reads the BGlobal layout of British Gas Business: a line a day, no header: MPAN, meter serial number,
/// `dd/mm/yyyy`, then 48 values in kWh from midnight on UTC, a missing value being blank.
///
/// That the day is 48 half-hours from midnight on UTC, all actual and active import, is how chellow reads it
/// (WessexWater/chellow, chellow/e/hh_parser_bg_csv.py). Every blank is a reading that is missing and is reported.
struct DayPerLineReader: LineFedReader {
  /// Values in a line.
  private static let periods = 48
  private static let columnsBefore = 3

  var lines = LineSplitter()
  var report: RowReporter
  private var fields = CSVFields()

  init(file: String) { report = RowReporter(file: file) }

  mutating func take(_ line: LineSplitter.Line, _ emit: (ReadingEvent) -> Void) {
    fields.split(line.bytes)
    let rows = max(fields.count - Self.columnsBefore, 1)
    guard fields.count == Self.columnsBefore + Self.periods, fields.isWellFormed else {
      let message =
        "A line has an MPAN, a serial number, a date and 48 values: 51 fields. This one has \(fields.count)."
      return report.quarantine(MeterDataRules.fields, line: line.number, message, rows: rows, emit)
    }
    let name = String(decoding: fields[0], as: UTF8.self)
    guard let mpan = report.mpan(name, line: line.number, field: "MPAN", rows: rows, emit) else { return }
    guard let date = ukDate(fields[2]), let midnight = UTCInstant(date: date, hour: 0, minute: 0),
      let first = HalfHour(startingAt: midnight)
    else {
      let detail = RowReporter.detail(fields[2])
      return report.unreadableStamp(line: line.number, field: "date", detail: detail, rows: rows, emit)
    }
    guard let series = report.series(mpan.description, .activeImport, line: line.number, emit) else { return }
    for period in 0..<Self.periods {
      let field = "value \(period + 1)"
      report.reading(
        fields[Self.columnsBefore + period], .kilowattHours, series: series, at: first.advanced(by: period),
        line: line.number, field: field, emit)
    }
  }
}
