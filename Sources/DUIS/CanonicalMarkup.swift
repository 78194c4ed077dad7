extension MarkupElement {
  /// The canonical form (inclusive, Canonical XML 1.0) that a document of this element has, written straight from the
  /// value. Of an element that declares no more namespaces than it uses, the exclusive form is the same.
  ///
  /// - Returns: `nil` for what is not judged here: attributes with prefixes, prefixes that are not declared within the
  ///   element, characters that XML does not have, too many levels. A reader of XML decides about those.
  public func canonicalForm() -> [UInt8]? {
    var writer = CanonicalWriter()
    guard writer.write(self, [], depth: 0) else { return nil }
    return writer.bytes
  }
}

/// Writes canonical XML. `false` from any of its functions is "not judged here".
private struct CanonicalWriter {
  var bytes: [UInt8] = []
  private static let maximumDepth = 64

  /// - Parameter scope: namespaces that ancestors declare, innermost last.
  mutating func write(
    _ element: MarkupElement, _ scope: [MarkupElement.NamespaceDeclaration], depth: Int
  ) -> Bool {
    guard depth < Self.maximumDepth, Self.isName(element.name), element.prefix.isEmpty || Self.isName(element.prefix)
    else { return false }
    bytes.append(UInt8(ascii: "<"))
    element.writeTag(to: &bytes)
    var scope = scope
    guard write(element.declarations, &scope), Self.declares(element, scope), write(element.attributes) else {
      return false
    }
    bytes.append(UInt8(ascii: ">"))
    for node in element.content {
      switch node {
      case .element(let inner): guard write(inner, scope, depth: depth + 1) else { return false }
      case .text(let text): guard escape(text, isAttribute: false) else { return false }
      }
    }
    bytes += "</".utf8
    element.writeTag(to: &bytes)
    bytes.append(UInt8(ascii: ">"))
    return true
  }

  /// Names of ASCII letters and digits, as all of DUIS are.
  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first) || first == UInt8(ascii: "_") else { return false }
    return text.utf8.allSatisfy {
      isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        || $0 == UInt8(ascii: ".")
    }
  }

  private static let marksOfURI = Set("-._:/#?=+~".utf8)

  /// Letters, digits and the marks that names of namespaces have.
  private static func isOfURI(_ byte: UInt8) -> Bool {
    isLetter(byte) || (0x30...0x39).contains(byte) || marksOfURI.contains(byte)
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }

  private static func declares(
    _ element: MarkupElement, _ scope: [MarkupElement.NamespaceDeclaration]
  ) -> Bool {
    let declared = scope.last { $0.prefix == element.prefix }?.uri
    return element.prefix.isEmpty
      ? declared == nil && element.namespace.isEmpty || declared == element.namespace
      : declared == element.namespace
  }

  /// Those that are not in force already, by prefix.
  private mutating func write(
    _ declarations: [MarkupElement.NamespaceDeclaration], _ scope: inout [MarkupElement.NamespaceDeclaration]
  ) -> Bool {
    guard !declarations.isEmpty else { return true }
    guard Set(declarations.map(\.prefix)).count == declarations.count else { return false }
    let sorted = declarations.sorted { $0.prefix.utf8.lexicographicallyPrecedes($1.prefix.utf8) }
    for declaration in sorted {
      // An empty name takes a namespace back, and `xml` is always there.
      guard !declaration.uri.isEmpty, declaration.uri.utf8.allSatisfy(Self.isOfURI), declaration.prefix != "xml",
        declaration.prefix != "xmlns",
        declaration.prefix.isEmpty || Self.isName(declaration.prefix)
      else { return false }
      let isKnown = scope.last { $0.prefix == declaration.prefix }?.uri == declaration.uri
      scope.append(declaration)
      if isKnown { continue }
      bytes += (declaration.prefix.isEmpty ? " xmlns" : " xmlns:").utf8
      bytes += declaration.prefix.utf8
      guard write(value: declaration.uri) else { return false }
    }
    return true
  }

  private mutating func write(_ attributes: [MarkupElement.Attribute]) -> Bool {
    guard !attributes.isEmpty else { return true }
    guard attributes.allSatisfy({ Self.isName($0.name) }),
      Set(attributes.map(\.name)).count == attributes.count
    else { return false }
    for attribute in attributes.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
      bytes.append(UInt8(ascii: " "))
      bytes += attribute.name.utf8
      guard write(value: attribute.value) else { return false }
    }
    return true
  }

  private mutating func write(value: String) -> Bool {
    bytes += "=\"".utf8
    guard escape(value, isAttribute: true) else { return false }
    bytes.append(UInt8(ascii: "\""))
    return true
  }

  private mutating func escape(_ text: String, isAttribute: Bool) -> Bool {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): bytes += "&amp;".utf8
      case UInt8(ascii: "<"): bytes += "&lt;".utf8
      case UInt8(ascii: ">") where !isAttribute: bytes += "&gt;".utf8
      case UInt8(ascii: "\"") where isAttribute: bytes += "&quot;".utf8
      case 0x09 where isAttribute: bytes += "&#x9;".utf8
      case 0x0A where isAttribute: bytes += "&#xA;".utf8
      case 0x0D: bytes += "&#xD;".utf8
      case 0x09, 0x0A, 0x20..<0xEF: bytes.append(byte)
      // The rest of the control characters, and a range in which there are characters that XML does not have.
      default: return false
      }
    }
    return true
  }
}
