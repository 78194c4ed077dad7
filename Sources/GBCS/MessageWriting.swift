extension DeviceMessage {
  /// The whole message as it is sent.
  public var bytes: [UInt8] {
    guard let mac else { return body }
    return Tag.macFrameStart + counted(Tag.macSecurityHeader + body + mac)
  }

  /// From the byte DF to the end of the signature field: what the MAC covers.
  public var body: [UInt8] {
    let signed = [Tag.grouping] + signedContent
    return switch signature {
    case .omitted: signed
    case .none: signed + [0]
    case .present(let value): signed + counted(value)
    }
  }

  /// What a signature covers: the body behind DF, up to the end of the payload.
  public var signedContent: [UInt8] {
    var bytes: [UInt8] = [9, kind.rawValue]
    bytes += bigEndian(counter)
    bytes += counted(originator.bytes)
    bytes += counted(recipient.bytes)
    bytes += counted(dateTime ?? [])
    bytes += counted(otherInformation)
    bytes += counted(payload)
    return bytes
  }

  private var otherInformation: [UInt8] {
    bigEndian(code.rawValue) + (supplementary.remoteParty?.bytes ?? [])
      + (supplementary.remotePartyCounter.map(bigEndian) ?? [])
      + (supplementary.originatorCounter.map(bigEndian) ?? [])
      + (supplementary.keyAgreementCertificate ?? [])
  }
}
