import Findings
import SettlementCalendar
import WireFormat

/// Reads `S0142`, `C0291`, `C0301` and `C0421`, known by the header, record by record.
///
/// Memory does not grow with the file: one line, the open groups, and counts. Nothing is lost: unknown and unusable
/// records, blank lines and the byte-order mark come out as events too (see ``ReportEvent/fileBytes``).
public struct SettlementReportReader: StreamReader {
  public typealias Event = ReportEvent

  /// Of one rule so many findings are emitted; all are counted in the tally.
  public static let findingsOfOneRule = 20

  private let file: String
  private let name: ReportFileName?
  private var splitter = RecordSplitter()
  private var checksum = ReportChecksum()
  private var nesting = GroupNesting([])
  private var tally = ReportTally()
  private var kind: ReportKind?
  private var sawRecord = false
  private var comparesName = true

  /// - Parameter file: the file's name, for findings; held against the contents where it is of the usual shape.
  public init(file: String) {
    self.file = file
    name = ReportFileName(file)
  }

  public mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (ReportEvent) -> Void) {
    var splitter = splitter
    splitter.consume(bytes) { take($0, emit) }
    self.splitter = splitter
  }

  public mutating func finish(_ emit: (ReportEvent) -> Void) {
    var splitter = splitter
    splitter.finish { take($0, emit) }
    self.splitter = splitter
    if !tally.hasFooter {
      closeGroups(emit)
      note(
        ReportRules.footerMissing, line: nil,
        sawRecord ? "The file ends without its footer: its end is missing." : "The file is empty.", emit)
    }
    emit(.finished(tally))
  }

  private mutating func take(_ piece: RecordSplitter.Piece, _ emit: (ReportEvent) -> Void) {
    switch piece {
    case .byteOrderMark: emit(.byteOrderMark)
    case .fragment(let bytes, let number, let isFirst):
      if isFirst {
        tally.stray += 1
        note(ReportRules.lineForm, line: number, "The line is longer than any record can be.", emit)
      }
      emit(.stray(Array(bytes)))
    case .line(let bytes, let end, let number):
      if bytes.isEmpty {
        emit(.stray(end.bytes))
      } else {
        take(bytes, end, number, emit)
      }
    }
  }

  private mutating func take(
    _ bytes: UnsafeBufferPointer<UInt8>, _ end: ReportRecord.LineEnd, _ line: Int, _ emit: (ReportEvent) -> Void
  ) {
    let record = ReportRecord(bytes: Array(bytes), lineEnd: end)
    let tag = RecordScan.tag(bytes)
    let isFirst = !sawRecord
    sawRecord = true
    if tally.hasFooter {
      note(ReportRules.afterFooter, line: line, "A record follows the footer.", emit)
      return refuse(record, emit)
    }
    if tag == .footer { return takeFooter(record, line, emit) }
    checksum.add(bytes)
    if isFirst { return takeHeader(record, tag, line, emit) }
    guard let tag, bytes.allSatisfy({ $0 < 0x80 && $0 >= 0x20 }), bytes.last == UInt8(ascii: "|") else {
      note(
        ReportRules.lineForm, line: line, "The line is no record of plain characters that is closed by a bar.", emit)
      return refuse(record, emit)
    }
    guard let layout = nesting.layout(tag) else {
      note(
        ReportRules.unknownRecord, line: line,
        "A record of the kind \(tag) is not one that such a file is known to hold.",
        remedy: "It is kept and not used; look whether the file has a newer version.", severity: .warning, emit)
      tally.unknown += 1
      return emit(.unknown(record))
    }
    takeBody(record, bytes, layout, line, emit)
  }

  private mutating func refuse(_ record: ReportRecord, _ emit: (ReportEvent) -> Void) {
    tally.unusable += 1
    emit(.unusable(record))
  }

  // MARK: Envelope

  private mutating func takeHeader(
    _ record: ReportRecord, _ tag: RecordTag?, _ line: Int, _ emit: (ReportEvent) -> Void
  ) {
    guard let header = ReportHeader(record) else {
      note(
        ReportRules.header, line: line, "The file does not begin with a header of a report that is read here.", emit)
      return refuse(record, emit)
    }
    kind = header.kind
    tally.hasHeader = true
    nesting = GroupNesting(header.kind.layouts)
    emit(.header(header, record))
    guard let name, name.kind != header.kind || name.created != header.created else { return }
    note(
      ReportRules.fileName, line: line, "The name of the file says another kind or another moment than its header.",
      remedy: "Check that the file was not renamed.", severity: .warning, emit)
  }

  private mutating func takeFooter(_ record: ReportRecord, _ line: Int, _ emit: (ReportEvent) -> Void) {
    closeGroups(emit)
    guard let footer = ReportFooter(record), record.bytes.last == UInt8(ascii: "|") else {
      note(
        ReportRules.recordCount, line: line, "The footer does not hold a count and a checksum, closed by a bar.", emit)
      return refuse(record, emit)
    }
    tally.hasFooter = true
    let expected = ReportFooter(checksum)
    tally.countAgrees = footer.records == expected.records
    tally.missingRecords = max(0, footer.records.subtractingReportingOverflow(expected.records).partialValue)
    tally.checksumAgrees = footer.checksum == expected.checksum
    if tally.countAgrees == false {
      note(
        ReportRules.recordCount, line: line,
        "The footer counts \(footer.records) records; the file has \(expected.records).", emit)
    }
    if tally.checksumAgrees == false {
      note(
        ReportRules.checksum, line: line, "The footer's checksum is not that of the records.",
        remedy: "Ask for the file again, unless it was changed on purpose.", severity: .warning, emit)
    }
    emit(.footer(footer, record))
  }

  // MARK: Body

  private mutating func takeBody(
    _ record: ReportRecord, _ bytes: UnsafeBufferPointer<UInt8>, _ layout: RecordLayout, _ line: Int,
    _ emit: (ReportEvent) -> Void
  ) {
    guard nesting.enter(layout) else {
      note(
        ReportRules.order, line: line, "The \(layout.title) (\(layout.tag)) does not stand under what it belongs to.",
        emit)
      return refuse(record, emit)
    }
    if let fault = Self.fault(bytes, layout) {
      let name = layout.fields[fault - 1].name ?? "field \(fault)"
      note(
        ReportRules.fieldValue, line: line,
        "A field of the \(layout.title) (\(layout.tag)) is blank or not what it should be.",
        field: name, detail: record.text(fault), emit)
      return refuse(record, emit)
    }
    if !layout.fieldCounts.isEmpty, !layout.fieldCounts.contains(RecordScan.fieldCount(bytes)) {
      note(
        ReportRules.fieldCount, line: line,
        "The \(layout.title) (\(layout.tag)) has another number of fields than published files show.",
        remedy: "It is used as far as it goes; look whether the file has another version.", severity: .warning, emit)
    }
    if layout.dateField != nil, !begin(record, layout, line, emit) { return refuse(record, emit) }
    if layout.dateField == nil { beginGroups(layout, nil, line, emit) }
    if layout.isPeriodRow, !nesting.add(period: record.period(1) ?? 0, of: layout.tag) {
      note(
        ReportRules.periods, line: line, "The period came before in its group, or its date has none of that number.",
        field: "settlementPeriod", emit)
      return refuse(record, emit)
    }
    tally.records[layout.tag, default: 0] += 1
    emit(.record(record))
  }

  /// A record that dates what follows. - Returns: `false` when its date does not exist.
  private mutating func begin(
    _ record: ReportRecord, _ layout: RecordLayout, _ line: Int, _ emit: (ReportEvent) -> Void
  ) -> Bool {
    guard let position = layout.dateField, let date = record.date(position) else {
      note(
        ReportRules.fieldValue, line: line, "The settlement date does not exist, or is outside 1996 to 2099.",
        field: "settlementDate", emit)
      return false
    }
    if comparesName, let name {
      comparesName = false
      if name.date != date || name.run != record.run(position + 1) {
        note(
          ReportRules.fileName, line: line, "The name of the file says another date or run than its first group.",
          remedy: "Check that the file was not renamed.", severity: .warning, emit)
      }
    }
    beginGroups(layout, date, line, emit)
    return true
  }

  private mutating func beginGroups(
    _ layout: RecordLayout, _ date: SettlementDate?, _ line: Int, _ emit: (ReportEvent) -> Void
  ) {
    var gaps: [GroupNesting.Gap] = []
    nesting.begin(layout, date: date, line: line) { gaps.append($0) }
    for gap in gaps { note(gap, emit) }
  }

  private mutating func closeGroups(_ emit: (ReportEvent) -> Void) {
    var gaps: [GroupNesting.Gap] = []
    nesting.end { gaps.append($0) }
    for gap in gaps { note(gap, emit) }
  }

  private mutating func note(_ gap: GroupNesting.Gap, _ emit: (ReportEvent) -> Void) {
    note(
      ReportRules.periods, line: gap.parentLine,
      "The group that begins here has \(gap.found) of its \(gap.expected) periods.",
      remedy: "What is there is used; ask the sender for the missing periods.", severity: .warning, emit)
  }

  /// The first field that cannot be what it should be, the tag being field 0.
  private static func fault(_ bytes: UnsafeBufferPointer<UInt8>, _ layout: RecordLayout) -> Int? {
    guard !layout.fields.isEmpty else { return nil }
    var start = 4
    for (index, field) in layout.fields.enumerated() {
      var end = start
      while end < bytes.count, bytes[end] != UInt8(ascii: "|") { end += 1 }
      let value =
        start < bytes.count
        ? UnsafeBufferPointer(rebasing: bytes[start..<end]) : UnsafeBufferPointer(rebasing: bytes[bytes.count...])
      if value.isEmpty ? !field.isOptional : !field.kind.accepts(value) { return index + 1 }
      start = end + 1
    }
    return nil
  }

  // MARK: Findings

  static let askAgain = "Ask the sender for the file again."

  private mutating func note(
    _ rule: RuleID, line: Int?, _ message: String, remedy: String = Self.askAgain, field: String? = nil,
    detail: String? = nil, severity: Severity = .error, _ emit: (ReportEvent) -> Void
  ) {
    tally.findings[rule, default: 0] += 1
    guard tally.findings[rule, default: 0] <= Self.findingsOfOneRule else { return }
    let place = SourcePosition(file: file, line: line, field: field)
    emit(.noted(Finding(rule, severity, at: place, message, remedy: remedy, detail: detail)))
  }
}
