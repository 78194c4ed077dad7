import Crypto
import GBCS
import MessageSecurity

/// What key agreement keys agree on, kept by the two public keys.
///
/// Both sides of an agreement come to the same secret. Here the private keys of both sides are in one process, so it is
/// worked out once, by whichever side asks first; what is made with it, MACs and encryption, is made and judged by each
/// side for itself.
struct AgreedSecrets {
  /// Two public keys (65 bytes each), in whatever order they are given.
  private struct Pair: Hashable {
    let low: [UInt8]
    let high: [UInt8]

    init(_ one: [UInt8], _ other: [UInt8]) {
      (low, high) = one.lexicographicallyPrecedes(other) ? (one, other) : (other, one)
    }

    /// Coordinates are as good as random: eight bytes of each x tell pairs apart for the table, all bytes for equality.
    func hash(into hasher: inout Hasher) {
      for key in [low, high] { hasher.combine(key.dropFirst().prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }) }
    }
  }

  private var secrets: [Pair: SharedSecretValue] = [:]
  private let capacity: Int
  /// Agreements worked out so far.
  private(set) var count = 0

  /// - Parameter capacity: secrets kept at most: some 200 bytes each.
  init(capacity: Int) { self.capacity = capacity }

  /// The secret of an own public key and another's, made where it is not kept; `nil` where it cannot be made.
  mutating func secret(
    _ own: [UInt8], _ other: [UInt8], make: () -> SharedSecretValue?
  ) -> SharedSecretValue? {
    let pair = Pair(own, other)
    if let known = secrets[pair] { return known }
    guard let secret = make() else { return nil }
    count += 1
    if secrets.count >= capacity { secrets.removeAll(keepingCapacity: true) }
    secrets[pair] = secret
    return secret
  }
}

/// A few values by key, emptied when it is full.
struct SmallCache<Key: Hashable, Value> {
  private var values: [Key: Value] = [:]
  private let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  mutating func value(_ key: Key, make: () -> Value?) -> Value? {
    if let known = values[key] { return known }
    guard let value = make() else { return nil }
    if values.count >= capacity { values.removeAll(keepingCapacity: true) }
    values[key] = value
    return value
  }
}
