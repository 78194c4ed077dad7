import WireFormat

/// The fields of one line of a table. A line without quotes is read where it stands; ``CSVFields`` reads the others.
///
/// Reused from line to line, so that an ordinary line costs neither a copy nor an allocation.
struct TableFields {
  private var bounds: [(start: Int, end: Int)] = []
  private var quoted = CSVFields()
  private var hasQuotes = false

  var count: Int { hasQuotes ? quoted.count : bounds.count }

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
        hasQuotes = true
        quoted.split(line)
        return quoted.isWellFormed
      }
    }
    bounds.append((start, line.count))
    return true
  }

  /// Calls `body` with the bytes of field `index`, which must be below ``count``, blanks around it dropped.
  @inline(__always)
  func withField<Result>(
    _ index: Int, of line: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    if hasQuotes { return quoted[index].withUnsafeBufferPointer(body) }
    var (start, end) = bounds[index]
    while start < end, isBlank(line[start]) { start += 1 }
    while end > start, isBlank(line[end - 1]) { end -= 1 }
    return body(UnsafeBufferPointer(rebasing: line[start..<end]))
  }
}
