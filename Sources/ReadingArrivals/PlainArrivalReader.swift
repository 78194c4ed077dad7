import JSONText
import MarketIdentifiers
import Quantities
import SettlementCalendar

/// The oracle: reads the same layouts line by line, field by field, with nothing shared with the fast way but the rules.
///
/// Slow on purpose. Tests hold ``ArrivalBatch`` to it.
public struct PlainArrivalReader {
  private let layout: ArrivalLayout
  private let register: MeterRegister
  private let dates: ArrivalDates

  /// What a piece comes to.
  public struct Outcome: Sendable {
    /// By date and dense index.
    public var states: [SettlementDate: [UInt32: RowState]] = [:]
    public var lines = 0
    public var quarantined = 0
    /// Readings that were stated before in the piece, with the same value or another.
    public var repeated = 0
    /// Without conflicts.
    public var faults: [ArrivalFault] = []
  }

  public init(_ layout: ArrivalLayout, _ register: MeterRegister, _ dates: ArrivalDates) {
    self.layout = layout
    self.register = register
    self.dates = dates
  }

  /// - Parameter bytes: whole lines, the last with or without its end.
  public func read(_ bytes: [UInt8]) -> Outcome {
    var out = Outcome()
    var flow = PlainFlow()
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty ?? false { lines.removeLast() }
    for (number, whole) in lines.enumerated() {
      let line = whole.last == UInt8(ascii: "\r") ? whole.dropLast() : whole
      guard !line.isEmpty else { continue }
      switch layout {
      case .messages, .signedMessages: message(Array(line), number, &out)
      case .longTable(let hasQuality): longLine(line, hasQuality ? 5 : 4, number, &out)
      case .wideTable(let periods): wideLine(line, periods, number, &out)
      case .d0036: flowLine(line, number, &flow, &out)
      }
    }
    endFlow(&flow, &out)
    out.lines = lines.count
    return out
  }

  private func refuse(_ rule: ArrivalRule, _ line: Int, period: Int? = nil, _ readings: Int, _ out: inout Outcome) {
    out.faults.append(ArrivalFault(rule, line: line, period: period, readings: readings))
    out.quarantined += readings
  }

  // MARK: what all layouts ask

  private struct Place {
    let row: UInt32
    let date: SettlementDate
    let periods: Int
    let limit: Int
  }

  private func place(_ mpan: String, _ date: String) -> Result<Place, PlaceFault> {
    guard mpan.utf8.count == 13, let mpan = MPAN(mpan) else { return .failure(PlaceFault(rule: .mpan)) }
    guard let row = register.index(of: mpan) else { return .failure(PlaceFault(rule: .unknownMPAN)) }
    guard date.utf8.count == 10, let day = SettlementDate(date), let periods = dates.periodCount(day) else {
      return .failure(PlaceFault(rule: .date))
    }
    return .success(Place(row: row, date: day, periods: periods, limit: Int(register.limit(at: Int(row)))))
  }

  private struct PlaceFault: Error { let rule: ArrivalRule }

  private func wattHours(_ text: some Collection<UInt8>, limit: Int) -> Result<Int32, PlaceFault> {
    guard text.count <= 24, let exponent = Self.exponent(of: text), exponent <= 30 else {
      return .failure(PlaceFault(rule: .number))
    }
    guard let number = DecimalNumber(text) else {
      // A number, but one of more than 38 digits.
      return .failure(PlaceFault(rule: text.first == UInt8(ascii: "-") ? .negative : .capacity))
    }
    if number.significand < 0 { return .failure(PlaceFault(rule: .negative)) }
    guard let units = number.units(places: 3, rounding: .towardZero) else {
      return .failure(PlaceFault(rule: .capacity))
    }
    if !units.isExact { return .failure(PlaceFault(rule: .finer)) }
    guard units.value <= limit else { return .failure(PlaceFault(rule: .capacity)) }
    return .success(Int32(units.value))
  }

  /// The exponent's size, 0 for none. - Returns: `nil` for what is no decimal number.
  private static func exponent(of text: some Collection<UInt8>) -> Int? {
    let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 | 0x20 == UInt8(ascii: "e") }
    func digits(_ part: some Collection<UInt8>) -> Bool { part.allSatisfy { (48...57).contains($0) } }
    func unsigned(_ part: some Collection<UInt8>) -> some Collection<UInt8> {
      part.first.map { "+-".utf8.contains($0) } ?? false ? part.dropFirst() : part.dropFirst(0)
    }
    let number = unsigned(parts[0]).split(
      separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    guard number.allSatisfy({ digits($0) }), number.contains(where: { !$0.isEmpty }) else { return nil }
    guard parts.count == 2 else { return 0 }
    let power = unsigned(parts[1])
    guard digits(power), !power.isEmpty else { return nil }
    return power.count > 20 ? .max : power.reduce(0) { min($0 * 10 + Int($1) - 48, 1_000) }
  }

