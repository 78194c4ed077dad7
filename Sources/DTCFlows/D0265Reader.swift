import Aggregation
import Findings
import MarketIdentifiers
import Quantities
import SettlementCalendar
import WireFormat

/// What the reader of loss factors says while it reads.
public enum LossFactorEvent: Hashable, Sendable {
  /// One class of one distributor with all its dates; `rows` is how many `SPL` rows it holds.
  case schedule(LossFactorSchedule, rows: Int)
  /// `rows` factors could not be used. They count as quarantined.
  case quarantined(Finding, rows: Int)
  /// Something to know about rows that are counted elsewhere.
  case noted(Finding)
}

/// Reads flow D0265, line loss factors, in its pool-transfer text: `DIS` over `LLF` over `SDT` over `SPL`.
///
/// A date is taken when each of its 46, 48 or 50 periods has one good factor, else quarantined whole. Memory holds the
/// distinct days of one class, however large the file. A row is one `SPL` line.
public struct D0265Reader: StreamReader {
  public typealias Event = LossFactorEvent

  private var splitter = LineSplitter()
  private var body: LossBody

  /// - Parameters:
  ///   - file: the file's name, for findings.
  ///   - source: the content hash of the file, for the facts.
  ///   - receivedAt: when the file became known.
  public init(file: String, source: String, receivedAt: UTCInstant) {
    body = LossBody(file: file, source: source, receivedAt: receivedAt)
  }

  /// The file's header, once read.
  public var header: DTCHeader? { body.envelope.header }
  /// The footer's checksum as the file has it, once read. It is not verified: its rule is not published.
  public var checksum: String? { body.envelope.checksum }

  public mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (LossFactorEvent) -> Void) {
    splitter.consume(bytes) { body.take($0, emit) }
  }

  public mutating func finish(_ emit: (LossFactorEvent) -> Void) {
    splitter.finish { body.take($0, emit) }
    body.finish(emit)
  }
}

private struct LossBody {
  var envelope: FlowEnvelope
  let source: String
  let receivedAt: UTCInstant
  private var distributor: Int?
  private var lossClass: LineLossFactorClassID?
  private var schedule = ScheduleBuilder()
  private var day: SettlementDay?
  private var dayLine = 0
  /// The factors of the open date by period, zero where none came yet.
  private var slots = [Int32](repeating: 0, count: 50)
  private var filled = 0
  /// Why the rows that come now cannot be used, and how many came.
  private var fault: Finding?
  private var lost = 0

  init(file: String, source: String, receivedAt: UTCInstant) {
    envelope = FlowEnvelope(file: file, flow: .d0265)
    self.source = source
    self.receivedAt = receivedAt
  }

  mutating func take(_ raw: LineSplitter.Line, _ emit: (LossFactorEvent) -> Void) {
    let line = FlowLine(raw)
    switch envelope.role(of: line, isWhole: raw.isWhole, note: { emit(.noted($0)) }) {
    case .handled: return
    case .unusable(let finding): emit(.quarantined(finding, rows: 1))
    case .footer: endFile(line, emit)
    case .body(.lossPeriod): factor(line, emit)
    case .body(.lossDate): begin(date: line, emit)
    case .body(.lossClass): begin(lossClass: line, emit)
    case .body(.distributor): begin(distributor: line, emit)
    case .body: emit(.quarantined(envelope.unknownGroup(line), rows: 1))
    }
  }

  mutating func finish(_ emit: (LossFactorEvent) -> Void) {
    guard let missing = envelope.missingFooter else { return }
    // The file was cut somewhere, perhaps within the last factor: the date that was open is not trusted.
    let open = day == nil ? 0 : filled
    day = nil
    endClass(emit)
    emit(open > 0 ? .quarantined(missing, rows: open) : .noted(missing))
  }

  private mutating func endFile(_ line: FlowLine, _ emit: (LossFactorEvent) -> Void) {
    endClass(emit)
    guard let checksum = envelope.checksum, !checksum.isEmpty else { return }
    let finding = envelope.finding(
      DTCRules.checksum, line, "The footer's checksum is kept; it cannot be verified, its rule is not published.",
      "Nothing to do.", detail: checksum, severity: .note)
    emit(.noted(finding))
  }

  private mutating func begin(distributor line: FlowLine, _ emit: (LossFactorEvent) -> Void) {
    endClass(emit)
    distributor = Distributor.named(line.text(1))?.id
    guard distributor == nil else { return }
    fault = envelope.finding(
      DTCRules.distributor, line, "The distributor's code is not known.", "Check the code against Market Domain Data.",
      detail: line.text(1))
  }

  private mutating func begin(lossClass line: FlowLine, _ emit: (LossFactorEvent) -> Void) {
    guard distributor != nil else {
      if fault == nil { fault = outOfOrder(line, "A line loss factor class stands before any distributor.") }
      return
    }
    endClass(emit)
    lossClass = LineLossFactorClassID(line.text(1))
    guard lossClass == nil else { return }
    fault = envelope.finding(
      DTCRules.lossClass, line, "The line loss factor class is not one to three letters or digits.",
      FlowEnvelope.askAgain, detail: line.text(1))
  }

