extension MessagePicture {
  /// The picture of a DLMS value.
  public static func value(_ name: String, _ value: DLMSValue) -> MessagePicture {
    switch value {
    case .array(let elements): list(name, "array", elements)
    case .structure(let elements): list(name, "structure", elements)
    case .compactArray(_, let rows): list(name, "compact array", rows)
    case .null: MessagePicture(name, "null")
    case .boolean(let byte): MessagePicture(name, "boolean \(byte != 0)")
    case .bitString(let count, let bytes): MessagePicture(name, "\(count) bits", bytes: bytes)
    case .octetString(let bytes): octets(name, bytes)
    case .visibleString(let bytes), .utf8String(let bytes):
      MessagePicture(name, "text \"\(printable(bytes))\"", bytes: bytes)
    case .float32(let bytes), .float64(let bytes): MessagePicture(name, "floating point", bytes: bytes)
    case .dateTime(let bytes): MessagePicture(name, DLMSDateTime(bytes)?.description ?? "", bytes: bytes)
    case .date(let bytes), .time(let bytes): MessagePicture(name, "date or time", bytes: bytes)
    case .enumerated(let number): MessagePicture(name, "enumeration \(number)")
    default: MessagePicture(name, value.wholeNumberText)
    }
  }

  private static func list(_ name: String, _ type: String, _ elements: [DLMSValue]) -> MessagePicture {
    MessagePicture(
      name, "\(type) of \(elements.count)", parts: elements.enumerated().map { value("[\($0.offset)]", $0.element) })
  }

  private static func octets(_ name: String, _ bytes: [UInt8]) -> MessagePicture {
    if SealedContent.isSealed(bytes) { return MessagePicture(name, "encrypted", bytes: bytes) }
    return MessagePicture(name, DLMSDateTime(bytes)?.description ?? "\(bytes.count) octets", bytes: bytes)
  }

  /// Text without anything that could steer a terminal.
  static func printable(_ bytes: [UInt8]) -> String { printable(String(decoding: bytes, as: UTF8.self)) }

  /// Text without anything that could steer a terminal.
  public static func printable(_ text: String) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let steers = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
      shown.append(steers ? "." : scalar)
    }
    return String(shown)
  }

  /// The picture of a value of ASN.1.
  static func asn1(_ value: ASN1Value, name: String = "") -> MessagePicture {
    let names: [UInt8: String] = [
      0x01: "boolean", 0x02: "integer", 0x03: "bit string", 0x04: "octet string", 0x05: "null",
      0x06: "object identifier", 0x0A: "enumeration", 0x0C: "text", 0x13: "text", 0x17: "time", 0x18: "time",
      0x30: "sequence", 0x31: "set",
    ]
    let type = names[value.identifier] ?? "tag \(hexText([value.identifier]))"
    switch value {
    case .constructed(_, _, let elements): return MessagePicture(type, parts: elements.map { asn1($0) })
    case .primitive(let identifier, _, let content):
      let meaning =
        [0x0C, 0x13, 0x17, 0x18].contains(identifier)
        ? printable(content) : value.wholeNumber.map { String($0) } ?? ""
      return MessagePicture(type, meaning, bytes: content)
    }
  }
}

extension DLMSValue {
  /// A whole number in decimal; empty for anything else.
  var wholeNumberText: String {
    if case .long64Unsigned(let value) = self { return String(value) }
    return wholeNumber.map { String($0) } ?? ""
  }
}
