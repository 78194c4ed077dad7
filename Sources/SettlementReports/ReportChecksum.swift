/// The checksum of a footer, and the count that stands beside it.
///
/// Each record from the header to the last before the footer, with its closing bar and without its line end, is filled
/// up with zero bytes to whole words of four, and all words (first byte highest) are exclusive-ored (K: NETA interface
/// definition part 1, section 2.2; in every footer seen, as here, no byte has its top bit set). The count is of all
/// records, header and footer included (verified on a published file's own counts).
public struct ReportChecksum: Hashable, Sendable {
  /// Source of the rule, with its mark.
  public static let source = "K: NETA interface definition part 1, section 2.2"

  public private(set) var value: UInt32 = 0
  public private(set) var records = 0

  public init() {}

  public mutating func add(_ record: ReportRecord) { record.bytes.withUnsafeBufferPointer { add($0) } }

  mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
    records += 1
    var word: UInt32 = 0
    var index = 0
    while index + 4 <= bytes.count {
      word ^=
        UInt32(bytes[index]) << 24 | UInt32(bytes[index + 1]) << 16 | UInt32(bytes[index + 2]) << 8
        | UInt32(bytes[index + 3])
      index += 4
    }
    var shift: UInt32 = 24
    while index < bytes.count {
      word ^= UInt32(bytes[index]) << shift
      shift &-= 8
      index += 1
    }
    value ^= word
  }
}
