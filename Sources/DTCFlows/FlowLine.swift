import SettlementCalendar
import WireFormat

/// One line of a flow file, looked at in place: fields by `|`, the group identifier first.
struct FlowLine {
  let bytes: UnsafeBufferPointer<UInt8>
  let number: Int

  init(_ line: LineSplitter.Line) { self.init(line.bytes, number: line.number) }

  init(_ bytes: UnsafeBufferPointer<UInt8>, number: Int) { (self.bytes, self.number) = (bytes, number) }

  /// The bytes of a field counted from 0; empty where the line has none.
  func field(_ position: Int) -> UnsafeBufferPointer<UInt8> {
    var start = 0
    var left = position
    while left > 0 {
      guard let bar = bar(from: start) else { return UnsafeBufferPointer(rebasing: bytes[bytes.count...]) }
      start = bar + 1
      left -= 1
    }
    return UnsafeBufferPointer(rebasing: bytes[start..<(bar(from: start) ?? bytes.count)])
  }

  /// A field as text; bytes that are no UTF-8 become replacement signs, which no code or number has.
  func text(_ position: Int) -> String { String(decoding: field(position), as: UTF8.self) }

  var endsWithBar: Bool { bytes.last == UInt8(ascii: "|") }

  private func bar(from start: Int) -> Int? {
    var index = start
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "|") { return index }
      index += 1
    }
    return nil
  }

  /// The three-character group identifier, followed by a bar or by nothing.
  var group: GroupID? {
    guard bytes.count == 3 || (bytes.count > 3 && bytes[3] == UInt8(ascii: "|")) else { return nil }
    return GroupID(code: UInt32(bytes[0]) << 16 | UInt32(bytes[1]) << 8 | UInt32(bytes[2]))
  }
}

/// A group identifier packed into a number, so that choosing by it costs one comparison.
struct GroupID: Hashable {
  let code: UInt32

  static let zhv = GroupID(code: 0x5A_48_56)  // ZHV
  static let zhd = GroupID(code: 0x5A_48_44)  // ZHD
  static let zpt = GroupID(code: 0x5A_50_54)  // ZPT
  static let mpanAndQuantity = GroupID(code: 0x31_30_31)  // 101
  static let settlementDate = GroupID(code: 0x31_30_32)  // 102
  static let advance = GroupID(code: 0x31_30_33)  // 103
  static let mpan = GroupID(code: 0x30_32_36)  // 026
  static let meter = GroupID(code: 0x30_32_38)  // 028
  static let registerReading = GroupID(code: 0x30_33_30)  // 030
  static let distributor = GroupID(code: 0x44_49_53)  // DIS
  static let lossClass = GroupID(code: 0x4C_4C_46)  // LLF
  static let lossDate = GroupID(code: 0x53_44_54)  // SDT
  static let lossPeriod = GroupID(code: 0x53_50_4C)  // SPL
}

/// A plain unsigned decimal (`12`, `0.086`, `5.`) in units of 10^-places, exactly.
///
/// - Returns: `nil` for anything else: a sign, an exponent, a blank, more than fifteen digits, or a finer number.
func fixedPoint(_ bytes: UnsafeBufferPointer<UInt8>, places: Int) -> Int64? {
  var value: Int64 = 0
  var digits = 0
  var fraction = -1
  for byte in bytes {
    if byte == UInt8(ascii: ".") {
      guard fraction < 0, digits > 0 else { return nil }
      fraction = 0
      continue
    }
    let digit = byte &- UInt8(ascii: "0")
    guard digit <= 9, digits < 15 else { return nil }
    if fraction >= 0 {
      guard fraction < places else {
        guard digit == 0 else { return nil }
        digits += 1
        continue
      }
      fraction += 1
    }
    value = value * 10 + Int64(digit)
    digits += 1
  }
  guard digits > 0 else { return nil }
  for _ in max(fraction, 0)..<places { value *= 10 }
  return value
}

/// A whole number of at most nine digits. - Returns: `nil` for anything else.
func wholeNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
  guard (1...9).contains(bytes.count) else { return nil }
  var value = 0
  for byte in bytes {
    let digit = byte &- UInt8(ascii: "0")
    guard digit <= 9 else { return nil }
    value = value * 10 + Int(digit)
  }
  return value
}

/// `YYYYMMDD`. - Returns: `nil` for anything else.
func compactDate(_ bytes: UnsafeBufferPointer<UInt8>) -> SettlementDate? {
  guard bytes.count == 8, let number = wholeNumber(bytes) else { return nil }
  return SettlementDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)
}

/// `YYYYMMDDhhmmss`. - Returns: `nil` for anything else.
func compactStamp(_ bytes: UnsafeBufferPointer<UInt8>) -> CivilStamp? {
  guard bytes.count == 14, let date = compactDate(UnsafeBufferPointer(rebasing: bytes[..<8])),
    let time = wholeNumber(UnsafeBufferPointer(rebasing: bytes[8...])),
    time / 10_000 <= 23, time / 100 % 100 <= 59, time % 100 <= 59
  else { return nil }
  return CivilStamp(date: date, hour: time / 10_000, minute: time / 100 % 100, second: time % 100)
}

/// A stamp as flows write it: `YYYYMMDDhhmmss`.
func compactText(_ stamp: CivilStamp) -> String {
  let time = [stamp.hour, stamp.minute, stamp.second].map { $0 < 10 ? "0\($0)" : "\($0)" }
  return stamp.date.compactText + time.joined()
}
