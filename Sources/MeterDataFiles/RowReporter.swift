import Findings
import MarketIdentifiers
import Quantities
import Readings
import SettlementCalendar
import WireFormat

/// The unit that a format writes its values in.
enum EnergyUnit: Sendable {
  case kilowattHours
  case wattHours
}

/// Turns fields into events and keeps the account that every format needs: which series were announced, what was
/// rounded, whether anything was read at all.
struct RowReporter {
  typealias Emit = (ReadingEvent) -> Void

  /// How many rows something happened to, and the first line of them.
  private struct Tally {
    var count = 0
    var firstLine: Int?
    mutating func add(_ line: Int) {
      if count == 0 { firstLine = line > 0 ? line : nil }
      count += 1
    }
  }

  /// Most series that one file may name.
  static let largestSeriesCount = 1_000_000

  let file: String
  /// What is measured where the format does not say.
  let unstatedQuantity: MeasurementQuantity
  /// Set once the beginning of the file was wrong: every further line is counted and left out.
  private(set) var isRefused = false
  private var linesAfterRefusal = 0
  private var rows = 0
  private var locals: [SeriesKey: Int32] = [:]
  private var unnamed: Int32?
  private var seriesCount: Int32 = 0
  private var rounded = Tally()
  private var negative = Tally()
  private var estimated = Tally()
  private var skippedHour = Tally()

  init(file: String, unstatedQuantity: MeasurementQuantity = .activeImport) {
    self.file = file
    self.unstatedQuantity = unstatedQuantity
  }

  // MARK: Series

  /// The reader's number of a series, announced when it is new. `nil` name: the file names none.
  mutating func series(
    _ name: String?, _ quantity: MeasurementQuantity, line: Int, _ emit: Emit
  ) -> Int32? {
    guard let name else {
      if let unnamed { return unnamed }
      unnamed = announce(nil, quantity, emit)
      return unnamed
    }
    guard let key = SeriesKey(name: name, quantity: quantity) else {
      let text = "The name of the series is empty, too long or has control characters."
      quarantine(MeterDataRules.seriesName, line: line, text, detail: String(name.prefix(80)), emit)
      return nil
    }
    if let local = locals[key] { return local }
    guard locals.count < Self.largestSeriesCount else {
      quarantine(MeterDataRules.seriesCount, line: line, "The file names more than a million series.", emit)
      return nil
    }
    let local = announce(name, quantity, emit)
    locals[key] = local
    return local
  }

  private mutating func announce(_ name: String?, _ quantity: MeasurementQuantity, _ emit: Emit) -> Int32 {
    let local = seriesCount
    seriesCount += 1
    emit(.series(local: local, name: name, quantity: quantity))
    return local
  }

  // MARK: Rows

  /// Reads a value's text and emits the reading, or says why it cannot be used.
  mutating func reading(
    _ text: some Collection<UInt8>, _ unit: EnergyUnit, series: Int32, at halfHour: HalfHour,
    quality: ReadingQuality = .actual, line: Int, field: String, _ emit: Emit
  ) {
    guard !Self.isMissing(text) else { return missing(line: line, field: field, emit) }
    guard let number = DecimalNumber(text) else {
      let message = "The value is not a decimal number."
      return quarantine(MeterDataRules.number, line: line, field: field, message, detail: Self.detail(text), emit)
    }
    let read =
      switch unit {
      case .kilowattHours: Energy.kilowattHours(number, rounding: .halfAwayFromZero)
      case .wattHours: Energy.wattHours(number, rounding: .halfAwayFromZero)
      }
    guard let (energy, isExact) = read else {
      let message = "The value is above 1 GWh for one half-hour."
      return quarantine(MeterDataRules.range, line: line, field: field, message, detail: Self.detail(text), emit)
    }
    if !isExact { rounded.add(line) }
    if energy < .zero { negative.add(line) }
    if quality == .estimated { estimated.add(line) }
    rows += 1
    emit(.reading(ReadingRow(series: series, halfHour: halfHour, energy: energy, quality: quality, line: line)))
  }

  /// A reading that needs no further check: whole watt-hours, not negative, within the limit.
  @inline(__always)
  mutating func plainReading(_ wattHours: Int64, series: Int32, at halfHour: HalfHour, line: Int, _ emit: Emit) {
    rows += 1
    let energy = Energy(wattHours: wattHours)
    emit(.reading(ReadingRow(series: series, halfHour: halfHour, energy: energy, line: line)))
  }

  mutating func missing(line: Int, field: String, _ emit: Emit) {
    quarantine(MeterDataRules.missingValue, line: line, field: field, "The reading has no value.", emit)
  }

