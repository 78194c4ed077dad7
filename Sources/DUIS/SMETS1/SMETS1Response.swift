public import GBCS
public import SettlementCalendar

/// What the service provider of a SMETS1 device (S1SP) brings from it (DUIS, `SMETS1Response`), before it is signed.
public struct SMETS1Response: Hashable, Sendable {
  public var header: SMETS1Header
  public var body: SMETS1Body

  public init(header: SMETS1Header, body: SMETS1Body) {
    self.header = header
    self.body = body
  }

  init(_ element: MarkupElement) throws(DUISFault) {
    var fields = BodyFields(element)
    header = try SMETS1Header(try fields.requiredElement("Header"))
    let holder = try fields.requiredElement("Body")
    try fields.requireEnd()
    guard holder.elements.count == 1, let inner = holder.elements.first, inner.namespace == DUISNamespace.gateway else {
      throw .unexpected
    }
    body = try SMETS1Body(inner)
  }

  var element: MarkupElement { .of("SMETS1Response", [header.element, .of("Body", [body.element])]) }
}

/// Who answers whom, and to which request.
public struct SMETS1Header: Hashable, Sendable {
  /// The device.
  public var originator: EUI64
  /// Whoever the request came from: the user, or the DSP for a scheduled read.
  public var target: EUI64
  /// The counter of the request.
  public var counter: UInt64
  /// The user for which the DSP asked.
  public var supplementaryParty: EUI64?
  public var supplementaryCounter: UInt64?
  public var supplementaryOriginatorCounter: UInt64?
  /// Hexadecimal digits.
  public var messageCode: String?
  /// `4.8.1`; absent in alerts.
  public var variant: String?
  /// The device's time.
  public var time: UTCInstant?
  public var clockStatus: SMETS1Content.ClockStatus?

  public init(
    originator: EUI64, target: EUI64, counter: UInt64, supplementaryParty: EUI64? = nil,
    supplementaryCounter: UInt64? = nil, variant: String? = nil, time: UTCInstant? = nil,
    clockStatus: SMETS1Content.ClockStatus? = nil
  ) {
    self.originator = originator
    self.target = target
    self.counter = counter
    self.supplementaryParty = supplementaryParty
    self.supplementaryCounter = supplementaryCounter
    self.variant = variant
    self.time = time
    self.clockStatus = clockStatus
  }

  init(_ element: MarkupElement) throws(DUISFault) {
    var fields = BodyFields(element, namespace: DUISNamespace.response)
    originator = try fields.required("BusinessOriginatorID", EUI64.init)
    target = try fields.required("BusinessTargetID", EUI64.init)
    counter = try fields.required("OriginatorCounter") { UInt64($0) }
    supplementaryParty = try fields.optional("SupplementaryRemotePartyID", EUI64.init)
    supplementaryCounter = try fields.optional("SupplementaryRemotePartyCounter") { UInt64($0) }
    supplementaryOriginatorCounter = try fields.optional("SupplementaryOriginatorCounter") { UInt64($0) }
    messageCode = try fields.optional("GBCSHexadecimalMessageCode", Self.hexadecimal)
    let reference = try fields.optional("ServiceReference") { $0 }
    variant = try fields.optional("ServiceReferenceVariant") { $0 }
    if let reference, let variant, variant != reference, !variant.hasPrefix(reference + ".") { throw .variantMismatch }
    if let next = fields.element("Timestamp") {
      guard let moment = DUISTime.instant(next.text.trimmed) else { throw .unreadable("Timestamp") }
      time = moment
      clockStatus = try next.attribute("ClockStatus").map(Self.status)
    }
    try fields.requireEnd()
  }

  private static func status(_ text: String) throws(DUISFault) -> SMETS1Content.ClockStatus {
    guard let status = SMETS1Content.ClockStatus(rawValue: text) else { throw .unreadable("ClockStatus") }
    return status
  }

  static func hexadecimal(_ text: String) -> String? {
    let isHexadecimal = text.utf8.count % 2 == 0 && text.utf8.count <= 16 && text.allSatisfy { $0.isHexDigit }
    return isHexadecimal ? text : nil
  }

  var element: MarkupElement {
    var moment = time.map { MarkupElement.ra("Timestamp", text: DUISTime.text($0)) }
    if let clockStatus { moment?.attributes = [.init("ClockStatus", clockStatus.rawValue)] }
    func number(_ name: String, _ value: UInt64?) -> MarkupElement? { value.map { .ra(name, text: String($0)) } }
    return MarkupElement.of(
      "Header",
      [
        .ra("BusinessOriginatorID", text: originator.description), .ra("BusinessTargetID", text: target.description),
        number("OriginatorCounter", counter),
        supplementaryParty.map { .ra("SupplementaryRemotePartyID", text: $0.description) },
        number("SupplementaryRemotePartyCounter", supplementaryCounter),
        number("SupplementaryOriginatorCounter", supplementaryOriginatorCounter),
        messageCode.map { .ra("GBCSHexadecimalMessageCode", text: $0) },
        variant.map { .ra("ServiceReference", text: ServiceRequest.reference(of: $0)) },
        variant.map { .ra("ServiceReferenceVariant", text: $0) }, moment,
      ])
  }
}

/// An answer, or an alert of the device.
public enum SMETS1Body: Hashable, Sendable {
  case answer(SMETS1Answer)
  case alert(SMETS1DeviceAlert)
  /// With parts that are not read here: GBCS data, debugging of other generations.
  case other(MarkupElement)

