/// The fields of one line of comma-separated text (RFC 4180, one line a record), without floating copies: a line is
/// split into a buffer that is used again for the next.
///
/// Blanks and tabs around a field are dropped unless they stand within quotes; `""` within quotes is one quote. A
/// quoted field cannot hold a line break here: meter data and flows have none.
public struct CSVFields: Sendable {
  private let separator: UInt8
  private var bytes: [UInt8] = []
  private var ranges: [Range<Int>] = []
  /// False when the last line had a quote that was not closed, or text after a closing quote.
  public private(set) var isWellFormed = true

  public init(separator: UInt8 = UInt8(ascii: ",")) { self.separator = separator }

  /// How many fields the last line had; an empty line has one empty field.
  public var count: Int { ranges.count }

  /// The field at `index`, which must be below ``count``. Valid until the next split.
  public subscript(index: Int) -> ArraySlice<UInt8> { bytes[ranges[index]] }

  /// All fields as text; bytes that are not UTF-8 become replacement characters.
  public var texts: [String] { ranges.map { String(decoding: bytes[$0], as: UTF8.self) } }

  public mutating func split(_ line: UnsafeBufferPointer<UInt8>) {
    bytes.removeAll(keepingCapacity: true)
    ranges.removeAll(keepingCapacity: true)
    isWellFormed = true
    var index = 0
    repeat {
      while index < line.count, isBlank(line[index]), line[index] != separator { index += 1 }
      if index < line.count, line[index] == UInt8(ascii: "\"") {
        takeQuoted(line, &index)
      } else {
        takePlain(line, &index)
      }
      index += 1
    } while index <= line.count
  }

  private mutating func takePlain(_ line: UnsafeBufferPointer<UInt8>, _ index: inout Int) {
    let start = bytes.count
    while index < line.count, line[index] != separator {
      bytes.append(line[index])
      index += 1
    }
    while bytes.count > start, let last = bytes.last, isBlank(last) { bytes.removeLast() }
    ranges.append(start..<bytes.count)
  }

  private mutating func takeQuoted(_ line: UnsafeBufferPointer<UInt8>, _ index: inout Int) {
    let start = bytes.count
    index += 1
    var isClosed = false
    while index < line.count {
      if line[index] == UInt8(ascii: "\"") {
        guard index + 1 < line.count, line[index + 1] == UInt8(ascii: "\"") else {
          isClosed = true
          index += 1
          break
        }
        index += 1
      }
      bytes.append(line[index])
      index += 1
    }
    ranges.append(start..<bytes.count)
    if !isClosed { isWellFormed = false }
    while index < line.count, line[index] != separator {
      if !isBlank(line[index]) { isWellFormed = false }
      index += 1
    }
  }
}
