import DUIS
import GBCS
import XMLDocuments

/// The readable picture of a DUIS document.
public enum DUISPicture {
  /// Whether bytes begin as XML does, after a byte-order mark and white space.
  static func isMarkup(_ bytes: [UInt8]) -> Bool {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    return start.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "<")
  }

  /// - Throws: ``XMLFault`` or ``DUISFault``.
  public static func picture(_ bytes: [UInt8]) throws -> MessagePicture {
    let root = try XMLDocument(bytes).root()
    switch root.name {
    case "Request": return picture(try ServiceRequest(root))
    case "SMETS1SignedResponse":
      return MessagePicture("SMETS1 response", parts: [element(try SMETS1SignedResponse(root).document)])
    case "S1SPAlert":
      return MessagePicture("alert of a SMETS1 service provider", parts: [element(try S1SPAlert(root).document)])
    default: break
    }
    return picture(try ServiceResponse(root))
  }

  private static func picture(_ request: ServiceRequest) -> MessagePicture {
    var parts = identifier("request", request.id)
    if let isFirst = request.isFirstInSequence { parts.append(MessagePicture("first in sequence", "\(isFirst)")) }
    if let preceding = request.preceding { parts.append(MessagePicture("preceding", preceding.description)) }
    parts.append(MessagePicture("command variant", String(request.commandVariant)))
    parts.append(MessagePicture("service", request.serviceReferenceVariant))
    parts.append(MessagePicture("body", parts: [element(request.body)]))
    parts.append(MessagePicture("signature", request.signature == nil ? "none" : "present, not judged here"))
    return MessagePicture("DUIS request", "schema version \(request.schemaVersion)", parts: parts)
  }

  private static func picture(_ response: ServiceResponse) -> MessagePicture {
    var parts = response.requestID.map { identifier("request", $0) } ?? []
    parts += response.responseID.map { identifier("response", $0) } ?? []
    parts.append(MessagePicture("response code", response.code))
    parts.append(MessagePicture("response time", response.dateTime))
    parts.append(MessagePicture("body", parts: [element(response.body)]))
    parts.append(MessagePicture("signature", response.signature == nil ? "none" : "present, not judged here"))
    return MessagePicture("DUIS response", "schema version \(response.schemaVersion)", parts: parts)
  }

  private static func identifier(_ name: String, _ id: RequestID) -> [MessagePicture] {
    [
      MessagePicture(
        name, id.description,
        parts: [
          MessagePicture("from", id.originator.description), MessagePicture("to", id.target.description),
          MessagePicture("counter", String(id.counter)),
        ])
    ]
  }

  /// Elements that carry a GBCS message have its picture in them.
  private static func element(_ element: MarkupElement) -> MessagePicture {
    let parts = element.elements.map(Self.element)
    guard parts.isEmpty else { return MessagePicture(element.name, parts: parts) }
    if ["GBCSPayload", "SignedPreCommand"].contains(element.name), let bytes = Base64.decode(element.text),
      let message = try? DeviceMessage(bytes)
    {
      return MessagePicture(element.name, parts: [MessagePicture(message)])
    }
    return MessagePicture(element.name, MessagePicture.printable(element.text))
  }
}