  init(_ element: MarkupElement) throws(DUISFault) {
    if element.elements.contains(where: { $0.name == "GBCSData" }) {
      self = .other(element)
      return
    }
    switch element.name {
    case "ResponseMessage":
      guard let answer = try SMETS1Answer.read(element) else {
        self = .other(element)
        return
      }
      self = .answer(answer)
    case "DeviceAlertMessage": self = .alert(try SMETS1DeviceAlert(element))
    default: throw .unexpected
    }
  }

  var element: MarkupElement {
    switch self {
    case .answer(let answer): answer.element
    case .alert(let alert): alert.element
    case .other(let element): element
    }
  }
}

/// What a device answered, and whether it did what was asked.
public struct SMETS1Answer: Hashable, Sendable {
  /// What went wrong, in the service provider's words.
  public struct Fault: Hashable, Sendable {
    public var code: Int
    /// From 1.
    public var position: Int
    /// At most 250 characters.
    public var text: String

    public init(code: Int, position: Int, text: String) {
      self.code = code
      self.position = position
      self.text = text
    }
  }

  public var content: SMETS1Content?
  /// `nil` where the answer does not say.
  public var isSuccess: Bool?
  public var faults: [Fault]

  public init(_ content: SMETS1Content?, isSuccess: Bool? = true, faults: [Fault] = []) {
    self.content = content
    self.isSuccess = isSuccess
    self.faults = faults
  }

  static let mostFaults = 1_000

  /// - Returns: `nil` where it has debugging of other generations, which is not read here.
  static func read(_ element: MarkupElement) throws(DUISFault) -> SMETS1Answer? {
    var fields = BodyFields(element, namespace: DUISNamespace.response)
    var answer = SMETS1Answer(nil, isSuccess: nil)
    if let data = fields.element("SMETSData") {
      guard data.elements.count == 1, let inner = data.elements.first else { throw .unexpected }
      answer.content = try SMETS1Content(inner)
      answer.isSuccess = try inner.attribute("MessageSuccess").map(boolean)
    }
    if let debugging = fields.element("DebugInfo") {
      var inner = BodyFields(debugging, namespace: DUISNamespace.response)
      guard let list = inner.element("SMETS1Debug") else { return nil }
      try inner.requireEnd()
      answer.faults = try faults(list)
    }
    try fields.requireEnd()
    return answer
  }

  private static func boolean(_ text: String) throws(DUISFault) -> Bool {
    switch text {
    case "true", "1": return true
    case "false", "0": return false
    default: throw .unreadable("MessageSuccess")
    }
  }

  private static func faults(_ list: MarkupElement) throws(DUISFault) -> [Fault] {
    var fields = BodyFields(list, namespace: DUISNamespace.response)
    var found: [Fault] = []
    while let next = fields.element("SMETS1Response") {
      guard found.count < mostFaults else { throw .unexpected }
      var inner = BodyFields(next, namespace: DUISNamespace.response)
      let text = try inner.required("Error") { $0.count <= 250 ? $0 : nil }
      try inner.requireEnd()
      guard let code = next.attribute("ResponseCode").flatMap({ Int($0) }),
        let position = next.attribute("Position").flatMap({ Int($0) }), position > 0
      else { throw .unreadable("SMETS1Response") }
      found.append(Fault(code: code, position: position, text: text))
    }
    try fields.requireEnd()
    guard !found.isEmpty else { throw .missing("SMETS1Response") }
    return found
  }

  var element: MarkupElement {
    var inner = content?.element
    if let isSuccess, content.map({ if case .other = $0 { false } else { true } }) == true {
      inner?.attributes = [.init("MessageSuccess", isSuccess ? "true" : "false")]
    }
    let list = faults.map { fault -> MarkupElement? in
      var element = MarkupElement.ra("SMETS1Response", [.ra("Error", text: fault.text)])
      element.attributes = [.init("ResponseCode", String(fault.code)), .init("Position", String(fault.position))]
      return element
    }
    return .of(
      "ResponseMessage",
      [
        inner.map { .ra("SMETSData", [$0]) },
        faults.isEmpty ? nil : .ra("DebugInfo", [.ra("SMETS1Debug", list)]),
      ])
  }
}

/// An alert of a SMETS1 device (MMC, `DeviceAlertContent`).
public struct SMETS1DeviceAlert: Hashable, Sendable {
  /// Hexadecimal digits, `8F35`.
  public var code: String?
  /// At most 250 characters.
  public var description: String
  public var time: UTCInstant
  /// Data of the few alerts that have any, kept as they are.
  public var payload: MarkupElement?

  public init(code: String?, description: String, time: UTCInstant, payload: MarkupElement? = nil) {
    self.code = code
    self.description = description
    self.time = time
    self.payload = payload
  }

  init(_ element: MarkupElement) throws(DUISFault) {
    var outer = BodyFields(element, namespace: DUISNamespace.response)
    var fields = BodyFields(try outer.requiredElement("DeviceAlertContent"), namespace: DUISNamespace.response)
    try outer.requireEnd()
    code = try fields.optional("GBCSHexAlertCode", SMETS1Header.hexadecimal)
    description = try fields.required("AlertDescription") { $0.count <= 250 ? $0 : nil }
    time = try fields.required("Timestamp", DUISTime.instant)
    payload = fields.element("Payload")
    try fields.requireEnd()
  }

  var element: MarkupElement {
    .of(
      "DeviceAlertMessage",
      [
        .ra(
          "DeviceAlertContent",
          [
            code.map { .ra("GBCSHexAlertCode", text: $0) }, .ra("AlertDescription", text: description),
            .ra("Timestamp", text: DUISTime.text(time)), payload,
          ])
      ])
  }
}
