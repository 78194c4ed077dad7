import MarketIdentifiers
import Quantities
import Readings
import SettlementCalendar
import WireFormat

/// Reads Stark's DF2: `#F2`, then for each outstation `#O` with its MPAN and `#S` with a sensor, then rows
/// `dd/mm/yyyy,HH:MM[:SS],value,status`.
///
/// The stamp is the END of the half-hour on UTC all year, values are kWh, an `#O` line may carry a suffix behind a
/// hyphen, and sensors are 1 active import, 2 active export, 3 reactive import, 4 reactive export
/// (WessexWater/chellow: chellow/e/hh_parser_df2.py for the clock, the unit and the suffix; StarkDf2HhConverter.java of
/// 2005 for the four sensors, whose successor no longer tells 1 from 2; that older reader took values as kW).
/// Stricter here: a sensor holds for its own outstation only, so that export is never booked as import by inheritance.
struct DF2Reader: LineFedReader {
  var lines = LineSplitter()
  var report: RowReporter
  private var fields = CSVFields()
  private var hasBegun = false
  private var outstation: Outstation?
  private var sensor: Sensor?
  /// The series of the outstation and sensor in force.
  private var local: Int32?

  /// The `#O` line in force.
  private struct Outstation {
    var mpan: Result<MPAN, MPAN.Fault>
    var text: String
    var line: Int
  }

  /// The `#S` line in force; `nil` quantity for a number that is not 1 to 4.
  private struct Sensor {
    var quantity: MeasurementQuantity?
    var line: Int
  }

  init(file: String) { report = RowReporter(file: file) }

  mutating func take(_ line: LineSplitter.Line, _ emit: (ReadingEvent) -> Void) {
    let text = line.bytes.withoutBlanksAround
    guard hasBegun else {
      guard text.equalsIgnoringCase("#F2") else {
        let message = "The first line of a DF2 file is “#F2”; this file begins otherwise."
        return report.refuse(line: line.number, message, detail: RowReporter.detail(text), emit)
      }
      hasBegun = true
      return
    }
    if text.startsIgnoringCase(with: "#O") {
      takeOutstation(text.dropFirst(2), line.number)
    } else if text.startsIgnoringCase(with: "#S") {
      sensor = Sensor(quantity: Self.quantity(text.dropFirst(2).withoutBlanksAround.wholeNumber()), line: line.number)
      local = nil
    } else if text.equalsIgnoringCase("#F2") {
      return
    } else if text.first == UInt8(ascii: "#") {
      let message = "The line begins with “#” but is none of “#F2”, “#O” (outstation), “#S” (sensor)."
      report.quarantine(MeterDataRules.layout, line: line.number, message, detail: RowReporter.detail(text), emit)
    } else {
      takeRow(line, emit)
    }
  }

  private static func quantity(_ sensor: Int?) -> MeasurementQuantity? {
    switch sensor {
    case 1: .activeImport
    case 2: .activeExport
    case 3: .reactiveImport
    case 4: .reactiveExport
    default: nil
    }
  }

  private mutating func takeOutstation(_ text: Slice<UnsafeBufferPointer<UInt8>>, _ line: Int) {
    let name = text.prefix { $0 != UInt8(ascii: "-") }.withoutBlanksAround
    let core = String(decoding: name.prefix(80), as: UTF8.self)
    outstation = Outstation(mpan: MPAN.check(core), text: core, line: line)
    sensor = nil
    local = nil
  }

  private mutating func takeRow(_ line: LineSplitter.Line, _ emit: (ReadingEvent) -> Void) {
    guard let series = series(line.number, emit) else { return }
    fields.split(line.bytes)
    guard fields.count == 4, fields.isWellFormed else {
      let message = "A DF2 row has 4 fields (date, time, value, status); this one has \(fields.count)."
      return report.quarantine(MeterDataRules.fields, line: line.number, message, emit)
    }
    if RowReporter.isMissing(fields[2]) { return report.missing(line: line.number, field: "value", emit) }
    guard let stamp = ukStamp(date: fields[0], time: fields[1]), let instant = report.utc(stamp, line: line.number)
    else {
      let detail = RowReporter.detail(fields[0]) + "," + RowReporter.detail(fields[1])
      return report.unreadableStamp(line: line.number, field: "date, time", detail: detail, emit)
    }
    let detail = RowReporter.detail(fields[1])
    guard let halfHour = report.halfHour(instant, isEnd: true, line: line.number, field: "time", detail: detail, emit)
    else { return }
    guard let quality = fields[3].last.flatMap(ReadingQuality.init(statusLetter:)) else {
      return report.unknownStatus(line: line.number, field: "status", detail: RowReporter.detail(fields[3]), emit)
    }
    report.reading(
      fields[2], .kilowattHours, series: series, at: halfHour, quality: quality, line: line.number, field: "value", emit
    )
  }

  private mutating func series(_ line: Int, _ emit: (ReadingEvent) -> Void) -> Int32? {
    if let local { return local }
    guard let outstation else {
      let message = "The row stands before any outstation line (“#O” and an MPAN), so it belongs to no meter."
      report.quarantine(MeterDataRules.mpan, line: line, field: "#O", message, emit)
      return nil
    }
    guard case .success(let mpan) = outstation.mpan else {
      if case .failure(let fault) = outstation.mpan {
        let message = "The row belongs to the outstation of line \(outstation.line), whose MPAN is not valid: \(fault)."
        report.quarantine(MeterDataRules.mpan, line: line, field: "#O", message, detail: outstation.text, emit)
      }
      return nil
    }
    guard let sensor, let quantity = sensor.quantity else {
      let message =
        sensor.map { "The sensor line (“#S”, line \($0.line)) above the row is none of 1 to 4." }
        ?? "The outstation of line \(outstation.line) has no sensor line (“#S” and 1 to 4) above the row."
      report.quarantine(MeterDataRules.quantity, line: line, field: "#S", message, emit)
      return nil
    }
    local = report.series(mpan.description, quantity, line: line, emit)
    return local
  }
}
