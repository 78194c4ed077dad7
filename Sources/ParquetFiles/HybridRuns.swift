/// Reads the format's mixture of runs and packed bits: levels and numbers of dictionary entries.
struct HybridRuns {
  private let bytes: ArraySlice<UInt8>
  private let width: Int
  private var position: Int
  private var runLeft = 0
  private var runValue: UInt32 = 0
  private var packedLeft = 0
  private var bit = 0

  /// - Parameter width: bits of a value, 0...32.
  init(_ bytes: ArraySlice<UInt8>, width: Int) {
    self.bytes = bytes
    self.width = width
    position = bytes.startIndex
  }

  private static func end() -> ParquetFault { ParquetFault("page", "its runs end too early") }

  /// The next value.
  mutating func next() throws(ParquetFault) -> UInt32 {
    while runLeft == 0, packedLeft == 0 { try head() }
    if runLeft > 0 {
      runLeft -= 1
      return runValue
    }
    packedLeft -= 1
    return try packed()
  }

  /// How many values follow that are known to be the same, and the value: at least one.
  mutating func sameRun(atMost limit: Int) throws(ParquetFault) -> (count: Int, value: UInt32) {
    while runLeft == 0, packedLeft == 0 { try head() }
    if runLeft > 0 {
      let count = min(runLeft, limit)
      runLeft -= count
      return (count, runValue)
    }
    packedLeft -= 1
    return (1, try packed())
  }

  private mutating func head() throws(ParquetFault) {
    var header: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard position < bytes.endIndex, shift < 35 else { throw Self.end() }
      let byte = bytes[position]
      position += 1
      header |= UInt64(byte & 0x7F) << shift
      shift += 7
      if byte & 0x80 == 0 { break }
    }
    if header & 1 == 1 {
      packedLeft = Int(header >> 1) * 8
      // Eight values take as many bytes as one has bits; the last group may be cut where the values end.
      bit = position * 8
      position = min(bytes.endIndex, position + Int(header >> 1) * width)
    } else {
      runLeft = Int(header >> 1)
      let length = (width + 7) / 8
      guard bytes.endIndex - position >= length else { throw Self.end() }
      runValue = 0
      for place in 0..<length { runValue |= UInt32(bytes[position + place]) << UInt32(8 * place) }
      position += length
    }
  }

  private mutating func packed() throws(ParquetFault) -> UInt32 {
    guard width > 0 else { return 0 }
    guard (bit + width + 7) / 8 <= position else { throw Self.end() }
    var value: UInt64 = 0
    let first = bit / 8
    let last = (bit + width - 1) / 8
    for place in first...last { value |= UInt64(bytes[place]) << UInt64(8 * (place - first)) }
    value >>= UInt64(bit % 8)
    bit += width
    return UInt32(truncatingIfNeeded: value & ((1 << UInt64(width)) - 1))
  }
}

/// Reads whole numbers that are packed by their differences (DELTA_BINARY_PACKED).
struct DeltaNumbers {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  private func fault() -> ParquetFault { ParquetFault("page", "its differences cannot be unpacked") }

  private mutating func varint() throws(ParquetFault) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < bytes.endIndex else { throw fault() }
      let byte = bytes[position]
      position += 1
      if shift < 64 { value |= UInt64(byte & 0x7F) << shift }
      if byte & 0x80 == 0 { return value }
    }
    throw fault()
  }

  private mutating func zigzag() throws(ParquetFault) -> Int64 {
    let value = try varint()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// All of them. - Parameter most: more are refused.
  mutating func numbers(most: Int) throws(ParquetFault) -> [Int64] {
    let block = try varint()
    let miniblocks = try varint()
    let total = try varint()
    guard (1...65_536).contains(block), (1...256).contains(miniblocks), block % miniblocks == 0, total <= UInt64(most)
    else { throw fault() }
    let size = Int(block / miniblocks)
    guard size % 8 == 0 else { throw fault() }
    var value = try zigzag()
    var out: [Int64] = total > 0 ? [value] : []
    while out.count < Int(total) {
      let least = try zigzag()
      guard bytes.endIndex - position >= Int(miniblocks) else { throw fault() }
      let widths = bytes[position..<position + Int(miniblocks)]
      position += Int(miniblocks)
      for width in widths where out.count < Int(total) {
        guard width <= 64, bytes.endIndex - position >= size / 8 * Int(width) else { throw fault() }
        for number in 0..<size where out.count < Int(total) {
          value = value &+ least &+ Int64(bitPattern: bits(number * Int(width), Int(width)))
          out.append(value)
        }
        position += size / 8 * Int(width)
      }
    }
    return out
  }

  private func bits(_ at: Int, _ width: Int) -> UInt64 {
    var value: UInt64 = 0
    for place in 0..<width {
      let bit = at + place
      value |= UInt64(bytes[position + bit / 8] >> UInt8(bit % 8) & 1) << UInt64(place)
    }
    return value
  }
}
