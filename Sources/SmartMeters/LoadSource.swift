public import EstateSimulator
public import SettlementCalendar

/// Where the energy comes from that meters count: whole watt-hours of each settlement period, the same whenever asked.
///
/// Meters keep no log. What they would have kept follows from the source, so that 100,000 of them with 13 months of
/// half-hours take no memory, and a simulated national estate and its meters agree to the watt-hour.
public protocol LoadSource: AnyObject {
  /// Watt-hours of each period of a settlement day: 46, 48 or 50.
  func wattHours(row: UInt32, on date: SettlementDate) -> [Int32]
}

/// The meters of a ``NationalEstate``. One for each thread: it holds working memory.
public final class EstateLoads: LoadSource {
  public let estate: NationalEstate
  private var days: [SettlementDate: NationalEstate.DayShapes] = [:]
  /// As many days as the longest log has.
  private static let daysKept = 800

  public init(_ estate: NationalEstate) { self.estate = estate }

  public func wattHours(row: UInt32, on date: SettlementDate) -> [Int32] {
    if let shapes = days[date] { return estate.wattHours(row: row, shapes) }
    if days.count >= Self.daysKept { days.removeAll(keepingCapacity: true) }
    let shapes = estate.shapes(date)
    days[date] = shapes
    return estate.wattHours(row: row, shapes)
  }
}
