/// That a piece of a file was accepted, by its content: the same bytes are never taken in twice.
public struct PieceRecord: Hashable, Sendable {
  static let length = 144

  /// SHA-256 of the layout's tag and the piece's bytes.
  public var hash: [UInt8]
  /// Bytes.
  public var size: Int
  public var lines: Int
  public var accepted: Int
  public var duplicates: Int
  public var conflicts: Int
  public var quarantined: Int
  /// By ``ArrivalRule``.
  public var ruleCounts: [Int]

  /// - Precondition: a hash of 32 bytes.
  public init(
    hash: [UInt8], size: Int, lines: Int, accepted: Int, duplicates: Int, conflicts: Int, quarantined: Int,
    ruleCounts: [Int]
  ) {
    precondition(hash.count == 32 && ruleCounts.count == ArrivalRule.allCases.count, "one count for each rule")
    self.hash = hash
    self.size = size
    self.lines = lines
    self.accepted = accepted
    self.duplicates = duplicates
    self.conflicts = conflicts
    self.quarantined = quarantined
    self.ruleCounts = ruleCounts
  }

  func append(to out: inout [UInt8]) {
    let start = out.count
    out += hash
    for number in [size, accepted, duplicates, conflicts, quarantined] { out.append(number: UInt64(number)) }
    out.append(number: UInt32(clamping: lines))
    for count in ruleCounts { out.append(number: UInt32(clamping: count)) }
    out += [UInt8](repeating: 0, count: Self.length - (out.count - start))
  }

  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.length else { return nil }
    let numbers = (0..<5).map { Int(exactly: bytes.number(32 + 8 * $0, as: UInt64.self)) ?? -1 }
    guard numbers.allSatisfy({ (0...1 << 40).contains($0) }) else { return nil }
    self.init(
      hash: Array(bytes[0..<32]), size: numbers[0], lines: Int(bytes.number(72, as: UInt32.self)),
      accepted: numbers[1], duplicates: numbers[2], conflicts: numbers[3], quarantined: numbers[4],
      ruleCounts: ArrivalRule.allCases.indices.map { Int(bytes.number(76 + 4 * $0, as: UInt32.self)) })
  }
}