  private func state(_ place: Place, _ period: Int, _ value: Int32, _ quality: String, _ out: inout Outcome) {
    var one = RowState(periods: place.periods)
    one.cells[period - 1] = value
    one.stated = 1 << UInt64(period - 1)
    if quality == "E" { one.estimated = one.stated }
    if quality == "C" { one.corrected = one.stated }
    var row = out.states[place.date, default: [:]][place.row] ?? RowState(periods: place.periods)
    if row.stated & one.stated != 0 { out.repeated += 1 }
    row.take(one)
    out.states[place.date, default: [:]][place.row] = row
  }

  // MARK: tables

  private func fields(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
    let quote = UInt8(ascii: "\"")
    let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { field in
      field.count >= 2 && field.first == quote && field.last == quote ? field.dropFirst().dropLast() : field
    }
    return fields.contains { $0.contains(quote) } ? nil : fields
  }

  private func text(_ field: ArraySlice<UInt8>) -> String { String(decoding: field, as: UTF8.self) }

  private func longLine(_ line: ArraySlice<UInt8>, _ columns: Int, _ number: Int, _ out: inout Outcome) {
    guard let fields = fields(line), fields.count == columns else { return refuse(.line, number, 1, &out) }
    switch place(text(fields[0]), text(fields[1])) {
    case .failure(let fault): refuse(fault.rule, number, 1, &out)
    case .success(let place):
      let digits = text(fields[2])
      guard (1...2).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
        let period = Int(digits), (1...place.periods).contains(period)
      else { return refuse(.period, number, 1, &out) }
      let quality = columns == 5 ? text(fields[4]) : "A"
      guard ["A", "E", "C"].contains(quality) else { return refuse(.quality, number, period: period, 1, &out) }
      switch wattHours(fields[3], limit: place.limit) {
      case .failure(let fault): refuse(fault.rule, number, period: period, 1, &out)
      case .success(let value): state(place, period, value, quality, &out)
      }
    }
  }

  private func wideLine(_ line: ArraySlice<UInt8>, _ columns: Int, _ number: Int, _ out: inout Outcome) {
    guard let fields = fields(line), fields.count == columns + 2 else { return refuse(.line, number, 1, &out) }
    let values = fields.dropFirst(2)
    switch place(text(fields[0]), text(fields[1])) {
    case .failure(let fault): refuse(fault.rule, number, values.count { !$0.isEmpty }, &out)
    case .success(let place):
      for (period, value) in zip(1..., values) where !value.isEmpty {
        if period > place.periods {
          refuse(.period, number, 1, &out)
          continue
        }
        switch wattHours(value, limit: place.limit) {
        case .failure(let fault): refuse(fault.rule, number, period: period, 1, &out)
        case .success(let watt): state(place, period, watt, "A", &out)
        }
      }
    }
  }

  // MARK: flow D0036, a whole file

  private struct PlainFlow {
    struct Row {
      let quality: String
      let kwh: String
      let line: Int
    }
    var hasInstance = false
    var isClosed = false
    var mpan = ""
    var quantity = ""
    var date: (text: String, line: Int)?
    var rows: [Row] = []
  }

