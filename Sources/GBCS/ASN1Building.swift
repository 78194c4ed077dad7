/// Short forms for the values that credentials and firmware messages are made of.
extension ASN1Value {
  public static let null = ASN1Value.primitive(identifier: 0x05, content: [])

  public static func sequence(_ elements: [ASN1Value]) -> ASN1Value {
    .constructed(identifier: 0x30, elements: elements)
  }

  public static func octets(_ bytes: [UInt8]) -> ASN1Value { .primitive(identifier: 0x04, content: bytes) }

  public static func enumerated(_ value: UInt8) -> ASN1Value { .primitive(identifier: 0x0A, content: [value]) }

  /// A number that is not negative, in its shortest form.
  public static func integer(_ value: UInt64, identifier: UInt8 = 0x02) -> ASN1Value {
    var bytes = Array(bigEndian(value).drop { $0 == 0 })
    if bytes.isEmpty || bytes[0] >= 0x80 { bytes.insert(0, at: 0) }
    return .primitive(identifier: identifier, content: bytes)
  }

  /// A key usage with one bit set.
  public static func keyUse(_ use: KeyUse) -> ASN1Value {
    .primitive(identifier: 0x03, content: [7 - use.rawValue % 8, 0x80 >> use.rawValue])
  }

  var keyUse: KeyUse? {
    guard case .primitive(0x03, _, let content) = self else { return nil }
    return KeyUse.allCases.first { Self.keyUse($0) == .primitive(identifier: 0x03, content: content) }
  }

  /// A number that is not negative, whatever its tag.
  var counter: UInt64? {
    guard case .primitive(_, _, let content) = self, (1...9).contains(content.count), content[0] < 0x80,
      content.count < 9 || content[0] == 0
    else { return nil }
    return content.reduce(0) { $0 << 8 | UInt64($1) }
  }

  public var octets: [UInt8]? {
    guard case .primitive(0x04, _, let content) = self else { return nil }
    return content
  }

  /// `20300101000000Z`.
  public static func time(_ time: DeviceTime) -> ASN1Value {
    let bytes = time.dateTime()
    let year = Int(bytes[0]) << 8 | Int(bytes[1])
    let parts: [Int] = [year / 100, year % 100] + [2, 3, 5, 6, 7].map { Int(bytes[$0]) }
    var text: [UInt8] = []
    for part in parts { text += [UInt8(part / 10 + 48), UInt8(part % 10 + 48)] }
    text.append(UInt8(ascii: "Z"))
    return .primitive(identifier: 0x18, content: text)
  }

  /// The moment of a GeneralizedTime in UTC; `nil` for anything else, and for what a device cannot tell, from 2136 on.
  public var time: DeviceTime? {
    guard case .primitive(0x18, _, let content) = self, content.count == 15, content[14] == UInt8(ascii: "Z"),
      content[..<14].allSatisfy({ (48...57).contains($0) })
    else { return nil }
    let pairs = stride(from: 0, to: 14, by: 2).map { Int(content[$0] - 48) * 10 + Int(content[$0 + 1] - 48) }
    let year = UInt16(pairs[0] * 100 + pairs[1])
    let rest = pairs[2...].map { UInt8($0) }
    return DeviceTime(
      dateTime: bigEndian(year) + [rest[0], rest[1], 0xFF, rest[2], rest[3], rest[4], 0, 0x80, 0, 0xFF])
  }
}

extension ASN1Value {
  /// The time that takes a command back which waits for another: the last second of the year 9999.
  static let cancellation = ASN1Value.primitive(identifier: 0x18, content: Array("99991231235959Z".utf8))
}

extension TrustAnchorCell {
  /// The cell use is left out where it is management.
  var value: ASN1Value {
    .sequence(
      [.integer(UInt64(role.rawValue)), .keyUse(use)] + (cell == .management ? [] : [.integer(UInt64(cell.rawValue))]))
  }

  init?(_ value: ASN1Value) {
    guard let parts = value.elements, (2...3).contains(parts.count),
      let role = parts[0].counter.flatMap({ RemotePartyRole(rawValue: UInt8(clamping: $0)) }),
      let use = parts[1].keyUse,
      let cell = parts.count == 2 ? .management : parts[2].counter.flatMap({ CellUse(rawValue: UInt8(clamping: $0)) })
    else { return nil }
    self.init(role, use, cell)
  }
}
