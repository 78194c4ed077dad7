/// A readable tree of a message: what a person sees when decoding it.
public struct MessagePicture: Hashable, Sendable {
  public var name: String
  /// What it means; empty where the parts say it.
  public var meaning: String
  /// The bytes that it stands for; empty where the parts have them.
  public var bytes: [UInt8]
  public var parts: [MessagePicture]

  public init(_ name: String, _ meaning: String = "", bytes: [UInt8] = [], parts: [MessagePicture] = []) {
    self.name = name
    self.meaning = meaning
    self.bytes = bytes
    self.parts = parts
  }
}

extension MessagePicture {
  /// The picture of a whole message. What cannot be read of the payload is shown as bytes with the reason.
  public init(_ message: DeviceMessage) {
    var parts = [MessagePicture.header(message)]
    if message.supplementary != Supplementary() { parts.append(.supplementary(message.supplementary)) }
    parts.append(.payload(message))
    if let meaning = MessagePicture.meaning(message) { parts.append(meaning) }
    switch message.signature {
    case .omitted: parts.append(MessagePicture("signature", "left out, as in early pre-commands"))
    case .none: parts.append(MessagePicture("signature", "none"))
    case .present(let bytes): parts.append(MessagePicture("signature", "ECDSA P-256", bytes: bytes))
    }
    parts.append(
      message.mac.map { MessagePicture("MAC", "AES-128-GCM, 12 bytes", bytes: $0) } ?? MessagePicture("MAC", "none"))
    self.init("message", "\(message.kind), \(message.code)", parts: parts)
  }

  private static func header(_ message: DeviceMessage) -> MessagePicture {
    let time = message.dateTime.map { DLMSDateTime($0)?.description ?? "" } ?? "none"
    return MessagePicture(
      "grouping header",
      parts: [
        MessagePicture("kind", message.kind.description, bytes: [message.kind.rawValue]),
        MessagePicture("originator counter", String(message.counter), bytes: bigEndian(message.counter)),
        MessagePicture("originator", message.originator.description, bytes: message.originator.bytes),
        MessagePicture("recipient", message.recipient.description, bytes: message.recipient.bytes),
        MessagePicture("date and time", time, bytes: message.dateTime ?? []),
        MessagePicture("message code", message.code.useCase ?? "", bytes: bigEndian(message.code.rawValue)),
      ])
  }

  private static func supplementary(_ other: Supplementary) -> MessagePicture {
    var parts: [MessagePicture] = []
    if let party = other.remoteParty {
      parts.append(MessagePicture("remote party", party.description, bytes: party.bytes))
    }
    if let counter = other.remotePartyCounter {
      parts.append(MessagePicture("remote party counter", String(counter), bytes: bigEndian(counter)))
    }
    if let counter = other.originatorCounter {
      parts.append(MessagePicture("originator counter", String(counter), bytes: bigEndian(counter)))
    }
    if let certificate = other.keyAgreementCertificate {
      parts.append(MessagePicture("key agreement certificate", "\(certificate.count) bytes", bytes: certificate))
    }
    return MessagePicture("supplementary", "the broker acts for another party", parts: parts)
  }

  private static func payload(_ message: DeviceMessage) -> MessagePicture {
    do {
      return payload(try message.openedPayload().payload)
    } catch {
      return MessagePicture("payload", error.description, bytes: message.payload)
    }
  }

  static func payload(_ payload: Payload) -> MessagePicture {
    switch payload {
    case .dlms(.accessRequest(let request)):
      let parts = zip(request.specifications, request.data).map { access($0, $1) }
      return MessagePicture("payload", "DLMS access request, \(parts.count) items", parts: parts)
    case .dlms(.accessResponse(let response)):
      let parts = zip(response.results, response.data).map { result($0, $1) }
      return MessagePicture("payload", "DLMS access response, \(parts.count) items", parts: parts)
    case .dlms(.dataNotification(let notification)):
      let alert = notification.alertCode.map { "alert " + hexText(bigEndian($0)).uppercased() } ?? ""
      return MessagePicture("payload", "DLMS data notification \(alert)", parts: [value("value", notification.value)])
    case .gas(let gas):
      return MessagePicture(
        "payload", "gas, \(gas.components.count) components",
        parts: gas.components.enumerated().map { component($0.offset, $0.element) })
    case .gasAlert(let alert):
      return MessagePicture(
        "payload", "gas alert " + hexText(bigEndian(alert.alertCode)).uppercased(),
        parts: [MessagePicture("time", "", bytes: bigEndian(alert.time))]
          + (alert.content.map { [MessagePicture("content", "", bytes: $0)] } ?? []))
    case .asn1(let value): return MessagePicture("payload", "ASN.1", parts: [asn1(value)])
    }
  }

  private static func access(_ item: AccessSpecification, _ data: DLMSValue) -> MessagePicture {
    var parts: [MessagePicture] = []
    if let selection = item.selection { parts.append(value("selector \(selection.selector)", selection.parameters)) }
    if data != .null { parts.append(value("data", data)) }
    return MessagePicture(
      item.choice.name, "class \(item.objectClass), object \(item.object), member \(item.member)", parts: parts)
  }

  private static func result(_ item: AccessResult, _ data: DLMSValue) -> MessagePicture {
    MessagePicture(
      item.choice.name, item.code == 0 ? "success" : "failed with code \(item.code)",
      parts: data == .null ? [] : [value("data", data)])
  }

  private static func component(_ index: Int, _ item: GasComponent) -> MessagePicture {
    var parts: [MessagePicture] = []
    if let time = item.fromDateTime { parts.append(MessagePicture("from", "", bytes: bigEndian(time))) }
    switch item.content {
    case .clear(let bytes): parts.append(MessagePicture("data", "", bytes: bytes))
    case .sealed(let sealed): parts.append(MessagePicture("data", "encrypted", bytes: sealed.bytes))
    }
    let cluster = hexText(bigEndian(item.cluster))
    return MessagePicture(
      "[\(index)]",
      "cluster \(cluster), frame control \(hexText([item.frameControl])), command \(hexText([item.command]))",
      parts: parts)
  }
}
