public import Crypto
public import GBCS
public import MessageSecurity

/// A key for signatures and its certificate.
public struct SigningCredential: Sendable {
  public let key: P256.Signing.PrivateKey
  public let certificate: Certificate

  public init(key: P256.Signing.PrivateKey, certificate: Certificate) {
    self.key = key
    self.certificate = certificate
  }
}

/// A key for agreement and its certificate.
public struct AgreementCredential: Sendable {
  public let key: P256.KeyAgreement.PrivateKey
  public let certificate: Certificate

  public init(key: P256.KeyAgreement.PrivateKey, certificate: Certificate) {
    self.key = key
    self.certificate = certificate
  }
}

/// All keys and certificates of an organisation in one role.
public struct OrganisationIdentity: Sendable {
  public let identifier: EUI64
  public let role: OrganisationRole
  /// Signs device messages.
  public let signing: SigningCredential
  /// MACs and encrypted content.
  public let keyAgreement: AgreementCredential
  /// Top-up tokens; suppliers only.
  public let prepaymentKeyAgreement: AgreementCredential?
  /// Signs DUIS documents: role XML sign, or DSP XML sign with the access control broker.
  public let xmlSigning: SigningCredential

  public var certificates: [Certificate] {
    [signing.certificate, keyAgreement.certificate, xmlSigning.certificate]
      + (prepaymentKeyAgreement.map { [$0.certificate] } ?? [])
  }
}

/// A device's two keys and certificates.
public struct DeviceIdentity: Sendable {
  public let identifier: EUI64
  public let signing: SigningCredential
  public let keyAgreement: AgreementCredential

  public var certificates: [Certificate] { [signing.certificate, keyAgreement.certificate] }
}
