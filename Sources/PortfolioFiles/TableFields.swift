/// The fields of one line of comma-separated text (RFC 4180, but a quoted field ends with its line).
///
/// Reused from line to line, so that an ordinary line costs no allocation.
struct TableFields {
  /// Start and end of each field, in the line or, where the line has quotes, in ``unquoted``.
  private var bounds: [(start: Int, end: Int)] = []
  private var unquoted: [UInt8] = []
  private var hasQuotes = false

  var count: Int { bounds.count }

  /// - Returns: false when a quoted field is not closed, or text follows its closing quote.
  mutating func split(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    bounds.removeAll(keepingCapacity: true)
    hasQuotes = false
    var start = 0
    for index in 0..<line.count {
      let byte = line[index]
      if byte == UInt8(ascii: ",") {
        bounds.append((start, index))
        start = index + 1
      } else if byte == UInt8(ascii: "\"") {
        return splitQuoted(line)
      }
    }
    bounds.append((start, line.count))
    return true
  }

  private mutating func splitQuoted(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    bounds.removeAll(keepingCapacity: true)
    unquoted.removeAll(keepingCapacity: true)
    hasQuotes = true
    var index = 0
    while true {
      let start = unquoted.count
      if index < line.count, line[index] == UInt8(ascii: "\"") {
        index += 1
        while true {
          guard index < line.count else { return false }
          if line[index] == UInt8(ascii: "\"") {
            guard index + 1 < line.count, line[index + 1] == UInt8(ascii: "\"") else { break }
            index += 1
          }
          unquoted.append(line[index])
          index += 1
        }
        index += 1
        guard index == line.count || line[index] == UInt8(ascii: ",") else { return false }
      } else {
        while index < line.count, line[index] != UInt8(ascii: ",") {
          unquoted.append(line[index])
          index += 1
        }
      }
      bounds.append((start, unquoted.count))
      guard index < line.count else { return true }
      index += 1
    }
  }

  /// Calls `body` with the bytes of field `index`, which must be below ``count``.
  @inline(__always)
  func withField<Result>(
    _ index: Int, of line: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    let (start, end) = bounds[index]
    if hasQuotes {
      return unquoted.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[start..<end])) }
    }
    return body(UnsafeBufferPointer(rebasing: line[start..<end]))
  }
}
