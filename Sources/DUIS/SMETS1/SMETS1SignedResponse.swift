/// A response with the signature of the service provider (S1SP): a document of its own, which stays what it is within
/// the document that the DSP signs. It is the fact: whoever has the certificate can prove it again.
public struct SMETS1SignedResponse: Hashable, Sendable {
  /// The whole element, signature included, with the namespaces that it declares: what the signature is judged by.
  public let document: MarkupElement
  public let schemaVersion: String
  public let response: SMETS1Response

  static let name = "SMETS1SignedResponse"

  /// Reads it. Whether the signature holds is judged elsewhere.
  /// - Throws: ``DUISFault`` also where there is no signature.
  public init(_ root: MarkupElement) throws(DUISFault) {
    let inner = try SignedParts(root, name: Self.name)
    guard inner.parts.count == 1, let first = inner.parts.first, first.name == "SMETS1Response",
      first.namespace == DUISNamespace.gateway
    else { throw .unexpected }
    document = root
    schemaVersion = inner.schemaVersion
    response = try SMETS1Response(first)
  }

  /// The document to be signed.
  public static func unsigned(_ response: SMETS1Response, schemaVersion: String = "5.4") -> MarkupElement {
    SignedParts.root(name, [response.element], schemaVersion)
  }

  public static func == (a: Self, b: Self) -> Bool { a.document == b.document }
  public func hash(into hasher: inout Hasher) { hasher.combine(response.header) }
}

/// The answer of a SMETS1 device within a `Response` (DUIS, `SMETS1ResponseMessage`).
public struct SMETS1Message: Hashable, Sendable {
  /// `4.8.1`; absent for a device's alert.
  public var variant: String?
  /// The schedule that asked.
  public var schedule: UInt64?
  public var throttle: AlertThrottle
  public var response: SMETS1SignedResponse

  public init(
    variant: String?, schedule: UInt64? = nil, throttle: AlertThrottle = AlertThrottle(),
    response: SMETS1SignedResponse
  ) {
    self.variant = variant
    self.schedule = schedule
    self.throttle = throttle
    self.response = response
  }

  init(_ fields: inout BodyFields) throws(DUISFault) {
    let reference = try fields.optional("ServiceReference") { $0 }
    variant = try fields.optional("ServiceReferenceVariant") { $0 }
    if let reference, let variant, variant != reference, !variant.hasPrefix(reference + ".") { throw .variantMismatch }
    schedule = try fields.optional("DSPScheduleID", ScheduleSelection.id)
    throttle = try AlertThrottle(&fields)
    response = try SMETS1SignedResponse(try fields.requiredElement(SMETS1SignedResponse.name))
  }

  var element: MarkupElement {
    .of(
      "SMETS1ResponseMessage",
      [
        .of("ServiceReference", text: variant.map { ServiceRequest.reference(of: $0) }),
        .of("ServiceReferenceVariant", text: variant), .of("DSPScheduleID", text: schedule.map { String($0) }),
      ] + throttle.elements + [response.document])
  }
}

/// What the documents that service providers sign have in common.
struct SignedParts {
  let schemaVersion: String
  /// The elements before the signature.
  let parts: [MarkupElement]

  init(_ root: MarkupElement, name: String) throws(DUISFault) {
    guard root.name == name, root.namespace == DUISNamespace.gateway else { throw .root(expected: name) }
    guard let version = root.attribute("schemaVersion"), Self.isVersion(version) else {
      throw .missing("schemaVersion")
    }
    let elements = root.elements
    guard let last = elements.last, last.name == "Signature", last.namespace == DUISNamespace.signature else {
      throw .missing("Signature")
    }
    schemaVersion = version
    parts = Array(elements.dropLast())
  }

  /// A decimal number.
  private static func isVersion(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return (1...2).contains(parts.count)
      && parts.allSatisfy { (1...4).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
  }

  static func root(_ name: String, _ elements: [MarkupElement?], _ schemaVersion: String) -> MarkupElement {
    var root = MarkupElement.of(name, elements)
    root.declarations = [
      .init(prefix: "ra", uri: DUISNamespace.response), .init(prefix: Envelope.prefix, uri: DUISNamespace.gateway),
    ]
    root.attributes = [.init("schemaVersion", schemaVersion)]
    return root
  }
}
