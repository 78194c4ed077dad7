import Quantities

/// A checksum of results in a fixed order (FNV-1a, 64 bits, not cryptographic): equal results, equal digest.
struct ResultDigest: Sendable {
  private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ value: Int64) {
    var rest = UInt64(bitPattern: value)
    for _ in 0..<8 {
      hash = (hash ^ (rest & 0xFF)) &* 0x100_0000_01b3
      rest >>= 8
    }
  }

  mutating func add(_ money: Money) { add(money.micropounds) }

  mutating func add(_ text: String) {
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    add(Int64(text.utf8.count))
  }

  /// Sixteen hexadecimal digits.
  var text: String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
