/// An element of an XML document, as a plain value. What reads XML lives in an outer ring; this is what it hands over.
public struct MarkupElement: Hashable, Sendable {
  /// A namespace that an element declares for itself and what is in it.
  public struct NamespaceDeclaration: Hashable, Sendable {
    /// Empty for the default namespace.
    public let prefix: String
    public let uri: String

    public init(prefix: String, uri: String) {
      self.prefix = prefix
      self.uri = uri
    }
  }

  public struct Attribute: Hashable, Sendable {
    /// With its prefix, if it has one.
    public let name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public indirect enum Node: Hashable, Sendable {
    case element(MarkupElement)
    case text(String)
  }

  /// Empty where the element has none.
  public var prefix: String
  public var name: String
  /// The namespace that its prefix stands for; empty where there is none.
  public var namespace: String
  public var declarations: [NamespaceDeclaration]
  public var attributes: [Attribute]
  public var content: [Node]

  public init(
    prefix: String = "", _ name: String, namespace: String, declarations: [NamespaceDeclaration] = [],
    attributes: [Attribute] = [], content: [Node] = []
  ) {
    self.prefix = prefix
    self.name = name
    self.namespace = namespace
    self.declarations = declarations
    self.attributes = attributes
    self.content = content
  }

  /// The elements in it, without the text between them.
  public var elements: [MarkupElement] {
    content.compactMap { if case .element(let element) = $0 { element } else { nil } }
  }

  /// The text in it, without that of elements within.
  public var text: String {
    if content.count == 1, case .text(let text) = content[0] { return text }
    return content.map { if case .text(let text) = $0 { text } else { "" } }.joined()
  }

  /// The first element of that name in it, of its own namespace.
  public func first(_ name: String) -> MarkupElement? {
    elements.first { $0.name == name && $0.namespace == namespace }
  }

  /// The value of an attribute.
  public func attribute(_ name: String) -> String? { attributes.first { $0.name == name }?.value }
}

extension MarkupElement {
  /// A whole document in UTF-8, with its declaration. The same value always gives the same bytes.
  public var document: [UInt8] {
    var bytes = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
    write(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  private func write(to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "<"))
    writeTag(to: &bytes)
    for declaration in declarations {
      bytes += " xmlns".utf8
      if !declaration.prefix.isEmpty {
        bytes.append(UInt8(ascii: ":"))
        bytes += declaration.prefix.utf8
      }
      Self.write(attribute: declaration.uri, to: &bytes)
    }
    for attribute in attributes {
      bytes.append(UInt8(ascii: " "))
      bytes += attribute.name.utf8
      Self.write(attribute: attribute.value, to: &bytes)
    }
    guard !content.isEmpty else {
      bytes += "/>".utf8
      return
    }
    bytes.append(UInt8(ascii: ">"))
    for node in content {
      switch node {
      case .element(let element): element.write(to: &bytes)
      case .text(let text): Self.escape(text, isAttribute: false, to: &bytes)
      }
    }
    bytes += "</".utf8
    writeTag(to: &bytes)
    bytes.append(UInt8(ascii: ">"))
  }

  /// The name with its prefix.
  func writeTag(to bytes: inout [UInt8]) {
    if !prefix.isEmpty {
      bytes += prefix.utf8
      bytes.append(UInt8(ascii: ":"))
    }
    bytes += name.utf8
  }

  private static func write(attribute value: String, to bytes: inout [UInt8]) {
    bytes += "=\"".utf8
    escape(value, isAttribute: true, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// As the canonical form of XML escapes: what a reader would otherwise take for markup or normalise away.
  private static func escape(_ text: String, isAttribute: Bool, to bytes: inout [UInt8]) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): bytes += "&amp;".utf8
      case UInt8(ascii: "<"): bytes += "&lt;".utf8
      case UInt8(ascii: ">") where !isAttribute: bytes += "&gt;".utf8
      case UInt8(ascii: "\"") where isAttribute: bytes += "&quot;".utf8
      case 0x09 where isAttribute: bytes += "&#9;".utf8
      case 0x0A where isAttribute: bytes += "&#10;".utf8
      case 0x0D: bytes += "&#13;".utf8
      default: bytes.append(byte)
      }
    }
  }
}
