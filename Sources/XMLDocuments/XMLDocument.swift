import CLibxml2
public import DUIS

/// Why bytes are not an XML document that is read here.
public enum XMLFault: Error, Hashable, Sendable, CustomStringConvertible {
  case tooLarge
  case documentType
  case tooManyAttributes
  case malformed
  case tooDeep
  case unsupported

  /// A sentence without anything of the document in it.
  public var description: String {
    switch self {
    case .tooLarge: "The XML document is larger than is read here."
    case .documentType: "The XML document has a document type declaration or entities, which are never read."
    case .tooManyAttributes: "A tag of the XML document has more attributes than are read here."
    case .malformed: "The XML document is not well formed, or not in UTF-8."
    case .tooDeep: "The elements of the XML document are nested too deep."
    case .unsupported: "The XML document has processing instructions or other parts that are not read here."
    }
  }
}

/// A parsed document. Libxml2 reads it without network, entities or document types; size, depth and attributes are
/// bounded before and after.
public final class XMLDocument {
  public static let maximumSize = 2 << 20
  static let maximumDepth = 64
  /// Libxml2 compares each attribute of a tag with all before it.
  static let maximumQuotesInATag = 256

  let document: xmlDocPtr
  /// The root as a value, made when it is first asked for.
  private var rootElement: MarkupElement?

  /// - Throws: ``XMLFault``.
  public init(_ bytes: [UInt8]) throws(XMLFault) {
    guard bytes.count <= Self.maximumSize else { throw .tooLarge }
    try Self.refuseHostileTags(bytes)
    let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
    guard let parser = xmlNewParserCtxt() else { throw .malformed }
    defer { xmlFreeParserCtxt(parser) }
    let parsed = bytes.withUnsafeBufferPointer { buffer -> xmlDocPtr? in
      buffer.withMemoryRebound(to: CChar.self) {
        xmlCtxtReadMemory(parser, $0.baseAddress, Int32($0.count), nil, "UTF-8", Int32(options))
      }
    }
    guard let parsed else { throw .malformed }
    document = parsed
    // A prefix without a declaration is no error to libxml2's reading; here it is.
    guard parser.pointee.nsWellFormed != 0 else { throw .malformed }
    guard parsed.pointee.intSubset == nil, parsed.pointee.extSubset == nil else { throw .documentType }
    var node = parsed.pointee.children
    while let current = node {
      guard [XML_ELEMENT_NODE, XML_COMMENT_NODE].contains(current.pointee.type) else { throw .unsupported }
      node = current.pointee.next
    }
  }

  deinit { xmlFreeDoc(document) }

  /// The root element with all in it. Comments are left out.
  public func root() throws(XMLFault) -> MarkupElement {
    if let rootElement { return rootElement }
    guard let root = xmlDocGetRootElement(document) else { throw .malformed }
    let element = try Self.element(root, depth: 0)
    rootElement = element
    return element
  }

  /// A document type can only be declared by these letters in UTF-8, and only UTF-8 is read. To refuse them in
  /// comments too costs nothing.
  private static func refuseHostileTags(_ bytes: [UInt8]) throws(XMLFault) {
    var quotes = 0
    var place = 0
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "<"):
        quotes = 0
        if declaresType(bytes, at: place) { throw .documentType }
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        quotes += 1
        if quotes > maximumQuotesInATag { throw .tooManyAttributes }
      case UInt8(ascii: ">"): quotes = 0
      default: break
      }
      place += 1
    }
  }

  private static let typeDeclaration = Array("<!DOCTYPE".utf8)

  private static func declaresType(_ bytes: [UInt8], at place: Int) -> Bool {
    guard place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "!") else { return false }
    return bytes[place...].starts(with: typeDeclaration)
  }

  private static func element(_ node: xmlNodePtr, depth: Int) throws(XMLFault) -> MarkupElement {
    guard depth < maximumDepth else { throw .tooDeep }
    let namespace = node.pointee.ns
    var element = MarkupElement(
      prefix: text(namespace?.pointee.prefix), text(node.pointee.name), namespace: text(namespace?.pointee.href))
    var declared = node.pointee.nsDef
    while let declaration = declared {
      element.declarations.append(
        .init(prefix: text(declaration.pointee.prefix), uri: text(declaration.pointee.href)))
      declared = declaration.pointee.next
    }
    var attribute = node.pointee.properties
    while let current = attribute {
      let prefix = text(current.pointee.ns?.pointee.prefix)
      let name = text(current.pointee.name)
      element.attributes.append(.init(prefix.isEmpty ? name : "\(prefix):\(name)", try value(current)))
      attribute = current.pointee.next
    }
    var child = node.pointee.children
    while let current = child {
      switch current.pointee.type {
      case XML_ELEMENT_NODE: element.content.append(.element(try Self.element(current, depth: depth + 1)))
      case XML_TEXT_NODE, XML_CDATA_SECTION_NODE: element.append(text: text(current.pointee.content))
      case XML_COMMENT_NODE: break
      default: throw .unsupported
      }
      child = current.pointee.next
    }
    return element
  }

  /// Entities that a document could declare itself are refused; those of XML itself are text already.
  private static func value(_ attribute: xmlAttrPtr) throws(XMLFault) -> String {
    var value = ""
    var node = attribute.pointee.children
    while let current = node {
      guard current.pointee.type == XML_TEXT_NODE else { throw .unsupported }
      value += text(current.pointee.content)
      node = current.pointee.next
    }
    return value
  }

  private static func text(_ pointer: UnsafePointer<xmlChar>?) -> String {
    pointer.map { String(cString: $0) } ?? ""
  }
}

extension MarkupElement {
  /// Text on both sides of a comment is one text.
  fileprivate mutating func append(text more: String) {
    if case .text(let before)? = content.last {
      content[content.count - 1] = .text(before + more)
    } else {
      content.append(.text(more))
    }
  }
}
