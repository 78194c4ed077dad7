import CReadingKernels
public import SettlementCalendar

extension NationalEstate {
  /// What of the readings of one date depends on the date only.
  public struct DayShapes: Sendable {
    let values: creading_estate_day
    let periods: Int
  }

  public func shapes(_ date: SettlementDate) -> DayShapes {
    let values = day(date)
    return DayShapes(values: values, periods: Int(values.periods))
  }

  /// What a row's meter really counted on a date: watt-hours of each settlement period, before anything is lost or
  /// estimated on the way.
  public func wattHours(row: UInt32, _ shapes: DayShapes) -> [Int32] {
    let lanes = Int(creading_lanes(UInt32(shapes.periods)))
    return withUnsafePointer(to: shapes.values) { day in
      var cells = [Int32](unsafeUninitializedCapacity: lanes) { buffer, count in
        creading_estate_rows(day, row, nil, 1, 0, buffer.baseAddress)
        count = lanes
      }
      cells.removeLast(lanes - shapes.periods)
      return cells
    }
  }
}
