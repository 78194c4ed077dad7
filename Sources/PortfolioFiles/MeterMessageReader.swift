import DUIS
import Findings
import GBCS
import MarketIdentifiers
import Quantities
import Readings
import SettlementCalendar
import WireFormat

/// Reads the table of meter messages: what smart meters answered to reads of their profiles, one answer a line, each
/// with the half-hours that it says.
///
/// Columns, in any order: `series,quantity,message,content`. `series` is the MPAN; `quantity` is `AI`, `AE`, `RI` or
/// `RE`; `message` is the GBCS response as the meter sent it (hexadecimal digits: headers, encrypted content, MAC);
/// `content` is what its reader decrypted (hexadecimal digits of DLMS), empty where nothing was encrypted. For a SMETS1
/// meter `message` is the document that its service provider signed (hexadecimal digits of `SMETS1SignedResponse` as
/// `MarkupElement.document` writes it), and `content` is empty. The message is kept with the file as the fact: whoever
/// has the keys can prove it again. Here its form is held: a response to a profile read, content of the length that was
/// encrypted, stamps that end half-hours.
///
/// Rules: MSG-01 series; MSG-02 quantity; MSG-03 message; MSG-04 content; MSG-05 a row of the log; MSG-06 more than
/// ``ReadingTableReader/seriesLimit`` series.
public struct MeterMessageReader: StreamReader {
  public typealias Event = ReadingEvent

  public static let columns = ["series", "quantity", "message", "content"]

  public let seriesLimit: Int
  private var core: TableCore
  private var series = SeriesNumbers()

  /// - Parameter file: the file's name without folders, for positions.
  public init(file: String, seriesLimit: Int = 4_000_000) {
    core = TableCore(file: file, columns: Self.columns)
    self.seriesLimit = seriesLimit
  }

