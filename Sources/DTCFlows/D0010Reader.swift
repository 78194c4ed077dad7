import Findings
import MarketIdentifiers
import Metering
import SettlementCalendar
import WireFormat

/// What the reader of register readings says while it reads.
public enum RegisterEvent: Hashable, Sendable {
  case read(RegisterRead)
  /// `rows` readings could not be used. They count as quarantined.
  case quarantined(Finding, rows: Int)
  /// Something to know about rows that are counted elsewhere.
  case noted(Finding)
}

/// Reads flow D0010, meter readings.
///
/// Group `026` names MPAN and validation status; `028` meter and reading type; `030` a register's reading. A row is one
/// `030` line.
///
/// The catalogue does not say on which clock a reading's date and time stands. Halfhour takes it as London clock time,
/// as settlement dates are. A time that the clocks skipped is quarantined; one in the repeated hour of the long day is
/// taken as its first pass, with a note.
public struct D0010Reader: StreamReader {
  public typealias Event = RegisterEvent

  private var splitter = LineSplitter()
  private var body: RegisterBody

  /// - Parameters:
  ///   - file: the file's name, for findings.
  ///   - receivedAt: when the file became known.
  public init(file: String, receivedAt: UTCInstant) { body = RegisterBody(file: file, receivedAt: receivedAt) }

  /// The file's header, once read.
  public var header: DTCHeader? { body.envelope.header }

  public mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (RegisterEvent) -> Void) {
    splitter.consume(bytes) { body.take($0, emit) }
  }

  public mutating func finish(_ emit: (RegisterEvent) -> Void) {
    splitter.finish { body.take($0, emit) }
    body.finish(emit)
  }
}

private struct RegisterBody {
  var envelope: FlowEnvelope
  let receivedAt: UTCInstant
  private var point: (mpan: MPAN, status: String)?
  private var meter: (serial: String, type: String)?
  /// Kept back until the next line shows that the file was not cut within it.
  private var pending: RegisterRead?
  private var fault: Finding?
  private var lost = 0

  init(file: String, receivedAt: UTCInstant) {
    envelope = FlowEnvelope(file: file, flow: .d0010)
    self.receivedAt = receivedAt
  }

  mutating func take(_ raw: LineSplitter.Line, _ emit: (RegisterEvent) -> Void) {
    let line = FlowLine(raw)
    let role = envelope.role(of: line, isWhole: raw.isWhole) { emit(.noted($0)) }
    if case .handled = role { return }
    release(emit)
    switch role {
    case .handled: return
    case .unusable(let finding): emit(.quarantined(finding, rows: 1))
    case .footer: endFault(emit)
    case .body(.registerReading): read(line, emit)
    case .body(.meter): begin(meter: line, emit)
    case .body(.mpan): begin(point: line, emit)
    case .body: emit(.quarantined(envelope.unknownGroup(line), rows: 1))
    }
  }

  mutating func finish(_ emit: (RegisterEvent) -> Void) {
    endFault(emit)
    guard let missing = envelope.missingFooter else { return release(emit) }
    emit(pending == nil ? .noted(missing) : .quarantined(missing, rows: 1))
    pending = nil
  }

  private mutating func release(_ emit: (RegisterEvent) -> Void) {
    if let pending { emit(.read(pending)) }
    pending = nil
  }

  private mutating func begin(point line: FlowLine, _ emit: (RegisterEvent) -> Void) {
    endFault(emit)
    envelope.countInstance()
    point = nil
    meter = nil
    let status = line.text(2)
    switch MPAN.check(line.text(1)) {
    case .failure(let why):
      fault = envelope.finding(
        DTCRules.mpan, line, "The MPAN cannot be right: \(why).", "Correct the MPAN with the sender.", field: "J0003",
        detail: line.text(1))
    case .success where !["V", "U", "F"].contains(status):
      fault = envelope.finding(
        DTCRules.validationStatus, line, "The validation status is none of V, U and F.", FlowEnvelope.askAgain,
        field: "J0022", detail: status)
    case .success(let mpan): point = (mpan, status)
    }
  }

