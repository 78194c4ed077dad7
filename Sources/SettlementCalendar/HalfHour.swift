/// One half-hour of Coordinated Universal Time: the only key under which a reading is stored.
///
/// Which settlement date and period it is follows from the London clock (``SettlementDay``); the key itself knows
/// no clock change.
public struct HalfHour: Hashable, Comparable, Sendable {
  /// Half-hours since 1970-01-01T00:00:00Z.
  public let index: Int32

  public init(index: Int32) { self.index = index }

  /// The half-hour that starts at `start`. - Returns: `nil` when `start` is not on the hour or half-hour.
  public init?(startingAt start: UTCInstant) {
    let (quotient, rest) = start.secondsSince1970.quotientAndRemainder(dividingBy: 1_800)
    guard rest == 0, let index = Int32(exactly: quotient) else { return nil }
    self.index = index
  }

  /// The half-hour that ends at `end`. - Returns: `nil` when `end` is not on the hour or half-hour.
  public init?(endingAt end: UTCInstant) { self.init(startingAt: end.advanced(bySeconds: -1_800)) }

  public var start: UTCInstant { UTCInstant(secondsSince1970: Int64(index) * 1_800) }
  public var end: UTCInstant { UTCInstant(secondsSince1970: Int64(index) * 1_800 + 1_800) }

  public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
  public func advanced(by count: Int) -> HalfHour { HalfHour(index: index + Int32(count)) }
}

extension HalfHour: CustomStringConvertible {
  public var description: String { "\(start)/PT30M" }
}
