import Findings
import WireFormat

/// What every table reader does: lines, header, field count, and the account of what could not be read.
struct TableCore {
  let file: String
  private(set) var header: TableHeader
  private var splitter = LineSplitter()
  private var fields = TableFields()
  private var state = State.beforeHeader
  /// Rows below a header by which they cannot be read.
  private var unreadableRows = 0

  private enum State { case beforeHeader, reading, unreadable }

  /// One row whose fields number as many as the header's.
  struct Row {
    let line: Int
    fileprivate let bytes: UnsafeBufferPointer<UInt8>
    fileprivate let fields: TableFields
    fileprivate let places: [Int]

    /// The bytes of column `index` of the reader's own list of columns.
    @inline(__always)
    func withField<Result>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
      fields.withField(places[index], of: bytes, body)
    }

    /// The column as text; bytes that are not UTF-8 are replaced, so that they match nothing.
    func text(_ index: Int) -> String { withField(index) { String(decoding: $0, as: UTF8.self) } }
  }

  /// What the core hands on.
  enum Step {
    case row(Row)
    case quarantined(Finding, rows: Int)
    case noted(Finding)
  }

  init(file: String, columns: [String]) {
    self.file = file
    header = TableHeader(columns: columns)
  }

  mutating func consume(_ bytes: UnsafeRawBufferPointer, _ body: (Step) -> Void) {
    // The splitter is taken out so that the closure may change the rest.
    var taken = LineSplitter()
    swap(&taken, &splitter)
    taken.consume(bytes) { take($0, body) }
    splitter = taken
  }

  mutating func finish(_ body: (Step) -> Void) {
    var taken = LineSplitter()
    swap(&taken, &splitter)
    taken.finish { take($0, body) }
    switch state {
    case .beforeHeader:
      body(
        .noted(
          Finding(
            "TAB-06", .error, at: SourcePosition(file: file), "The file is empty: it lacks even the header.",
            remedy: "The header of this table is: \(header.columns.joined(separator: ",")).")))
    case .unreadable where unreadableRows > 0:
      body(
        .quarantined(
          Finding(
            "TAB-07", .error, at: SourcePosition(file: file), "The rows cannot be read without a proper header.",
            remedy: "Mend the header, then take the file in again."), rows: unreadableRows))
    default: break
    }
    state = .beforeHeader
    unreadableRows = 0
  }

  private mutating func take(_ line: LineSplitter.Line, _ body: (Step) -> Void) {
    guard !line.bytes.isEmpty else { return }
    switch state {
    case .beforeHeader:
      let isReadable = header.read(line.bytes, file: file, line: line.number) { body(.noted($0)) }
      state = isReadable ? .reading : .unreadable
    case .unreadable:
      unreadableRows += 1
    case .reading:
      guard line.isWhole, fields.split(line.bytes) else {
        quarantine(
          "TAB-05", line, "The line is too long, or a quoted field has no closing quote.",
          remedy: "Close the quote; a quoted field may not go on in the next line.", body)
        return
      }
      guard fields.count == header.fieldCount else {
        quarantine(
          "TAB-04", line, "The line has \(fields.count) fields, the header \(header.fieldCount).",
          remedy: "Give the line as many fields as the header has; quote a field that holds a comma.", body)
        return
      }
      body(.row(Row(line: line.number, bytes: line.bytes, fields: fields, places: header.places)))
    }
  }

  private func quarantine(
    _ rule: RuleID, _ line: LineSplitter.Line, _ message: String, remedy: String, _ body: (Step) -> Void
  ) {
    let detail = String(decoding: line.bytes.prefix(200), as: UTF8.self)
    let position = SourcePosition(file: file, line: line.number)
    body(.quarantined(Finding(rule, .error, at: position, message, remedy: remedy, detail: detail), rows: 1))
  }
}

extension TableCore {
  /// Reads rows one by one into values: the whole work of a reader whose rows stand alone.
  mutating func consume<Value>(
    _ bytes: UnsafeRawBufferPointer, _ emit: (PortfolioEvent<Value>) -> Void,
    row: (Row, inout [Finding]) throws(RowFault) -> Value
  ) {
    let name = file
    consume(bytes) { Self.hand($0, name, emit, row) }
  }

  mutating func finish<Value>(
    _ emit: (PortfolioEvent<Value>) -> Void, row: (Row, inout [Finding]) throws(RowFault) -> Value
  ) {
    let name = file
    finish { Self.hand($0, name, emit, row) }
  }

  private static func hand<Value>(
    _ step: Step, _ file: String, _ emit: (PortfolioEvent<Value>) -> Void,
    _ row: (Row, inout [Finding]) throws(RowFault) -> Value
  ) {
    switch step {
    case .quarantined(let finding, let rows): emit(.quarantined(finding, rows: rows))
    case .noted(let finding): emit(.noted(finding))
    case .row(let fields):
      var notes: [Finding] = []
      do throws(RowFault) {
        let value = try row(fields, &notes)
        for note in notes { emit(.noted(note)) }
        emit(.value(value, line: fields.line))
      } catch {
        emit(.quarantined(error.finding(file: file, line: fields.line), rows: 1))
      }
    }
  }
}
