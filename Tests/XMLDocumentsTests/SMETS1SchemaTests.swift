import DUIS
import GBCS
import MessageSecurity
import SettlementCalendar
import Testing
import XMLDocuments

/// Documents of SMETS1 service providers, signed, against the DUIS schema, and read back through the library.
@Suite("SMETS1 documents, signed and by the schema") struct SMETS1SchemaTests {
  let certificate: Certificate
  init() throws { certificate = try Certificate(pem: TestSigner.pem) }

  static func entries(_ values: [Int64]) -> [SMETS1LogEntry] {
    (1...3).map { SMETS1LogEntry(time: midnight.advanced(bySeconds: Int64($0) * 1_800), values: values) }
  }

  /// One of each content, with and without what is optional.
  static let answers: [(variant: String, answer: SMETS1Answer)] = [
    ("4.1.1", SMETS1Answer(.importRegisters(active: 1, reactive: nil, secondary: nil))),
    ("4.1.1", SMETS1Answer(.importRegisters(active: 123_456, reactive: 7, secondary: 8))),
    ("4.2", SMETS1Answer(.exportRegisters(active: 5, reactive: nil))),
    ("4.2", SMETS1Answer(.exportRegisters(active: 5, reactive: 6))),
    (
      "4.6.1",
      SMETS1Answer(
        .importDailyLog([
          SMETS1DailyRead(time: midnight, total: 9),
          SMETS1DailyRead(
            time: midnight.advanced(byHours: 24), total: 10, secondary: 11,
            secondaryRates: [.init(index: 4, value: 1)], rates: [.init(index: 1, value: 2), .init(index: 48, value: 3)]),
        ]))
    ),
    ("4.8.1", SMETS1Answer(.profile(.activeImport, entries([27])))),
    ("4.8.1", SMETS1Answer(.profile(.activeImport, entries([27, 3])))),
    ("4.8.1", SMETS1Answer(.profile(.activeImport, []), isSuccess: nil)),
    ("4.8.2", SMETS1Answer(.profile(.reactiveImport, entries([4])))),
    ("4.8.3", SMETS1Answer(.profile(.export, entries([5, 6])))),
    ("6.11", SMETS1Answer(.clock(time: midnight, status: .reliable))),
    ("6.11", SMETS1Answer(.clock(time: nil, status: nil), isSuccess: false)),
    ("7.1", SMETS1Answer(.carriedOut(.enableSupply))), ("7.2", SMETS1Answer(.carriedOut(.disableSupply))),
    (
      "7.3",
      SMETS1Answer(
        .carriedOut(.armSupply), isSuccess: false,
        faults: [.init(code: 1, position: 1, text: "supply is on"), .init(code: -2, position: 2, text: "& <more>")])
    ),
    ("7.4", SMETS1Answer(.supply(.armed))), ("7.4", SMETS1Answer(.supply(nil))),
    ("11.2", SMETS1Answer(.firmware("0002012F"))), ("11.2", SMETS1Answer(nil, isSuccess: nil)),
  ]

  static func responses() -> [SMETS1Response] {
    var responses = answers.map { sample in
      SMETS1Response(
        header: SMETS1Header(
          originator: sampleDevice, target: sampleUser, counter: 1_000, variant: sample.variant, time: midnight),
        body: .answer(sample.answer))
    }
    var header = SMETS1Header(
      originator: sampleDevice, target: sampleUser, counter: .max, supplementaryParty: sampleUser,
      supplementaryCounter: 0, time: midnight, clockStatus: .unreliable)
    header.supplementaryOriginatorCounter = 7
    header.messageCode = "0037"
    responses.append(
      SMETS1Response(
        header: header, body: .alert(SMETS1DeviceAlert(code: "8F35", description: "supply restored", time: midnight))))
    responses.append(
      SMETS1Response(
        header: header, body: .alert(SMETS1DeviceAlert(code: nil, description: "of its own", time: midnight))))
    return responses
  }

  static let alerts: [S1SPAlert.Content] = [
    S1SPAlert.Content(code: "X1", time: midnight),
    S1SPAlert.Content(
      requestID: sampleID, device: sampleDevice, code: "NO-ANSWER", information: "& <why>",
      token: "73946144332040217315", time: midnight),
  ]

  private func signed(_ root: MarkupElement) throws -> MarkupElement {
    try root.signed(with: TestSigner.key(), certificate: certificate)
  }