  public mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (ReadingEvent) -> Void) {
    var (taken, names) = (TableCore(file: "", columns: []), SeriesNumbers())
    swap(&taken, &core)
    swap(&names, &series)
    let (file, limit) = (taken.file, seriesLimit)
    taken.consume(bytes) { Self.hand($0, file, limit, &names, emit) }
    (core, series) = (taken, names)
  }

  public mutating func finish(_ emit: (ReadingEvent) -> Void) {
    var names = series
    let (file, limit) = (core.file, seriesLimit)
    core.finish { Self.hand($0, file, limit, &names, emit) }
    series = names
  }

  private static func hand(
    _ step: TableCore.Step, _ file: String, _ limit: Int, _ names: inout SeriesNumbers, _ emit: (ReadingEvent) -> Void
  ) {
    switch step {
    case .quarantined(let finding, let rows): emit(.quarantined(finding, rows: rows))
    case .noted(let finding): emit(.noted(finding))
    case .row(let row):
      do throws(RowFault) {
        try read(row, file, limit, &names, emit)
      } catch {
        emit(.quarantined(error.finding(file: file, line: row.line), rows: 1))
      }
    }
  }

  private static func read(
    _ row: TableCore.Row, _ file: String, _ limit: Int, _ names: inout SeriesNumbers, _ emit: (ReadingEvent) -> Void
  ) throws(RowFault) {
    guard let quantity = MeasurementQuantity(rawValue: row.text(1)) else {
      throw RowFault(
        "MSG-02", "quantity", "This is not a measurement quantity.", remedy: "Write AI, AE, RI or RE.",
        detail: String(row.text(1).prefix(100)))
    }
    let (column, log) = try log(row, quantity)
    let number: Int32
    switch row.withField(0, { names.number($0, quantity, limit: limit) }) {
    case .known(let known): number = known
    case .new(let new, let name):
      number = new
      emit(.series(local: new, name: name, quantity: quantity))
    case .refused:
      throw RowFault(
        "MSG-01", "series", "This is not the name of a series.", remedy: "Write the MPAN.",
        detail: String(row.text(0).prefix(100)))
    case .tooMany:
      throw RowFault(
        "MSG-06", "series", "The file holds more than \(limit) series.", remedy: "Split the file.", detail: "")
    }
    for entry in log {
      guard column < entry.values.count, let halfHour = HalfHour(endingAt: entry.time.moment) else {
        let fault = RowFault(
          "MSG-05", "content", "A row of the log has a stamp between half-hours or too few values.",
          remedy: "Ask the meter again.", detail: "stamp \(entry.time.seconds)")
        emit(.quarantined(fault.finding(file: file, line: row.line), rows: 1))
        continue
      }
      let energy = Energy(wattHours: Int64(entry.values[column]))
      emit(.reading(ReadingRow(series: number, halfHour: halfHour, energy: energy, line: row.line)))
    }
  }

  /// The rows of the log and the column of the quantity.
  private static func log(
    _ row: TableCore.Row, _ quantity: MeasurementQuantity
  ) throws(RowFault) -> (column: Int, rows: [MeterReadContent.LogRow]) {
    let bytes = GBCS.bytes(hexadecimal: row.text(2).utf8)
    if let bytes, bytes.first == UInt8(ascii: "<") { return try smets1Log(bytes, row, quantity) }
    let message = bytes.flatMap { try? DeviceMessage($0) }
    guard let message, message.kind == .response, let read = MeterRead(message.code),
      let column = columns(read).firstIndex(of: quantity), let opened = try? message.openedPayload(),
      case .dlms(.accessResponse(let response)) = opened.payload
    else {
      throw RowFault(
        "MSG-03", "message", "This is not a meter's answer to a read of that profile.",
        remedy: "Write the hexadecimal digits of the GBCS response.", detail: "")
    }
    var values = response.data
    if read.isSensitive {
      // The cipher changes no length: content of another length is not what was encrypted.
      guard let content = GBCS.bytes(hexadecimal: row.text(3).utf8),
        content.count == opened.sealed.first?.ciphertext.count,
        case .structure(let parts)? = try? DLMSValue(content)
      else {
        throw RowFault(
          "MSG-04", "content", "This is not the content that the message carries.",
          remedy: "Write the hexadecimal digits of the decrypted DLMS value.", detail: "")
      }
      values = parts
    }
    guard case .log(let rows)? = try? MeterReadContent(read, values) else {
      throw RowFault(
        "MSG-04", "content", "The content is no log.", remedy: "Ask the meter again: it may have refused the read.",
        detail: "")
    }
    return (column, rows)
  }

  /// The rows of the log that a service provider signed.
  private static func smets1Log(
    _ bytes: [UInt8], _ row: TableCore.Row, _ quantity: MeasurementQuantity
  ) throws(RowFault) -> (column: Int, rows: [MeterReadContent.LogRow]) {
    guard let root = try? MarkupElement(plainDocument: bytes), let signed = try? SMETS1SignedResponse(root),
      case .answer(let answer) = signed.response.body, case .profile(let profile, let entries)? = answer.content,
      let column = columns(profile).firstIndex(of: quantity), row.text(3).isEmpty
    else {
      throw RowFault(
        "MSG-03", "message", "This is not a signed answer of a SMETS1 meter to a read of that profile.",
        remedy: "Write the hexadecimal digits of the SMETS1SignedResponse, and no content.", detail: "")
    }
    var rows: [MeterReadContent.LogRow] = []
    for entry in entries {
      let values = entry.values.compactMap { UInt32(exactly: $0) }
      guard values.count == entry.values.count,
        let seconds = UInt32(exactly: entry.time.secondsSince1970 - DeviceTime.secondsFrom1970)
      else {
        throw RowFault(
          "MSG-05", "content", "A half-hour of the log is below zero, too large or outside the calendar.",
          remedy: "Ask the meter again.", detail: "")
      }
      rows.append(MeterReadContent.LogRow(time: DeviceTime(seconds: seconds), values: values))
    }
    return (column, rows)
  }

  private static func columns(_ profile: SMETS1Profile) -> [MeasurementQuantity] {
    switch profile {
    case .activeImport: [.activeImport]
    case .reactiveImport: [.reactiveImport]
    case .export: [.activeExport, .reactiveExport]
    }
  }

  private static func columns(_ read: MeterRead) -> [MeasurementQuantity] {
    switch read {
    case .activeImportProfile: [.activeImport]
    case .reactiveImportProfile: [.reactiveImport]
    case .exportProfile: [.activeExport, .reactiveExport]
    default: []
    }
  }

  /// One line of the table, with its end.
  public static func line(_ mpan: MPAN, _ quantity: MeasurementQuantity, message: [UInt8], content: [UInt8]) -> String {
    "\(mpan),\(quantity.rawValue),\(hexText(message)),\(hexText(content))\n"
  }

  /// The first line, with its end.
  public static let header = columns.joined(separator: ",") + "\n"
}

extension DeviceTime {
  fileprivate static let secondsFrom1970: Int64 = 946_684_800
  /// The same moment on the UTC clock.
  fileprivate var moment: UTCInstant { UTCInstant(secondsSince1970: Int64(seconds) + Self.secondsFrom1970) }
}