  private mutating func begin(meter line: FlowLine, _ emit: (RegisterEvent) -> Void) {
    meter = nil
    guard point != nil else {
      if fault == nil { fault = outOfOrder(line, "A meter stands before any MPAN.") }
      return
    }
    endFault(emit)
    guard let serial = printable(line.field(1), 1...16), let type = printable(line.field(2), 0...4) else {
      fault = envelope.finding(
        DTCRules.meter, line, "The meter serial number or the reading type cannot be read.", FlowEnvelope.askAgain,
        field: "J0004", detail: line.text(1))
      return
    }
    meter = (serial, type)
  }

  private mutating func read(_ line: FlowLine, _ emit: (RegisterEvent) -> Void) {
    guard let point, let meter else {
      if fault == nil { fault = outOfOrder(line, "A reading stands before any meter.") }
      lost += 1
      return
    }
    guard let register = printable(line.field(1), 1...2) else {
      return refuse(line, DTCRules.register, "The register identifier cannot be read.", "J0010", 1, emit)
    }
    guard let stamp = compactStamp(line.field(2)) else {
      return refuse(line, DTCRules.readingTime, "The date and time cannot be read.", "J0016", 2, emit)
    }
    guard let tenths = fixedPoint(line.field(3), places: 1), tenths <= 999_999_999 else {
      return refuse(line, DTCRules.reading, "The reading is not a number of nine digits at most.", "J0040", 3, emit)
    }
    let takenAt: UTCInstant
    switch LondonClock.meaning(of: stamp) {
    case .none:
      return refuse(line, DTCRules.readingTime, "The clocks skipped that time of that day.", "J0016", 2, emit)
    case .one(let instant): takenAt = instant
    case .two(let first, _):
      takenAt = first
      note(line, DTCRules.repeatedHour, .note, "The clocks showed that time twice; the first is taken.", "J0016", emit)
    }
    if line.text(6) == "F" {
      note(line, DTCRules.readingFlag, .warning, "The sender flags the reading F.", "reading flag", emit)
    }
    pending = RegisterRead(
      mpan: point.mpan, meter: meter.serial, register: register, takenAt: takenAt, tenthsOfKWh: tenths,
      type: meter.type,
      status: point.status, receivedAt: receivedAt)
  }

  private func note(
    _ line: FlowLine, _ rule: RuleID, _ severity: Severity, _ message: String, _ field: String,
    _ emit: (RegisterEvent) -> Void
  ) {
    let remedy = "Look at the reading if its bill or advance looks wrong."
    emit(.noted(envelope.finding(rule, line, message, remedy, field: field, severity: severity)))
  }

  private func refuse(
    _ line: FlowLine, _ rule: RuleID, _ message: String, _ field: String, _ position: Int,
    _ emit: (RegisterEvent) -> Void
  ) {
    let finding = envelope.finding(
      rule, line, message, "Correct the reading with the sender.", field: field, detail: line.text(position))
    emit(.quarantined(finding, rows: 1))
  }

  private func outOfOrder(_ line: FlowLine, _ message: String) -> Finding {
    envelope.finding(DTCRules.order, line, message, FlowEnvelope.askAgain)
  }

  private mutating func endFault(_ emit: (RegisterEvent) -> Void) {
    guard let fault else { return }
    emit(lost > 0 ? .quarantined(fault, rows: lost) : .noted(fault))
    self.fault = nil
    lost = 0
  }

  /// A field of printable ASCII with the blanks around it cut. - Returns: `nil` when it is not, or of another length.
  private func printable(_ field: UnsafeBufferPointer<UInt8>, _ length: ClosedRange<Int>) -> String? {
    let blank = UInt8(ascii: " ")
    guard field.allSatisfy({ (blank...0x7E).contains($0) }) else { return nil }
    var trimmed = field[...]
    while trimmed.first == blank { trimmed.removeFirst() }
    while trimmed.last == blank { trimmed.removeLast() }
    return length.contains(trimmed.count) ? String(decoding: trimmed, as: UTF8.self) : nil
  }
}
