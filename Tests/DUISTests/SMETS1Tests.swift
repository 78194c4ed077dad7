import DUIS
import GBCS
import SettlementCalendar
import Testing

/// Signed documents of SMETS1 service providers: what is not one is refused, whoever signed it.
@Suite("SMETS1 documents: refusals and plain reading") struct SMETS1Tests {
  static func ra(_ name: String, _ content: [MarkupElement] = [], text: String? = nil) -> MarkupElement {
    MarkupElement(
      prefix: "ra", name, namespace: DUISNamespace.response,
      content: text.map { [.text($0)] } ?? content.map { .element($0) })
  }

  static let signature = MarkupElement(
    prefix: "ds", "Signature", namespace: DUISNamespace.signature,
    declarations: [.init(prefix: "ds", uri: DUISNamespace.signature)])

  static let header = SMETS1Header(
    originator: sampleDevice, target: sampleUser, counter: 1_000, variant: "4.8.1", time: midnight)

  static func signed(_ answer: SMETS1Answer, header: SMETS1Header = header) -> MarkupElement {
    var root = SMETS1SignedResponse.unsigned(SMETS1Response(header: header, body: .answer(answer)))
    root.content.append(.element(signature))
    return root
  }

  static func profile(_ count: Int) -> SMETS1Answer {
    SMETS1Answer(
      .profile(
        .activeImport,
        (0..<count).map { SMETS1LogEntry(time: midnight.advanced(bySeconds: Int64($0) * 1_800), values: [Int64($0)]) }))
  }

  /// The document with one element replaced, found by the names on the way to it.
  static func changed(
    _ root: MarkupElement, _ path: [String], _ change: (MarkupElement) -> [MarkupElement]
  ) -> MarkupElement {
    var root = root
    guard let first = path.first else { return root }
    root.content = root.content.flatMap { node -> [MarkupElement.Node] in
      guard case .element(let element) = node, element.name == first else { return [node] }
      let made = path.count == 1 ? change(element) : [changed(element, Array(path.dropFirst()), change)]
      return made.map { .element($0) }
    }
    return root
  }

  static func texted(_ text: String) -> (MarkupElement) -> [MarkupElement] {
    { element in
      var copy = element
      copy.content = [.text(text)]
      return [copy]
    }
  }

  static let head = ["SMETS1Response", "Header"]
  static let log = ["SMETS1Response", "Body", "ResponseMessage", "SMETSData", "ReadActiveImportProfileDataRsp"]

  @Test("the sample that the refusals start from is taken") func good() throws {
    let read = try SMETS1SignedResponse(Self.signed(Self.profile(2)))
    #expect(read.response.header == Self.header && read.response.body == .answer(Self.profile(2)))
  }

  @Test("without signature, of another root, or with more than there may be, it is refused") func shape() throws {
    let good = Self.signed(Self.profile(1))
    var unsigned = good
    unsigned.content.removeLast()
    #expect(throws: DUISFault.missing("Signature")) { try SMETS1SignedResponse(unsigned) }
    var twice = good
    twice.content.insert(contentsOf: good.content.prefix(1), at: 0)
    #expect(throws: DUISFault.unexpected) { try SMETS1SignedResponse(twice) }
    var first = good
    first.content.reverse()
    #expect(throws: DUISFault.missing("Signature")) { try SMETS1SignedResponse(first) }
    var versionless = good
    versionless.attributes = []
    #expect(throws: DUISFault.missing("schemaVersion")) { try SMETS1SignedResponse(versionless) }
    var odd = good
    odd.attributes = [.init("schemaVersion", "5.4.1")]
    #expect(throws: DUISFault.missing("schemaVersion")) { try SMETS1SignedResponse(odd) }
    var foreign = good
    foreign.namespace = DUISNamespace.response
    #expect(throws: DUISFault.self) { try SMETS1SignedResponse(foreign) }
    #expect(throws: DUISFault.self) { try S1SPAlert(good) }
  }

  @Test(
    "fields that are not what they should be are named",
    arguments: [
      (head + ["BusinessOriginatorID"], "nobody"), (head + ["OriginatorCounter"], "-1"),
      (head + ["OriginatorCounter"], "18446744073709551616"), (head + ["ServiceReferenceVariant"], "4.7.1"),
      (head + ["Timestamp"], "yesterday"), (log + ["LogEntry", "Timestamp"], "2026-05-01T00:00:00"),
      (log + ["LogEntry", "Electricity", "PrimaryValue"], "1.5"),
      (log + ["LogEntry", "Electricity", "PrimaryValue"], "9223372036854775808"),
    ]) func fields(_ path: [String], _ text: String)
  {
    let bad = Self.changed(Self.signed(Self.profile(1)), path, Self.texted(text))
    #expect(bad != Self.signed(Self.profile(1)))
    #expect(throws: DUISFault.self) { try SMETS1SignedResponse(bad) }
  }

  @Test("elements in the wrong order, missing or too many are refused") func order() {
    let good = Self.signed(Self.profile(2))
    for path in [Self.head + ["BusinessTargetID"], Self.log + ["LogEntry", "Timestamp"]] {
      #expect(throws: DUISFault.self) { try SMETS1SignedResponse(Self.changed(good, path) { _ in [] }) }
      #expect(throws: DUISFault.self) { try SMETS1SignedResponse(Self.changed(good, path) { [$0, $0] }) }
    }
    let twoAnswers = Self.changed(good, Self.log) { [$0, $0] }
    #expect(throws: DUISFault.unexpected) { try SMETS1SignedResponse(twoAnswers) }
    let wrongFlag = Self.changed(good, Self.log) { element in
      var copy = element
      copy.attributes = [.init("MessageSuccess", "perhaps")]
      return [copy]
    }
    #expect(throws: DUISFault.unreadable("MessageSuccess")) { try SMETS1SignedResponse(wrongFlag) }
  }

