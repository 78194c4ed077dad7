/// The eight bytes that name a device, a user or a DCC party (IEEE EUI-64). Written in upper case with hyphens in DUIS,
/// raw in GBCS.
public struct EUI64: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The eight bytes as one number, first byte highest.
  public let rawValue: UInt64

  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// From 16 hexadecimal digits, upper or lower case, with hyphens between the pairs or without any.
  /// - Returns: `nil` for anything else.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    let isHyphenated = bytes.count == 23
    guard isHyphenated || bytes.count == 16 else { return nil }
    var value: UInt64 = 0
    for (place, byte) in bytes.enumerated() {
      if isHyphenated && place % 3 == 2 {
        guard byte == UInt8(ascii: "-") else { return nil }
      } else {
        guard let digit = hexDigit(byte) else { return nil }
        value = value << 4 | UInt64(digit)
      }
    }
    rawValue = value
  }

  /// The eight bytes, in the order in which they are sent.
  public var bytes: [UInt8] { bigEndian(rawValue) }

  /// `90-B3-D5-1F-30-01-00-00`.
  public var description: String {
    var text: [UInt8] = []
    text.reserveCapacity(23)
    for shift in stride(from: 60, through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: rawValue >> UInt64(shift) & 15)
      text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
      if shift % 8 == 0, shift > 0 { text.append(UInt8(ascii: "-")) }
    }
    return String(decoding: text, as: UTF8.self)
  }

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// Bytes of a whole number, highest first.
public func bigEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(Value.bitWidth / 8)
  var shift = Value.bitWidth - 8
  while shift >= 0 {
    bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    shift -= 8
  }
  return bytes
}

/// Two lower-case hexadecimal digits a byte, without anything between them.
public func hexText(_ bytes: some Sequence<UInt8>) -> String {
  var text: [UInt8] = []
  text.reserveCapacity(bytes.underestimatedCount * 2)
  for byte in bytes {
    text.append(hexLetter(byte >> 4))
    text.append(hexLetter(byte & 15))
  }
  return String(decoding: text, as: UTF8.self)
}

private func hexLetter(_ digit: UInt8) -> UInt8 {
  digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
}

/// The bytes that hexadecimal digits write; white space, colons and hyphens between the digits are passed over.
/// - Returns: `nil` where there is another character or an odd number of digits.
public func bytes(hexadecimal text: some Sequence<UInt8>) -> [UInt8]? {
  var bytes: [UInt8] = []
  var high: UInt8?
  for character in text {
    if [0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ":"), UInt8(ascii: "-")].contains(character) { continue }
    guard let digit = hexDigit(character) else { return nil }
    if let first = high {
      bytes.append(first << 4 | digit)
      high = nil
    } else {
      high = digit
    }
  }
  return high == nil ? bytes : nil
}

func hexDigit(_ character: UInt8) -> UInt8? {
  switch character {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
  default: nil
  }
}
