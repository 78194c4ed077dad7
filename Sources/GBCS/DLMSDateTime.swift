/// The 12 bytes of a DLMS date-time: parts may be left open (FF), and GBCS gives two patterns a meaning of their own.
public struct DLMSDateTime: Hashable, Sendable, CustomStringConvertible {
  public let bytes: [UInt8]

  /// - Returns: `nil` unless there are 12 bytes.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == 12 else { return nil }
    self.bytes = bytes
  }

  /// `2015-01-31 00:00:00`, open parts as `*`; `now` for all zeros, `never` where all parts are open.
  public var description: String {
    if bytes.allSatisfy({ $0 == 0 }) { return "now" }
    if bytes[..<9].allSatisfy({ $0 == 0xFF }) { return "never" }
    let year = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
    let date = [year == 0xFFFF ? "*" : String(year), Self.part(bytes[2]), Self.part(bytes[3])]
    return date.joined(separator: "-") + " " + bytes[5...7].map(Self.part).joined(separator: ":")
  }

  private static func part(_ byte: UInt8) -> String { byte == 0xFF ? "*" : byte < 10 ? "0\(byte)" : String(byte) }
}
