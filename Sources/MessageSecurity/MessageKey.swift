import Crypto
public import GBCS

/// A key for one message in one direction: AES-128-GCM under the initial value that its originator gives.
public struct MessageKey: Hashable, Sendable {
  /// 16 bytes.
  public let bytes: [UInt8]
  /// The originator's identifier and four zero bytes.
  public let initialValue: [UInt8]

  init(first16: [UInt8], originator: EUI64) {
    bytes = first16
    initialValue = originator.bytes + [0, 0, 0, 0]
  }

  /// - Returns: `nil` unless the key has 16 bytes.
  public init?(_ bytes: [UInt8], originator: EUI64) {
    guard bytes.count == 16 else { return nil }
    self.init(first16: bytes, originator: originator)
  }

  /// Ciphertext and the whole 16-byte tag.
  /// - Throws: what the cryptography library says; it does not happen with keys and initial values of these lengths.
  public func seal(_ plaintext: [UInt8], authenticating data: [UInt8]) throws -> (ciphertext: [UInt8], tag: [UInt8]) {
    let box = try AES.GCM.seal(
      plaintext, using: SymmetricKey(data: bytes), nonce: AES.GCM.Nonce(data: initialValue), authenticating: data)
    return (Array(box.ciphertext), Array(box.tag))
  }

  /// The plaintext of content with a 12-byte tag; `nil` where the tag does not agree.
  ///
  /// The library opens only content with 16-byte tags. GCM's cipher is its own inverse, so sealing the ciphertext gives
  /// the plaintext, and sealing that gives the tag to compare; nothing is handed out before the tag agreed.
  public func open(_ ciphertext: [UInt8], tag: [UInt8], authenticating data: [UInt8]) throws -> [UInt8]? {
    let plaintext = try seal(ciphertext, authenticating: []).ciphertext
    let expected = try seal(plaintext, authenticating: data).tag
    return Self.agree(tag, Array(expected.prefix(12))) ? plaintext : nil
  }

  /// Compares without ending early at the first difference.
  static func agree(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    a.count == b.count && zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}

extension MessageKey {
  /// The security header and an empty length before the body.
  private static let macPrefix: [UInt8] = [0x11, 0, 0, 0, 0, 0]
  /// The authenticated data of encrypted content.
  private static let encryptionHeader: [UInt8] = [0x31]

  /// The 12 bytes of MAC over a body (from DF to the end of the signature field).
  public func mac(body: [UInt8]) throws -> [UInt8] {
    Array(try seal([], authenticating: Self.macPrefix + body).tag.prefix(12))
  }

  /// Whether the message's MAC is the one of this key; `false` where it has none.
  public func authenticates(_ message: DeviceMessage) throws -> Bool {
    guard let mac = message.mac else { return false }
    return Self.agree(mac, try self.mac(body: message.body))
  }

  /// The plaintext of encrypted content; `nil` where its tag does not agree.
  public func open(_ sealed: SealedContent) throws -> [UInt8]? {
    try open(sealed.ciphertext, tag: sealed.tag, authenticating: Self.encryptionHeader)
  }

  /// Security header, ciphertext and 12-byte tag, as they stand in a payload.
  public func sealedContent(_ plaintext: [UInt8]) throws -> [UInt8] {
    let sealed = try seal(plaintext, authenticating: Self.encryptionHeader)
    return SealedContent.header + sealed.ciphertext + sealed.tag.prefix(12)
  }
}