  private mutating func begin(date line: FlowLine, _ emit: (LossFactorEvent) -> Void) {
    endDay(emit)
    guard lossClass != nil else {
      if fault == nil { fault = outOfOrder(line, "A date stands before any line loss factor class.") }
      return
    }
    endFault(emit)
    guard let date = compactDate(line.field(1)) else {
      fault = envelope.finding(
        DTCRules.date, line, "The settlement date cannot be read or does not exist.", FlowEnvelope.askAgain,
        detail: line.text(1))
      return
    }
    guard !schedule.has(date) else {
      fault = envelope.finding(
        DTCRules.repeatedDate, line, "The class has this date twice; the first is kept.", FlowEnvelope.askAgain,
        detail: date.description)
      return
    }
    day = SettlementDay(date)
    dayLine = line.number
  }

  private mutating func factor(_ line: FlowLine, _ emit: (LossFactorEvent) -> Void) {
    guard let day else {
      if fault == nil { fault = outOfOrder(line, "A factor stands before any date.") }
      lost += 1
      return
    }
    guard let period = wholeNumber(line.field(1)), period >= 1, period <= day.periodCount, slots[period - 1] == 0
    else {
      let finding = envelope.finding(
        DTCRules.lossPeriod, line, "The period does not exist on its date, or stands there twice.",
        FlowEnvelope.askAgain, detail: line.text(1))
      return emit(.quarantined(finding, rows: 1))
    }
    guard let units = fixedPoint(line.field(2), places: 5), let factor = LossFactor(hundredThousandths: units) else {
      let finding = envelope.finding(
        DTCRules.lossFactor, line, "The loss factor is not a number above 0 and up to 10 with at most five decimals.",
        FlowEnvelope.askAgain, detail: line.text(2))
      return emit(.quarantined(finding, rows: 1))
    }
    slots[period - 1] = factor.hundredThousandths
    filled += 1
  }

  private func outOfOrder(_ line: FlowLine, _ message: String) -> Finding {
    envelope.finding(DTCRules.order, line, message, FlowEnvelope.askAgain)
  }

  private mutating func endFault(_ emit: (LossFactorEvent) -> Void) {
    guard let fault else { return }
    emit(lost > 0 ? .quarantined(fault, rows: lost) : .noted(fault))
    self.fault = nil
    lost = 0
  }

  private mutating func endDay(_ emit: (LossFactorEvent) -> Void) {
    if let day, filled == day.periodCount {
      schedule.add(day.date, slots[..<day.periodCount])
    } else if let day {
      let finding = envelope.finding(
        DTCRules.lossDay, at: dayLine, "The date has good factors for \(filled) of its \(day.periodCount) periods.",
        "Ask the distributor's agent for the file again; until then the date has no factors.",
        detail: day.date.description)
      emit(filled > 0 ? .quarantined(finding, rows: filled) : .noted(finding))
    }
    day = nil
    if filled > 0 { for position in slots.indices { slots[position] = 0 } }
    filled = 0
  }

  private mutating func endClass(_ emit: (LossFactorEvent) -> Void) {
    endDay(emit)
    endFault(emit)
    if let distributor, let lossClass, schedule.rows > 0 {
      emit(
        .schedule(
          LossFactorSchedule(
            distributor: distributor, lossClass: lossClass, patterns: schedule.patterns, days: schedule.days,
            source: source, receivedAt: receivedAt),
          rows: schedule.rows))
    }
    lossClass = nil
    schedule.removeAll()
  }
}

/// Gathers the dates of one class; days that are alike share one pattern.
private struct ScheduleBuilder {
  private(set) var days: [SettlementDate: Int] = [:]
  private(set) var rows = 0
  private var distinct: [[Int32]] = []
  private var numbers: [[Int32]: Int] = [:]
  private var last = 0

  func has(_ date: SettlementDate) -> Bool { days[date] != nil }

  mutating func add(_ date: SettlementDate, _ factors: ArraySlice<Int32>) {
    rows += factors.count
    // Most days are like the day before: comparing is cheaper than hashing.
    if !distinct.isEmpty, distinct[last].elementsEqual(factors) {
      days[date] = last
      return
    }
    let pattern = Array(factors)
    if let known = numbers[pattern] {
      last = known
    } else {
      last = distinct.count
      numbers[pattern] = last
      distinct.append(pattern)
    }
    days[date] = last
  }

  /// Every value was made by ``LossFactor`` before, so none is lost here.
  var patterns: [[LossFactor]] { distinct.map { $0.compactMap { LossFactor(hundredThousandths: Int64($0)) } } }

  mutating func removeAll() {
    days.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
    distinct.removeAll(keepingCapacity: true)
    rows = 0
    last = 0
  }
}
