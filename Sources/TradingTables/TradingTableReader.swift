import Findings
import TradingCharges
import WireFormat

/// What a reader of such tables says while it reads.
public enum TradingTableEvent: Hashable, Sendable {
  case row(TradingRow, SourcePosition)
  /// Something to know about rows that are taken.
  case noted(Finding)
  /// One row that could not be used.
  case quarantined(Finding)
}

/// Reads one table of trading charges; see ``TradingTable``.
public struct TradingTableReader: StreamReader {
  public typealias Event = TradingTableEvent

  private let file: String
  private var splitter = LineSplitter()
  private var fields = CSVFields()
  private var shape: (table: TradingTable, places: [Int?], count: Int)?
  private var hasBegun = false
  private var rounded = 0

  /// - Parameter file: the file's name without folders, for positions.
  public init(file: String) { self.file = file }

  public mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (TradingTableEvent) -> Void) {
    var lines = splitter
    lines.consume(bytes) { take($0, emit) }
    splitter = lines
  }

  public mutating func finish(_ emit: (TradingTableEvent) -> Void) {
    var lines = splitter
    lines.finish { take($0, emit) }
    splitter = lines
    if !hasBegun { emit(.noted(finding(TradingTableRules.header, nil, nil, "The file is empty."))) }
    if rounded > 0 {
      emit(
        .noted(
          Finding(
            TradingTableRules.precision, .note, at: SourcePosition(file: file),
            "\(rounded) rows have volumes finer than a kilowatt-hour; they were rounded once, half away from zero.",
            remedy: "Nothing to do.")))
    }
  }

  private mutating func take(_ line: LineSplitter.Line, _ emit: (TradingTableEvent) -> Void) {
    guard !isBlankLine(line.bytes) else { return }
    fields.split(line.bytes)
    guard hasBegun else {
      hasBegun = true
      var names = fields.texts
      if let first = names.first, first.hasPrefix("\u{FEFF}") { names[0] = String(first.dropFirst()) }
      if let found = TradingTable.find(names) { shape = (found.table, found.places, names.count) }
      if shape == nil {
        emit(
          .noted(
            finding(TradingTableRules.header, line.number, nil, "The first line names no table that is known here.")))
      }
      return
    }
    guard let shape else {
      return emit(
        .quarantined(finding(TradingTableRules.header, line.number, nil, "The table of the row is not known.")))
    }
    guard line.isWhole, fields.isWellFormed, fields.count == shape.count else {
      let message = "The line has \(fields.count) fields where the first line names \(shape.count)."
      return emit(.quarantined(finding(TradingTableRules.line, line.number, nil, message)))
    }
    let texts = fields.texts
    var reader = TradingRowReader(shape.table, shape.places.map { $0.map { texts[$0] } ?? "" })
    do {
      let row = try reader.row()
      if reader.isRounded { rounded += 1 }
      emit(.row(row, SourcePosition(file: file, line: line.number)))
    } catch {
      emit(.quarantined(finding(error.rule, line.number, error.field, error.message)))
    }
  }

  private func finding(_ rule: RuleID, _ line: Int?, _ field: String?, _ message: String) -> Finding {
    Finding(
      rule, .error, at: SourcePosition(file: file, line: line, field: field), message,
      remedy: "Correct the row; docs/formats.md lists the tables and their columns.")
  }
}
