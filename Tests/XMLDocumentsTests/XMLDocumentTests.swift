import DUIS
import GBCS
import MessageSecurity
import Testing
import XMLDocuments

@Suite("XML documents") struct XMLDocumentTests {
  func parse(_ text: String) throws -> MarkupElement { try XMLDocument(Array(text.utf8)).root() }

  @Test("elements, namespaces, attributes and text") func read() throws {
    let root = try parse(
      "<?xml version=\"1.0\"?><a:r xmlns:a=\"urn:1\" xmlns=\"urn:2\" v=\"1&amp;2\"><b>x<!-- - -->y&lt;<![CDATA[<z>]]></b></a:r>"
    )
    #expect(root.prefix == "a" && root.name == "r" && root.namespace == "urn:1")
    #expect(root.attribute("v") == "1&2")
    #expect(root.declarations.count == 2)
    #expect(root.elements.first?.namespace == "urn:2")
    #expect(root.elements.first?.content == [.text("xy<<z>")])
  }

  @Test("what is written reads as what it was") func roundTrip() throws {
    let text = "<r xmlns=\"urn:1\" a=\"&#10;&quot;&#9;\"><p:b xmlns:p=\"urn:2\">&#13; &amp;amp; \u{A3}</p:b><c/></r>"
    let original = try XMLDocument(Array(text.utf8))
    let copy = try XMLDocument(original.root().document)
    #expect(try copy.root() == original.root())
    #expect(copy.canonicalForm() == original.canonicalForm())
    #expect(
      original.canonicalForm().map { String(decoding: $0, as: UTF8.self) }
        == "<r xmlns=\"urn:1\" a=\"&#xA;&quot;&#x9;\"><p:b xmlns:p=\"urn:2\">&#xD; &amp;amp; \u{A3}</p:b><c></c></r>")
  }

  @Test("hostile documents are refused") func hostile() {
    let lol = "<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><r>&b;</r>"
    let deep = String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100)
    let deeper = String(repeating: "<a>", count: 100_000)
    let wide = "<a " + (0..<1000).map { "a\($0)=\"\"" }.joined(separator: " ") + "/>"
    let cases: [(String, XMLFault)] = [
      (lol, .documentType), ("<!DOCTYPE r SYSTEM \"file:///etc/passwd\"><r/>", .documentType), (deep, .tooDeep),
      (deeper, .malformed), (wide, .tooManyAttributes), ("", .malformed), ("<a>", .malformed), ("<a/><b/>", .malformed),
      ("<a>&b;</a>", .malformed), ("<a><?p i?></a>", .unsupported), ("<a:b/>", .malformed),
      ("<?p i?><a/>", .unsupported),
    ]
    for (text, fault) in cases { #expect(throws: fault) { try parse(text) } }
    #expect(throws: XMLFault.malformed) { try XMLDocument([0x3C, 0x61, 0x3E, 0xFF, 0x3C, 0x2F, 0x61, 0x3E]) }
    #expect(throws: XMLFault.tooLarge) { try XMLDocument([UInt8](repeating: 0x20, count: XMLDocument.maximumSize + 1)) }
    let wideEncoding: [UInt8] = [0xFF, 0xFE] + "<!DOCTYPE r><r/>".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    #expect(throws: XMLFault.self) { try XMLDocument(wideEncoding).root() }
  }

  @Test("cut and changed documents are read or refused, never a crash") func mutated() throws {
    let request = ServiceRequest(
      id: RequestID(originator: EUI64(rawValue: 1), target: EUI64(rawValue: 2), counter: 3), commandVariant: 1,
      serviceReference: "4.8", serviceReferenceVariant: "4.8.1",
      body: MarkupElement(prefix: "sr", "ReadActiveImportProfileData", namespace: DUISNamespace.gateway))
    let bytes = request.element.document
    #expect(try ServiceRequest(XMLDocument(bytes).root()) == request)
    for count in 0..<bytes.count - 1 { #expect(throws: XMLFault.self) { try XMLDocument(Array(bytes[..<count])) } }
    var state: UInt64 = 7
    for _ in 0..<3000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      var changed = bytes
      changed[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
      guard let document = try? XMLDocument(changed), let root = try? document.root() else { continue }
      _ = try? ServiceRequest(root)
      #expect(try XMLDocument(root.document).canonicalForm() == document.canonicalForm())
    }
  }

  @Test("no signature, or one out of the profile") func verdicts() throws {
    let bare = try XMLDocument(Array("<r/>".utf8))
    #expect(try bare.signatureVerdict(certificates: []) == .absent)
    let signature = "<Signature xmlns=\"\(DUISNamespace.signature)\"/>"
    for text in ["<r>\(signature)</r>", "<r>\(signature)<a/></r>", "<r>\(signature)\(signature)</r>"] {
      let verdict = try XMLDocument(Array(text.utf8)).signatureVerdict(certificates: [])
      guard case .refused = verdict else {
        Issue.record("not refused")
        continue
      }
      #expect(!verdict.isValid)
    }
  }
}
