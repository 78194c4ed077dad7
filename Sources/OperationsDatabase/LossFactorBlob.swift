import Aggregation
import Quantities
import SettlementCalendar

/// The compact form of a loss factor schedule's patterns and days, version 1. All numbers are little-endian.
///
/// | bytes | field |
/// |---|---|
/// | 1 | version, 1 |
/// | 2 | number of patterns; then for each 1 byte number of factors and 4 bytes per factor (times 100,000) |
/// | 2 | number of day runs; then for each 4 bytes first date (days since 1970-01-01), 2 bytes days, 2 bytes pattern |
///
/// Neighbouring dates with one pattern are one run; runs rise.
enum LossFactorBlob {
  static let version: UInt8 = 1

  static func encode(patterns: [[LossFactor]], days: [SettlementDate: Int]) -> [UInt8] {
    var bytes: [UInt8] = [version]
    put(UInt16(clamping: patterns.count), &bytes)
    for pattern in patterns {
      bytes.append(UInt8(clamping: pattern.count))
      for factor in pattern { put(UInt32(bitPattern: factor.hundredThousandths), &bytes) }
    }
    var runs: [(first: SettlementDate, count: Int, pattern: Int)] = []
    for (date, pattern) in days.sorted(by: { $0.key < $1.key }) {
      if let last = runs.last, last.pattern == pattern, last.first.days(to: date) == last.count {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((date, 1, pattern))
      }
    }
    put(UInt16(clamping: runs.count), &bytes)
    for run in runs {
      put(UInt32(bitPattern: run.first.dayNumber), &bytes)
      put(UInt16(clamping: run.count), &bytes)
      put(UInt16(clamping: run.pattern), &bytes)
    }
    return bytes
  }

  /// - Returns: `nil` when the bytes are not such a schedule.
  static func decode(_ bytes: [UInt8]) -> (patterns: [[LossFactor]], days: [SettlementDate: Int])? {
    var reader = ByteReader(bytes)
    guard reader.number(UInt8.self) == version, let patternCount = reader.number(UInt16.self) else { return nil }
    var patterns: [[LossFactor]] = []
    for _ in 0..<patternCount {
      guard let count = reader.number(UInt8.self) else { return nil }
      var pattern: [LossFactor] = []
      for _ in 0..<count {
        guard let value = reader.number(UInt32.self), let factor = LossFactor(hundredThousandths: Int64(value)) else {
          return nil
        }
        pattern.append(factor)
      }
      patterns.append(pattern)
    }
    guard let runCount = reader.number(UInt16.self) else { return nil }
    var days: [SettlementDate: Int] = [:]
    for _ in 0..<runCount {
      guard let first = reader.number(UInt32.self), let count = reader.number(UInt16.self),
        let pattern = reader.number(UInt16.self), patterns.indices.contains(Int(pattern))
      else { return nil }
      for offset in 0..<Int(count) {
        guard let date = SettlementDate(dayNumber: Int(Int32(bitPattern: first)) + offset) else { return nil }
        days[date] = Int(pattern)
      }
    }
    return reader.isAtEnd ? (patterns, days) : nil
  }

  private static func put(_ value: some FixedWidthInteger, _ bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
}

/// Little-endian numbers from bytes, one after another.
struct ByteReader {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }

  mutating func number<Number: FixedWidthInteger & UnsignedInteger>(_ type: Number.Type) -> Number? {
    let size = MemoryLayout<Number>.size
    guard bytes.count - offset >= size else { return nil }
    var value: Number = 0
    for index in (0..<size).reversed() { value = value << 8 | Number(bytes[offset + index]) }
    offset += size
    return value
  }
}
