import CIngestKernels
import SettlementCalendar

/// The settlement dates that are taken in, each with its number of periods.
public struct ArrivalDates: Hashable, Sendable {
  public let first: SettlementDate
  public let last: SettlementDate
  let periods: [UInt8]

  /// The longest span, in days: the most that a run can still change, and far more.
  public static let longestSpan = 4_000

  /// - Returns: `nil` when the last date comes before the first, or the span is too long.
  public init?(_ first: SettlementDate, through last: SettlementDate) {
    guard first <= last, first.days(to: last) < Self.longestSpan else { return nil }
    self.first = first
    self.last = last
    periods = settlementDates(first, through: last).map { UInt8(SettlementDay($0).periodCount) }
  }

  /// - Returns: `nil` for a date that is not taken in.
  public func periodCount(_ date: SettlementDate) -> Int? {
    date >= first && date <= last ? Int(periods[first.days(to: date)]) : nil
  }

  func withView<Result>(_ body: (inout cingest_dates) -> Result) -> Result {
    periods.withUnsafeBufferPointer { buffer in
      var view = cingest_dates(first: first.dayNumber, count: UInt32(buffer.count), periods: buffer.baseAddress)
      return body(&view)
    }
  }
}
