/// What a user asks of the DCC: header, one body element, signature (DUIS, `Request`).
public struct ServiceRequest: Hashable, Sendable {
  /// `5.4`, as written.
  public var schemaVersion: String
  public var id: RequestID
  /// Whether it starts a chain of requests; `nil` where the request does not say.
  public var isFirstInSequence: Bool?
  /// Runs only after that one succeeded.
  public var preceding: RequestID?
  /// 1...8; 9 within the DCC.
  public var commandVariant: Int
  /// `4.8`
  public var serviceReference: String
  /// `4.8.1`
  public var serviceReferenceVariant: String
  /// The element of the service, or `SignedPreCommand`.
  public var body: MarkupElement
  public var signature: MarkupElement?

  public init(
    schemaVersion: String = "5.4", id: RequestID, isFirstInSequence: Bool? = nil, preceding: RequestID? = nil,
    commandVariant: Int, serviceReference: String, serviceReferenceVariant: String, body: MarkupElement,
    signature: MarkupElement? = nil
  ) {
    self.schemaVersion = schemaVersion
    self.id = id
    self.isFirstInSequence = isFirstInSequence
    self.preceding = preceding
    self.commandVariant = commandVariant
    self.serviceReference = serviceReference
    self.serviceReferenceVariant = serviceReferenceVariant
    self.body = body
    self.signature = signature
  }

  /// Reads a request. The order of elements is held to; what is within the body is not judged here.
  public init(_ root: MarkupElement) throws(DUISFault) {
    let envelope = try Envelope(root, name: "Request")
    var fields = envelope.header
    id = try fields.required("RequestID", RequestID.init)
    isFirstInSequence = try fields.optional("FirstInSequence", Self.boolean)
    preceding = try fields.optional("PrecedingServiceRequestID", RequestID.init)
    commandVariant = try fields.required("CommandVariant") { $0.utf8.count == 1 ? Int($0) : nil }
    serviceReference = try fields.required("ServiceReference", Self.reference)
    serviceReferenceVariant = try fields.required("ServiceReferenceVariant", Self.reference)
    try fields.requireEnd()
    guard (1...9).contains(commandVariant) else { throw .unreadable("CommandVariant") }
    guard serviceReferenceVariant == serviceReference || serviceReferenceVariant.hasPrefix(serviceReference + ".")
    else {
      throw .variantMismatch
    }
    schemaVersion = envelope.schemaVersion
    body = envelope.body
    signature = envelope.signature
  }

  /// The whole request. Namespaces that the signature uses stay declared in it.
  public var element: MarkupElement {
    var header = [Envelope.field("RequestID", id.description)]
    if let isFirstInSequence { header.append(Envelope.field("FirstInSequence", isFirstInSequence ? "true" : "false")) }
    if let preceding { header.append(Envelope.field("PrecedingServiceRequestID", preceding.description)) }
    header.append(Envelope.field("CommandVariant", String(commandVariant)))
    header.append(Envelope.field("ServiceReference", serviceReference))
    header.append(Envelope.field("ServiceReferenceVariant", serviceReferenceVariant))
    return Envelope.element("Request", schemaVersion, header, body, signature)
  }

  private static func boolean(_ text: String) -> Bool? {
    switch text {
    case "true", "1": true
    case "false", "0": false
    default: nil
    }
  }

  /// One to three numbers with points between them.
  private static func reference(_ text: String) -> String? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let isReference =
      (1...3).contains(parts.count)
      && parts.allSatisfy { (1...2).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    return isReference ? text : nil
  }
}
