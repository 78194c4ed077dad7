/// A market participant's four-character identifier (`MRCY`), upper-case letters and digits.
public struct ParticipantID: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let code: String

  /// - Returns: `nil` unless 1...8 characters of `A`-`Z`, `0`-`9`.
  public init?(_ code: some StringProtocol) {
    guard (1...8).contains(code.utf8.count), code.utf8.allSatisfy(isUpperCaseOrDigit) else { return nil }
    self.code = String(code)
  }

  public static func < (a: Self, b: Self) -> Bool { a.code < b.code }
  public var description: String { code }
}

/// A line loss factor class of one distributor: up to three letters or digits, leading zeros dropped (`01` is `1`).
///
/// Real D0265 files write `1`, MPAN top lines `001`, the seeds `01`; the class is the same.
public struct LineLossFactorClassID: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let code: String

  /// - Returns: `nil` unless 1...3 characters of `A`-`Z`, `0`-`9`.
  public init?(_ code: some StringProtocol) {
    guard (1...3).contains(code.utf8.count), code.utf8.allSatisfy(isUpperCaseOrDigit) else { return nil }
    let significant = code.drop { $0 == "0" }
    self.code = significant.isEmpty ? "0" : String(significant)
  }

  public static func < (a: Self, b: Self) -> Bool { a.code < b.code }
  public var description: String { code }
}

func isUpperCaseOrDigit(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

/// What a channel measures (data item Measurement Quantity Id).
public enum MeasurementQuantity: String, Hashable, Sendable, CaseIterable, Comparable {
  /// Active import, kWh.
  case activeImport = "AI"
  /// Active export, kWh.
  case activeExport = "AE"
  /// Reactive import, kvarh.
  case reactiveImport = "RI"
  /// Reactive export, kvarh.
  case reactiveExport = "RE"

  /// Only active energy is settled.
  public var isActive: Bool { self == .activeImport || self == .activeExport }
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
