/// A value in the A-XDR encoding of DLMS (IEC 62056-5-3, type Data).
public indirect enum DLMSValue: Hashable, Sendable {
  case null
  case array([DLMSValue])
  case structure([DLMSValue])
  /// The byte as it stands: zero is false, anything else true.
  case boolean(UInt8)
  /// As many bits as counted, highest bit of the first byte first.
  case bitString(count: Int, bytes: [UInt8])
  case doubleLong(Int32)
  case doubleLongUnsigned(UInt32)
  case octetString([UInt8])
  case visibleString([UInt8])
  case utf8String([UInt8])
  case binaryCodedDecimal(UInt8)
  case integer(Int8)
  case long(Int16)
  case unsigned(UInt8)
  case longUnsigned(UInt16)
  /// Rows without tags behind one description of their type.
  case compactArray(DLMSType, rows: [DLMSValue])
  case long64(Int64)
  case long64Unsigned(UInt64)
  case enumerated(UInt8)
  /// Four bytes of IEEE 754, kept as they stand.
  case float32([UInt8])
  /// Eight bytes of IEEE 754, kept as they stand.
  case float64([UInt8])
  /// Twelve bytes; ``DLMSDateTime`` reads them.
  case dateTime([UInt8])
  /// Five bytes.
  case date([UInt8])
  /// Four bytes.
  case time([UInt8])
}

/// The description of the rows of a compact array.
public indirect enum DLMSType: Hashable, Sendable {
  /// Any type of one value, by its tag.
  case simple(DLMSTag)
  case array(count: UInt16, of: DLMSType)
  case structure([DLMSType])
}

/// The tag of a type of one value.
public enum DLMSTag: UInt8, Hashable, Sendable, CaseIterable {
  case null = 0
  case boolean = 3
  case bitString = 4
  case doubleLong = 5
  case doubleLongUnsigned = 6
  case octetString = 9
  case visibleString = 10
  case utf8String = 12
  case binaryCodedDecimal = 13
  case integer = 15
  case long = 16
  case unsigned = 17
  case longUnsigned = 18
  case long64 = 20
  case long64Unsigned = 21
  case enumerated = 22
  case float32 = 23
  case float64 = 24
  case dateTime = 25
  case date = 26
  case time = 27

  static let array: UInt8 = 1
  static let structure: UInt8 = 2
  static let compactArray: UInt8 = 19
}

extension DLMSValue {
  /// The parts of a list or structure, or the rows of a compact array; `nil` for a single value.
  public var elements: [DLMSValue]? {
    switch self {
    case .array(let elements), .structure(let elements), .compactArray(_, let elements): elements
    default: nil
    }
  }

  /// A whole number of any width; `nil` for anything else.
  public var wholeNumber: Int? {
    switch self {
    case .doubleLong(let value): Int(value)
    case .doubleLongUnsigned(let value): Int(value)
    case .binaryCodedDecimal(let value), .unsigned(let value), .enumerated(let value): Int(value)
    case .integer(let value): Int(value)
    case .long(let value): Int(value)
    case .longUnsigned(let value): Int(value)
    case .long64(let value): Int(exactly: value)
    case .long64Unsigned(let value): Int(exactly: value)
    default: nil
    }
  }
}
