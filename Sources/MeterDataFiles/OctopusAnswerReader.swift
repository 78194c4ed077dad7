import JSONText
import MarketIdentifiers
import Quantities
import Readings
import SettlementCalendar

/// Reads the answer of the Octopus Energy REST API to `/consumption/`: an object whose `results` are objects of
/// `consumption` (kWh), `interval_start` and `interval_end` (ISO 8601, always with an offset), newest first or oldest.
///
/// The answer names no meter: its series has no name. It is one page of several when `next` is not null.
struct OctopusAnswerReader: FormatReader {
  private var document: JSONDocument
  private var report: RowReporter

  init(file: String, quantity: MeasurementQuantity, largestSize: Int) {
    report = RowReporter(file: file, unstatedQuantity: quantity)
    document = JSONDocument(largestSize: largestSize)
  }

  mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (ReadingEvent) -> Void) { document.append(bytes) }

  mutating func finish(_ emit: (ReadingEvent) -> Void) {
    if let value = document.parse(&report, emit) {
      if let results = value["results"]?.elements {
        for (index, result) in results.enumerated() { take(result, "results[\(index)]", emit) }
      } else {
        let message = "The JSON file is not an answer of the consumption interface: it has no list “results”."
        report.refuse(MeterDataRules.json, line: 0, message, emit)
      }
    }
    report.finish(emit)
  }

  private mutating func take(_ row: JSONValue, _ place: String, _ emit: (ReadingEvent) -> Void) {
    guard let series = report.series(nil, report.unstatedQuantity, line: 0, emit),
      let halfHour = report.halfHour(row, start: "interval_start", end: "interval_end", place, emit)
    else { return }
    report.reading(
      row["consumption"], .kilowattHours, series: series, at: halfHour, field: "\(place).consumption", emit)
  }
}
