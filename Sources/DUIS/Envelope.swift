/// What requests and responses have in common: root, header, body, signature.
struct Envelope {
  let schemaVersion: String
  let header: HeaderFields
  let body: MarkupElement
  let signature: MarkupElement?

  init(_ root: MarkupElement, name: String) throws(DUISFault) {
    guard root.name == name, root.namespace == DUISNamespace.gateway else { throw .root(expected: name) }
    guard let version = root.attribute("schemaVersion") else { throw .missing("schemaVersion") }
    let parts = root.elements
    guard parts.count >= 2, parts[0].name == "Header", parts[1].name == "Body" else { throw .missing("Header or Body") }
    guard parts.count <= 3 else { throw .unexpected }
    let body = parts[1].elements
    guard let first = body.first else { throw .missing("the element of the body") }
    guard body.count == 1 else { throw .unexpected }
    if parts.count == 3 {
      guard parts[2].name == "Signature", parts[2].namespace == DUISNamespace.signature else { throw .unexpected }
    }
    schemaVersion = version
    header = HeaderFields(rest: parts[0].elements[...])
    self.body = first
    signature = parts.count == 3 ? parts[2] : nil
  }

  static let prefix = "sr"

  static func field(_ name: String, _ text: String) -> MarkupElement {
    MarkupElement(prefix: prefix, name, namespace: DUISNamespace.gateway, content: [.text(text)])
  }

  static func element(
    _ name: String, _ version: String, _ header: [MarkupElement], _ body: MarkupElement, _ signature: MarkupElement?
  ) -> MarkupElement {
    func holder(_ name: String, _ elements: [MarkupElement]) -> MarkupElement {
      MarkupElement(
        prefix: prefix, name, namespace: DUISNamespace.gateway, content: elements.map { MarkupElement.Node.element($0) }
      )
    }
    var root = holder(name, [holder("Header", header), holder("Body", [body])] + (signature.map { [$0] } ?? []))
    root.declarations = [
      .init(prefix: "ds", uri: DUISNamespace.signature), .init(prefix: "ra", uri: DUISNamespace.response),
      .init(prefix: prefix, uri: DUISNamespace.gateway),
    ]
    root.attributes = [.init("schemaVersion", version)]
    return root
  }
}

/// The elements of a header, taken in their order.
struct HeaderFields {
  var rest: ArraySlice<MarkupElement>

  mutating func optional<Value>(_ name: String, _ read: (String) -> Value?) throws(DUISFault) -> Value? {
    guard let next = rest.first, next.name == name else { return nil }
    rest = rest.dropFirst()
    guard let value = read(next.text.trimmed) else { throw .unreadable(name) }
    return value
  }

  mutating func required<Value>(_ name: String, _ read: (String) -> Value?) throws(DUISFault) -> Value {
    guard let value = try optional(name, read) else { throw .missing(name) }
    return value
  }

  func requireEnd() throws(DUISFault) { if !rest.isEmpty { throw .unexpected } }
}

extension String {
  /// Without the white space of XML around it.
  var trimmed: String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0.isNewline }
    guard let start = firstIndex(where: { !isSpace($0) }), let end = lastIndex(where: { !isSpace($0) }) else {
      return ""
    }
    return String(self[start...end])
  }
}
