extension MarkupElement {
  /// Reads what ``document`` writes, and nothing else: no comments, CDATA, processing instructions or document types, no
  /// entities but those that it writes, double quotes only. The inverse of ``document`` for documents that were kept as
  /// facts; whatever comes from outside is read by a library.
  /// - Throws: ``DUISFault/unreadable(_:)`` for anything else, for more than ``longestPlainDocument`` bytes, and for more
  ///   than 32 levels. Cost: linear.
  public init(plainDocument bytes: [UInt8]) throws(DUISFault) {
    guard bytes.count <= Self.longestPlainDocument else { throw .unreadable("the document") }
    var reader = MarkupReader(bytes: bytes)
    self = try reader.document()
  }

  public static let longestPlainDocument = 2 << 20
}

/// The state of reading: how far it came.
private struct MarkupReader {
  let bytes: [UInt8]
  var place = 0

  private static let fault = DUISFault.unreadable("the document")
  private static let deepest = 32
  private static let declaration = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(DUISFault) -> MarkupElement {
    guard bytes.starts(with: Self.declaration) else { throw Self.fault }
    place = Self.declaration.count
    let root = try element([:], depth: 0)
    guard place == bytes.count - 1, bytes[place] == UInt8(ascii: "\n") else { throw Self.fault }
    return root
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func take(_ text: String) throws(DUISFault) {
    guard bytes.dropFirst(place).starts(with: text.utf8) else { throw Self.fault }
    place += text.utf8.count
  }

  private mutating func element(_ outer: [String: String], depth: Int) throws(DUISFault) -> MarkupElement {
    guard depth < Self.deepest else { throw Self.fault }
    try take("<")
    let tag = try name()
    var scope = outer
    var element = MarkupElement("", namespace: "")
    while next == UInt8(ascii: " ") {
      place += 1
      let key = try name()
      try take("=\"")
      let value = try text(until: UInt8(ascii: "\""))
      place += 1
      if key == "xmlns" || key.hasPrefix("xmlns:") {
        let prefix = String(key.dropFirst(6))
        guard element.attributes.isEmpty, !element.declarations.contains(where: { $0.prefix == prefix }) else {
          throw Self.fault
        }
        element.declarations.append(.init(prefix: prefix, uri: value))
        scope[prefix] = value
      } else {
        guard element.attribute(key) == nil else { throw Self.fault }
        element.attributes.append(.init(key, value))
      }
    }
    let parts = tag.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }) else { throw Self.fault }
    element.prefix = parts.count == 2 ? String(parts[0]) : ""
    element.name = String(parts[parts.count - 1])
    guard let namespace = scope[element.prefix] ?? (element.prefix.isEmpty ? "" : nil) else { throw Self.fault }
    element.namespace = namespace
    guard next == UInt8(ascii: ">") else {
      try take("/>")
      return element
    }
    place += 1
    try fill(&element, tag, scope, depth)
    return element
  }

  /// The content of an element up to its end tag.
  private mutating func fill(
    _ element: inout MarkupElement, _ tag: String, _ scope: [String: String], _ depth: Int
  ) throws(DUISFault) {
    while true {
      if next != UInt8(ascii: "<") {
        element.content.append(.text(try text(until: UInt8(ascii: "<"))))
      }
      guard place + 1 < bytes.count else { throw Self.fault }
      if bytes[place + 1] == UInt8(ascii: "/") { break }
      element.content.append(.element(try self.element(scope, depth: depth + 1)))
    }
    // What is written without content has no end tag.
    guard !element.content.isEmpty else { throw Self.fault }
    place += 2
    guard try name() == tag else { throw Self.fault }
    try take(">")
  }

  private mutating func name() throws(DUISFault) -> String {
    let start = place
    while let byte = next, Self.isName(byte) { place += 1 }
    guard place > start, place - start <= 256 else { throw Self.fault }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
      UInt8(ascii: ":"):
      true
    default: false
    }
  }

  /// Text up to a byte, which is not taken: the quotation mark of an attribute, or the next tag. What the writer escapes
  /// in the one or the other must be escaped, and nothing else may be.
  private mutating func text(until end: UInt8) throws(DUISFault) -> String {
    let isAttribute = end == UInt8(ascii: "\"")
    var found: [UInt8] = []
    while let byte = next, byte != end {
      switch byte {
      case UInt8(ascii: "&"): found.append(try entity(isAttribute ? Self.inAttributes : Self.inText))
      case UInt8(ascii: "<"), 0..<0x09, 0x0B..<0x20: throw Self.fault
      case UInt8(ascii: ">") where !isAttribute: throw Self.fault
      case 0x09 where isAttribute, 0x0A where isAttribute: throw Self.fault
      default:
        found.append(byte)
        place += 1
      }
    }
    guard next == end, let text = String(validating: found, as: UTF8.self) else { throw Self.fault }
    return text
  }

  private typealias Entity = (text: [UInt8], byte: UInt8)
  private static let always: [Entity] = [
    (Array("&amp;".utf8), 0x26), (Array("&lt;".utf8), 0x3C), (Array("&#13;".utf8), 0x0D),
  ]
  private static let inText = always + [(Array("&gt;".utf8), 0x3E)]
  private static let inAttributes =
    always + [(Array("&quot;".utf8), 0x22), (Array("&#9;".utf8), 0x09), (Array("&#10;".utf8), 0x0A)]

  private mutating func entity(_ entities: [Entity]) throws(DUISFault) -> UInt8 {
    guard let found = entities.first(where: { bytes.dropFirst(place).starts(with: $0.text) }) else {
      throw Self.fault
    }
    place += found.text.count
    return found.byte
  }
}
