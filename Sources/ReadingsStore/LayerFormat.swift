import CZlib

/// Where things stand in a layer file, version 1. All numbers are little-endian; `docs/decisions` tells why.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 8 | magic `HHLAYER` and a line feed |
/// | 8 | 2 | format version, 1 |
/// | 10 | 2 | length of the header, 128 |
/// | 12 | 4 | flags, zero in version 1 |
/// | 16 | 8 | length of the file |
/// | 24 | 4 | settlement date, days since 1970-01-01 |
/// | 28 | 4 | sequence |
/// | 32 | 8 | received at, seconds since 1970-01-01T00:00:00Z |
/// | 40 | 32 | SHA-256 of the source |
/// | 72 | 4 | number of series |
/// | 76 | 4 | periods of the day: 46, 48 or 50 |
/// | 80 | 4 | number of quality runs |
/// | 84 | 4 | CRC-32 of the series section |
/// | 88 | 4 | CRC-32 of the cells section |
/// | 92 | 4 | CRC-32 of the qualities section |
/// | 96 | 28 | zero |
/// | 124 | 4 | CRC-32 of bytes 0..<124 |
///
/// Then the series (4 bytes each, rising), the cells (4 bytes each, row after row) and the quality runs (12 bytes each:
/// first cell, count, quality).
enum LayerFormat {
  static let magic: [UInt8] = Array("HHLAYER\n".utf8)
  static let version: UInt16 = 1
  static let headerLength = 128
  static let qualityRunLength = 12

  enum Offset {
    static let version = 8
    static let headerLength = 10
    static let flags = 12
    static let fileLength = 16
    static let date = 24
    static let sequence = 28
    static let receivedAt = 32
    static let source = 40
    static let seriesCount = 72
    static let periodCount = 76
    static let qualityRunCount = 80
    static let seriesChecksum = 84
    static let cellsChecksum = 88
    static let qualitiesChecksum = 92
    static let reserved = 96..<124
    static let headerChecksum = 124
  }

  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    guard let base = bytes.baseAddress else { return UInt32(truncatingIfNeeded: crc32_z(0, nil, 0)) }
    return UInt32(truncatingIfNeeded: crc32_z(0, base.assumingMemoryBound(to: UInt8.self), bytes.count))
  }
}

/// SHA-256 values between their text and their bytes.
enum HexText {
  /// - Returns: `nil` unless 64 lower-case hexadecimal digits.
  static func bytes(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    for index in stride(from: 0, to: 64, by: 2) {
      guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  static func text(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