  private func flowLine(_ line: ArraySlice<UInt8>, _ number: Int, _ flow: inout PlainFlow, _ out: inout Outcome) {
    let fields = line.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false).map { text($0) }
    func field(_ place: Int) -> String { place < fields.count ? fields[place] : "" }
    if flow.isClosed { return refuse(.line, number, 1, &out) }
    if field(0) == "ZHV", fields.count > 1, number == 0 { return }
    if field(0) == "ZPT", fields.count > 1 {
      endDate(&flow, &out)
      flow.isClosed = true
      return
    }
    guard line.last == UInt8(ascii: "|") else {
      return field(0) == "103" ? refuse(.line, number, 1, &out) : lose(number, &flow, &out)
    }
    switch field(0) {
    case "101":
      endDate(&flow, &out)
      (flow.hasInstance, flow.mpan, flow.quantity) = (true, field(1), field(2))
    case "102":
      endDate(&flow, &out)
      guard flow.hasInstance else { return refuse(.line, number, 0, &out) }
      flow.date = (field(1), number)
    case "103":
      guard flow.date != nil else { return refuse(.line, number, 1, &out) }
      flow.rows.append(PlainFlow.Row(quality: field(1), kwh: field(2), line: number))
    default: lose(number, &flow, &out)
    }
  }

  /// A line that cannot be read may have been a group 101 or 102: what follows it is nobody's, up to the next 101.
  private func lose(_ number: Int, _ flow: inout PlainFlow, _ out: inout Outcome) {
    refuse(.line, number, 1, &out)
    endDate(&flow, &out)
    flow.hasInstance = false
  }

  private func endDate(_ flow: inout PlainFlow, _ out: inout Outcome) {
    guard let date = flow.date else { return }
    let rows = flow.rows
    (flow.date, flow.rows) = (nil, [])
    guard ["AI", "AE"].contains(flow.quantity) else {
      return refuse(["RI", "RE"].contains(flow.quantity) ? .reactive : .line, date.line, rows.count, &out)
    }
    let digits = Array(date.text)
    let day = digits.count == 8 ? "\(String(digits[..<4]))-\(String(digits[4..<6]))-\(String(digits[6...]))" : ""
    switch place(flow.mpan, day) {
    case .failure(let fault): refuse(fault.rule, date.line, rows.count, &out)
    case .success(let place):
      guard rows.count == place.periods else { return refuse(.count, date.line, rows.count, &out) }
      for (period, row) in zip(1..., rows) {
        guard ["A", "E", "C"].contains(row.quality) else {
          refuse(.quality, row.line, period: period, 1, &out)
          continue
        }
        let isDecimal = row.kwh.utf8.allSatisfy { "0123456789.-".utf8.contains($0) }
        switch isDecimal ? wattHours(Array(row.kwh.utf8), limit: place.limit) : .failure(PlaceFault(rule: .number)) {
        case .failure(let fault): refuse(fault.rule, row.line, period: period, 1, &out)
        case .success(let value): state(place, period, value, row.quality, &out)
        }
      }
    }
  }

  private func endFlow(_ flow: inout PlainFlow, _ out: inout Outcome) {
    // Without a footer the file was cut, perhaps within the last value.
    guard let date = flow.date else { return }
    refuse(.line, date.line, flow.rows.count, &out)
  }

  // MARK: messages

  private func message(_ line: [UInt8], _ number: Int, _ out: inout Outcome) {
    guard line.first != 0xEF, let value = try? JSONText.parse(line), let members = value.members else {
      return refuse(.line, number, 1, &out)
    }
    if layout == .messages { return message(members, number, &out, isSigned: true) }
    guard members.last?.key == "message", let inner = members.last?.value.members,
      members.dropLast().allSatisfy({ ["sender", "signature"].contains($0.key) && $0.value.text != nil }),
      Set(members.map { $0.key }).count == members.count
    else { return refuse(.line, number, 1, &out) }
    let isSigned =
      members.count == 3 && (1...32).contains(value["sender"]?.text?.utf8.count ?? 0)
      && Self.isSignature(value["signature"]?.text ?? "")
    message(inner, number, &out, isSigned: isSigned)
  }

  private static func isSignature(_ text: String) -> Bool {
    let digits = text.utf8.count == 88 && text.hasSuffix("==") ? text.dropLast(2) : text[...]
    return digits.utf8.count == 86
      && digits.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+/-_".contains($0)) }
      && "AQgw".contains(digits.last ?? "?")
  }

  private func message(_ members: [JSONMember], _ line: Int, _ out: inout Outcome, isSigned: Bool) {
    let keys = members.map(\.key)
    guard keys.sorted() == ["mpan", "readings", "settlementDate"],
      let mpan = members.first(where: { $0.key == "mpan" }),
      let mpan = mpan.value.text, let date = members.first(where: { $0.key == "settlementDate" })?.value.text,
      let items = members.first(where: { $0.key == "readings" })?.value.elements, items.count <= 64
    else { return refuse(.line, line, 1, &out) }
    let readings = items.compactMap(Self.reading)
    guard readings.count == items.count else { return refuse(.line, line, 1, &out) }
    guard isSigned else { return refuse(.signature, line, items.count, &out) }
    switch place(mpan, date) {
    case .failure(let fault): refuse(fault.rule, line, items.count, &out)
    case .success(let place):
      guard readings.compactMap(\.period).sorted() == Array(1...place.periods), items.count == place.periods else {
        return refuse(.count, line, items.count, &out)
      }
      for reading in readings {
        guard ["A", "E", "C"].contains(reading.quality), let period = reading.period else {
          refuse(.quality, line, period: reading.period, 1, &out)
          continue
        }
        switch wattHours(Array(reading.kwh.utf8), limit: place.limit) {
        case .failure(let fault): refuse(fault.rule, line, period: period, 1, &out)
        case .success(let value): state(place, period, value, reading.quality, &out)
        }
      }
    }
  }

  private static func reading(_ value: JSONValue) -> (period: Int?, kwh: String, quality: String)? {
    guard let members = value.members, Set(members.map(\.key)).count == members.count,
      members.allSatisfy({ ["settlementPeriod", "kwh", "quality"].contains($0.key) }),
      case .number(let period)? = value["settlementPeriod"], case .number(let kwh)? = value["kwh"],
      let quality = (value["quality"] ?? .string("A")).text
    else { return nil }
    let isWhole = period.utf8.count <= 2 && period.utf8.allSatisfy { (48...57).contains($0) }
    return (isWhole ? Int(period) : nil, kwh, quality)
  }
}
