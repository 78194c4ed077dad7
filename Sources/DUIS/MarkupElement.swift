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
    content.map { if case .text(let text) = $0 { text } else { "" } }.joined()
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
    let tag = prefix.isEmpty ? name : "\(prefix):\(name)"
    bytes += Array("<\(tag)".utf8)
    for declaration in declarations {
      let name = declaration.prefix.isEmpty ? "xmlns" : "xmlns:\(declaration.prefix)"
      bytes += Array(" \(name)=\"\(Self.escaped(declaration.uri, isAttribute: true))\"".utf8)
    }
    for attribute in attributes {
      bytes += Array(" \(attribute.name)=\"\(Self.escaped(attribute.value, isAttribute: true))\"".utf8)
    }
    guard !content.isEmpty else {
      bytes += Array("/>".utf8)
      return
    }
    bytes.append(UInt8(ascii: ">"))
    for node in content {
      switch node {
      case .element(let element): element.write(to: &bytes)
      case .text(let text): bytes += Array(Self.escaped(text, isAttribute: false).utf8)
      }
    }
    bytes += Array("</\(tag)>".utf8)
  }

  /// As the canonical form of XML escapes: what a reader would otherwise take for markup or normalise away.
  private static func escaped(_ text: String, isAttribute: Bool) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">" where !isAttribute: result.append(contentsOf: "&gt;".unicodeScalars)
      case "\"" where isAttribute: result.append(contentsOf: "&quot;".unicodeScalars)
      case "\t" where isAttribute: result.append(contentsOf: "&#9;".unicodeScalars)
      case "\n" where isAttribute: result.append(contentsOf: "&#10;".unicodeScalars)
      case "\r": result.append(contentsOf: "&#13;".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
