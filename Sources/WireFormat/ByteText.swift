/// Whether a byte is a space or a tab.
@inlinable public func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

/// Whether a line holds nothing but spaces, tabs and a stray carriage return or end-of-file mark (control-Z).
@inlinable public func isBlankLine(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  bytes.allSatisfy { isBlank($0) || $0 == UInt8(ascii: "\r") || $0 == 0x1A }
}

extension Collection<UInt8> where Self: BidirectionalCollection {
  /// Without the spaces and tabs around it.
  @inlinable public var withoutBlanksAround: SubSequence {
    var (start, end) = (startIndex, endIndex)
    while start != end, isBlank(self[start]) { formIndex(after: &start) }
    while start != end, isBlank(self[index(before: end)]) { formIndex(before: &end) }
    return self[start..<end]
  }
}

extension Sequence<UInt8> {
  /// Whether these bytes are `text`, upper and lower case of ASCII letters taken as equal.
  @inlinable public func equalsIgnoringCase(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { elementsEqual($0) { lowercased($0) == lowercased($1) } }
  }

  /// Whether these bytes begin with `text`, upper and lower case of ASCII letters taken as equal.
  @inlinable public func startsIgnoringCase(with text: StaticString) -> Bool {
    text.withUTF8Buffer { starts(with: $0) { lowercased($0) == lowercased($1) } }
  }
}

/// The ASCII lower-case letter for an upper-case one; any other byte as it is.
@inlinable public func lowercased(_ byte: UInt8) -> UInt8 {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}

extension Collection<UInt8> {
  /// The whole number that 1...`longest` ASCII digits write. - Returns: `nil` for anything else.
  @inlinable public func wholeNumber(longest: Int = 9) -> Int? {
    guard (1...longest).contains(count), longest <= 18 else { return nil }
    var value = 0
    for byte in self {
      let digit = byte &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      value = value * 10 + Int(digit)
    }
    return value
  }
}
