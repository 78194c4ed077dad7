import Findings
import MarketIdentifiers
import Quantities
import Readings
import SettlementCalendar
import WireFormat

/// Reads flow D0036, validated half-hourly advances.
///
/// Group `101` names MPAN, quantity and supplier; `102` a settlement date; then one `103` a settlement period, in clock
/// order of the London day: 46, 48 or 50. Only a date with the right number of rows can be placed; any other date is
/// quarantined whole. A series' name is its MPAN's 13 digits. A row is one `103` line.
public struct D0036Reader: StreamReader {
  public typealias Event = ReadingEvent

  private var splitter = LineSplitter()
  private var body: Body

  /// - Parameter file: the file's name, for findings.
  public init(file: String) { body = Body(file: file) }

  /// The file's header, once read.
  public var header: DTCHeader? { body.envelope.header }

  public mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (ReadingEvent) -> Void) {
    splitter.consume(bytes) { body.take($0, emit) }
  }

  public mutating func finish(_ emit: (ReadingEvent) -> Void) {
    splitter.finish { body.take($0, emit) }
    body.finish(emit)
  }
}

private struct Body {
  struct Row {
    var wattHours: Int64
    var quality: ReadingQuality
    var line: Int
  }

  var envelope: FlowEnvelope
  private var numbers: [SeriesKey: Int32] = [:]
  private var series: Int32?
  private var day: SettlementDay?
  private var dayLine = 0
  /// The rows of the date so far; `nil` for one that was quarantined by itself. Never more than 50.
  private var rows: [Row?] = []
  private var surplus = 0
  /// Why the rows that come now cannot be used, and how many came.
  private var fault: Finding?
  private var lost = 0

  init(file: String) {
    envelope = FlowEnvelope(file: file, flow: .d0036)
    rows.reserveCapacity(50)
  }

  mutating func take(_ raw: LineSplitter.Line, _ emit: (ReadingEvent) -> Void) {
    let line = FlowLine(raw)
    switch envelope.role(of: line, isWhole: raw.isWhole, note: { emit(.noted($0)) }) {
    case .handled: return
    // A line that cannot be read may have been a group 101 or 102: what follows it is nobody's, up to the next 101.
    case .unusable(let finding):
      emit(.quarantined(finding, rows: 1))
      if line.group != .advance { endInstance(emit) }
    case .footer: endInstance(emit)
    case .body(.advance): advance(line, emit)
    case .body(.settlementDate): begin(date: line, emit)
    case .body(.mpanAndQuantity): begin(instance: line, emit)
    case .body:
      let finding = envelope.unknownGroup(line)
      emit(.quarantined(finding, rows: 1))
      endInstance(emit)
    }
  }

  mutating func finish(_ emit: (ReadingEvent) -> Void) {
    guard let missing = envelope.missingFooter else { return }
    // The file was cut somewhere, perhaps within the last value: the date that was open is not trusted.
    let open = rows.count { $0 != nil } + surplus
    day = nil
    rows.removeAll(keepingCapacity: true)
    endInstance(emit)
    emit(open > 0 ? .quarantined(missing, rows: open) : .noted(missing))
  }

  private mutating func begin(instance line: FlowLine, _ emit: (ReadingEvent) -> Void) {
    endInstance(emit)
    envelope.countInstance()
    let mpan: MPAN
    switch MPAN.check(line.text(1)) {
    case .success(let valid): mpan = valid
    case .failure(let why):
      fault = envelope.finding(
        DTCRules.mpan, line, "The MPAN cannot be right: \(why).", "Correct the MPAN with the sender.", field: "J0003",
        detail: line.text(1))
      return
    }
    guard let quantity = MeasurementQuantity(rawValue: line.text(2)) else {
      fault = envelope.finding(
        DTCRules.quantity, line, "The measurement quantity is none of AI, AE, RI and RE.", FlowEnvelope.askAgain,
        detail: line.text(2))
      return
    }
    let key = SeriesKey(mpan, quantity)
    if let known = numbers[key] {
      series = known
    } else {
      let number = Int32(clamping: numbers.count)
      numbers[key] = number
      series = number
      emit(.series(local: number, name: key.name, quantity: quantity))
    }
  }

