/// A column of a flat table: its name, what its values are, and whether one may be missing.
public struct ParquetColumn: Hashable, Sendable {
  /// What a value is.
  public enum Kind: Hashable, Sendable {
    /// 32 bits, signed.
    case int32
    /// 64 bits, signed.
    case int64
    /// Days since 1970-01-01.
    case date
    /// Whole numbers of a unit of 10 to the −scale, in up to 18 digits.
    case decimal(precision: Int, scale: Int)
    /// UTF-8.
    case text
  }

  public var name: String
  public var kind: Kind
  public var isOptional: Bool

  public init(_ name: String, _ kind: Kind, isOptional: Bool = false) {
    self.name = name
    self.kind = kind
    self.isOptional = isOptional
  }
}

/// Values of a column, row by row.
public struct ParquetValues: Sendable {
  /// Of all kinds but texts; 0 where there is none.
  public var integers: [Int64] = []
  /// Of texts.
  public var texts: [[UInt8]] = []
  /// `true` where there is no value; empty when all are there.
  public var isMissing: [Bool] = []

  public init() {}
  public init(integers: [Int64], isMissing: [Bool] = []) {
    self.integers = integers
    self.isMissing = isMissing
  }
  public init(texts: [[UInt8]]) { self.texts = texts }

  public var count: Int { max(integers.count, texts.count) }
  public func isThere(_ row: Int) -> Bool { isMissing.isEmpty || !isMissing[row] }
}

/// The physical types of the format that are read here.
enum PhysicalType: Equatable {
  case int32, int64, bytes
  case fixed(Int)
}

/// A column as a file has it.
struct StoredColumn {
  let column: ParquetColumn
  let physical: PhysicalType

  /// - Parameter element: a leaf of the schema.
  init(_ element: ThriftValue) throws(ParquetFault) {
    let name = element[4]?.text ?? ""
    func fault(_ reason: String) -> ParquetFault { ParquetFault("column \(name.prefix(40))", reason) }
    let repetition = element[3]?.integer ?? 0
    guard element[5] == nil, repetition <= 1 else { throw fault("lists and nested columns are not read here") }
    let scale = Int(clamping: element[7]?.integer ?? 0)
    let precision = Int(clamping: element[8]?.integer ?? 0)
    let logical = element[10]
    let converted = element[6]?.integer
    let isDecimal = converted == 5 || logical?[5] != nil
    guard !isDecimal || (1...18).contains(precision) && (0...18).contains(scale) else {
      throw fault("a decimal of more than 18 digits")
    }
    let kind: ParquetColumn.Kind
    switch element[1]?.integer {
    case 1:
      physical = .int32
      kind =
        isDecimal
        ? .decimal(precision: precision, scale: scale)
        : converted == 6 || logical?[6] != nil ? .date : .int32
    case 2:
      guard logical?[8] == nil, logical?[7] == nil, converted.map({ !(7...10).contains($0) }) ?? true else {
        throw fault("moments are not read here; store the settlement date and period")
      }
      physical = .int64
      kind = isDecimal ? .decimal(precision: precision, scale: scale) : .int64
    case 6:
      guard !isDecimal else { throw fault("a decimal in bytes of any length") }
      physical = .bytes
      kind = .text
    case 7:
      let length = Int(clamping: element[2]?.integer ?? 0)
      guard isDecimal, (1...16).contains(length) else { throw fault("bytes of a fixed length that are no decimal") }
      physical = .fixed(length)
      kind = .decimal(precision: precision, scale: scale)
    case 4, 5: throw fault("binary fractions are not exact; store whole Wh or a decimal")
    default: throw fault("its type is not read here")
    }
    column = ParquetColumn(name, kind, isOptional: repetition == 1)
  }
}
