import Foundation
import ReadingArrivals
import ReadingBlockStore

/// A file to take in: cut into pieces of whole lines by a rule that looks only at the bytes around a cut, so that any
/// thread can read any piece, and a later run cuts in the same places.
final class InputFile: Sendable {
  private let file: ReadableFile
  let layout: ArrivalLayout
  let pieceCount: Int
  private let first: Int

  /// The usual length of a piece, in bytes.
  static let pieceLength = 4 << 20
  /// A longer line is not read.
  static let longestLine = 1 << 20
  /// A piece with its last line and what may be put aside before its first.
  static let longestPiece = pieceLength + 2 * longestLine
  /// Lines of one metering point and date that are kept together.
  private static let linesTogether = 128

  init(_ path: String) throws {
    file = try ReadableFile(path)
    guard file.isOrdinary else { throw BlockStoreError.mismatch("it is not an ordinary file", path: path) }
    let head = try Self.bytes(0..<min(file.length, 65_536), of: file)
    let line = head.prefix { $0 != UInt8(ascii: "\n") }
    guard let found = ArrivalLayout(firstLine: line) else {
      throw BlockStoreError.mismatch(
        "its first line is that of no layout of docs/ingest.md; `halfhour ingest` knows more layouts", path: path)
    }
    layout = found
    first = found.header == nil ? (head.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0) : min(line.count + 1, file.length)
    pieceCount = max(1, (file.length + Self.pieceLength - 1) / Self.pieceLength)
    file.announceReadingInOrder()
  }

  var path: String { file.path }
  var size: Int { file.length }
  var name: String { URL(fileURLWithPath: path).lastPathComponent }
  /// The number of the line with which the first piece begins.
  var firstLine: Int { layout.header == nil ? 1 : 2 }

  private static func bytes(_ range: Range<Int>, of file: ReadableFile) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    try bytes.withUnsafeMutableBytes { try file.read(range, to: $0) }
    return bytes
  }

  /// Where a piece begins: at the first line from its usual place on that begins another metering point or date than
  /// the line before it.
  private func start(of piece: Int) throws -> Int {
    if piece == 0 { return first }
    if piece >= pieceCount { return size }
    let place = max(first, piece * Self.pieceLength)
    let before = min(place, 4_096)
    var window = 32_768
    while true {
      let bytes = try Self.bytes(place - before..<min(place + window, size), of: file)
      if let found = cut(bytes, from: before) { return place - before + found }
      // No cut in the window: the file's rest, or a larger window.
      if place - before + bytes.count >= size { return size }
      guard window < Self.longestLine else {
        if layout != .d0036 { return place - before + bytes.count }
        throw BlockStoreError.mismatch(
          "the lines of one MPAN at byte \(place) fill more than 2 MiB; take the file in with `halfhour ingest`, or have it "
            + "sent in parts", path: path)
      }
      window *= 4
    }
  }

  private func cut(_ bytes: [UInt8], from place: Int) -> Int? {
    switch layout {
    case .longTable: Self.cut(bytes, from: place, keepsTogether: true)
    case .d0036: Self.instance(bytes, from: place)
    case .messages, .signedMessages, .wideTable: Self.cut(bytes, from: place, keepsTogether: false)
    }
  }

  /// The first line that begins a flow instance.
  private static func instance(_ bytes: [UInt8], from place: Int) -> Int? {
    var at = max(0, place - 1)
    while let end = bytes[at...].firstIndex(of: UInt8(ascii: "\n")) {
      at = end + 1
      if bytes[at...].starts(with: "101|".utf8) { return at }
    }
    return nil
  }

  private static func cut(_ bytes: [UInt8], from place: Int, keepsTogether: Bool) -> Int? {
    let newline = UInt8(ascii: "\n")
    guard let end = bytes[max(0, place - 1)...].firstIndex(of: newline) else { return nil }
    var line = end + 1
    guard keepsTogether else { return line }
    func key(_ start: Int) -> ArraySlice<UInt8> { bytes[start..<min(start + 24, bytes.count)] }
    var previous = (bytes[..<end].lastIndex(of: newline) ?? -1) + 1
    for _ in 0..<linesTogether {
      guard line < bytes.count else { return nil }
      if key(line) != key(previous) { return line }
      guard let next = bytes[line...].firstIndex(of: newline) else { return nil }
      (previous, line) = (line, next + 1)
    }
    return line
  }

  /// Reads a piece into memory that has room for ``longestPiece`` and the padding. - Returns: its bytes, and where they are.
  func read(_ piece: Int, into memory: UnsafeMutableRawBufferPointer) throws -> (UnsafeRawBufferPointer, FilePart) {
    let from = try start(of: piece)
    let to = max(from, try start(of: piece + 1))
    let part = UnsafeMutableRawBufferPointer(rebasing: memory[..<min(to - from, Self.longestPiece)])
    try file.read(from..<from + part.count, to: part)
    return (UnsafeRawBufferPointer(part), FilePart(isFirst: piece == 0, isLast: to == size))
  }
}
