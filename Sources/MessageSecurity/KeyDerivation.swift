public import Crypto
public import GBCS

/// What a derived key is for (GBCS 4.3.3): the byte in the other information.
public enum KeyPurpose: UInt8, Hashable, Sendable, CaseIterable {
  case command = 1
  case response = 2
  case alert = 3
  case encryption = 4

  /// The purpose of the MAC of a message of that kind.
  public init(_ kind: DeviceMessage.Kind) {
    switch kind {
    case .command: self = .command
    case .response: self = .response
    case .alert: self = .alert
    }
  }
}

/// What goes into a key beside the shared secret: who sends what to whom under which counter.
public struct KeyContext: Hashable, Sendable {
  public var originator: EUI64
  public var recipient: EUI64
  public var purpose: KeyPurpose
  public var counter: UInt64

  public init(originator: EUI64, recipient: EUI64, purpose: KeyPurpose, counter: UInt64) {
    self.originator = originator
    self.recipient = recipient
    self.purpose = purpose
    self.counter = counter
  }

  /// The context of a message's MAC.
  public init(mac message: DeviceMessage) {
    self.init(
      originator: message.originator, recipient: message.recipient, purpose: KeyPurpose(message.kind),
      counter: message.counter)
  }

  /// The context of a message's encrypted content. Where the broker asked for another party, it is that party that can
  /// read: its identifier and, if the message has one, the supplementary originator counter take the place.
  public init(encryption message: DeviceMessage) {
    let supplementary = message.supplementary
    self.init(
      originator: message.originator, recipient: supplementary.remoteParty ?? message.recipient, purpose: .encryption,
      counter: supplementary.originatorCounter ?? message.counter)
  }

  /// The other information of the derivation: algorithm identifier, originator, transaction, recipient.
  public var otherInfo: [UInt8] {
    var bytes: [UInt8] = [0x60, 0x85, 0x74, 0x06, 0x08, 0x03, 0x00]
    bytes += originator.bytes
    bytes += [9, purpose.rawValue]
    bytes += bigEndian(counter)
    bytes += recipient.bytes
    return bytes
  }
}

/// The x coordinate on which two key agreement keys agree (ECDH, P-256): 32 bytes.
public struct SharedSecretValue: Hashable, Sendable {
  public let bytes: [UInt8]

  /// - Returns: `nil` unless there are 32 bytes.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// Agreement of an own private key with another party's certificate.
  /// - Throws: what the cryptography library says where the certificate's key is no point of the curve.
  public init(privateKey: P256.KeyAgreement.PrivateKey, certificate: Certificate) throws {
    try self.init(
      privateKey: privateKey, publicKey: P256.KeyAgreement.PublicKey(x963Representation: certificate.publicKey))
  }

  /// Agreement of an own private key with another party's public key.
  public init(privateKey: P256.KeyAgreement.PrivateKey, publicKey: P256.KeyAgreement.PublicKey) throws {
    let secret = try privateKey.sharedSecretFromKeyAgreement(with: publicKey)
    bytes = secret.withUnsafeBytes { Array($0) }
  }

  /// The key of 16 bytes for one message: one step of the concatenation derivation of NIST SP 800-56C with SHA-256.
  public func key(for context: KeyContext) -> MessageKey {
    let digest = SHA256.hash(data: [0, 0, 0, 1] + bytes + context.otherInfo)
    return MessageKey(first16: Array(digest.prefix(16)), originator: context.originator)
  }
}
