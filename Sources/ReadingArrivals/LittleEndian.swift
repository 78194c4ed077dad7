import ReadingBlocks

/// Little-endian numbers in bytes.
extension UnsafeRawBufferPointer {
  func number<Number: FixedWidthInteger>(_ offset: Int, as type: Number.Type = Number.self) -> Number {
    precondition(offset >= 0 && offset + MemoryLayout<Number>.size <= count, "callers hold offsets to the length")
    return Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
  }

  func part(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: self[range]) }

  func checksum(_ range: Range<Int>) -> UInt32 { blockChecksum(part(range)) }
}

extension [UInt8] {
  mutating func append<Number: FixedWidthInteger>(number: Number) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }

  mutating func put<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
    Swift.withUnsafeBytes(of: number.littleEndian) { bytes in
      for (place, byte) in bytes.enumerated() { self[offset + place] = byte }
    }
  }

  func checksum(_ range: Range<Int>) -> UInt32 { withUnsafeBytes { $0.checksum(range) } }

  mutating func pad(to unit: Int) { while count % unit != 0 { append(0) } }
}
