public import Crypto
public import GBCS

extension DeviceMessage {
  /// Whether the message bears a signature by the key of that certificate; `false` where it bears none or the
  /// certificate's key is no point of the curve.
  public func isSigned(by certificate: Certificate) -> Bool {
    guard case .present(let raw) = signature else { return false }
    return certificate.verifies(raw, over: signedContent)
  }

  /// The message with a signature, as a party signs a pre-command and a device its response.
  /// - Throws: ``SigningFault`` where it is signed already or has its MAC: the MAC covers the signature and comes last.
  public func signed(with key: P256.Signing.PrivateKey) throws -> DeviceMessage {
    guard !isSigned else { throw SigningFault.alreadySigned }
    guard mac == nil else { throw SigningFault.hasMAC }
    var copy = self
    copy.signature = .present(Array(try key.signature(for: signedContent).rawRepresentation))
    return copy
  }

  /// The message with the MAC that a key gives. - Throws: ``SigningFault/hasMAC`` where it has one.
  public func protected(with secret: SharedSecretValue) throws -> DeviceMessage {
    guard mac == nil else { throw SigningFault.hasMAC }
    var copy = self
    if copy.signature == .omitted { copy.signature = .none }
    copy.mac = try secret.key(for: KeyContext(mac: copy)).mac(body: copy.body)
    return copy
  }
}

/// Why a message is not signed.
public enum SigningFault: Error, Hashable, Sendable, CustomStringConvertible {
  case alreadySigned
  case hasMAC

  public var description: String {
    switch self {
    case .alreadySigned: "The message is signed already."
    case .hasMAC: "The message has its MAC already; it can no longer be signed or protected."
    }
  }
}

extension Certificate {
  /// Whether r and s (64 bytes) are a signature by the certificate's key over bytes (ECDSA P-256 with SHA-256).
  public func verifies(_ signature: [UInt8], over bytes: [UInt8]) -> Bool {
    guard let key = try? P256.Signing.PublicKey(x963Representation: publicKey),
      let value = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
    else { return false }
    return key.isValidSignature(value, for: bytes)
  }
}

extension Certificate {
  /// Whether an ECDSA signature in distinguished encoding, as X.509 has it, is this certificate's over bytes.
  public func verifies(encoded signature: [UInt8], over bytes: [UInt8]) -> Bool {
    guard let key = try? P256.Signing.PublicKey(x963Representation: publicKey),
      let value = try? P256.Signing.ECDSASignature(derRepresentation: signature)
    else { return false }
    return key.isValidSignature(value, for: bytes)
  }

  /// Whether the other certificate's key issued this one; names, dates and usage are not looked at.
  public func isSigned(by issuer: Certificate) -> Bool {
    issuer.verifies(encoded: issuerSignature, over: signedPart)
  }
}
