/// Content that only one reader can open: security header `31 00000000`, ciphertext, 12-byte tag (GBCS 8.4).
public struct SealedContent: Hashable, Sendable {
  /// Where the security header starts, counted from the beginning of the payload.
  public let offset: Int
  public let ciphertext: [UInt8]
  /// Twelve bytes.
  public let tag: [UInt8]

  /// Encrypted and authenticated, invocation counter 0.
  public static let header: [UInt8] = [0x31, 0, 0, 0, 0]
  /// Header and tag without a byte of content.
  static let overhead = 17

  /// - Parameter bytes: from the security header to the end of the tag; `nil` where they are none.
  public init?(_ bytes: [UInt8], offset: Int) {
    guard Self.isSealed(bytes) else { return nil }
    self.offset = offset
    ciphertext = Array(bytes[5..<bytes.count - 12])
    tag = Array(bytes[(bytes.count - 12)...])
  }

  /// Whether bytes have the form of sealed content.
  public static func isSealed(_ bytes: [UInt8]) -> Bool { bytes.count >= overhead && bytes.starts(with: header) }

  /// From the security header to the end of the tag.
  public var bytes: [UInt8] { Self.header + ciphertext + tag }
}
