/// That a piece of a file was accepted, by its content: the same bytes are never taken in twice.
public struct PieceRecord: Hashable, Sendable {
  static let length = 144
  /// The room for a name; a shorter one is followed by zeros.
  static let nameRoom = 32
  /// What is written now: 128 bits under a key. Files of version 1 have SHA-256.
  public static let nameLength = 16

  /// Of the layout and the piece's bytes, under the file's key of pieces.
  public var name: [UInt8]
  /// Bytes.
  public var size: Int
  public var lines: Int
  public var accepted: Int
  public var duplicates: Int
  public var conflicts: Int
  public var quarantined: Int
  /// By ``ArrivalRule``.
  public var ruleCounts: [Int]

  /// - Precondition: a name of 32 bytes at most.
  public init(
    name: [UInt8], size: Int, lines: Int, accepted: Int, duplicates: Int, conflicts: Int, quarantined: Int,
    ruleCounts: [Int]
  ) {
    precondition(
      name.count <= Self.nameRoom && ruleCounts.count == ArrivalRule.allCases.count, "one count for each rule")
    self.name = name
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
    out += name + [UInt8](repeating: 0, count: Self.nameRoom - name.count)
    for number in [size, accepted, duplicates, conflicts, quarantined] { out.append(number: UInt64(number)) }
    out.append(number: UInt32(clamping: lines))
    for count in ruleCounts { out.append(number: UInt32(clamping: count)) }
    out += [UInt8](repeating: 0, count: Self.length - (out.count - start))
  }

  /// - Parameter nameLength: bytes of a name in this version of the file.
  init?(_ bytes: UnsafeRawBufferPointer, nameLength: Int) {
    guard bytes.count == Self.length, bytes[nameLength..<Self.nameRoom].allSatisfy({ $0 == 0 }) else { return nil }
    let numbers = (0..<5).map { Int(exactly: bytes.number(32 + 8 * $0, as: UInt64.self)) ?? -1 }
    guard numbers.allSatisfy({ (0...1 << 40).contains($0) }) else { return nil }
    self.init(
      name: Array(bytes[0..<nameLength]), size: numbers[0], lines: Int(bytes.number(72, as: UInt32.self)),
      accepted: numbers[1], duplicates: numbers[2], conflicts: numbers[3], quarantined: numbers[4],
      ruleCounts: ArrivalRule.allCases.indices.map { Int(bytes.number(76 + 4 * $0, as: UInt32.self)) })
  }
}
