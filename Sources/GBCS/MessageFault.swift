/// Why bytes are not a message that is read here, and where.
public struct MessageFault: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Reason: String, Hashable, Sendable, CaseIterable {
    case endsEarly = "it ends before a field is complete"
    case runsOver = "a length runs past the end of what holds it"
    case trailing = "bytes follow its end"
    case tooLarge = "it is larger than is read here"
    case tooDeep = "its values are nested too deep"
    case badLength = "a length is not written in its shortest form, or in more than three bytes"
    case badFrame = "it starts neither with a MAC frame nor with a grouping header"
    case badSecurityHeader = "the security header is not one that GBCS knows"
    case badKind = "the flag is none of command, response and alert"
    case badIdentifierLength = "an identifier or counter has a wrong length"
    case badDateTime = "a date-time has neither 0 nor 12 bytes"
    case badOtherInformation = "the other information has a wrong length"
    case badSignature = "the signature has neither 0 nor 64 bytes"
    case missingMAC = "the MAC is missing or cut"
    case unknownPayload = "the payload is none of DLMS, gas and ASN.1"
    case unknownType = "a data type is not one that DLMS knows"
    case unknownChoice = "a choice of access is not one that is used here"
    case badCount = "counts do not agree"
    case emptyRows = "rows of a compact array have no bytes"
    case badProfile = "the gas profile is not 0109"
    case badComponent = "a component of the gas payload does not fill its length"
    case badASN1 = "the ASN.1 is not in distinguished encoding"
  }

  public let reason: Reason
  /// The byte from 0, counted from the beginning of what was given to be read, at which the offending field starts.
  public let offset: Int

  public init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  /// A sentence without anything of the message in it.
  public var description: String { "The message cannot be read: \(reason.rawValue) (byte \(offset))." }
}
