import Quantities
import SettlementCalendar

/// A power level in whole kilowatts. Positive is export. Submissions are in whole megawatts; files write three decimals.
public struct PowerLevel: Hashable, Comparable, Sendable {
  public let kilowatts: Int64

  /// The largest magnitude: 99,999 MW.
  public static let limit: Int64 = 99_999_000

  /// - Returns: `nil` beyond ``limit``.
  public init?(kilowatts: Int64) {
    guard kilowatts.magnitude <= Self.limit.magnitude else { return nil }
    self.kilowatts = kilowatts
  }

  /// From MW as text gave them. - Returns: `nil` when finer than a kilowatt or beyond ``limit``.
  public init?(megawatts number: DecimalNumber) {
    guard let units = number.units(places: 3, rounding: .towardZero), units.isExact,
      let value = Int64(exactly: units.value)
    else { return nil }
    self.init(kilowatts: value)
  }

  public static func < (a: Self, b: Self) -> Bool { a.kilowatts < b.kilowatts }
}

extension PowerLevel: CustomStringConvertible {
  public var description: String { DecimalNumber.text(Int128(kilowatts), places: 3, keeping: 0) + " MW" }
}

/// A straight line of power between two moments: one row of a PN, MEL, MIL, BOD or BOALF file.
public struct LevelSegment: Hashable, Sendable {
  public let from: UTCInstant
  public let to: UTCInstant
  public let fromLevel: PowerLevel
  public let toLevel: PowerLevel

  /// The longest segment: eight days, so that exact volumes stay within 128 bits.
  public static let longest: Int64 = 8 * 86_400

  /// - Returns: `nil` when it ends before it starts, or lasts longer than ``longest``.
  public init?(from: UTCInstant, _ fromLevel: PowerLevel, to: UTCInstant, _ toLevel: PowerLevel) {
    let (length, overflow) = to.secondsSince1970.subtractingReportingOverflow(from.secondsSince1970)
    guard !overflow, (0...Self.longest).contains(length) else { return nil }
    self.from = from
    self.to = to
    self.fromLevel = fromLevel
    self.toLevel = toLevel
  }

  /// Seconds.
  public var length: Int64 { to.secondsSince1970 - from.secondsSince1970 }

  func covers(_ start: Int64, _ end: Int64) -> Bool {
    from.secondsSince1970 <= start && to.secondsSince1970 >= end && length > 0
  }

  /// The level in kilowatts at a second within the segment.
  func level(at second: Int64) throws(FractionOverflow) -> ExactFraction {
    let rise = Int128(toLevel.kilowatts - fromLevel.kilowatts) * Int128(second - from.secondsSince1970)
    return try ExactFraction(Int128(fromLevel.kilowatts) * Int128(length) + rise, over: Int128(length))
  }
}

/// Power over time as straight lines; it may jump between them and have gaps.
public struct LevelProfile: Hashable, Sendable {
  /// In order of time. Where two overlap, the one that starts later holds.
  public let segments: [LevelSegment]

  public init(_ segments: some Sequence<LevelSegment>) {
    self.segments = segments.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
  }

  public var start: UTCInstant? { segments.first?.from }
  public var end: UTCInstant? { segments.map(\.to).max() }

  /// The line that holds throughout `start..<end`, which must not have a corner of this profile inside.
  func segment(_ start: Int64, _ end: Int64) -> LevelSegment? { segments.last { $0.covers(start, end) } }

  /// The seconds at which lines start or end.
  var corners: [Int64] { segments.flatMap { [$0.from.secondsSince1970, $0.to.secondsSince1970] } }
}
