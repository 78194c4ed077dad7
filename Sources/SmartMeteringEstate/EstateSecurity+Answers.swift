public import GBCS

extension EstateSecurity {
  /// Whether a device's answer is authentic to the party that it is for: signed by the device, or with the MAC that the
  /// two share.
  public func isAuthentic(_ message: DeviceMessage, for party: EUI64) -> Bool {
    if message.isSigned { return verdict(message) == .authentic }
    guard message.recipient == party, let key = deviceKey(message.originator) else { return false }
    return keys.isAuthentic(message, own: party, publicKey: key)
  }
}
