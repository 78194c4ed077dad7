import GBCS

/// How many alerts were folded into one.
public struct AlertThrottle: Hashable, Sendable {
  public var sequence: UInt32?
  public var count: UInt32?

  public init(sequence: UInt32? = nil, count: UInt32? = nil) {
    self.sequence = sequence
    self.count = count
  }

  init(_ fields: inout BodyFields) throws(DUISFault) {
    sequence = try fields.optional("ThrottledAlertSequenceId") { UInt32($0) }
    count = try fields.optional("ThrottledAlertCount") { UInt32($0) }
  }

  var elements: [MarkupElement?] {
    [
      .of("ThrottledAlertSequenceId", text: sequence.map { String($0) }),
      .of("ThrottledAlertCount", text: count.map { String($0) }),
    ]
  }
}

/// What a response is: an answer, a device's alert or an alert of the DCC.
public enum ResponseBody: Hashable, Sendable {
  /// An answer to the service with that variant.
  case message(variant: String, ResponseContent)
  /// - code: four hexadecimal digits as a number, e.g. 8F35.
  case deviceAlert(code: UInt16, throttle: AlertThrottle, message: [UInt8])
  /// - code: `AD1`, `N1` ...
  case dccAlert(code: String, throttle: AlertThrottle, DCCAlert)
  /// What the service provider of a SMETS1 device signed.
  case smets1(SMETS1Message)
  /// Kinds that are not read here.
  case other(MarkupElement)

  /// Reads the body of a response.
  public init(_ response: ServiceResponse) throws(DUISFault) {
    let body = response.body
    guard body.namespace == DUISNamespace.gateway else { throw .unexpected }
    var fields = BodyFields(body)
    switch body.name {
    case "ResponseMessage":
      let reference = try fields.required("ServiceReference") { $0 }
      let variant = try fields.required("ServiceReferenceVariant") { $0 }
      guard variant == reference || variant.hasPrefix(reference + ".") else { throw .variantMismatch }
      self = .message(variant: variant, try ResponseContent(fields.next()))
    case "DeviceAlertMessage":
      let code = try fields.required("AlertCode") { $0.utf8.count == 4 ? UInt16($0, radix: 16) : nil }
      let throttle = try AlertThrottle(&fields)
      self = .deviceAlert(
        code: code, throttle: throttle, message: try fields.required("GBCSPayload", Base64.decode))
    case "DCCAlertMessage":
      let code = try fields.required("DCCAlertCode") { $0 }
      let throttle = try AlertThrottle(&fields)
      guard let alert = try fields.requiredElement("DCCAlert").elements.first else { throw .missing("DCCAlert") }
      self = .dccAlert(code: code, throttle: throttle, try DCCAlert(alert))
    case "SMETS1ResponseMessage": self = .smets1(try SMETS1Message(&fields))
    default:
      self = .other(body)
      return
    }
    try fields.requireEnd()
  }

  public var element: MarkupElement {
    switch self {
    case .message(let variant, let content):
      .of(
        "ResponseMessage",
        [
          .of("ServiceReference", text: ServiceRequest.reference(of: variant)),
          .of("ServiceReferenceVariant", text: variant), content.element,
        ])
    case .deviceAlert(let code, let throttle, let message):
      .of(
        "DeviceAlertMessage",
        [.of("AlertCode", text: hexText(bigEndian(code)).uppercased())] + throttle.elements
          + [.of("GBCSPayload", text: Base64.encode(message))])
    case .dccAlert(let code, let throttle, let alert):
      .of(
        "DCCAlertMessage",
        [.of("DCCAlertCode", text: code)] + throttle.elements + [.of("DCCAlert", [alert.element])])
    case .smets1(let message): message.element
    case .other(let element): element
    }
  }
}
