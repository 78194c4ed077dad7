public import GBCS

/// A party's public key, as a device keeps it in a cell of its store.
public struct PublicCredential: Hashable, Sendable {
  public let holder: EUI64
  /// The certificate's subject key identifier: eight bytes.
  public let keyIdentifier: UInt64
  /// An uncompressed point of P-256: 65 bytes.
  public let publicKey: [UInt8]

  public init(holder: EUI64, keyIdentifier: UInt64, publicKey: [UInt8]) {
    self.holder = holder
    self.keyIdentifier = keyIdentifier
    self.publicKey = publicKey
  }
}

/// What a device reads in a certificate that it is sent.
public struct CertificateFacts: Hashable, Sendable {
  public let credential: PublicCredential
  public let use: KeyUse
  /// `nil` where the certificate names a role that devices do not know.
  public let role: RemotePartyRole?
  /// From when to when it holds, both included; the ends of what a device can tell where it holds longer.
  public let validity: ClosedRange<DeviceTime>

  public init(
    credential: PublicCredential, use: KeyUse, role: RemotePartyRole?,
    validity: ClosedRange<DeviceTime> = DeviceTime(seconds: 0)...DeviceTime(seconds: .max)
  ) {
    self.validity = validity
    self.credential = credential
    self.use = use
    self.role = role
  }
}

/// What a device finds about a top-up token.
public enum TopUpVerdict: Hashable, Sendable {
  /// The money in pence.
  case authentic(pence: Int)
  /// Not 20 digits, or a wrong check digit.
  case malformed
  /// Not made with the supplier's and this device's keys for this counter.
  case notAuthentic
}

/// The cryptography of devices: whoever runs devices holds their private keys behind this.
///
/// Devices decide with it and hold no private key themselves, so that a hundred thousand are small and need no library.
public protocol DeviceSecurity: AnyObject {
  /// Whether a message bears the MAC that the device and the party share.
  func isAuthentic(_ message: DeviceMessage, device: EUI64, party: PublicCredential) -> Bool
  /// The message with the MAC that the device and the party share; `nil` where no key can be had.
  func protected(_ message: DeviceMessage, device: EUI64, party: PublicCredential) -> DeviceMessage?
  /// Content encrypted from the device to the party, as it stands in a payload; `nil` where no key can be had.
  ///
  /// - Parameter message: the response without its payload: it names the counters and parties.
  func sealed(_ content: [UInt8], in message: DeviceMessage, device: EUI64, party: PublicCredential) -> [UInt8]?
  /// The message signed by the device; `nil` where no key can be had.
  func signed(_ message: DeviceMessage, device: EUI64) -> DeviceMessage?
  /// Whether a message bears the party's signature.
  func isSigned(_ message: DeviceMessage, by party: PublicCredential) -> Bool
  /// What a certificate (DER) says, and `nil` for what is none.
  func facts(ofCertificate der: [UInt8]) -> CertificateFacts?
  /// Whether a certificate (DER) is signed by the key of another (DER) that itself is, or by the anchor.
  ///
  /// - Parameter time: when the issuer's certificate must hold; `nil` where lifetimes are not judged.
  func isIssued(
    _ certificate: [UInt8], through issuers: [[UInt8]], anchor: PublicCredential?, at time: DeviceTime?
  ) -> Bool
  /// Judges a top-up token of 20 digits. - Parameter party: the supplier's prepayment key.
  func judge(topUp digits: [UInt8], counter: UInt64, device: EUI64, party: PublicCredential) -> TopUpVerdict
}
