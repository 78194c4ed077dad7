import GBCS
import JSONText
import MessageSecurity

extension VectorCheck {
  /// One message with the fields that its origin's own tests assert. Fields of tariffs and credentials, which are
  /// decoded here only to their encoding, are not compared.
  mutating func checkExpectation(_ vector: JSONValue) {
    let id = vector["id"]?.text ?? "unnamed"
    let kind = "messages with expectations"
    guard let bytes = vector["hex"]?.hexBytes, let expected = vector["expect"] else {
      return table.record(kind, id, failed: "a field is absent or unreadable")
    }
    let message: DeviceMessage
    do {
      message = try DeviceMessage(bytes)
    } catch {
      let isExpected = error.reason == .runsOver && expected["error"]?.text == "runs past the end"
      return table.record(kind, id, isExpected, error.description)
    }
    guard expected["error"] == nil else { return table.record(kind, id, failed: "taken, though malformed") }
    var wrong: [String] = []
    if message.bytes != bytes { wrong.append("bytes") }
    for member in expected.members ?? [] where holds(member, message, expected) == false { wrong.append(member.key) }
    if (try? message.openedPayload())?.payload.bytes != message.payload { wrong.append("payload") }
    table.record(kind, id, wrong.isEmpty, "other \(wrong.joined(separator: ", "))")
  }

  /// `nil` for what is not compared.
  private func holds(_ member: JSONMember, _ message: DeviceMessage, _ expected: JSONValue) -> Bool? {
    let other = message.supplementary
    switch member.key {
    case "cra": return member.value.text == message.kind.description
    case "originatorCounter": return member.value.hexNumber == message.counter
    case "originator": return member.value.identifier == message.originator
    case "recipient": return member.value.identifier == message.recipient
    case "messageCode": return member.value.text == message.code.description
    case "supplementaryRemotePartyId": return member.value.identifier == other.remoteParty
    case "supplementaryRemotePartyCounter": return member.value.hexNumber == other.remotePartyCounter
    case "contentLength": return member.value.integer == message.payload.count
    case "signatureLength": return member.value.integer == message.signatureLength
    case "mac": return member.value.hexBytes == message.mac
    case "macStatus" where member.value.text == "valid": return macIsValid(message, expected)
    case "data": return member.value == .array(response(message)?.data.map(Self.longhand) ?? [])
    case "results":
      let results = response(message)?.results ?? []
      return member.value == .array(results.map { .array([.string($0.choice.name), .integer($0.code)]) })
    default: return nil
    }
  }

  private func response(_ message: DeviceMessage) -> AccessResponse? {
    guard case .dlms(.accessResponse(let response))? = (try? message.openedPayload())?.payload else { return nil }
    return response
  }

  private func macIsValid(_ message: DeviceMessage, _ expected: JSONValue) -> Bool {
    let given = expected["sharedSecret"]?.hexBytes.flatMap(SharedSecretValue.init)
    let broker = EUI64(rawValue: 0x90B3_D51F_3000_0002)
    guard let secret = given ?? secret(broker, message.recipient) else { return false }
    return (try? secret.key(for: KeyContext(mac: message)).authenticates(message)) == true
  }

  /// `["octet-string", "0002"]`, with the types' whole names.
  private static func longhand(_ value: DLMSValue) -> JSONValue {
    switch value {
    case .octetString(let bytes): .array([.string("octet-string"), .string(hexText(bytes))])
    case .doubleLong(let number): .array([.string("double-long"), .integer(number)])
    default: Shorthand.value(value)
    }
  }
}

extension DeviceMessage {
  var signatureLength: Int { if case .present(let bytes) = signature { bytes.count } else { 0 } }
}
