public import Crypto

/// The private keys of one device or party.
public struct KeyPair: Sendable {
  public let keyAgreement: P256.KeyAgreement.PrivateKey
  public let signing: P256.Signing.PrivateKey

  public init(keyAgreement: P256.KeyAgreement.PrivateKey, signing: P256.Signing.PrivateKey) {
    self.keyAgreement = keyAgreement
    self.signing = signing
  }
}
