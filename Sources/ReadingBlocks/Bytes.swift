import CReadingKernels

/// Little-endian numbers in bytes.
extension UnsafeRawBufferPointer {
  func number<Number: FixedWidthInteger>(_ offset: Int, as type: Number.Type = Number.self) -> Number {
    precondition(offset >= 0 && offset + MemoryLayout<Number>.size <= count, "callers hold offsets to the length")
    return Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
  }

  /// CRC-32 as zlib has it.
  func checksum(_ range: Range<Int>) -> UInt32 {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "callers hold offsets to the length")
    guard let baseAddress else { return 0 }
    return creading_crc32(0, baseAddress + range.lowerBound, range.count, 0)
  }
}

extension [UInt8] {
  mutating func append<Number: FixedWidthInteger>(number: Number) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }

  mutating func append<Value>(raw buffer: UnsafeBufferPointer<Value>) {
    append(contentsOf: UnsafeRawBufferPointer(buffer))
  }

  mutating func put<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
    Swift.withUnsafeBytes(of: number.littleEndian) { bytes in
      for (place, byte) in bytes.enumerated() { self[offset + place] = byte }
    }
  }

  func checksum(_ range: Range<Int>) -> UInt32 { withUnsafeBytes { $0.checksum(range) } }

  /// Fills up with zeros to a multiple of `unit`.
  mutating func pad(to unit: Int) { while count % unit != 0 { append(0) } }
}

/// CRC-32 of ISO 3309, that of zlib; `portable` forces the plain loop.
///
/// - Parameter before: of the bytes before these, 0 at first.
public func blockChecksum(
  _ bytes: UnsafeRawBufferPointer, after before: UInt32 = 0, portable: Bool = false
) -> UInt32 {
  guard let start = bytes.baseAddress else { return before }
  return creading_crc32(before, start, bytes.count, portable ? 1 : 0)
}
