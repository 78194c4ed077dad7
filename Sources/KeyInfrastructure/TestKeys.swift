import Crypto
import GBCS

/// Keys that follow from a seed. They are TEST KEYS: whoever knows the seed has them, so they protect nothing.
struct TestKeys: Sendable {
  let seed: UInt64

  /// The first of the hashes of seed, label and a count that is a private key of P-256; the chance that the first is
  /// not is one in 2^32.
  private func scalar<Key>(_ label: String, _ make: ([UInt8]) throws -> Key) throws -> Key {
    for attempt in 0..<UInt8.max {
      if let key = try? make(digest("key", label, attempt)) { return key }
    }
    return try make(digest("key", label, .max))
  }

  private func digest(_ purpose: String, _ label: String, _ attempt: UInt8) -> [UInt8] {
    let text = Array("halfhour test \(purpose)".utf8) + bigEndian(seed) + [attempt] + Array(label.utf8)
    return Array(SHA256.hash(data: text))
  }

  func signing(_ label: String) throws -> P256.Signing.PrivateKey {
    try scalar(label) { try P256.Signing.PrivateKey(rawRepresentation: $0) }
  }

  func agreement(_ label: String) throws -> P256.KeyAgreement.PrivateKey {
    try scalar(label) { try P256.KeyAgreement.PrivateKey(rawRepresentation: $0) }
  }

  /// 16 bytes, the first neither zero nor above 7F: always 128 bits wide and positive.
  func serial(_ label: String) -> [UInt8] {
    var bytes = Array(digest("serial", label, 0).prefix(16))
    bytes[0] = bytes[0] & 0x3F | 0x40
    return bytes
  }
}
