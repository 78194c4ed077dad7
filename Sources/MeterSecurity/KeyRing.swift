public import Crypto
public import GBCS

/// The private keys of devices and parties, each made or looked up when it is asked for and not before: to make one
/// costs a multiplication on the curve, and most work needs only one of the two.
public struct KeyRing: Sendable {
  let keyAgreement: @Sendable (EUI64) -> P256.KeyAgreement.PrivateKey?
  let signing: @Sendable (EUI64) -> P256.Signing.PrivateKey?

  /// Both give `nil` where a device's or party's keys are not there.
  public init(
    keyAgreement: @escaping @Sendable (EUI64) -> P256.KeyAgreement.PrivateKey?,
    signing: @escaping @Sendable (EUI64) -> P256.Signing.PrivateKey?
  ) {
    self.keyAgreement = keyAgreement
    self.signing = signing
  }
}