  @Test("a log is no longer than the schema lets it be") func length() throws {
    let most = SMETS1Profile.activeImport.mostEntries
    #expect(throws: DUISFault.unexpected) { try SMETS1SignedResponse(Self.signed(Self.profile(most + 1))) }
    guard case .answer(let answer) = try SMETS1SignedResponse(Self.signed(Self.profile(most))).response.body else {
      Issue.record("no answer")
      return
    }
    #expect(answer == Self.profile(most))
    let many = (0..<32).map { SMETS1DailyRead(time: midnight, total: Int64($0)) }
    #expect(throws: DUISFault.unexpected) {
      try SMETS1SignedResponse(Self.signed(SMETS1Answer(.importDailyLog(many))))
    }
  }

  @Test("a gas meter's answer, and one with parts of other generations, is kept as it is") func others() throws {
    let entry = Self.ra("LogEntry", [Self.ra("Timestamp", text: "2026-05-01T00:00:00Z"), Self.ra("Gas")])
    let gas = Self.changed(Self.signed(Self.profile(0)), Self.log) { element in
      var copy = element
      copy.content = [.element(entry)]
      return [copy]
    }
    guard case .answer(let answer) = try SMETS1SignedResponse(gas).response.body, case .other? = answer.content else {
      Issue.record("a gas meter's answer was read")
      return
    }
    let raw = Self.changed(Self.signed(Self.profile(0)), ["SMETS1Response", "Body", "ResponseMessage"]) { element in
      var copy = element
      copy.content.insert(.element(Self.ra("GBCSData", text: "AA==")), at: 0)
      return [copy]
    }
    guard case .other = try SMETS1SignedResponse(raw).response.body else {
      Issue.record("GBCS data was read")
      return
    }
  }

  @Test("an alert of a service provider has a code, a time and a token of twenty digits, if any") func alerts() throws {
    func document(_ content: S1SPAlert.Content) -> MarkupElement {
      var root = S1SPAlert.unsigned(content)
      root.content.append(.element(Self.signature))
      return root
    }
    var content = S1SPAlert.Content(
      requestID: sampleID, device: sampleDevice, code: "X", information: "why", token: "73946144332040217315",
      time: midnight)
    #expect(try S1SPAlert(document(content)).content == content)
    content.token = "7394614433204021731"
    #expect(throws: DUISFault.unreadable("UTRN")) { try S1SPAlert(document(content)) }
    content.token = nil
    content.code = String(repeating: "x", count: 1_001)
    #expect(throws: DUISFault.unreadable("S1SPAlertCode")) { try S1SPAlert(document(content)) }
  }

  // MARK: Plain documents

  @Test("what is written is read back equal, whatever is in it") func plainLaw() throws {
    var odd = Self.signed(Self.profile(3))
    odd.attributes.append(.init("note", "a \"b\" <c> & \t\n\r é 🙂"))
    odd.content.append(.text(" x > y & z < \r ü "))
    odd.content.append(.element(MarkupElement("bare", namespace: "")))
    odd.content.append(
      .element(MarkupElement("inner", namespace: "urn:a", declarations: [.init(prefix: "", uri: "urn:a")])))
    #expect(try MarkupElement(plainDocument: odd.document) == odd)
  }

  @Test("whatever is cut or changed gives a refusal or another document, never a crash") func plainHostile() throws {
    let good = Self.signed(Self.profile(2)).document
    for end in good.indices {
      #expect(throws: DUISFault.unreadable("the document")) { try MarkupElement(plainDocument: Array(good[..<end])) }
    }
    for place in good.indices {
      for change in [UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"), UInt8(ascii: "\""), 0, 0xFF, 0x20] {
        guard good[place] != change else { continue }
        var bad = good
        bad[place] = change
        let read = try? MarkupElement(plainDocument: bad)
        if let read { #expect(read.document == bad) }
      }
    }
  }

  @Test(
    "what the writer never writes is refused",
    arguments: [
      "", "<a/>\n", "<a></a>\n", "<a><!-- --></a>\n", "<a><![CDATA[x]]></a>\n", "<a>&nbsp;</a>\n", "<a b='c'/>\n",
      "<a b=\"c\" b=\"d\"/>\n", "<p:a/>\n", "<!DOCTYPE a><a/>\n", "<?x?><a/>\n", "<a>x</b>\n", "<a/><a/>\n",
      "<a:b:c xmlns:a=\"x\"/>\n", "<a>></a>\n", "<a b=\"c\" xmlns=\"d\"/>\n", "<a>&quot;</a>\n",
    ]) func plainRefusals(_ text: String)
  {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    #expect((try? MarkupElement(plainDocument: Array((head + text).utf8))) == nil || text == "<a/>\n")
    #expect(throws: DUISFault.self) { try MarkupElement(plainDocument: Array(text.utf8)) }
  }

  @Test("depth and size have bounds") func plainBounds() {
    var deep = MarkupElement("a", namespace: "")
    for _ in 0..<32 { deep = MarkupElement("a", namespace: "", content: [.element(deep)]) }
    #expect(throws: DUISFault.self) { try MarkupElement(plainDocument: deep.document) }
    let long = MarkupElement(
      "a", namespace: "", content: [.text(String(repeating: "x", count: MarkupElement.longestPlainDocument))])
    #expect(throws: DUISFault.self) { try MarkupElement(plainDocument: long.document) }
  }
}
