/// The command that makes a device run the firmware that it has received (CS06; 11.3).
public struct FirmwareActivation: Hashable, Sendable {
  /// SHA-256 of the image.
  public var hash: [UInt8]
  /// The supplier's counter.
  public var counter: UInt64
  /// When; `nil` is at once.
  public var executionTime: DeviceTime?
  /// Takes back an activation that waits; ``executionTime`` has no meaning then.
  public var isCancellation: Bool

  public init(hash: [UInt8], counter: UInt64, executionTime: DeviceTime? = nil, isCancellation: Bool = false) {
    self.isCancellation = isCancellation
    self.hash = hash
    self.counter = counter
    self.executionTime = executionTime
  }

  static let code = MessageCode(rawValue: 0x0012)

  public var payload: [UInt8] {
    let time = isCancellation ? [ASN1Value.cancellation] : executionTime.map { [.time($0)] } ?? []
    return ASN1Value.sequence([.octets(hash), .integer(counter)] + time).bytes
  }

  /// `nil` for what is no such command, or for a time that a device cannot tell.
  public init?(_ value: ASN1Value) {
    guard let parts = value.elements, (2...3).contains(parts.count), let hash = parts[0].octets, hash.count == 32,
      let counter = parts[1].counter
    else { return nil }
    let isCancellation = parts.count == 3 && parts[2] == .cancellation
    guard parts.count == 2 || isCancellation || parts[2].time != nil else { return nil }
    self.init(
      hash: hash, counter: counter, executionTime: parts.count == 3 ? parts[2].time : nil,
      isCancellation: isCancellation)
  }

  /// What the device tells when it has tried. - Parameter version: what runs now.
  public func result(isDone: Bool, version: UInt32) -> ASN1Value {
    .sequence([.integer(isDone ? 0 : 1), .octets(bigEndian(version))])
  }
}

extension CommandAddress {
  /// The command that activates firmware, neither signed nor with MAC.
  public func command(_ activation: FirmwareActivation) -> DeviceMessage {
    command(FirmwareActivation.code, activation.payload)
  }
}
