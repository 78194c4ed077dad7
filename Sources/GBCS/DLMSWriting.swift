extension DLMSValue {
  /// The value with its tag.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return bytes
  }

  func write(to bytes: inout [UInt8]) {
    switch self {
    case .array(let elements): Self.write(DLMSTag.array, elements, to: &bytes)
    case .structure(let elements): Self.write(DLMSTag.structure, elements, to: &bytes)
    case .compactArray(let type, let rows):
      bytes.append(DLMSTag.compactArray)
      type.write(to: &bytes)
      var content: [UInt8] = []
      for row in rows { row.writeContent(to: &content) }
      bytes += counted(content)
    default:
      bytes.append(tag)
      writeContent(to: &bytes)
    }
  }

  private static func write(_ tag: UInt8, _ elements: [DLMSValue], to bytes: inout [UInt8]) {
    bytes.append(tag)
    bytes += lengthBytes(elements.count)
    for element in elements { element.write(to: &bytes) }
  }

  /// The value without its tag, as it stands in the rows of a compact array.
  private func writeContent(to bytes: inout [UInt8]) {
    switch self {
    case .null: break
    case .array(let elements), .structure(let elements), .compactArray(_, let elements):
      for element in elements { element.writeContent(to: &bytes) }
    case .boolean(let value), .binaryCodedDecimal(let value), .unsigned(let value), .enumerated(let value):
      bytes.append(value)
    case .bitString(let count, let content): bytes += lengthBytes(count) + content
    case .doubleLong(let value): bytes += bigEndian(value)
    case .doubleLongUnsigned(let value): bytes += bigEndian(value)
    case .octetString(let content), .visibleString(let content), .utf8String(let content): bytes += counted(content)
    case .integer(let value): bytes.append(UInt8(bitPattern: value))
    case .long(let value): bytes += bigEndian(value)
    case .longUnsigned(let value): bytes += bigEndian(value)
    case .long64(let value): bytes += bigEndian(value)
    case .long64Unsigned(let value): bytes += bigEndian(value)
    case .float32(let content), .float64(let content), .dateTime(let content), .date(let content), .time(let content):
      bytes += content
    }
  }

  /// The first byte of its encoding.
  public var tag: UInt8 {
    switch self {
    case .null: DLMSTag.null.rawValue
    case .array: DLMSTag.array
    case .structure: DLMSTag.structure
    case .compactArray: DLMSTag.compactArray
    case .boolean: DLMSTag.boolean.rawValue
    case .bitString: DLMSTag.bitString.rawValue
    case .doubleLong: DLMSTag.doubleLong.rawValue
    case .doubleLongUnsigned: DLMSTag.doubleLongUnsigned.rawValue
    case .octetString: DLMSTag.octetString.rawValue
    case .visibleString: DLMSTag.visibleString.rawValue
    case .utf8String: DLMSTag.utf8String.rawValue
    case .binaryCodedDecimal: DLMSTag.binaryCodedDecimal.rawValue
    case .integer: DLMSTag.integer.rawValue
    case .long: DLMSTag.long.rawValue
    case .unsigned: DLMSTag.unsigned.rawValue
    case .longUnsigned: DLMSTag.longUnsigned.rawValue
    case .long64: DLMSTag.long64.rawValue
    case .long64Unsigned: DLMSTag.long64Unsigned.rawValue
    case .enumerated: DLMSTag.enumerated.rawValue
    case .float32: DLMSTag.float32.rawValue
    case .float64: DLMSTag.float64.rawValue
    case .dateTime: DLMSTag.dateTime.rawValue
    case .date: DLMSTag.date.rawValue
    case .time: DLMSTag.time.rawValue
    }
  }
}

extension DLMSType {
  func write(to bytes: inout [UInt8]) {
    switch self {
    case .simple(let tag): bytes.append(tag.rawValue)
    case .array(let count, let element):
      bytes.append(DLMSTag.array)
      bytes += bigEndian(count)
      element.write(to: &bytes)
    case .structure(let parts):
      bytes.append(DLMSTag.structure)
      bytes += lengthBytes(parts.count)
      for part in parts { part.write(to: &bytes) }
    }
  }
}
