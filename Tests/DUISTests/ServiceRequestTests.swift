import DUIS
import GBCS
import Testing

@Suite("DUIS requests and responses") struct ServiceRequestTests {
  static let id = RequestID(
    originator: EUI64(rawValue: 0x8899_AABB_CCDD_EEFF), target: EUI64(rawValue: 0x0011_2233_4455_6677), counter: 1000)

  static func made(variant: Int = 1, reference: String = "4.8", service: String = "4.8.1") -> ServiceRequest {
    let range = MarkupElement(
      prefix: "sr", "ReadLogPeriod", namespace: DUISNamespace.gateway,
      content: [
        .element(
          MarkupElement(
            prefix: "sr", "StartDateTime", namespace: DUISNamespace.gateway, content: [.text("2026-01-01T00:00:00Z")]))
      ])
    return ServiceRequest(
      id: id, isFirstInSequence: true, preceding: id.swapped, commandVariant: variant, serviceReference: reference,
      serviceReferenceVariant: service,
      body: MarkupElement(
        prefix: "sr", "ReadActiveImportProfileData", namespace: DUISNamespace.gateway, content: [.element(range)]))
  }

  @Test("what is written reads as what it was") func roundTrip() throws {
    let request = Self.made()
    #expect(try ServiceRequest(request.element) == request)
    let text = String(decoding: request.element.document, as: UTF8.self)
    #expect(text.contains("<sr:RequestID>88-99-AA-BB-CC-DD-EE-FF:00-11-22-33-44-55-66-77:1000</sr:RequestID>"))
    #expect(text.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sr:Request "))
  }

  @Test(
    "names of requests",
    arguments: [
      ("88-99-AA-BB-CC-DD-EE-FF:00-11-22-33-44-55-66-77:1000", true),
      ("88-99-aa-bb-cc-dd-ee-ff:00-11-22-33-44-55-66-77:0", true),
      ("88-99-AA-BB-CC-DD-EE-FF:00-11-22-33-44-55-66-77:18446744073709551615", true),
      ("88-99-AA-BB-CC-DD-EE-FF:00-11-22-33-44-55-66-77:18446744073709551616", false),
      ("88-99-AA-BB-CC-DD-EE-FF:00-11-22-33-44-55-66-77:01", false), ("88-99-AA-BB-CC-DD-EE-FF::1", false),
      ("8899AABBCCDDEEFF:0011223344556677:1", false), ("", false), ("::", false),
    ])
  func names(_ text: String, _ isName: Bool) { #expect((RequestID(text) != nil) == isName) }

  @Test("a request that breaks the header's rules is refused") func refused() {
    func fault(_ change: (inout MarkupElement) -> Void) -> DUISFault? {
      var element = Self.made().element
      change(&element)
      do {
        _ = try ServiceRequest(element)
        return nil
      } catch { return error }
    }
    #expect(fault { _ in } == nil)
    #expect(fault { $0.name = "Response" } == .root(expected: "Request"))
    #expect(fault { $0.namespace = "x" } == .root(expected: "Request"))
    #expect(fault { $0.attributes = [] } == .missing("schemaVersion"))
    #expect(fault { $0.content.removeLast() } == .missing("Header or Body"))
    #expect(fault { $0.content.append(.element($0)) } == .unexpected)
    #expect(fault { $0.content += $0.content } == .unexpected)
    for (variant, reference, service, expected) in [
      (0, "4.8", "4.8.1", DUISFault.unreadable("CommandVariant")), (1, "4.8", "4.6.1", .variantMismatch),
      (1, "4.8", "4.81", .variantMismatch), (1, "4.8.1.1", "4.8.1.1", .unreadable("ServiceReference")),
      (1, "x", "x", .unreadable("ServiceReference")),
    ] {
      let element = Self.made(variant: variant, reference: reference, service: service).element
      #expect(throws: expected) { try ServiceRequest(element) }
    }
  }

  @Test("what could be taken for markup is escaped") func escaped() {
    let element = MarkupElement(
      "a", namespace: "", attributes: [.init("b", "<\"&\n\t>")], content: [.text("<&>\r\"")])
    let text = String(decoding: element.document, as: UTF8.self)
    #expect(text.hasSuffix("<a b=\"&lt;&quot;&amp;&#10;&#9;>\">&lt;&amp;&gt;&#13;\"</a>\n"))
  }

  @Test(
    "base64",
    arguments: [
      ("", [] as [UInt8]?), ("AQ==", [1]), ("AQI=", [1, 2]), ("AQID", [1, 2, 3]), (" A Q\r\nI D ", [1, 2, 3]),
      ("+/8=", [0xFB, 0xFF]),
      ("A", nil), ("AQ=", nil), ("AQ", nil), ("AR==", nil), ("=AQI", nil), ("A*==", nil), ("AQ==AQ==", nil),
    ])
  func base64(_ text: String, _ bytes: [UInt8]?) { #expect(Base64.decode(text) == bytes) }

  @Test("base64 of any length reads back") func base64RoundTrip() {
    for count in 0..<70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 200) }
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }
    #expect(Base64.encode(Array("foobar".utf8)) == "Zm9vYmFy" && Base64.encode(Array("fo".utf8)) == "Zm8=")
  }
}
