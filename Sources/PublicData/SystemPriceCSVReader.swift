import Findings
import Quantities
import Settlement
import SettlementCalendar
import WireFormat

/// Reads Elexon's download of system prices: `Settlement Date`, `Settlement Period`, `System Sell Price(£/MWh)`,
/// `System Buy Price(£/MWh)` and, where there is one, `Net Imbalance Volume(MWh)`.
///
/// Columns are found by name up to the bracket, in any order, so any spelling of the unit and any encoding of the pound
/// sign will do. A row is one line after the first.
public struct SystemPriceCSVReader: StreamReader {
  public typealias Event = SystemPriceEvent

  private var splitter = LineSplitter()
  private var body: PriceTable
  private var lastByte: UInt8?

  /// - Parameters:
  ///   - file: the file's name, for findings.
  ///   - source: the content hash of the file, for the facts.
  ///   - receivedAt: when the file became known.
  public init(file: String, source: String, receivedAt: UTCInstant) {
    body = PriceTable(PriceGatherer(file: file, source: source, receivedAt: receivedAt))
  }

  public mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (SystemPriceEvent) -> Void) {
    lastByte = bytes.last ?? lastByte
    splitter.consume(bytes) { body.take($0, emit) }
  }

  public mutating func finish(_ emit: (SystemPriceEvent) -> Void) {
    splitter.finish { body.take($0, emit) }
    body.finish(hasOpenEnd: lastByte.map { $0 != UInt8(ascii: "\n") } ?? false, emit)
  }
}

/// Which column holds what.
struct PriceColumns {
  var date = -1
  var period = -1
  var sell = -1
  var buy = -1
  /// Negative where there is no such column.
  var volume = -1
  var count = 0

  /// - Returns: `nil` when a column that must be there is not, or one stands there twice.
  init?(headerLine: some Collection<UInt8>) {
    var fields = CSVFields()
    Array(headerLine).withUnsafeBufferPointer { line in
      fields.split(line.last == UInt8(ascii: "\r") ? UnsafeBufferPointer(rebasing: line.dropLast()) : line)
    }
    count = fields.count
    for index in 0..<fields.count {
      let name = fields[index].prefix { $0 != UInt8(ascii: "(") }.withoutBlanksAround
      guard let column = Self.column(named: name) else { continue }
      guard self[keyPath: column] < 0 else { return nil }
      self[keyPath: column] = index
    }
    guard date >= 0, period >= 0, sell >= 0, buy >= 0 else { return nil }
  }

  private static func column(named name: some Sequence<UInt8>) -> WritableKeyPath<PriceColumns, Int>? {
    if name.equalsIgnoringCase("Settlement Date") { return \.date }
    if name.equalsIgnoringCase("Settlement Period") { return \.period }
    if name.equalsIgnoringCase("System Sell Price") { return \.sell }
    if name.equalsIgnoringCase("System Buy Price") { return \.buy }
    return name.equalsIgnoringCase("Net Imbalance Volume") ? \.volume : nil
  }
}

private struct PriceTable {
  var gatherer: PriceGatherer
  private var fields = CSVFields()
  private var columns: PriceColumns?
  private var hasBegun = false
  /// Rows that came after a first line that names no price columns.
  private var lost = 0

  init(_ gatherer: PriceGatherer) { self.gatherer = gatherer }

  mutating func take(_ line: LineSplitter.Line, _ emit: (SystemPriceEvent) -> Void) {
    guard !isBlankLine(line.bytes) else { return }
    guard hasBegun else {
      hasBegun = true
      columns = PriceColumns(headerLine: line.bytes)
      return
    }
    guard let columns else {
      lost += 1
      return
    }
    let place = SourcePosition(file: gatherer.file, line: line.number)
    fields.split(line.bytes)
    guard line.isWhole, fields.isWellFormed, fields.count == columns.count else {
      let message = "The line has \(fields.count) fields where the first line names \(columns.count)."
      let finding = Finding(PublicDataRules.lineForm, .error, at: place, message, remedy: PriceGatherer.fetchAgain)
      return emit(.quarantined(finding, rows: 1))
    }
    var row = PriceFields()
    row.date = publishedDate(fields[columns.date])
    row.period = fields[columns.period].wholeNumber(longest: 3)
    row.sell = DecimalNumber(fields[columns.sell])
    row.buy = DecimalNumber(fields[columns.buy])
    if columns.volume >= 0, !fields[columns.volume].isEmpty {
      row.volume = .some(DecimalNumber(fields[columns.volume]))
    }
    gatherer.take(row, at: place, emit)
  }

  func finish(hasOpenEnd: Bool, _ emit: (SystemPriceEvent) -> Void) {
    if columns == nil {
      let message = hasBegun ? "The first line does not name the columns of system prices." : "The file is empty."
      let place = SourcePosition(file: gatherer.file, line: hasBegun ? 1 : nil)
      let finding = Finding(PublicDataRules.columns, .error, at: place, message, remedy: PriceGatherer.fetchAgain)
      emit(lost > 0 ? .quarantined(finding, rows: lost) : .noted(finding))
    }
    if hasOpenEnd {
      let message = "The last line has no line break: the file may have been cut within it."
      let remedy = "Compare the last row with the publisher's."
      emit(.noted(Finding(PublicDataRules.openEnd, .warning, at: gatherer.place, message, remedy: remedy)))
    }
    gatherer.finish(emit)
  }
}
