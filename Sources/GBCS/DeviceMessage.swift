/// One message between a device and a remote party (GBCS 7.2): who, to whom, which use case, the payload, and what
/// protects it. The same value always gives the same bytes, and reading those bytes gives the value again.
public struct DeviceMessage: Hashable, Sendable {
  /// What the message is (the CRA flag).
  public enum Kind: UInt8, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    case command = 1
    case response = 2
    case alert = 3

    public var description: String {
      switch self {
      case .command: "Command"
      case .response: "Response"
      case .alert: "Alert"
      }
    }
  }

  /// The signature field of the body.
  public enum Signature: Hashable, Sendable {
    /// No length byte at all: early pre-commands end with their payload.
    case omitted
    /// The length byte 00.
    case none
    /// r and s of an ECDSA P-256 signature, 64 bytes.
    case present([UInt8])
  }

  public var kind: Kind
  /// Originator counter of the command that this is or answers; an alert has the device's own.
  public var counter: UInt64
  public var originator: EUI64
  public var recipient: EUI64
  /// The device's clock; 12 bytes, ``DLMSDateTime`` reads them. `nil` where the use case has none.
  public var dateTime: [UInt8]?
  /// The use case.
  public var code: MessageCode
  public var supplementary: Supplementary
  public var payload: [UInt8]
  public var signature: Signature
  /// Twelve bytes of AES-GCM tag; `nil` where the message has no MAC frame.
  public var mac: [UInt8]?

  public init(
    kind: Kind, counter: UInt64, originator: EUI64, recipient: EUI64, dateTime: [UInt8]? = nil, code: MessageCode,
    supplementary: Supplementary = Supplementary(), payload: [UInt8], signature: Signature = .none, mac: [UInt8]? = nil
  ) {
    self.kind = kind
    self.counter = counter
    self.originator = originator
    self.recipient = recipient
    self.dateTime = dateTime
    self.code = code
    self.supplementary = supplementary
    self.payload = payload
    self.signature = signature
    self.mac = mac
  }

  /// Whether the body is signed.
  public var isSigned: Bool { if case .present = signature { true } else { false } }
}

/// The number of a use case (GBCS table 7.4), e.g. 0037 for "read active import profile".
public struct MessageCode: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }
  /// Four hexadecimal digits.
  public var description: String { hexText(bigEndian(rawValue)) }
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// What travels along when the access control broker sends for a party that the device does not know.
public struct Supplementary: Hashable, Sendable {
  /// The party for which the broker acts.
  public var remoteParty: EUI64?
  /// That party's own counter.
  public var remotePartyCounter: UInt64?
  /// In responses with sensitive content: the counter that goes into the encryption's key.
  public var originatorCounter: UInt64?
  /// In commands that ask for sensitive content: the party's key agreement certificate (DER).
  public var keyAgreementCertificate: [UInt8]?

  public init(
    remoteParty: EUI64? = nil, remotePartyCounter: UInt64? = nil, originatorCounter: UInt64? = nil,
    keyAgreementCertificate: [UInt8]? = nil
  ) {
    self.remoteParty = remoteParty
    self.remotePartyCounter = remotePartyCounter
    self.originatorCounter = originatorCounter
    self.keyAgreementCertificate = keyAgreementCertificate
  }
}
