import MarketIdentifiers
import Quantities
import Readings
import SettlementCalendar
import WireFormat

/// Reads any comma-separated format that has a header and one reading a row (``TableLayout``).
struct TableReader: LineFedReader {
  var lines = LineSplitter()
  var report: RowReporter
  private let layout: TableLayout
  private var columns: TableLayout.Columns?
  private var header: [String] = []
  private var fields = CSVFields()
  private var clock = LocalClockResolver()
  /// The series of the row before, to spare the look-up.
  private var last: (text: [UInt8], quantity: MeasurementQuantity, local: Int32)?

  init(_ layout: TableLayout, file: String, quantity: MeasurementQuantity = .activeImport) {
    self.layout = layout
    report = RowReporter(file: file, unstatedQuantity: quantity)
  }

  mutating func take(_ line: LineSplitter.Line, _ emit: (ReadingEvent) -> Void) {
    fields.split(line.bytes)
    guard let columns else { return takeHeader(line, emit) }
    guard fields.count == columns.count, fields.isWellFormed else {
      let message =
        fields.isWellFormed
        ? "The row has \(fields.count) fields where the header has \(columns.count)."
        : "A quote in the row is not closed, or text follows it."
      return report.quarantine(MeterDataRules.fields, line: line.number, message, emit)
    }
    guard let quantity = quantity(columns, line.number, emit),
      let series = series(columns, quantity, line.number, emit)
    else { return }
    if RowReporter.isMissing(fields[columns.value]) {
      return report.missing(line: line.number, field: header[columns.value], emit)
    }
    guard let halfHour = halfHour(columns, series, line.number, emit),
      let quality = quality(columns, line.number, emit)
    else { return }
    report.reading(
      fields[columns.value], layout.unit, series: series, at: halfHour, quality: quality, line: line.number,
      field: header[columns.value], emit)
  }

  private mutating func takeHeader(_ line: LineSplitter.Line, _ emit: (ReadingEvent) -> Void) {
    let names = fields.texts
    guard let found = layout.columns(names) else {
      let message =
        "The first line is not the header that the format has. It needs the columns \(layout.neededColumns)."
      return report.refuse(line: line.number, message, detail: RowReporter.detail(line.bytes), emit)
    }
    header = names
    columns = found
  }

  // MARK: What is measured

  private mutating func quantity(
    _ columns: TableLayout.Columns, _ line: Int, _ emit: (ReadingEvent) -> Void
  ) -> MeasurementQuantity? {
    if let channel = columns.channel {
      if let quantity = channelQuantity(fields[channel]) { return quantity }
      return unknown("The channel type is none of ACTIVE, REACTIVE_IMP, REACTIVE_EXP.", channel, line, emit)
    }
    guard let direction = columns.direction, let unit = columns.unitName else { return report.unstatedQuantity }
    let isActive = fields[unit].equalsIgnoringCase("kWh")
    guard isActive || fields[unit].equalsIgnoringCase("kVArh") else {
      return unknown("The unit is neither kWh nor kVArh.", unit, line, emit)
    }
    switch fields[direction].wholeNumber() {
    case 0: return isActive ? .activeImport : .reactiveImport
    case 1: return isActive ? .activeExport : .reactiveExport
    default: return unknown("The direction is neither 0 (import) nor 1 (export).", direction, line, emit)
    }
  }

  private mutating func unknown(
    _ message: String, _ column: Int, _ line: Int, _ emit: (ReadingEvent) -> Void
  ) -> MeasurementQuantity? {
    let detail = RowReporter.detail(fields[column])
    report.quarantine(MeterDataRules.quantity, line: line, field: header[column], message, detail: detail, emit)
    return nil
  }

  private mutating func series(
    _ columns: TableLayout.Columns, _ quantity: MeasurementQuantity, _ line: Int, _ emit: (ReadingEvent) -> Void
  ) -> Int32? {
    guard let column = columns.series else { return report.series(nil, quantity, line: line, emit) }
    if let last, last.quantity == quantity, last.text[...] == fields[column] { return last.local }
    var name = String(decoding: fields[column], as: UTF8.self)
    if layout.seriesIsMPAN {
      guard let mpan = report.mpan(name, line: line, field: header[column], emit) else { return nil }
      name = mpan.description
    }
    guard let local = report.series(name, quantity, line: line, emit) else { return nil }
    last = (Array(fields[column]), quantity, local)
    return local
  }

  // MARK: When

  private mutating func halfHour(
    _ columns: TableLayout.Columns, _ series: Int32, _ line: Int, _ emit: (ReadingEvent) -> Void
  ) -> HalfHour? {
    guard let start = columns.start else {
      guard let end = columns.end else { return nil }
      return halfHour(end, isEnd: true, series, line, emit)
    }
    guard let halfHour = halfHour(start, isEnd: false, series, line, emit) else { return nil }
    guard let end = columns.end else { return halfHour }
    guard let instant = moment(end, series, line, emit) else { return nil }
    guard instant == halfHour.end else {
      let message = "The row's end is not 30 minutes after its start."
      report.quarantine(MeterDataRules.interval, line: line, field: header[end], message, emit)
      return nil
    }
    return halfHour
  }

  private mutating func halfHour(
    _ column: Int, isEnd: Bool, _ series: Int32, _ line: Int, _ emit: (ReadingEvent) -> Void
  ) -> HalfHour? {
    guard let instant = moment(column, series, line, emit) else { return nil }
    let detail = RowReporter.detail(fields[column])
    return report.halfHour(instant, isEnd: isEnd, line: line, field: header[column], detail: detail, emit)
  }

  private mutating func moment(
    _ column: Int, _ series: Int32, _ line: Int, _ emit: (ReadingEvent) -> Void
  ) -> UTCInstant? {
    let read = layout.stampStyle == .iso ? CivilStamp(utf8: fields[column]) : ukStamp(fields[column])
    let field = header[column]
    guard let stamp = read else {
      // A stamp with a fraction of a second that is not zero exists but is off the grid all the same.
      report.unreadableStamp(line: line, field: field, detail: RowReporter.detail(fields[column]), emit)
      return nil
    }
    if layout.clock == .london { return report.london(stamp, &clock, series: series, line: line, field: field, emit) }
    return report.utc(stamp, line: line)
  }

  // MARK: How good

  private mutating func quality(
    _ columns: TableLayout.Columns, _ line: Int, _ emit: (ReadingEvent) -> Void
  ) -> ReadingQuality? {
    guard let column = columns.status else { return .actual }
    let text = fields[column]
    let letter: UInt8? =
      switch layout.statusStyle {
      case .letter: text.count == 1 ? text.first : nil
      case .asciiCode:
        DecimalNumber(text).flatMap { $0.scale == 0 ? UInt8(exactly: $0.significand) : nil }
      }
    if let quality = letter.flatMap(ReadingQuality.init(statusLetter:)) { return quality }
    report.unknownStatus(line: line, field: header[column], detail: RowReporter.detail(text), emit)
    return nil
  }
}

/// What chellow's channel types measure. `ACTIVE` is active energy into the site that the MPAN names.
func channelQuantity(_ text: ArraySlice<UInt8>) -> MeasurementQuantity? {
  if text.equalsIgnoringCase("ACTIVE") { return .activeImport }
  if text.equalsIgnoringCase("REACTIVE_IMP") { return .reactiveImport }
  return text.equalsIgnoringCase("REACTIVE_EXP") ? .reactiveExport : nil
}
