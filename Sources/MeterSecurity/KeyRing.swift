public import Crypto
public import GBCS

/// The private keys of one device or party.
public struct KeyPair: Sendable {
  public let keyAgreement: P256.KeyAgreement.PrivateKey
  public let signing: P256.Signing.PrivateKey

  public init(keyAgreement: P256.KeyAgreement.PrivateKey, signing: P256.Signing.PrivateKey) {
    self.keyAgreement = keyAgreement
    self.signing = signing
  }

  /// Keys that follow from a seed and a name: for simulations, which must be repeatable. Whoever has the seed has the
  /// keys.
  public init(seed: UInt64, _ identifier: EUI64) {
    keyAgreement = Self.scalar(seed, identifier, 1) { try? P256.KeyAgreement.PrivateKey(rawRepresentation: $0) }
    signing = Self.scalar(seed, identifier, 0) { try? P256.Signing.PrivateKey(rawRepresentation: $0) }
  }

  /// The first hash in a row that is a number below the order of the curve: all but one in 2³² are.
  private static func scalar<Key>(_ seed: UInt64, _ identifier: EUI64, _ use: UInt8, _ key: ([UInt8]) -> Key?) -> Key {
    var attempt: UInt64 = 0
    while true {
      let digest = SHA256.hash(
        data: Array("halfhour simulated key".utf8) + bigEndian(seed) + identifier.bytes + [use] + bigEndian(attempt))
      if let found = key(Array(digest)) { return found }
      attempt += 1
    }
  }
}