  mutating func quarantine(
    _ rule: MeterDataRule, line: Int, field: String? = nil, _ message: String, detail: String? = nil, rows: Int = 1,
    _ emit: Emit
  ) {
    self.rows += rows
    emit(.quarantined(finding(rule, line: line, field: field, message, detail: detail), rows: rows))
  }

  mutating func note(
    _ rule: MeterDataRule, line: Int? = nil, field: String? = nil, _ message: String, detail: String? = nil,
    _ emit: Emit
  ) {
    emit(.noted(finding(rule, line: line, field: field, message, detail: detail)))
  }

  private func finding(_ rule: MeterDataRule, line: Int?, field: String?, _ message: String, detail: String?) -> Finding
  {
    let position = SourcePosition(file: file, line: line.flatMap { $0 > 0 ? $0 : nil }, field: field)
    return Finding(rule.id, rule.severity, at: position, message, remedy: rule.remedy, detail: detail)
  }

  /// Blank, `Null`, `NaN`, `NA`: no value.
  static func isMissing(_ text: some Collection<UInt8>) -> Bool {
    switch text.count {
    case 0: true
    case 2: text.equalsIgnoringCase("NA")
    case 3: text.equalsIgnoringCase("NaN")
    case 4: text.equalsIgnoringCase("null")
    default: false
    }
  }

  /// At most 80 bytes of what stood there.
  static func detail(_ text: some Collection<UInt8>) -> String { String(decoding: text.prefix(80), as: UTF8.self) }

  // MARK: Stamps

  /// The half-hour that a moment starts or ends, or `nil` after saying that it is off the half-hour grid.
  mutating func halfHour(
    _ instant: UTCInstant, isEnd: Bool, line: Int, field: String, detail: @autoclosure () -> String, _ emit: Emit
  ) -> HalfHour? {
    if let halfHour = isEnd ? HalfHour(endingAt: instant) : HalfHour(startingAt: instant) { return halfHour }
    let message = "The time is not on the hour or half-hour, so it names no settlement period."
    quarantine(MeterDataRules.halfHourGrid, line: line, field: field, message, detail: detail(), emit)
    return nil
  }

  /// The moment of a stamp on a clock that is UTC all year; an offset that the stamp itself gives is followed.
  mutating func utc(_ stamp: CivilStamp, line: Int) -> UTCInstant? {
    let start = UTCInstant(date: stamp.date, hour: stamp.hour, minute: stamp.minute, second: stamp.second)
    if let offset = stamp.offsetMinutes { return start?.advanced(bySeconds: Int64(-offset * 60)) }
    if stamp.hour == 1, LondonClock.meaning(of: stamp) == .none { skippedHour.add(line) }
    return start
  }

  mutating func unreadableStamp(line: Int, field: String, detail: String, rows: Int = 1, _ emit: Emit) {
    let message = "The date and time cannot be read."
    quarantine(MeterDataRules.stamp, line: line, field: field, message, detail: detail, rows: rows, emit)
  }

  // MARK: Beginning and end

  /// The file does not begin as it must: this line and all after it are left out.
  mutating func refuse(
    _ rule: MeterDataRule = MeterDataRules.layout, line: Int, _ message: String, detail: String? = nil, _ emit: Emit
  ) {
    quarantine(rule, line: line, message, detail: detail, emit)
    isRefused = true
  }

  mutating func countRefusedLine() { linesAfterRefusal += 1 }

  /// Says what was counted on the way.
  mutating func finish(_ emit: Emit) {
    if linesAfterRefusal > 0 {
      let message = "The file was refused, so \(linesAfterRefusal) further lines were left out."
      quarantine(MeterDataRules.layout, line: 0, message, rows: linesAfterRefusal, emit)
      linesAfterRefusal = 0
    }
    if rows == 0 { note(MeterDataRules.empty, "The file holds no readings.", emit) }
    say(rounded, MeterDataRules.rounded, "were finer than a watt-hour and rounded to the nearest", emit)
    say(negative, MeterDataRules.negative, "are negative and kept so", emit)
    say(estimated, MeterDataRules.estimated, "are marked as estimated by the sender", emit)
    let skipped = "have a stamp in the hour that the clocks skip in March; it was taken as UTC"
    say(skippedHour, MeterDataRules.skippedHourInUTC, skipped, emit)
  }

  private mutating func say(_ tally: Tally, _ rule: MeterDataRule, _ what: String, _ emit: Emit) {
    guard tally.count > 0 else { return }
    let place = tally.firstLine == nil ? "" : ", the first on this line"
    note(rule, line: tally.firstLine, "Readings: \(tally.count) \(what)\(place).", emit)
  }
}
