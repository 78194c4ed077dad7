/// What a message carries.
public enum Payload: Hashable, Sendable {
  /// Electricity meters and hubs.
  case dlms(DLMSMessage)
  /// Gas meters and the gas proxy: commands and answers.
  case gas(GasPayload)
  case gasAlert(GasAlert)
  /// Credentials, joining, device logs, firmware activation.
  case asn1(ASN1Value)

  public var bytes: [UInt8] {
    switch self {
    case .dlms(let message): message.bytes
    case .gas(let payload): payload.bytes
    case .gasAlert(let alert): alert.bytes
    case .asn1(let value): value.bytes
    }
  }

  /// The code that an alert carries; `nil` for what is no alert or has another form.
  public var alertCode: UInt16? {
    switch self {
    case .dlms(.dataNotification(let notification)): notification.alertCode
    case .gasAlert(let alert): alert.alertCode
    case .asn1(let value): value.elements?.first?.wholeNumber.flatMap(UInt16.init(exactly:))
    case .dlms, .gas: nil
    }
  }
}

/// A payload and the content in it that is encrypted.
public struct OpenedPayload: Hashable, Sendable {
  public let payload: Payload
  /// In the order in which they stand.
  public let sealed: [SealedContent]

  /// Reads a payload. Which of the three encodings it has shows in its first bytes: DLMS has D9, DA or 0F, gas the
  /// profile 0109, and neither can begin a value of ASN.1 here.
  /// - Parameter kind: tells gas alerts from gas commands.
  /// - Throws: ``MessageFault`` whose offset counts from the beginning of the payload.
  public init(_ bytes: [UInt8], kind: DeviceMessage.Kind) throws(MessageFault) {
    var reader = ByteReader(bytes)
    switch reader.next {
    case nil: throw reader.fault(.unknownPayload)
    case DLMSMessage.accessRequestTag, DLMSMessage.accessResponseTag, DLMSMessage.dataNotificationTag:
      var dlms = DLMSReader(reader)
      payload = .dlms(try DLMSMessage(reading: &dlms))
      sealed = dlms.sealed.compactMap { SealedContent(Array(bytes[$0]), offset: $0.lowerBound) }
    case GasPayload.profile.first where kind == .alert:
      payload = .gasAlert(try GasAlert(reading: &reader))
      sealed = []
    case GasPayload.profile.first:
      let gas = try GasPayload(reading: &reader)
      payload = .gas(gas)
      sealed = gas.components.compactMap { if case .sealed(let sealed) = $0.content { sealed } else { nil } }
    default:
      payload = .asn1(try ASN1Value.value(&reader, depth: 0))
      try reader.requireEnd()
      sealed = []
    }
  }
}

extension DeviceMessage {
  /// Reads what it carries. - Throws: ``MessageFault`` whose offset counts from the beginning of the payload.
  public func openedPayload() throws(MessageFault) -> OpenedPayload { try OpenedPayload(payload, kind: kind) }
}
