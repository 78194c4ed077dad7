import GBCS

/// What a request became, before it is known under which counter it goes.
struct CompiledCommand: Hashable, Sendable {
  enum Content: Hashable, Sendable {
    case accesses([AccessItem])
    case sealed(by: OBISCode, [SealedObject], LogPeriod?)
    case gas(GasPayload)
    case asn1(ASN1Value)
    /// A certificate as it is.
    case bytes([UInt8])
    case credentials(CredentialsUpdate)
    /// Hash of the image.
    case firmware([UInt8], ActivationTime)
  }

  let code: MessageCode
  let sender: Recipe.Sender
  let content: Content

  var isSensitive: Bool { sender == .sealed }
  var isBrokersOwn: Bool { sender == .broker || sender == .alone }

  /// - Throws: ``MessageFault`` where a certificate is no ASN.1.
  func message(_ address: CommandAddress) throws(MessageFault) -> DeviceMessage {
    switch content {
    case .accesses(let items): return address.command(code, items: items)
    case .sealed(let protection, let objects, let period):
      return address.command(code, sealedBy: protection, objects, period)
    case .gas(let payload): return address.command(code, payload.bytes)
    case .asn1(let value): return address.command(code, value.bytes)
    case .bytes(let bytes): return address.command(code, bytes)
    case .credentials(var update):
      update.authorisingCounter = address.counter
      return try address.command(update)
    case .firmware(let hash, let activation):
      return address.command(
        FirmwareActivation(
          hash: hash, counter: address.counter, executionTime: activation.time, isCancellation: activation == .never))
    }
  }
}
