import Findings
import JSONText
import Readings

/// The bytes of a JSON file until its end, within a bound: an API answer is read whole.
struct JSONDocument {
  private var bytes: [UInt8] = []
  private var isTooLarge = false
  private let largestSize: Int

  init(largestSize: Int) { self.largestSize = largestSize }

  mutating func append(_ more: UnsafeRawBufferPointer) {
    guard !isTooLarge else { return }
    if bytes.count + more.count > largestSize {
      isTooLarge = true
      bytes = []
    } else {
      bytes.append(contentsOf: more)
    }
  }

  /// The file's value, or `nil` after a refusal.
  mutating func parse(_ report: inout RowReporter, _ emit: (ReadingEvent) -> Void) -> JSONValue? {
    defer { bytes = [] }
    guard !isTooLarge else {
      let message = "The JSON file is larger than the \(largestSize / 1_048_576) MiB that are read."
      report.refuse(MeterDataRules.json, line: 0, message, emit)
      return nil
    }
    do {
      return try JSONText.parse(bytes)
    } catch {
      report.refuse(MeterDataRules.json, line: 0, "\(error)", emit)
      return nil
    }
  }
}
