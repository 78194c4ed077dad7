/// Cuts bytes into lines, whatever the pieces in which they come.
///
/// A line ends at `\n`; a `\r` before it is dropped. The last line needs no end. A byte-order mark at the start of the
/// file is skipped. A line longer than ``longestLine`` is handed on as its first bytes with `isWhole` false, and the rest
/// of it is skipped, so memory is bounded by that length.
public struct LineSplitter: Sendable {
  /// One line: its bytes are valid only during the call.
  public struct Line {
    public let bytes: UnsafeBufferPointer<UInt8>
    /// Counted from 1.
    public let number: Int
    /// False for a line that was longer than ``LineSplitter/longestLine``.
    public let isWhole: Bool
  }

  /// Bytes; a wide file of tens of thousands of columns still fits.
  public static let longestLine = 1 << 20

  private var pending: [UInt8] = []
  private var isSkipping = false
  private var lineNumber = 0
  private var hasBegun = false

  public init() {}

  public mutating func consume(_ bytes: UnsafeRawBufferPointer, _ body: (Line) -> Void) {
    guard let base = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
    var start = 0
    while start < bytes.count {
      guard let end = Self.newline(base, start, bytes.count) else {
        hold(UnsafeBufferPointer(start: base + start, count: bytes.count - start), body)
        return
      }
      let piece = UnsafeBufferPointer(start: base + start, count: end - start)
      start = end + 1
      if isSkipping {
        isSkipping = false
      } else if pending.isEmpty {
        if piece.count > Self.longestLine {
          emit(UnsafeBufferPointer(rebasing: piece[..<Self.longestLine]), isWhole: false, body)
        } else {
          emit(piece, isWhole: true, body)
        }
      } else {
        hold(piece, body)
        if isSkipping { isSkipping = false } else { flush(body) }
      }
    }
  }

  /// Hands on a last line that had no end.
  public mutating func finish(_ body: (Line) -> Void) {
    if !isSkipping, !pending.isEmpty { flush(body) }
    isSkipping = false
  }

  private static func newline(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
    var index = start
    while index < end {
      if base[index] == UInt8(ascii: "\n") { return index }
      index += 1
    }
    return nil
  }

  /// Keeps the bytes of a line whose end has not come yet.
  private mutating func hold(_ piece: UnsafeBufferPointer<UInt8>, _ body: (Line) -> Void) {
    guard !isSkipping else { return }
    let room = Self.longestLine - pending.count
    pending.append(contentsOf: piece.prefix(room))
    guard piece.count > room else { return }
    pending.withUnsafeBufferPointer { emitCounted($0, isWhole: false, body, number: &lineNumber, begun: &hasBegun) }
    pending.removeAll(keepingCapacity: true)
    isSkipping = true
  }

  private mutating func flush(_ body: (Line) -> Void) {
    pending.withUnsafeBufferPointer { emitCounted($0, isWhole: true, body, number: &lineNumber, begun: &hasBegun) }
    pending.removeAll(keepingCapacity: true)
  }

  private mutating func emit(_ bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool, _ body: (Line) -> Void) {
    emitCounted(bytes, isWhole: isWhole, body, number: &lineNumber, begun: &hasBegun)
  }
}

private func emitCounted(
  _ bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool, _ body: (LineSplitter.Line) -> Void, number: inout Int,
  begun: inout Bool
) {
  var bytes = bytes
  if !begun, bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
    bytes = UnsafeBufferPointer(rebasing: bytes[3...])
  }
  begun = true
  if bytes.last == UInt8(ascii: "\r") { bytes = UnsafeBufferPointer(rebasing: bytes.dropLast()) }
  number += 1
  body(LineSplitter.Line(bytes: bytes, number: number, isWhole: isWhole))
}
