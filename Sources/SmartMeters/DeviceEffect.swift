public import GBCS

/// What comes out of a device.
public enum DeviceEffect: Hashable, Sendable {
  /// The answer to the command that was given to it.
  case response([UInt8])
  /// Said unasked, to the party named.
  case alert(AlertCode, to: EUI64, [UInt8])
  /// Nothing leaves: the device passed over what it was given.
  case discarded(Refusal)
}

/// Why a device passes over a message without an answer.
public enum Refusal: String, Error, Hashable, Sendable, CaseIterable {
  case unreadable = "it is no message"
  case otherRecipient = "it is for another device"
  case notACommand = "it is no command"
  case unknownUseCase = "the device does not know the use case"
  case unknownParty = "the originator has no role that may send it"
  case missingKey = "the device has no key for the originator or the broker"
  case wrongMAC = "the MAC is wrong or missing"
  case wrongSignature = "the signature is wrong or missing"
  case repeatedCounter = "the counter is not above the last one"
  case unreadablePayload = "the payload cannot be read"
}

/// The alerts that the simulated devices send (GBCS table of alerts, as listed in the notes).
public enum AlertCode: UInt16, Hashable, Sendable, CaseIterable {
  case futureDatedDone = 0x8F66
  case futureDatedFailed = 0x8F67
  case supplyRestored = 0x8F35
  case supplyRestoredAfterOutage = 0x8F36
  case supplyInterrupted = 0x8F57
  case clockNotAdjusted = 0x8F0C
  case clockAdjusted = 0x8145
  case firmwareVerified = 0x8F72
  case firmwareVerificationFailed = 0x8F1C
  case firmwareChanged = 0x8F43
  case sourceWithoutAuthority = 0x8F30
  case authenticationFailed = 0x8F3D
  case armed = 0x8F32
  case credentialsReplaced = 0x8F70
  case hubDeviceLogChanged = 0x8F12
  case duplicateTopUp = 0x8F51
  case topUpAboveLimit = 0x8F5B
  case topUpNotAuthentic = 0x8F63
  case topUpNotForDevice = 0x8F64
  case gasCommandNotRetrieved = 0x819D

  /// Codes with the highest bits `8F` are critical and signed; the others have a MAC.
  public var isCritical: Bool { rawValue >= 0x8F00 }
}
