import Quantities

/// What a field of a record holds.
public enum FieldKind: Hashable, Sendable {
  /// Any characters but a bar, at most so many.
  case text(Int)
  /// A whole number of at most so many digits.
  case integer(Int)
  /// `decimal(p,s)`: at most p digits, of which at most s after the point; a minus may stand before them.
  case decimal(Int, Int)
  /// `YYYYMMDD`.
  case date
  /// `T` or `F`.
  case flag
  /// `I` import or `E` export.
  case direction
  /// A run's code.
  case run
  /// Not known what it holds: kept as it stands.
  case any
}

/// One field: its name where a public source names it, and what it holds.
public struct FieldLayout: Hashable, Sendable {
  /// `nil` where no public source names the field; it is kept all the same.
  public let name: String?
  public let kind: FieldKind
  /// Whether the field may be blank.
  public let isOptional: Bool

  init(_ name: String?, _ kind: FieldKind, optional: Bool = false) {
    self.name = name
    self.kind = kind
    isOptional = optional
  }

  static let unnamed = FieldLayout(nil, .any, optional: true)
}

/// What is known of one kind of record.
public struct RecordLayout: Hashable, Sendable {
  public let tag: RecordTag
  public let title: String
  /// The records that it may stand under; empty for one that begins a group of its own; `nil` where its place is not
  /// known and not checked.
  public let under: [RecordTag]?
  /// How many fields were seen in published files, the tag counted and the closing bar not; empty where not known.
  public let fieldCounts: [Int]
  /// The fields behind the tag; further ones are kept as they stand.
  public let fields: [FieldLayout]
  /// Where the settlement date stands, for a record that dates what follows; the tag is field 0.
  public let dateField: Int?
  /// Whether the first field is a settlement period, of which each group holds every one of its day once.
  public let isPeriodRow: Bool

  init(
    _ tag: RecordTag, _ title: String, under: [RecordTag]?, counts: [Int] = [], date: Int? = nil,
    isPeriodRow: Bool = false, _ fields: [FieldLayout] = []
  ) {
    self.tag = tag
    self.title = title
    self.under = under
    fieldCounts = counts
    self.fields = fields
    dateField = date
    self.isPeriodRow = isPeriodRow
  }

  /// The place of a field by its name; the tag is field 0.
  public func position(of name: String) -> Int? { fields.firstIndex { $0.name == name }.map { $0 + 1 } }
}

extension FieldKind {
  /// Whether these bytes can stand in such a field. A blank is decided by ``FieldLayout/isOptional``.
  func accepts(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    switch self {
    case .any: true
    case .text(let longest): bytes.count <= longest
    case .integer(let digits): Self.isDecimal(bytes, whole: digits, fraction: 0)
    case .decimal(let precision, let scale): Self.isDecimal(bytes, whole: precision - scale, fraction: scale)
    case .date: bytes.count == 8 && bytes.allSatisfy(Self.isDigit)
    case .flag: bytes.count == 1 && (bytes[0] == UInt8(ascii: "T") || bytes[0] == UInt8(ascii: "F"))
    case .direction: bytes.count == 1 && (bytes[0] == UInt8(ascii: "I") || bytes[0] == UInt8(ascii: "E"))
    case .run: bytes.count == 2 && bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }

  private static func isDecimal(_ bytes: UnsafeBufferPointer<UInt8>, whole: Int, fraction: Int) -> Bool {
    var index = bytes.first == UInt8(ascii: "-") ? 1 : 0
    let start = index
    while index < bytes.count, isDigit(bytes[index]) { index += 1 }
    let wholeDigits = index - start
    guard wholeDigits <= whole else { return false }
    guard index < bytes.count else { return wholeDigits > 0 }
    guard bytes[index] == UInt8(ascii: "."), fraction > 0 else { return false }
    index += 1
    let point = index
    while index < bytes.count, isDigit(bytes[index]) { index += 1 }
    return index == bytes.count && index - point <= fraction && wholeDigits + index - point > 0
  }
}
