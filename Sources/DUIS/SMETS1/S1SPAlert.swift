public import GBCS
public import SettlementCalendar

/// What the service provider of a SMETS1 device tells unasked (DUIS, `S1SPAlert`), as it signed it.
public struct S1SPAlert: Hashable, Sendable {
  /// What it says.
  public struct Content: Hashable, Sendable {
    /// The request that it is about.
    public var requestID: RequestID?
    public var device: EUI64?
    /// The schema allows any text, and no public source gives the codes: ``Code`` has this emulator's own.
    public var code: String
    public var information: String?
    /// A top-up token: 20 digits.
    public var token: String?
    public var time: UTCInstant

    public init(
      requestID: RequestID? = nil, device: EUI64? = nil, code: String, information: String? = nil,
      token: String? = nil, time: UTCInstant
    ) {
      self.requestID = requestID
      self.device = device
      self.code = code
      self.information = information
      self.token = token
      self.time = time
    }
  }

  /// Codes of this emulator's service providers. [?]
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The meter's hub is not reached.
    case unreachable = "UNREACHABLE"
    /// The meter was called and did not answer.
    case noAnswer = "NO-ANSWER"
  }

  /// The whole element, signature included.
  public let document: MarkupElement
  public let schemaVersion: String
  public let content: Content

  static let name = "S1SPAlert"
  static let longestText = 1_000

  /// Reads it. Whether the signature holds is judged elsewhere.
  /// - Throws: ``DUISFault`` also where there is no signature.
  public init(_ root: MarkupElement) throws(DUISFault) {
    let inner = try SignedParts(root, name: Self.name)
    var fields = BodyFields(MarkupElement.of(Self.name, inner.parts))
    let requestID = try fields.optional("RequestID", RequestID.init)
    let device = try fields.optional("DeviceID", EUI64.init)
    let code = try fields.required("S1SPAlertCode", Self.text)
    let information = try fields.optional("AdditionalInformation", Self.text)
    let token = try fields.optional("UTRN") { text in
      text.utf8.count == 20 && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? text : nil
    }
    let time = try fields.required("DateTime", DUISTime.instant)
    try fields.requireEnd()
    document = root
    schemaVersion = inner.schemaVersion
    content = Content(
      requestID: requestID, device: device, code: code, information: information, token: token, time: time)
  }

  private static func text(_ text: String) -> String? { text.utf8.count <= longestText ? text : nil }

  /// The document to be signed.
  public static func unsigned(_ content: Content, schemaVersion: String = "5.4") -> MarkupElement {
    SignedParts.root(
      name,
      [
        .of("RequestID", text: content.requestID?.description), .of("DeviceID", text: content.device?.description),
        .of("S1SPAlertCode", text: content.code), .of("AdditionalInformation", text: content.information),
        .of("UTRN", text: content.token), .of("DateTime", text: DUISTime.text(content.time)),
      ], schemaVersion)
  }

  public static func == (a: Self, b: Self) -> Bool { a.document == b.document }
  public func hash(into hasher: inout Hasher) { hasher.combine(content) }
}
