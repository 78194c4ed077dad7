public import Findings
public import GBCS
public import MarketIdentifiers
public import Quantities
public import Readings
public import SettlementCalendar

/// What a reader learned from one answer of a meter, with the message that says so as it came: headers, encrypted
/// content and MAC or signature. Whoever has the keys can prove it again.
public struct MeterObservation: Hashable, Sendable {
  public let read: MeterRead
  public let device: EUI64
  /// The party that asked: the one behind the broker, where it was the broker that sent the command.
  public let reader: EUI64
  /// The bytes of the response.
  public let message: [UInt8]
  public let content: MeterReadContent

  public init(read: MeterRead, device: EUI64, reader: EUI64, message: [UInt8], content: MeterReadContent) {
    self.read = read
    self.device = device
    self.reader = reader
    self.message = message
    self.content = content
  }

  /// One quantity of one answer in half-hours.
  public struct Series: Hashable, Sendable {
    public let quantity: MeasurementQuantity
    public let readings: [Reading]
  }

  public struct Reading: Hashable, Sendable {
    public let halfHour: HalfHour
    public let energy: Energy

    /// The settlement day and period, by the calendar with its clock changes; `nil` outside the calendar.
    public var period: SettlementPeriod? {
      SettlementDay(containing: halfHour).flatMap { $0.period(of: halfHour) }
    }
  }

  /// The quantities in a profile's columns, in order.
  private var columns: [MeasurementQuantity] {
    switch read {
    case .activeImportProfile: [.activeImport]
    case .reactiveImportProfile: [.reactiveImport]
    case .exportProfile: [.activeExport, .reactiveExport]
    default: []
    }
  }

  /// The half-hours of a profile by quantity; none for other reads. A stamp is the end of its half-hour.
  ///
  /// Rows that cannot be readings become findings: a stamp between half-hours, or another number of values.
  public func series() -> Checked<[Series]> {
    guard case .log(let rows) = content, !columns.isEmpty else { return Checked([]) }
    var findings: [Finding] = []
    var readings = columns.map { _ in [Reading]() }
    for (place, row) in rows.enumerated() {
      guard let halfHour = row.time.halfHourEnding, row.values.count >= columns.count else {
        findings.append(Self.finding(row, line: place + 1))
        continue
      }
      for column in columns.indices {
        readings[column].append(
          Reading(halfHour: halfHour, energy: Energy(wattHours: Int64(row.values[column]))))
      }
    }
    return Checked(
      zip(columns, readings).map { Series(quantity: $0, readings: $1) }, findings: findings)
  }

  private static func finding(_ row: MeterReadContent.LogRow, line: Int) -> Finding {
    Finding(
      "MTR-01", .error, at: SourcePosition(file: "message", line: line),
      "A row of the meter's profile has a stamp between half-hours or too few values.",
      remedy: "Ask for the range again; a meter that repeats it has a fault.",
      detail: "stamp \(row.time.seconds)")
  }

  /// Rows for the readings store. - Parameter local: the number under which the source announced the quantity.
  public func rows(of series: Series, local: Int32) -> [ReadingRow] {
    series.readings.enumerated().map {
      ReadingRow(series: local, halfHour: $1.halfHour, energy: $1.energy, line: $0 + 1)
    }
  }

  /// The half-hours of a range that the answer has no reading for: what to ask for again.
  ///
  /// - Parameter period: what was asked for.
  public func missing(of period: LogPeriod) -> [HalfHour] {
    guard case .log(let rows) = content, period.from <= period.to else { return [] }
    let there = Set(rows.map(\.time.seconds))
    let first = (Int(period.from.seconds) + 1_799) / 1_800 * 1_800
    return stride(from: first, through: Int(period.to.seconds), by: 1_800).compactMap { stamp in
      let stamp = UInt32(clamping: stamp)
      return there.contains(stamp) ? nil : DeviceTime(seconds: stamp).halfHourEnding
    }
  }
}

extension LogPeriod {
  /// The stamps of a settlement day: 46, 48 or 50 of them, from half an hour after local midnight to the next midnight.
  public init(_ day: SettlementDay) {
    self.init(
      from: DeviceTime(day.start.advanced(bySeconds: 1_800)), to: DeviceTime(day.end))
  }

  /// A range cut into pieces of at most ten days, for meters that answer no more at once (MP162).
  public func tenDayPieces() -> [LogPeriod] {
    let length: UInt32 = 10 * 86_400 - 1_800
    var pieces: [LogPeriod] = []
    var start = from.seconds
    while start <= to.seconds {
      let (end, overflow) = start.addingReportingOverflow(length)
      pieces.append(
        LogPeriod(from: DeviceTime(seconds: start), to: min(to, DeviceTime(seconds: overflow ? .max : end))))
      let (next, isLast) = start.addingReportingOverflow(10 * 86_400)
      if isLast { break }
      start = next
    }
    return pieces
  }
}
