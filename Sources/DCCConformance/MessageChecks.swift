import GBCS
import JSONText
import MessageSecurity

extension VectorCheck {
  /// One message against itself and against what another reader made of it.
  mutating func check(_ bytes: [UInt8], id: String, kind: String, derived: JSONValue?) {
    let located: DeviceMessage.Located
    do {
      located = try DeviceMessage.locate(bytes)
    } catch {
      return table.record("GBCS \(kind.lowercased())", id, failed: error.description)
    }
    let message = located.message
    table.record("GBCS \(kind.lowercased())", id, message.bytes == bytes, "written again, it has other bytes")
    var opened: OpenedPayload?
    do {
      let payload = try message.openedPayload()
      table.record("GBCS payload", id, payload.payload.bytes == message.payload, "written again, it has other bytes")
      opened = payload
    } catch {
      table.record("GBCS payload", id, failed: error.description)
    }
    guard let derived else { return }
    checkFields(located, id, derived)
    if let expected = derived["dlms"] {
      var found: JSONValue?
      if case .dlms(let dlms)? = opened?.payload { found = Shorthand.message(dlms) }
      table.record("DLMS decode", id, found == expected, "its values differ")
    }
    checkMAC(message, id, derived["mac"])
    checkSignature(message, id, derived["sigValid"]?.boolean)
    checkSealed(message, opened?.sealed ?? [], id, derived["enc"]?.elements ?? [])
  }

  private mutating func checkFields(_ located: DeviceMessage.Located, _ id: String, _ derived: JSONValue) {
    let message = located.message
    let other = message.supplementary
    let signatureLength: Int? =
      switch message.signature {
      case .omitted: nil
      case .none: 0
      case .present(let bytes): bytes.count
      }
    let pairs: [(String, JSONValue)] = [
      ("cra", .string(message.kind.description)), ("ctr", .string(hexText(bigEndian(message.counter)))),
      ("orig", .string(hexText(message.originator.bytes))), ("recip", .string(hexText(message.recipient.bytes))),
      ("code", .string(message.code.description)), ("dt", message.dateTime.map { .string(hexText($0)) } ?? .null),
      ("payload", .array([.integer(located.payload.lowerBound), .integer(located.payload.count)])),
      ("sigLen", signatureLength.map { .integer($0) } ?? .null),
      ("suppId", other.remoteParty.map { .string(hexText($0.bytes)) } ?? .null),
      ("suppCtr", other.remotePartyCounter.map { .string(hexText(bigEndian($0))) } ?? .null),
      ("suppOrigCtr", other.originatorCounter.map { .string(hexText(bigEndian($0))) } ?? .null),
      ("suppKaCertLen", other.keyAgreementCertificate.map { .integer($0.count) } ?? .null),
    ]
    let wrong = pairs.filter { $0.1 != (derived[$0.0] ?? .null) }.map(\.0)
    table.record("GBCS fields", id, wrong.isEmpty, "other values of \(wrong.joined(separator: ", "))")
  }

  /// A command's MAC is made with the broker's key, whoever is named as originator; others with the recipient's.
  private mutating func checkMAC(_ message: DeviceMessage, _ id: String, _ expected: JSONValue?) {
    guard let expected else { return }
    let pair = expected["ecdh"]?.text ?? ""
    guard let secret = secrets[pair] else { return table.record("MAC", id, failed: "the secret of \(pair) is absent") }
    let key = secret.key(for: KeyContext(mac: message))
    let verdict = try? key.authenticates(message)
    table.record(
      "MAC", id, verdict == expected["valid"]?.boolean && .string(hexText(key.bytes)) == expected["key"],
      "another verdict or key")
  }

  private mutating func checkSignature(_ message: DeviceMessage, _ id: String, _ expected: Bool?) {
    guard let expected else { return }
    let signers = certificates.filter { $0.identifier == message.originator && $0.usage == .digitalSignature }
    guard !signers.isEmpty else {
      return table.recordUnjudged("signature", id, "the folder has no certificate of \(message.originator)")
    }
    let verdict = signers.contains { message.isSigned(by: $0) }
    table.record("signature", id, verdict == expected, "judged \(verdict ? "valid" : "invalid")")
  }

  private mutating func checkSealed(
    _ message: DeviceMessage, _ sealed: [SealedContent], _ id: String, _ expected: [JSONValue]
  ) {
    guard !sealed.isEmpty || !expected.isEmpty else { return }
    guard sealed.map(\.offset) == expected.map({ $0["at"]?.integer ?? -1 }) else {
      return table.record("encrypted content", id, failed: "found at other places")
    }
    for (content, expected) in zip(sealed, expected) {
      let context = KeyContext(encryption: message)
      guard let key = secret(context.originator, context.recipient)?.key(for: context),
        let plaintext = try? key.open(content)
      else {
        table.record("encrypted content", id, failed: "it cannot be opened")
        continue
      }
      let found: [(String, String)] = [
        ("otherInfo", hexText(context.otherInfo)), ("key", hexText(key.bytes)), ("plaintext", hexText(plaintext)),
      ]
      var wrong = found.filter { .string($0.1) != expected[$0.0] }.map(\.0)
      if let dlms = expected["dlms"], (try? DLMSValue(plaintext)).map(Shorthand.value) != dlms { wrong.append("dlms") }
      table.record("encrypted content", id, wrong.isEmpty, "other \(wrong.joined(separator: ", "))")
    }
  }
}
