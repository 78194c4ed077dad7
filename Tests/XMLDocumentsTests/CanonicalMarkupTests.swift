import DUIS
import Testing
import XMLDocuments

/// The canonical form written straight from a value, held against Libxml2's.
@Suite("Canonical form of a value") struct CanonicalMarkupTests {
  private func agree(_ element: MarkupElement, _ comment: Comment? = nil) throws {
    let form = try #require(element.canonicalForm(), comment)
    #expect(try XMLDocument(element.document).canonicalForm() == form, comment)
  }

  @Test("requests and responses, with text that must be escaped") func samples() throws {
    for sample in sampleRequests() { try agree(sample.request.element, "\(sample.variant)") }
    for text in ["", "a", " \n\t\r ", "<&>\"'", "é£ – 字", "]]>", "&#13;"] {
      var element = MarkupElement(
        prefix: "sr", "A", namespace: DUISNamespace.gateway, content: [.text(text), .text("x")])
      element.declarations = [
        .init(prefix: "sr", uri: DUISNamespace.gateway), .init(prefix: "", uri: "http://a.invalid/?a=1"),
        .init(prefix: "ds", uri: DUISNamespace.signature),
      ]
      element.attributes = [.init("z", text), .init("a", text)]
      if element.canonicalForm() != nil { try agree(element, "\(text)") }
    }
  }

  @Test("namespaces that are in force already are not declared again") func nested() throws {
    var inner = MarkupElement(prefix: "p", "B", namespace: "urn:1")
    inner.declarations = [.init(prefix: "p", uri: "urn:1"), .init(prefix: "q", uri: "urn:2")]
    var other = MarkupElement(prefix: "p", "C", namespace: "urn:3", content: [.element(inner)])
    other.declarations = [.init(prefix: "p", uri: "urn:3")]
    var root = MarkupElement(prefix: "p", "A", namespace: "urn:1", content: [.element(inner), .element(other)])
    root.declarations = [.init(prefix: "p", uri: "urn:1")]
    try agree(root)
  }

  @Test("what is not judged here is left to a reader of XML") func notJudged() {
    var strange = MarkupElement("A", namespace: "")
    strange.declarations = [.init(prefix: "p", uri: "urn:a&b")]
    #expect(strange.canonicalForm() == nil)
    let undeclared = MarkupElement(prefix: "p", "A", namespace: "urn:1")
    #expect(undeclared.canonicalForm() == nil)
    for (name, attribute, text) in [("a b", "x", ""), ("A", "p:x", ""), ("A", "x", "\u{1}"), ("A", "x", "\u{FFFE}")] {
      var element = MarkupElement(name, namespace: "", content: [.text(text)])
      element.attributes = [.init(attribute, "1")]
      #expect(element.canonicalForm() == nil)
    }
    var twice = MarkupElement("A", namespace: "")
    twice.attributes = [.init("x", "1"), .init("x", "2")]
    #expect(twice.canonicalForm() == nil)
    var deep = MarkupElement("A", namespace: "")
    for _ in 0..<100 { deep = MarkupElement("A", namespace: "", content: [.element(deep)]) }
    #expect(deep.canonicalForm() == nil)
  }

  @Test("judging a signature leaves the document as it was") func untouched() throws {
    let signing = try SigningTests()
    let document = try XMLDocument(signing.signed.document)
    let before = document.canonicalForm()
    for _ in 0..<3 { #expect(try document.signatureVerdict(certificates: [signing.certificate]).isValid) }
    #expect(document.canonicalForm() == before)
  }

  /// Trees drawn from a seed: names, namespaces declared again and anew, attributes, text with everything to escape.
  @Test("as Libxml2 has it, for two thousand drawn trees") func drawn() throws {
    var state: UInt64 = 42
    func draw(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let uris = ["urn:a", "urn:b?x=1", "http://c.invalid/#c"]
    let pieces = ["a", "&", "<", ">", "\"", "'", "\n", "\r", "\t", " ", "é", "]]>", ""]
    func text() -> String { (0..<draw(5)).map { _ in pieces[draw(pieces.count)] }.joined() }
    func tree(_ depth: Int, _ scope: [String: String]) -> MarkupElement {
      var scope = scope
      var declarations: [MarkupElement.NamespaceDeclaration] = []
      for prefix in ["", "p", "q"] where draw(3) == 0 {
        let uri = uris[draw(uris.count)]
        declarations.append(.init(prefix: prefix, uri: uri))
        scope[prefix] = uri
      }
      let prefix = ["p", "q", ""].first { scope[$0] != nil && draw(2) == 0 } ?? ""
      var content: [MarkupElement.Node] = []
      for _ in 0..<draw(4) {
        if depth > 0, draw(2) == 0 {
          content.append(.element(tree(depth - 1, scope)))
        } else {
          content.append(.text(text()))
        }
      }
      var element = MarkupElement(
        prefix: prefix, "N\(draw(3))", namespace: scope[prefix] ?? "", declarations: declarations, content: content)
      for name in ["z", "b", "a"] where draw(3) == 0 { element.attributes.append(.init(name, text())) }
      return element
    }
    for number in 0..<2_000 { try agree(tree(4, [:]), "tree \(number)") }
  }
}
