import MarketIdentifiers
import Readings
import SettlementCalendar
import WireFormat

/// Reads half-hourly readings in a chellow action file: `insert,hh_datum,MPAN,stamp,channel,value,status`, lines that
/// begin with `#` being comments. The MPAN may be written in groups.
///
/// The stamp is the start of the half-hour: on UTC with a `Z` behind it, else on the London clock
/// (WessexWater/chellow, chellow/utils.py, parse_hh_start, since the clock without `Z` was made local there).
struct ActionFileReader: LineFedReader {
  var lines = LineSplitter()
  var report: RowReporter
  private var fields = CSVFields()
  private var clock = LocalClockResolver()

  init(file: String) { report = RowReporter(file: file) }

  mutating func take(_ line: LineSplitter.Line, _ emit: (ReadingEvent) -> Void) {
    if line.bytes.withoutBlanksAround.first == UInt8(ascii: "#") { return }
    fields.split(line.bytes)
    guard fields.count >= 2, fields[0].equalsIgnoringCase("insert"), fields[1].equalsIgnoringCase("hh_datum") else {
      let message = "The row is not “insert,hh_datum”: only half-hourly readings that are inserted can be loaded."
      return report.quarantine(MeterDataRules.action, line: line.number, message, emit)
    }
    guard fields.count == 7, fields.isWellFormed else {
      let message = "The row has \(fields.count) fields where “insert,hh_datum” has 7."
      return report.quarantine(MeterDataRules.fields, line: line.number, message, emit)
    }
    takeDatum(line.number, emit)
  }

  private mutating func takeDatum(_ line: Int, _ emit: (ReadingEvent) -> Void) {
    let name = String(decoding: fields[2], as: UTF8.self)
    guard let mpan = report.mpan(name, line: line, field: "MPAN Core", emit) else { return }
    guard let quantity = channelQuantity(fields[4]) else {
      let message = "The channel type is none of ACTIVE, REACTIVE_IMP, REACTIVE_EXP."
      let detail = RowReporter.detail(fields[4])
      return report.quarantine(
        MeterDataRules.quantity, line: line, field: "Channel Type", message, detail: detail, emit)
    }
    guard let series = report.series(mpan.description, quantity, line: line, emit) else { return }
    if RowReporter.isMissing(fields[5]) { return report.missing(line: line, field: "Value", emit) }
    let field = "HH Start"
    let detail = RowReporter.detail(fields[3])
    guard let stamp = CivilStamp(utf8: fields[3]) else {
      return report.unreadableStamp(line: line, field: field, detail: detail, emit)
    }
    guard let instant = report.london(stamp, &clock, series: series, line: line, field: field, emit),
      let halfHour = report.halfHour(instant, isEnd: false, line: line, field: field, detail: detail, emit)
    else { return }
    guard fields[6].count == 1, let quality = fields[6].first.flatMap(ReadingQuality.init(statusLetter:)) else {
      return report.unknownStatus(line: line, field: "Status", detail: RowReporter.detail(fields[6]), emit)
    }
    report.reading(
      fields[5], .kilowattHours, series: series, at: halfHour, quality: quality, line: line, field: "Value", emit)
  }
}