  /// Libxml2 takes no number of more than 24 digits for a whole one.
  private static func shortened(_ element: MarkupElement) -> MarkupElement {
    var copy = element
    if element.name == "X509SerialNumber" { copy.content = [.text(String(element.text.prefix(20)))] }
    copy.content = copy.content.map { node in
      if case .element(let inner) = node { .element(shortened(inner)) } else { node }
    }
    return copy
  }

  @Test("each signed response reads back equal, alone and within a response of the DSP, and stays signed")
  func responsesReadBack() throws {
    for response in Self.responses() {
      let document = try signed(SMETS1SignedResponse.unsigned(response))
      let alone = try XMLDocument(document.document)
      let read = try SMETS1SignedResponse(alone.root())
      #expect(read.response == response && read.document == document && read.schemaVersion == "5.4")
      #expect(try alone.signatureVerdict(certificates: [certificate]).isValid)
      #expect(try MarkupElement(plainDocument: document.document) == document)
      let message = SMETS1Message(
        variant: response.header.variant, schedule: 7, throttle: AlertThrottle(sequence: 1, count: 2), response: read)
      let outer = ServiceResponse(
        requestID: sampleID, code: "I0", dateTime: DUISTime.text(midnight), body: ResponseBody.smets1(message).element)
      let whole = try XMLDocument(try signed(outer.element).document)
      #expect(try whole.signatureVerdict(certificates: [certificate]).isValid)
      #expect(try ResponseBody(try ServiceResponse(whole.root())) == .smets1(message))
      guard case .smets1(let inner) = try ResponseBody(try ServiceResponse(whole.root())) else { continue }
      let extracted = try XMLDocument(inner.response.document.document)
      #expect(try extracted.signatureVerdict(certificates: [certificate]).isValid)
    }
  }

  @Test("one value changed within the DSP's document breaks the service provider's signature") func tampered() throws {
    let document = try signed(SMETS1SignedResponse.unsigned(Self.responses()[5]))
    let text = String(decoding: document.document, as: UTF8.self)
    let parts = text.split(separator: ">27<", maxSplits: 1, omittingEmptySubsequences: false)
    #expect(parts.count == 2)
    let changed = try XMLDocument(Array(parts.joined(separator: ">28<").utf8))
    #expect(try !changed.signatureVerdict(certificates: [certificate]).isValid)
    #expect(try SMETS1SignedResponse(changed.root()).response != Self.responses()[5])
  }

  @Test("each alert of a service provider reads back equal, alone and within an alert of the DCC") func alertsReadBack()
    throws
  {
    for content in Self.alerts {
      let document = try signed(S1SPAlert.unsigned(content))
      let alert = try S1SPAlert(try XMLDocument(document.document).root())
      #expect(alert.content == content && alert.document == document)
      for schedule in [nil, 12] as [UInt64?] {
        let body = ResponseBody.dccAlert(
          code: "N999", throttle: AlertThrottle(), .serviceProvider(alert, schedule: schedule))
        let outer = ServiceResponse(code: "I0", dateTime: DUISTime.text(midnight), body: body.element)
        #expect(try ResponseBody(try ServiceResponse(try XMLDocument(outer.element.document).root())) == body)
      }
    }
  }

  @Test(
    "all of it is valid by the schema",
    .enabled(if: referenceMessages != nil, "needs ../shared/data/dcc/schema beside the project")) func schema() throws
  {
    let schema = try BodySchemaTests.schema()
    func isValid(_ root: MarkupElement) throws -> Bool {
      schema.accepts(try XMLDocument(Self.shortened(root).document))
    }
    for response in Self.responses() {
      let document = try signed(SMETS1SignedResponse.unsigned(response))
      #expect(try isValid(document), "\(response)")
      let message = SMETS1Message(
        variant: response.header.variant, schedule: 7, response: try SMETS1SignedResponse(document))
      let outer = ServiceResponse(
        requestID: sampleID, code: "I0", dateTime: DUISTime.text(midnight), body: ResponseBody.smets1(message).element)
      #expect(try isValid(outer.element), "\(response)")
    }
    for content in Self.alerts {
      let document = try signed(S1SPAlert.unsigned(content))
      #expect(try isValid(document), "\(content)")
      let body = ResponseBody.dccAlert(
        code: "N999", throttle: AlertThrottle(), .serviceProvider(try S1SPAlert(document), schedule: 3))
      let outer = ServiceResponse(code: "I0", dateTime: DUISTime.text(midnight), body: body.element)
      #expect(try isValid(outer.element), "\(content)")
    }
  }
}