  private mutating func begin(date line: FlowLine, _ emit: (ReadingEvent) -> Void) {
    endDay(emit)
    guard series != nil else {
      if fault == nil { fault = outOfOrder(line, "A settlement date stands before any MPAN.") }
      return
    }
    endFault(emit)
    guard let date = compactDate(line.field(1)) else {
      fault = envelope.finding(
        DTCRules.date, line, "The settlement date cannot be read or does not exist.", FlowEnvelope.askAgain,
        detail: line.text(1))
      return
    }
    day = SettlementDay(date)
    dayLine = line.number
  }

  private mutating func advance(_ line: FlowLine, _ emit: (ReadingEvent) -> Void) {
    guard let day else {
      if fault == nil { fault = outOfOrder(line, "A half-hourly row stands before any settlement date.") }
      lost += 1
      return
    }
    guard rows.count < day.periodCount else {
      surplus += 1
      return
    }
    guard let quality = quality(line.field(1)) else {
      rows.append(nil)
      let finding = envelope.finding(
        DTCRules.indicator, line, "The indicator is none of A, E and C.", FlowEnvelope.askAgain, detail: line.text(1))
      return emit(.quarantined(finding, rows: 1))
    }
    guard let wattHours = fixedPoint(line.field(2), places: 3), wattHours <= Energy.readingLimit.wattHours else {
      rows.append(nil)
      let finding = envelope.finding(
        DTCRules.advance, line, "The value is not a number of kWh with at most three decimals, or is far too large.",
        "Correct the value with the sender.", detail: line.text(2))
      return emit(.quarantined(finding, rows: 1))
    }
    rows.append(Row(wattHours: wattHours, quality: quality, line: line.number))
  }

  private func quality(_ field: UnsafeBufferPointer<UInt8>) -> ReadingQuality? {
    guard field.count == 1 else { return nil }
    switch field[0] {
    case UInt8(ascii: "A"): return .actual
    case UInt8(ascii: "E"): return .estimated
    case UInt8(ascii: "C"): return .corrected
    default: return nil
    }
  }

  private func outOfOrder(_ line: FlowLine, _ message: String) -> Finding {
    envelope.finding(DTCRules.order, line, message, FlowEnvelope.askAgain)
  }

  private mutating func endInstance(_ emit: (ReadingEvent) -> Void) {
    endDay(emit)
    endFault(emit)
    series = nil
  }

  private mutating func endFault(_ emit: (ReadingEvent) -> Void) {
    guard let fault else { return }
    emit(lost > 0 ? .quarantined(fault, rows: lost) : .noted(fault))
    self.fault = nil
    lost = 0
  }

  private mutating func endDay(_ emit: (ReadingEvent) -> Void) {
    guard let day, let series else { return }
    defer {
      self.day = nil
      rows.removeAll(keepingCapacity: true)
      surplus = 0
    }
    let count = rows.count + surplus
    guard count == day.periodCount else {
      let finding = envelope.finding(
        DTCRules.periodCount, at: dayLine,
        "The settlement date has \(count) half-hourly rows where \(day.periodCount) belong, so none can be placed.",
        "Ask the sender for the date again.", detail: day.date.description)
      let usable = rows.count { $0 != nil } + surplus
      return emit(usable > 0 ? .quarantined(finding, rows: usable) : .noted(finding))
    }
    for (position, row) in rows.enumerated() {
      guard let row else { continue }
      emit(
        .reading(
          ReadingRow(
            series: series, halfHour: day.firstHalfHour.advanced(by: position),
            energy: Energy(wattHours: row.wattHours), quality: row.quality, line: row.line)))
    }
  }
}
