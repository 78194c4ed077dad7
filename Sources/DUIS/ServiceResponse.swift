/// What the DCC answers or says unasked (DUIS, `Response`): acknowledgement, response, device alert or DCC alert.
public struct ServiceResponse: Hashable, Sendable {
  public var schemaVersion: String
  /// Absent on unsolicited alerts.
  public var requestID: RequestID?
  /// Present when a device answered or alerted.
  public var responseID: RequestID?
  /// `I0`, `I99`, `E4`...
  public var code: String
  /// UTC, as written.
  public var dateTime: String
  /// `ResponseMessage`, `DeviceAlertMessage`, `DCCAlertMessage` or `SMETS1ResponseMessage`.
  public var body: MarkupElement
  public var signature: MarkupElement?

  public init(
    schemaVersion: String = "5.4", requestID: RequestID? = nil, responseID: RequestID? = nil, code: String,
    dateTime: String, body: MarkupElement, signature: MarkupElement? = nil
  ) {
    self.schemaVersion = schemaVersion
    self.requestID = requestID
    self.responseID = responseID
    self.code = code
    self.dateTime = dateTime
    self.body = body
    self.signature = signature
  }

  /// Reads a response. The order of elements is held to; what is within the body is not judged here.
  public init(_ root: MarkupElement) throws(DUISFault) {
    let envelope = try Envelope(root, name: "Response")
    var fields = envelope.header
    requestID = try fields.optional("RequestID", RequestID.init)
    responseID = try fields.optional("ResponseID", RequestID.init)
    code = try fields.required("ResponseCode", Self.code)
    dateTime = try fields.required("ResponseDateTime") { $0.isEmpty ? nil : $0 }
    try fields.requireEnd()
    schemaVersion = envelope.schemaVersion
    body = envelope.body
    signature = envelope.signature
  }

  /// The whole response.
  public var element: MarkupElement {
    var header: [MarkupElement] = []
    if let requestID { header.append(Envelope.field("RequestID", requestID.description)) }
    if let responseID { header.append(Envelope.field("ResponseID", responseID.description)) }
    header.append(Envelope.field("ResponseCode", code))
    header.append(Envelope.field("ResponseDateTime", dateTime))
    return Envelope.element("Response", schemaVersion, header, body, signature)
  }

  /// The text of the first `GBCSPayload` within the body: base64 of a message. `nil` where there is none.
  public var gbcsPayload: String? { Self.find("GBCSPayload", body)?.text }

  /// I, E or W and digits.
  private static func code(_ text: String) -> String? {
    guard let first = text.utf8.first, [UInt8(ascii: "I"), UInt8(ascii: "E"), UInt8(ascii: "W")].contains(first),
      (2...7).contains(text.utf8.count), text.utf8.dropFirst().allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return text
  }

  private static func find(_ name: String, _ element: MarkupElement) -> MarkupElement? {
    if element.name == name { return element }
    for inner in element.elements { if let found = find(name, inner) { return found } }
    return nil
  }
}
