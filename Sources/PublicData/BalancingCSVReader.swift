import Findings
import SettlementCalendar
import WireFormat

/// Reads comma-separated files about the Balancing Mechanism; the first lines tell which one it is.
///
/// BMRS downloads (physical data, bid-offer level data, market index data: lines whose first field names the kind),
/// and tables with named columns: lists of the settlement stack, published prices with net imbalance volume, market
/// index data, transmission loss multipliers, estimated adjustments, and both registers of BM units. A row is a line
/// after the header.
public struct BalancingCSVReader: StreamReader {
  public typealias Event = BalancingEvent

  private var splitter = LineSplitter()
  private var body: Body

  /// - Parameter file: the file's name, for findings.
  public init(file: String) { body = Body(file: file) }

  public mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (BalancingEvent) -> Void) {
    splitter.consume(bytes) { body.take($0, emit) }
  }

  public mutating func finish(_ emit: (BalancingEvent) -> Void) {
    splitter.finish { body.take($0, emit) }
    body.finish(emit)
  }

  /// Whether a file is one of these. - Parameter firstBytes: the beginning, 4 KiB are enough.
  public static func recognises(_ firstBytes: some Collection<UInt8>) -> Bool {
    let lines = Array(firstBytes.prefix(65_536)).split(
      separator: UInt8(ascii: "\n"), maxSplits: 4, omittingEmptySubsequences: false)
    var fields = CSVFields()
    return lines.prefix(Body.longestPreamble + 1).contains { line in
      [UInt8](line.last == UInt8(ascii: "\r") ? line.dropLast() : line).withUnsafeBufferPointer { fields.split($0) }
      return Body.form(fields.texts) != nil
    }
  }

  private struct Body {
    /// Lines before the columns, as the portal's register has them.
    static let longestPreamble = 3

    enum Form {
      case bmrs
      case table(BalancingTable, places: [Int], count: Int)
    }

    let file: String
    var form: Form?
    var isRefused = false
    var hasHeader = false
    var footer: Int?
    var rows = 0
    var linesBefore = 0
    var fields = CSVFields()

    static func form(_ fields: [String]) -> Form? {
      if let first = fields.first, first == "HDR" || BalancingBMRSRow.kinds.contains(first), fields.count > 1 {
        return .bmrs
      }
      return BalancingTable.find(fields).map { .table($0.table, places: $0.places, count: fields.count) }
    }

    mutating func take(_ line: LineSplitter.Line, _ emit: (BalancingEvent) -> Void) {
      guard !isRefused, !isBlankLine(line.bytes) else { return }
      fields.split(line.bytes)
      let texts = fields.texts
      guard let form else { return begin(line, texts, emit) }
      row(form, line, texts, emit)
    }

    private mutating func begin(_ line: LineSplitter.Line, _ texts: [String], _ emit: (BalancingEvent) -> Void) {
      guard let found = Self.form(texts) else {
        linesBefore += 1
        if linesBefore > Self.longestPreamble { refuse(emit) }
        return
      }
      form = found
      if case .bmrs = found { row(found, line, texts, emit) }
    }

    private mutating func refuse(_ emit: (BalancingEvent) -> Void) {
      isRefused = true
      let message = "The first lines are not those of a file that is read here."
      let fault = BalancingFault(BalancingDataRules.shape, message)
      emit(.noted(fault.finding(file: file, line: 1)))
    }

    private mutating func row(
      _ form: Form, _ line: LineSplitter.Line, _ texts: [String], _ emit: (BalancingEvent) -> Void
    ) {
      if case .bmrs = form, texts.first == "HDR" {
        hasHeader = true
        return
      }
      if case .bmrs = form, texts.first == "FTR" {
        // A file joined of several has several footers; they count together.
        let count = texts.count == 2 ? Int(texts[1]) : nil
        footer = (footer ?? 0) &+ (count ?? -1)
        return
      }
      rows += 1
      do throws(BalancingFault) {
        guard line.isWhole, fields.isWellFormed else {
          throw BalancingFault(BalancingDataRules.fields, "The line is too long or has an open quotation mark.")
        }
        for fact in try Self.facts(form, texts) { emit(.fact(fact)) }
      } catch {
        emit(.quarantined(error.finding(file: file, line: line.number)))
      }
    }

    private static func facts(_ form: Form, _ texts: [String]) throws(BalancingFault) -> [BalancingFact] {
      switch form {
      case .bmrs: return [try BalancingBMRSRow.fact(texts)]
      case .table(let table, let places, let count):
        guard texts.count == count else {
          let message = "The row has \(texts.count) fields where the header has \(count)."
          throw BalancingFault(BalancingDataRules.fields, message)
        }
        return try table.facts(places.map { texts[$0] })
      }
    }

    mutating func finish(_ emit: (BalancingEvent) -> Void) {
      if form == nil, !isRefused { refuse(emit) }
      if hasHeader, footer != rows {
        let message =
          footer == nil
          ? "The file has no footer: it may have been cut."
          : "The footer does not count the \(rows) rows that are there."
        let fault = BalancingFault(BalancingDataRules.footer, message)
        emit(.noted(fault.finding(file: file, line: rows + 2)))
      }
      emit(.finished(rows: rows))
    }
  }
}
