/// Row numbers of a chunk, each in as many bits as the estate's highest number has.
///
/// The bits of number n begin at bit n × bits, lowest first; the end is filled with zeros to a multiple of 8 bytes.
public struct PackedRows {
  /// Bits of a number: 1 to 32.
  public let bits: Int

  /// - Parameter mpans: numbers are below.
  public init(mpans: Int) { bits = max(1, Int.bitWidth - max(0, mpans - 1).leadingZeroBitCount) }

  /// Bytes that so many numbers take.
  public func length(_ count: Int) -> Int { (count * bits + 63) / 64 * 8 }

  /// Appends numbers of a chunk, the filling included. - Precondition: each fits the bits.
  public func append(_ rows: ArraySlice<UInt32>, to bytes: inout [UInt8]) {
    var (word, filled): (UInt64, Int) = (0, 0)
    for row in rows {
      precondition(UInt64(row) >> UInt64(bits) == 0, "a number of the estate")
      word |= UInt64(row) << UInt64(filled)
      filled += bits
      guard filled >= 64 else { continue }
      bytes.append(number: word)
      filled -= 64
      word = filled == 0 ? 0 : UInt64(row) >> UInt64(bits - filled)
    }
    if filled > 0 { bytes.append(number: word) }
  }

  /// The numbers, and whether nothing is set behind the last.
  ///
  /// - Precondition: `range` has ``length(_:)`` bytes.
  func unpack(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, count: Int) -> (rows: [UInt32], isClean: Bool) {
    precondition(range.count == length(count))
    let mask: UInt64 = (1 << UInt64(bits)) - 1
    func word(_ place: Int) -> UInt64 { bytes.number(range.lowerBound + 8 * place) }
    let rows = (0..<count).map { place in
      let (first, shift) = (place * bits / 64, place * bits % 64)
      var value = word(first) >> UInt64(shift)
      if shift + bits > 64 { value |= word(first + 1) << UInt64(64 - shift) }
      return UInt32(truncatingIfNeeded: value & mask)
    }
    let used = count * bits % 64
    return (rows, used == 0 || count == 0 || word(count * bits / 64) >> UInt64(used) == 0)
  }
}
