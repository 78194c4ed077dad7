/// From whom a command goes to which device, under which counter.
public struct CommandAddress: Hashable, Sendable {
  /// The party whose command it is, as the device knows it: the broker, where the device does not know the party.
  public var originator: EUI64
  /// The originator's counter; rises with every command of this originator to this device.
  public var counter: UInt64
  public var device: EUI64
  /// The party for which the broker acts; empty where the originator acts for itself.
  public var supplementary: Supplementary

  /// A party that the device knows speaks for itself.
  public init(originator: EUI64, counter: UInt64, device: EUI64) {
    self.init(originator: originator, counter: counter, device: device, supplementary: Supplementary())
  }

  /// The broker speaks for a party that the device does not know (an MDR, another user, an export supplier).
  ///
  /// - Parameters:
  ///   - counter: the broker's own.
  ///   - partyCounter: of the party's request.
  ///   - keyAgreementCertificate: the party's (DER), where the answer is sensitive and encrypted to it.
  public init(
    broker: EUI64, counter: UInt64, for party: EUI64, partyCounter: UInt64, keyAgreementCertificate: [UInt8]?,
    device: EUI64
  ) {
    self.init(
      originator: broker, counter: counter, device: device,
      supplementary: Supplementary(
        remoteParty: party, remotePartyCounter: partyCounter, keyAgreementCertificate: keyAgreementCertificate))
  }

  init(originator: EUI64, counter: UInt64, device: EUI64, supplementary: Supplementary) {
    self.originator = originator
    self.counter = counter
    self.device = device
    self.supplementary = supplementary
  }

  /// The command with that payload, not signed and without MAC.
  public func command(_ code: MessageCode, _ payload: [UInt8]) -> DeviceMessage {
    DeviceMessage(
      kind: .command, counter: counter, originator: originator, recipient: device, code: code,
      supplementary: supplementary, payload: payload)
  }

  /// A command of DLMS accesses. - Parameter items: what is accessed, with the value to give (null for none).
  public func command(_ code: MessageCode, _ items: [(AccessSpecification, DLMSValue)]) -> DeviceMessage {
    command(
      code,
      AccessRequest(
        invokeID: DLMSMessage.invokeID(counter), specifications: items.map(\.0), data: items.map(\.1)
      ).bytes)
  }
}

extension DLMSMessage {
  /// Long-invoke-id-and-priority of a counter: `20` and its low three bytes.
  public static func invokeID(_ counter: UInt64) -> UInt32 {
    0x2000_0000 | UInt32(truncatingIfNeeded: counter & 0xFF_FFFF)
  }
}
