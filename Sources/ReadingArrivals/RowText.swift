import CIngestKernels
import MarketIdentifiers
import SettlementCalendar

/// Writes rows as lines of a layout: the inverse of ``ArrivalBatch``, for sample files and exports.
public final class RowText {
  /// The participant that flows name: a row does not say whose it is.
  public static let supplier = "HALF"

  private let layout: ArrivalLayout
  private let memory: UnsafeMutablePointer<UInt8>

  public init(_ layout: ArrivalLayout) {
    self.layout = layout
    memory = .allocate(capacity: Int(CINGEST_LONGEST_TEXT))
  }

  deinit { memory.deallocate() }

  /// Appends a row; a message without its line's end, so that it can be signed. Readings below zero have no text, and a wide
  /// table none for qualities.
  ///
  /// - Returns: `false`, and nothing appended, where the layout cannot say the row: a message or flow with a missing reading, a
  ///   reading below zero, 50 periods in 48 columns.
  public func append(_ state: RowState, _ mpan: UInt64, _ date: SettlementDate, to out: inout [UInt8]) -> Bool {
    let periods = state.cells.count
    guard !state.cells.contains(where: { $0 < 0 }), periods <= Int(CINGEST_MAX_PERIODS) else { return false }
    var row = cingest_row()
    (row.stated, row.estimated, row.corrected) = (state.stated, state.estimated, state.corrected)
    withUnsafeMutableBytes(of: &row.cells) { raw in state.cells.withUnsafeBytes { raw.copyMemory(from: $0) } }
    let day = date.description
    let length: Int
    switch layout {
    case .messages, .signedMessages:
      guard state.stated.nonzeroBitCount == periods else { return false }
      length = cingest_write_message(mpan, day, UInt32(periods), &row, memory)
    case .d0036:
      guard state.stated.nonzeroBitCount == periods else { return false }
      length = cingest_write_d0036(mpan, date.compactText, Self.supplier, UInt32(periods), &row, memory)
    case .longTable: length = cingest_write_long(mpan, day, UInt32(periods), &row, memory)
    case .wideTable(let columns):
      guard periods <= columns else { return false }
      length = cingest_write_wide(mpan, day, UInt32(periods), UInt32(columns), &row, memory)
    }
    out.append(contentsOf: UnsafeBufferPointer(start: memory, count: length))
    return true
  }
}
