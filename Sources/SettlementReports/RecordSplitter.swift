/// Cuts a file into records and loses none of its bytes, whatever the pieces in which they come.
///
/// Memory is bounded by ``longestLine``: a longer line comes out as fragments of that length, which are kept and belong to
/// no record.
struct RecordSplitter: Sendable {
  enum Piece {
    /// The three bytes EF BB BF at the start of the file.
    case byteOrderMark
    /// A line without its end; the bytes are valid only during the call. Lines are counted from 1.
    case line(UnsafeBufferPointer<UInt8>, ReportRecord.LineEnd, number: Int)
    /// Part of a line that is too long, with its line feed where it has one.
    case fragment(UnsafeBufferPointer<UInt8>, number: Int, isFirst: Bool)
  }

  /// Bytes. The widest record of a published file has about 700.
  static let longestLine = 65_536

  private var pending: [UInt8] = []
  private var isWithinLongLine = false
  private var lineNumber = 0

  init() {}

  mutating func consume(_ bytes: UnsafeRawBufferPointer, _ body: (Piece) -> Void) {
    guard let base = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
    var start = 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, base[end] != 0x0A { end += 1 }
      let hasEnd = end < bytes.count
      let piece = UnsafeBufferPointer(start: base + start, count: end - start + (hasEnd ? 1 : 0))
      start = end + 1
      if hasEnd, pending.isEmpty, !isWithinLongLine, piece.count <= Self.longestLine {
        lineNumber += 1
        Self.emit(piece, number: lineNumber, body)
      } else {
        hold(piece, body)
        if hasEnd { flush(body) }
      }
    }
  }

  /// Hands on a last line that had no end.
  mutating func finish(_ body: (Piece) -> Void) {
    if !pending.isEmpty || isWithinLongLine { flush(body) }
  }

  private mutating func hold(_ piece: UnsafeBufferPointer<UInt8>, _ body: (Piece) -> Void) {
    var rest = piece[...]
    while !rest.isEmpty {
      let part = rest.prefix(Self.longestLine - pending.count)
      pending.append(contentsOf: part)
      rest = rest.dropFirst(part.count)
      // Only what is known to be followed by more is too long: cutting it now would depend on how the bytes came.
      if pending.count == Self.longestLine, !rest.isEmpty || pending.last != 0x0A { fragment(body) }
    }
  }

  private mutating func fragment(_ body: (Piece) -> Void) {
    if !isWithinLongLine { lineNumber += 1 }
    let (number, isFirst) = (lineNumber, !isWithinLongLine)
    pending.withUnsafeBufferPointer { body(.fragment($0, number: number, isFirst: isFirst)) }
    pending.removeAll(keepingCapacity: true)
    isWithinLongLine = true
  }

  private mutating func flush(_ body: (Piece) -> Void) {
    if isWithinLongLine {
      if !pending.isEmpty { fragment(body) }
      isWithinLongLine = false
      return
    }
    lineNumber += 1
    let number = lineNumber
    pending.withUnsafeBufferPointer { Self.emit($0, number: number, body) }
    pending.removeAll(keepingCapacity: true)
  }

  private static func emit(_ piece: UnsafeBufferPointer<UInt8>, number: Int, _ body: (Piece) -> Void) {
    var line = piece
    if number == 1, line.count >= 3, line[0] == 0xEF, line[1] == 0xBB, line[2] == 0xBF {
      body(.byteOrderMark)
      line = UnsafeBufferPointer(rebasing: line[3...])
      if line.isEmpty { return }
    }
    var end = ReportRecord.LineEnd.none
    if line.last == 0x0A {
      line = UnsafeBufferPointer(rebasing: line.dropLast())
      end = .lineFeed
      if line.last == 0x0D {
        line = UnsafeBufferPointer(rebasing: line.dropLast())
        end = .carriageReturnAndLineFeed
      }
    }
    body(.line(line, end, number: number))
  }
}
