/// Base64 (RFC 4648) as it stands in XML: white space within it is passed over.
public enum Base64 {
  /// - Returns: `nil` for other characters, missing or misplaced padding, or bits left over that are not zero.
  public static func decode(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 4 * 3)
    var value: UInt32 = 0
    var (digits, padding) = (0, 0)
    for character in text.utf8 {
      guard let digit = digit(character) else {
        if isSpace(character) { continue }
        guard character == UInt8(ascii: "=") else { return nil }
        padding += 1
        continue
      }
      guard padding == 0 else { return nil }
      value = value << 6 | digit
      digits += 1
      if digits == 4 {
        bytes.append(UInt8(truncatingIfNeeded: value >> 16))
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
        bytes.append(UInt8(truncatingIfNeeded: value))
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
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var place = 0
    while place < bytes.count {
      let left = bytes.count - place
      let value =
        UInt32(bytes[place]) << 16 | (left > 1 ? UInt32(bytes[place + 1]) << 8 : 0)
        | (left > 2 ? UInt32(bytes[place + 2]) : 0)
      text.append(letter(value >> 18))
      text.append(letter(value >> 12))
      text.append(left > 1 ? letter(value >> 6) : UInt8(ascii: "="))
      text.append(left > 2 ? letter(value) : UInt8(ascii: "="))
      place += 3
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func isSpace(_ character: UInt8) -> Bool {
    character == 0x20 || character == 0x09 || character == 0x0A || character == 0x0D
  }

  /// The letter of the low six bits.
  private static func letter(_ value: UInt32) -> UInt8 {
    let digit = UInt8(truncatingIfNeeded: value & 63)
    return switch digit {
    case 0..<26: UInt8(ascii: "A") + digit
    case 26..<52: UInt8(ascii: "a") + (digit - 26)
    case 52..<62: UInt8(ascii: "0") + (digit - 52)
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
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
