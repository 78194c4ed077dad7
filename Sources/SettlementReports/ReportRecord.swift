import Quantities
import SettlementCalendar

/// One record exactly as it stands in a file: its bytes, and how its line ends.
///
/// Fields are looked up in the bytes when they are asked for, so a record that nobody looks into costs one copy, and what
/// was read is written back without a change.
public struct ReportRecord: Hashable, Sendable {
  /// How a line ended.
  public enum LineEnd: Hashable, Sendable {
    case lineFeed
    case carriageReturnAndLineFeed
    /// The file ended first.
    case none

    var bytes: [UInt8] {
      switch self {
      case .lineFeed: [0x0A]
      case .carriageReturnAndLineFeed: [0x0D, 0x0A]
      case .none: []
      }
    }
  }

  /// The line without its end.
  public let bytes: [UInt8]
  public let lineEnd: LineEnd

  public init(bytes: [UInt8], lineEnd: LineEnd) {
    self.bytes = bytes
    self.lineEnd = lineEnd
  }

  /// A record to be written: the tag, then each field, each closed by a bar.
  public init(_ tag: RecordTag, _ fields: [String], lineEnd: LineEnd = .lineFeed) {
    var bytes = Array("\(tag)|".utf8)
    for field in fields {
      bytes.append(contentsOf: field.utf8)
      bytes.append(UInt8(ascii: "|"))
    }
    self.init(bytes: bytes, lineEnd: lineEnd)
  }

  /// What stands in the file.
  public var fileBytes: [UInt8] { bytes + lineEnd.bytes }

  /// `nil` when the line has no three characters before its first bar.
  public var tag: RecordTag? { bytes.withUnsafeBufferPointer { RecordScan.tag($0) } }

  /// The bytes of a field; the tag is field 0. Empty where the record has no such field.
  public func field(_ position: Int) -> ArraySlice<UInt8> {
    let range = bytes.withUnsafeBufferPointer { RecordScan.range(of: position, in: $0) }
    return bytes[range]
  }

  /// Fields, the tag counted; a closing bar begins no further one.
  public var fieldCount: Int { bytes.withUnsafeBufferPointer { RecordScan.fieldCount($0) } }

  /// A field as text; bytes that are no UTF-8 become replacement characters.
  public func text(_ position: Int) -> String { String(decoding: field(position), as: UTF8.self) }

  /// A field as a number, exactly. - Returns: `nil` for a blank or anything else that is no number.
  public func decimal(_ position: Int) -> DecimalNumber? {
    let bytes = field(position)
    return bytes.isEmpty ? nil : DecimalNumber(bytes)
  }

  /// A volume in MWh, exactly. - Returns: `nil` when it is no number or finer than 10⁻¹¹ MWh.
  public func megawattHours(_ position: Int) -> LossAdjustedEnergy? {
    guard let units = decimal(position)?.units(places: 11, rounding: .towardZero), units.isExact else { return nil }
    return LossAdjustedEnergy(tenMicrowattHours: units.value)
  }

  /// A price in £/MWh. - Returns: `nil` when it is no number, or beyond ``UnitRate/limit``.
  public func poundsPerMWh(_ position: Int) -> UnitRate? { decimal(position).flatMap(UnitRate.init(poundsPerMWh:)) }

  /// Pounds. - Returns: `nil` when it is no number, or beyond what money can be.
  public func pounds(_ position: Int) -> Money? { decimal(position).flatMap(Money.init(pounds:)) }

  /// A settlement period. - Returns: `nil` for anything but one or two digits.
  public func period(_ position: Int) -> Int? {
    let bytes = field(position)
    guard (1...2).contains(bytes.count) else { return nil }
    var value = 0
    for byte in bytes {
      let digit = byte &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      value = value * 10 + Int(digit)
    }
    return value
  }

  /// `YYYYMMDD`. - Returns: `nil` for anything else.
  public func date(_ position: Int) -> SettlementDate? { Self.date(field(position)) }

  /// A run's code. - Returns: `nil` for one that is not known here.
  public func run(_ position: Int) -> RunType? { RunType(rawValue: text(position)) }

  static func date(_ bytes: some Collection<UInt8>) -> SettlementDate? {
    guard bytes.count == 8 else { return nil }
    var value = 0
    for byte in bytes {
      let digit = byte &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      value = value * 10 + Int(digit)
    }
    return SettlementDate(year: value / 10_000, month: value / 100 % 100, day: value % 100)
  }
}

/// Looks for fields in the bytes of a line.
enum RecordScan {
  private static let bar = UInt8(ascii: "|")

  static func tag(_ bytes: UnsafeBufferPointer<UInt8>) -> RecordTag? {
    guard bytes.count >= 3, bytes.count == 3 || bytes[3] == bar else { return nil }
    guard bytes[0] != bar, bytes[1] != bar, bytes[2] != bar, bytes[0] | bytes[1] | bytes[2] < 0x80 else { return nil }
    return RecordTag(code: UInt32(bytes[0]) << 16 | UInt32(bytes[1]) << 8 | UInt32(bytes[2]))
  }

  static func range(of position: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    var start = 0
    var left = position
    var index = 0
    while index < bytes.count {
      if bytes[index] == bar {
        if left == 0 { return start..<index }
        left -= 1
        start = index + 1
      }
      index += 1
    }
    return left == 0 ? start..<bytes.count : bytes.count..<bytes.count
  }

  static func fieldCount(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var bars = 0
    var index = 0
    while index < bytes.count {
      if bytes[index] == bar { bars += 1 }
      index += 1
    }
    return bytes.last == bar ? bars : bars + 1
  }
}
