/// Base64 (RFC 4648) as it stands in XML: white space within it is passed over.
public enum Base64 {
  /// - Returns: `nil` for other characters, missing or misplaced padding, or bits left over that are not zero.
  public static func decode(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var value: UInt32 = 0
    var (digits, padding) = (0, 0)
    for character in text.utf8 where ![0x20, 0x09, 0x0A, 0x0D].contains(character) {
      if character == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      guard padding == 0, let digit = digit(character) else { return nil }
      value = value << 6 | digit
      digits += 1
      if digits == 4 {
        bytes += [UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)]
        (value, digits) = (0, 0)
      }
    }
    switch (digits, padding) {
    case (0, 0): return bytes
    case (3, 1) where value & 3 == 0: return bytes + [UInt8(value >> 10 & 0xFF), UInt8(value >> 2 & 0xFF)]
    case (2, 2) where value & 15 == 0: return bytes + [UInt8(value >> 4 & 0xFF)]
    default: return nil
    }
  }

  /// With padding and without line breaks.
  public static func encode(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = Array(bytes[start..<min(start + 3, bytes.count)])
      let value = (group + [0, 0]).prefix(3).reduce(0) { $0 << 8 | Int($1) }
      let places = [18, 12, 6, 0].map { digits[value >> $0 & 63] }
      text += places.prefix(group.count + 1)
      text += [UInt8](repeating: UInt8(ascii: "="), count: 3 - group.count)
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func digit(_ character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
