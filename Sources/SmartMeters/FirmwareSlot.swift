/// The firmware that runs and the one that waits.
public struct FirmwareSlot: Hashable, Sendable {
  /// Four bytes, as the device tells its version.
  public internal(set) var version: UInt32
  /// The image that came over the WAN and was verified: its SHA-256 and version.
  public internal(set) var pending: Image?

  public struct Image: Hashable, Sendable {
    /// 32 bytes.
    public let hash: [UInt8]
    public let version: UInt32

    public init(hash: [UInt8], version: UInt32) {
      self.hash = hash
      self.version = version
    }
  }

  public init(version: UInt32 = 0x0100_0000, pending: Image? = nil) {
    self.version = version
    self.pending = pending
  }

  /// Makes the waiting image run. - Returns: whether an image with that hash was waiting.
  mutating func activate(hash: [UInt8]) -> Bool {
    guard let image = pending, image.hash == hash else { return false }
    version = image.version
    pending = nil
    return true
  }
}
